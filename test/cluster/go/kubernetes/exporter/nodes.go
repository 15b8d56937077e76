package exporter

import corev1 "k8s.io/api/core/v1"

var claimPhases = []corev1.PersistentVolumeClaimPhase{corev1.ClaimPending, corev1.ClaimBound, corev1.ClaimLost}

func (c collector) nodeSeries(s scrape) {
	for _, node := range every(c.nodes) {
		labels := pairs{"node", node.Name}
		s.put("kube_node_info", 1, labels.and("kubelet_version", node.Status.NodeInfo.KubeletVersion))
		s.put("kube_node_spec_unschedulable", flag(node.Spec.Unschedulable), labels)
		for _, taint := range node.Spec.Taints {
			s.put("kube_node_spec_taint", 1, labels.and("key", taint.Key, "value", taint.Value, "effect", string(taint.Effect)))
		}
		for _, condition := range node.Status.Conditions {
			each(s, "kube_node_status_condition", condition.Status, conditionStates,
				labels.and("condition", string(condition.Type)), "status")
		}
		resourceSeries(s, "kube_node_status_allocatable", node.Status.Allocatable, labels)
	}
}

func (c collector) claimsAndQuotas(s scrape) {
	for _, claim := range every(c.claims) {
		each(s, "kube_persistentvolumeclaim_status_phase", claim.Status.Phase, claimPhases,
			pairs{"namespace", claim.Namespace, "persistentvolumeclaim", claim.Name}, "phase")
	}
	for _, quota := range every(c.quotas) {
		labels := pairs{"namespace", quota.Namespace, "resourcequota", quota.Name}
		for resource, quantity := range quota.Status.Hard {
			s.put("kube_resourcequota", quantity.AsApproximateFloat64(), labels.and("resource", string(resource), "type", "hard"))
		}
		for resource, quantity := range quota.Status.Used {
			s.put("kube_resourcequota", quantity.AsApproximateFloat64(), labels.and("resource", string(resource), "type", "used"))
		}
	}
}

// endpoints counts the addresses of a Service's slices. kube-state-metrics has dropped these two names; rules in the
// field still use them, and a Service without a ready endpoint has no other series that says so.
func (c collector) endpoints(s scrape) {
	type service struct{ namespace, name string }
	ready, notReady := map[service]float64{}, map[service]float64{}
	for _, slice := range every(c.slices) {
		of := service{slice.Namespace, slice.Labels["kubernetes.io/service-name"]}
		ready[of] += 0 // a Service whose slice is empty has a series too
		for _, endpoint := range slice.Endpoints {
			count := ready
			if endpoint.Conditions.Ready != nil && !*endpoint.Conditions.Ready {
				count = notReady
			}
			count[of] += float64(len(endpoint.Addresses))
		}
	}
	for of, addresses := range ready {
		labels := pairs{"namespace", of.namespace, "endpoint", of.name}
		s.put("kube_endpoint_address_available", addresses, labels)
		s.put("kube_endpoint_address_not_ready", notReady[of], labels)
	}
}
