package exporter

import (
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/client-go/informers"
	apps "k8s.io/client-go/listers/apps/v1"
	autoscaling "k8s.io/client-go/listers/autoscaling/v2"
	batch "k8s.io/client-go/listers/batch/v1"
	core "k8s.io/client-go/listers/core/v1"
	discovery "k8s.io/client-go/listers/discovery/v1"
	policy "k8s.io/client-go/listers/policy/v1"
)

// objects are the caches that every scrape reads; none of them asks the API server again.
type objects struct {
	budgets      policy.PodDisruptionBudgetLister
	claims       core.PersistentVolumeClaimLister
	daemonSets   apps.DaemonSetLister
	deployments  apps.DeploymentLister
	jobs         batch.JobLister
	nodes        core.NodeLister
	pods         core.PodLister
	quotas       core.ResourceQuotaLister
	replicaSets  apps.ReplicaSetLister
	scalers      autoscaling.HorizontalPodAutoscalerLister
	slices       discovery.EndpointSliceLister
	statefulSets apps.StatefulSetLister
}

func watch(factory informers.SharedInformerFactory) objects {
	return objects{
		budgets:      factory.Policy().V1().PodDisruptionBudgets().Lister(),
		claims:       factory.Core().V1().PersistentVolumeClaims().Lister(),
		daemonSets:   factory.Apps().V1().DaemonSets().Lister(),
		deployments:  factory.Apps().V1().Deployments().Lister(),
		jobs:         factory.Batch().V1().Jobs().Lister(),
		nodes:        factory.Core().V1().Nodes().Lister(),
		pods:         factory.Core().V1().Pods().Lister(),
		quotas:       factory.Core().V1().ResourceQuotas().Lister(),
		replicaSets:  factory.Apps().V1().ReplicaSets().Lister(),
		scalers:      factory.Autoscaling().V2().HorizontalPodAutoscalers().Lister(),
		slices:       factory.Discovery().V1().EndpointSlices().Lister(),
		statefulSets: factory.Apps().V1().StatefulSets().Lister(),
	}
}

// every lists a cache; a lister over a cache has no failure to report.
func every[T any](lister interface {
	List(labels.Selector) ([]T, error)
}) []T {
	listed, _ := lister.List(labels.Everything())
	return listed
}
