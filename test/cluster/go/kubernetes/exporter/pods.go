package exporter

import (
	"strconv"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

var podPhases = []corev1.PodPhase{
	corev1.PodPending, corev1.PodRunning, corev1.PodSucceeded, corev1.PodFailed, corev1.PodUnknown,
}

func podSeries(s scrape, pod *corev1.Pod) {
	labels := pairs{"namespace", pod.Namespace, "pod", pod.Name, "uid", string(pod.UID)}
	owner := metav1.GetControllerOf(pod)
	if owner == nil {
		owner = &metav1.OwnerReference{}
	}
	s.put("kube_pod_info", 1, labels.and("node", pod.Spec.NodeName, "pod_ip", pod.Status.PodIP,
		"created_by_kind", owner.Kind, "created_by_name", owner.Name))
	s.put("kube_pod_owner", 1, labels.and("owner_kind", owner.Kind, "owner_name", owner.Name,
		"owner_is_controller", strconv.FormatBool(owner.Kind != "")))
	each(s, "kube_pod_status_phase", pod.Status.Phase, podPhases, labels, "phase")
	if pod.Status.Reason != "" {
		s.put("kube_pod_status_reason", 1, labels.and("reason", pod.Status.Reason))
	}
	for _, condition := range pod.Status.Conditions {
		switch condition.Type {
		case corev1.PodReady:
			each(s, "kube_pod_status_ready", condition.Status, conditionStates, labels, "condition")
		case corev1.PodScheduled:
			each(s, "kube_pod_status_scheduled", condition.Status, conditionStates, labels, "condition")
			if condition.Status == corev1.ConditionFalse {
				s.put("kube_pod_status_unschedulable", 1, labels)
			}
		}
	}
	for _, container := range pod.Status.ContainerStatuses {
		containerSeries(s, "kube_pod_container_status_", container, labels.and("container", container.Name))
	}
	for _, container := range pod.Status.InitContainerStatuses {
		containerSeries(s, "kube_pod_init_container_status_", container, labels.and("container", container.Name))
	}
	for _, container := range pod.Spec.Containers {
		of := labels.and("container", container.Name, "node", pod.Spec.NodeName)
		resourceSeries(s, "kube_pod_container_resource_requests", container.Resources.Requests, of)
		resourceSeries(s, "kube_pod_container_resource_limits", container.Resources.Limits, of)
	}
}

func containerSeries(s scrape, prefix string, container corev1.ContainerStatus, labels pairs) {
	now := container.State
	s.put(prefix+"ready", flag(container.Ready), labels)
	s.put(prefix+"restarts_total", float64(container.RestartCount), labels)
	s.put(prefix+"running", flag(now.Running != nil), labels)
	s.put(prefix+"terminated", flag(now.Terminated != nil), labels)
	s.put(prefix+"waiting", flag(now.Waiting != nil), labels)
	if now.Waiting != nil && now.Waiting.Reason != "" {
		s.put(prefix+"waiting_reason", 1, labels.and("reason", now.Waiting.Reason))
	}
	if now.Terminated != nil && now.Terminated.Reason != "" {
		s.put(prefix+"terminated_reason", 1, labels.and("reason", now.Terminated.Reason))
	}
	if last := container.LastTerminationState.Terminated; last != nil && last.Reason != "" {
		s.put(prefix+"last_terminated_reason", 1, labels.and("reason", last.Reason))
		s.put(prefix+"last_terminated_exitcode", float64(last.ExitCode), labels)
	}
}

func resourceSeries(s scrape, name string, resources corev1.ResourceList, labels pairs) {
	for resource, quantity := range resources {
		s.put(name, quantity.AsApproximateFloat64(), labels.and("resource", string(resource), "unit", unit(resource)))
	}
}
