package exporter

import (
	"encoding/json"
	"maps"
	"net"
	"net/http"
	"regexp"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// target is one entry of Prometheus' http_sd, with the __meta_kubernetes_* labels of kubernetes_sd.
type target struct {
	Targets []string          `json:"targets"`
	Labels  map[string]string `json:"labels"`
}

func writeTargets(w http.ResponseWriter, targets []target) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(targets)
}

// podTargets is the pod role: one target for each declared port of each pod that has an address.
func (o objects) podTargets(namespace string) []target {
	targets := []target{}
	for _, pod := range every(o.pods) {
		if pod.Status.PodIP == "" || namespace != "" && pod.Namespace != namespace {
			continue
		}
		ofPod := podLabels(pod)
		for _, container := range pod.Spec.Containers {
			for _, port := range container.Ports {
				number := strconv.Itoa(int(port.ContainerPort))
				labels := maps.Clone(ofPod)
				labels["__meta_kubernetes_pod_container_name"] = container.Name
				labels["__meta_kubernetes_pod_container_port_name"] = port.Name
				labels["__meta_kubernetes_pod_container_port_number"] = number
				labels["__meta_kubernetes_pod_container_port_protocol"] = string(port.Protocol)
				targets = append(targets, target{[]string{net.JoinHostPort(pod.Status.PodIP, number)}, labels})
			}
		}
	}
	return targets
}

func podLabels(pod *corev1.Pod) map[string]string {
	labels := map[string]string{
		"__meta_kubernetes_namespace":     pod.Namespace,
		"__meta_kubernetes_pod_ip":        pod.Status.PodIP,
		"__meta_kubernetes_pod_name":      pod.Name,
		"__meta_kubernetes_pod_node_name": pod.Spec.NodeName,
		"__meta_kubernetes_pod_phase":     string(pod.Status.Phase),
		"__meta_kubernetes_pod_ready":     "unknown",
	}
	for _, condition := range pod.Status.Conditions {
		if condition.Type == corev1.PodReady {
			labels["__meta_kubernetes_pod_ready"] = strings.ToLower(string(condition.Status))
		}
	}
	for name, value := range pod.Labels {
		labels["__meta_kubernetes_pod_label_"+labelName(name)] = value
	}
	for name, value := range pod.Annotations {
		labels["__meta_kubernetes_pod_annotation_"+labelName(name)] = value
	}
	return labels
}

// nodeTargets is the node role: the kubelet of each node.
func (o objects) nodeTargets() []target {
	targets := []target{}
	for _, node := range every(o.nodes) {
		port := strconv.Itoa(int(node.Status.DaemonEndpoints.KubeletEndpoint.Port))
		for _, address := range node.Status.Addresses {
			if address.Type == corev1.NodeInternalIP {
				targets = append(targets, target{[]string{net.JoinHostPort(address.Address, port)},
					map[string]string{"__meta_kubernetes_node_name": node.Name}})
			}
		}
	}
	return targets
}

var notInLabelName = regexp.MustCompile("[^a-zA-Z0-9_]")

func labelName(name string) string { return notInLabelName.ReplaceAllString(name, "_") }
