// Package exporter serves, from informer caches, the kube-state-metrics series that the usual kubernetes-mixin rules
// read (same names, same labels), and the scrape targets that Debian's Prometheus, built without kubernetes_sd, must be
// given over HTTP.
package exporter

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/spf13/cobra"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
)

// Command is the program: exporter --kubeconfig FILE --listen ADDRESS.
func Command() *cobra.Command {
	var kubeconfig, listen string
	command := &cobra.Command{
		Use:          "exporter",
		Short:        "serve the series of kube-state-metrics and the targets of kubernetes_sd",
		SilenceUsage: true,
		RunE: func(command *cobra.Command, _ []string) error {
			return serve(command.Context(), kubeconfig, listen)
		},
	}
	command.Flags().StringVar(&kubeconfig, "kubeconfig", "", "kubeconfig of a reader of the whole cluster")
	command.Flags().StringVar(&listen, "listen", "127.0.0.1:9096", "address to serve on")
	return command
}

func serve(ctx context.Context, kubeconfig, listen string) error {
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return err
	}
	config.QPS, config.Burst = 50, 100
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	factory := informers.NewSharedInformerFactory(client, 0)
	watched := watch(factory)
	factory.Start(ctx.Done())
	factory.WaitForCacheSync(ctx.Done())

	registry := prometheus.NewRegistry()
	registry.MustRegister(collector{watched})
	mux := http.NewServeMux()
	mux.Handle("/metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{}))
	mux.HandleFunc("/healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	mux.HandleFunc("/sd/pods", func(w http.ResponseWriter, request *http.Request) {
		writeTargets(w, watched.podTargets(request.URL.Query().Get("namespace")))
	})
	mux.HandleFunc("/sd/nodes", func(w http.ResponseWriter, _ *http.Request) { writeTargets(w, watched.nodeTargets()) })
	server := &http.Server{Addr: listen, Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	return server.ListenAndServe()
}
