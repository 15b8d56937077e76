package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

const backendTimeout = time.Second

type relay struct {
	settings
	client *http.Client
	server string // the backend's name in the service graph
	*instruments
}

// newRelay serves / (the work), /healthz and /readyz (the probes) and /metrics.
func newRelay(s settings) http.Handler {
	registry := prometheus.NewRegistry()
	r := &relay{settings: s, server: serviceName(s.backendURL), instruments: newInstruments(registry)}
	// A kept connection would go on past a changed Service; with a new one for each call a change shows at once.
	r.client = &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: backendTimeout}
	mux := http.NewServeMux()
	mux.Handle("/{$}", r.measured("/", r.work))
	mux.Handle("/healthz", r.measured("/healthz", func(w http.ResponseWriter, _ *http.Request) { answer(w, 200, "alive", "") }))
	mux.Handle("/readyz", r.measured("/readyz", r.ready))
	mux.Handle("/metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{}))
	return mux
}

func (r *relay) ready(w http.ResponseWriter, _ *http.Request) {
	if r.unready {
		answer(w, http.StatusServiceUnavailable, "not ready", "")
		return
	}
	answer(w, 200, "ready", "")
}

func (r *relay) work(w http.ResponseWriter, request *http.Request) {
	select {
	case <-time.After(time.Duration(r.delayMs) * time.Millisecond):
	case <-request.Context().Done():
	}
	if rand.Float64() < r.failRatio {
		answer(w, http.StatusInternalServerError, r.name, "told to fail")
		return
	}
	if r.backendURL != "" {
		r.calls.WithLabelValues(r.name, r.server).Inc()
		if err := r.call(request.Context()); err != nil {
			r.failures.WithLabelValues(r.name, r.server).Inc()
			answer(w, http.StatusBadGateway, r.name, err.Error())
			return
		}
	}
	answer(w, 200, r.name, "")
}

func (r *relay) call(ctx context.Context) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, r.backendURL, nil)
	if err != nil {
		return err
	}
	response, err := r.client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(response.Body, 1<<20))
	if response.StatusCode >= 500 {
		return fmt.Errorf("%s answers %d", r.server, response.StatusCode)
	}
	return nil
}

// serviceName is the first label of the host: payment in http://payment.shop.svc:9898/.
func serviceName(backendURL string) string {
	parsed, err := url.Parse(backendURL)
	if err != nil {
		return ""
	}
	name, _, _ := strings.Cut(parsed.Hostname(), ".")
	return name
}

func answer(w http.ResponseWriter, status int, service, failure string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	body := map[string]string{"service": service}
	if failure != "" {
		body["error"] = failure
	}
	_ = json.NewEncoder(w).Encode(body)
}

type instruments struct {
	durations       *prometheus.HistogramVec
	calls, failures *prometheus.CounterVec
}

// newInstruments names the series as podinfo and Tempo's service graph do, so that the same rules read both.
func newInstruments(registry *prometheus.Registry) *instruments {
	edge := []string{"client", "server"}
	i := &instruments{
		durations: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "http_request_duration_seconds", Help: "Seconds spent serving HTTP requests.", Buckets: prometheus.DefBuckets,
		}, []string{"method", "path", "status"}),
		calls: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "traces_service_graph_request_total", Help: "Calls between two services."}, edge),
		failures: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "traces_service_graph_request_failed_total", Help: "Failed calls between two services."}, edge),
	}
	registry.MustRegister(i.durations, i.calls, i.failures)
	return i
}

func (i *instruments) measured(path string, serve http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		began := time.Now()
		seen := &statusWriter{ResponseWriter: w, status: 200}
		serve(seen, request)
		i.durations.WithLabelValues(request.Method, path, strconv.Itoa(seen.status)).Observe(time.Since(began).Seconds())
	})
}

type statusWriter struct {
	http.ResponseWriter
	status int
}

func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}
