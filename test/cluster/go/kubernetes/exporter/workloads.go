package exporter

import corev1 "k8s.io/api/core/v1"

func (c collector) workloads(s scrape) {
	for _, d := range every(c.deployments) {
		labels := pairs{"namespace", d.Namespace, "deployment", d.Name}
		s.put("kube_deployment_spec_replicas", orOne(d.Spec.Replicas), labels)
		s.put("kube_deployment_spec_paused", flag(d.Spec.Paused), labels)
		s.put("kube_deployment_metadata_generation", float64(d.Generation), labels)
		s.put("kube_deployment_status_observed_generation", float64(d.Status.ObservedGeneration), labels)
		s.put("kube_deployment_status_replicas", float64(d.Status.Replicas), labels)
		s.put("kube_deployment_status_replicas_available", float64(d.Status.AvailableReplicas), labels)
		s.put("kube_deployment_status_replicas_ready", float64(d.Status.ReadyReplicas), labels)
		s.put("kube_deployment_status_replicas_unavailable", float64(d.Status.UnavailableReplicas), labels)
		s.put("kube_deployment_status_replicas_updated", float64(d.Status.UpdatedReplicas), labels)
		for _, condition := range d.Status.Conditions {
			each(s, "kube_deployment_status_condition", condition.Status, conditionStates,
				labels.and("condition", string(condition.Type)), "status")
		}
	}
	for _, r := range every(c.replicaSets) {
		for _, owner := range r.OwnerReferences {
			s.put("kube_replicaset_owner", 1, pairs{"namespace", r.Namespace, "replicaset", r.Name,
				"owner_kind", owner.Kind, "owner_name", owner.Name})
		}
	}
	for _, x := range every(c.statefulSets) {
		labels := pairs{"namespace", x.Namespace, "statefulset", x.Name}
		s.put("kube_statefulset_replicas", orOne(x.Spec.Replicas), labels)
		s.put("kube_statefulset_metadata_generation", float64(x.Generation), labels)
		s.put("kube_statefulset_status_observed_generation", float64(x.Status.ObservedGeneration), labels)
		s.put("kube_statefulset_status_replicas", float64(x.Status.Replicas), labels)
		s.put("kube_statefulset_status_replicas_ready", float64(x.Status.ReadyReplicas), labels)
		s.put("kube_statefulset_status_replicas_updated", float64(x.Status.UpdatedReplicas), labels)
	}
	for _, x := range every(c.daemonSets) {
		labels := pairs{"namespace", x.Namespace, "daemonset", x.Name}
		s.put("kube_daemonset_status_desired_number_scheduled", float64(x.Status.DesiredNumberScheduled), labels)
		s.put("kube_daemonset_status_number_available", float64(x.Status.NumberAvailable), labels)
		s.put("kube_daemonset_status_number_misscheduled", float64(x.Status.NumberMisscheduled), labels)
		s.put("kube_daemonset_status_number_ready", float64(x.Status.NumberReady), labels)
		s.put("kube_daemonset_status_updated_number_scheduled", float64(x.Status.UpdatedNumberScheduled), labels)
	}
}

func (c collector) batches(s scrape) {
	for _, x := range every(c.jobs) {
		labels := pairs{"namespace", x.Namespace, "job_name", x.Name}
		s.put("kube_job_status_active", float64(x.Status.Active), labels)
		s.put("kube_job_status_succeeded", float64(x.Status.Succeeded), labels)
		failed := false
		for _, condition := range x.Status.Conditions {
			failed = failed || condition.Type == "Failed" && condition.Status == corev1.ConditionTrue
		}
		s.put("kube_job_failed", flag(failed), labels.and("condition", "true"))
	}
	for _, x := range every(c.scalers) {
		labels := pairs{"namespace", x.Namespace, "horizontalpodautoscaler", x.Name}
		s.put("kube_horizontalpodautoscaler_spec_min_replicas", orOne(x.Spec.MinReplicas), labels)
		s.put("kube_horizontalpodautoscaler_spec_max_replicas", float64(x.Spec.MaxReplicas), labels)
		s.put("kube_horizontalpodautoscaler_status_current_replicas", float64(x.Status.CurrentReplicas), labels)
		s.put("kube_horizontalpodautoscaler_status_desired_replicas", float64(x.Status.DesiredReplicas), labels)
	}
	for _, x := range every(c.budgets) {
		labels := pairs{"namespace", x.Namespace, "poddisruptionbudget", x.Name}
		s.put("kube_poddisruptionbudget_status_current_healthy", float64(x.Status.CurrentHealthy), labels)
		s.put("kube_poddisruptionbudget_status_desired_healthy", float64(x.Status.DesiredHealthy), labels)
		s.put("kube_poddisruptionbudget_status_pod_disruptions_allowed", float64(x.Status.DisruptionsAllowed), labels)
	}
}
