package exporter

import (
	"strings"

	"github.com/prometheus/client_golang/prometheus"
	corev1 "k8s.io/api/core/v1"
)

// pairs is label, value, label, value, ...
type pairs []string

// and never writes into the receiver's array: several series share one prefix.
func (p pairs) and(more ...string) pairs {
	return append(p[:len(p):len(p)], more...)
}

type collector struct{ objects }

// Describe sends nothing: the series come and go with the objects.
func (collector) Describe(chan<- *prometheus.Desc) {}

func (c collector) Collect(out chan<- prometheus.Metric) {
	s := scrape{out: out, descriptions: map[string]*prometheus.Desc{}}
	c.workloads(s)
	c.batches(s)
	for _, pod := range every(c.pods) {
		podSeries(s, pod)
	}
	c.nodeSeries(s)
	c.claimsAndQuotas(s)
	c.endpoints(s)
}

type scrape struct {
	out          chan<- prometheus.Metric
	descriptions map[string]*prometheus.Desc
}

func (s scrape) put(name string, value float64, labels pairs) {
	names, values := make([]string, 0, len(labels)/2), make([]string, 0, len(labels)/2)
	for i := 0; i+1 < len(labels); i += 2 {
		names, values = append(names, labels[i]), append(values, labels[i+1])
	}
	key := name + " " + strings.Join(names, ",")
	description, known := s.descriptions[key]
	if !known {
		description = prometheus.NewDesc(name, "As kube-state-metrics names it.", names, nil)
		s.descriptions[key] = description
	}
	kind := prometheus.GaugeValue
	if strings.HasSuffix(name, "_total") {
		kind = prometheus.CounterValue
	}
	s.out <- prometheus.MustNewConstMetric(description, kind, value, values...)
}

// each puts one series for every value that a label can have: 1 for the one that holds, 0 for the others.
func each[T ~string](s scrape, name string, holds T, values []T, labels pairs, label string) {
	for _, value := range values {
		s.put(name, flag(strings.EqualFold(string(holds), string(value))), labels.and(label, string(value)))
	}
}

var conditionStates = []corev1.ConditionStatus{"true", "false", "unknown"}

func flag(holds bool) float64 {
	if holds {
		return 1
	}
	return 0
}

func orOne(count *int32) float64 {
	if count == nil {
		return 1
	}
	return float64(*count)
}

func unit(resource corev1.ResourceName) string {
	switch resource {
	case corev1.ResourceCPU:
		return "core"
	case corev1.ResourceMemory, corev1.ResourceEphemeralStorage, corev1.ResourceStorage:
		return "byte"
	default:
		return "integer"
	}
}
