// Program relay is the service of the shop that passes its backend's failures on. podinfo answers 200 whatever its
// backend does, so errors that propagate from callee to caller need a service of our own. Everything a fault test
// changes is a setting: the environment (from a ConfigMap) first, flags over it.
package main

import (
	"context"
	"flag"
	"log"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"time"
)

type settings struct {
	name, port, backendURL string
	failRatio              float64
	delayMs, hogMiB        int
	unready                bool
}

func main() {
	chosen := readSettings()
	hog(chosen.hogMiB)
	server := &http.Server{Addr: ":" + chosen.port, Handler: newRelay(chosen), ReadHeaderTimeout: 5 * time.Second}
	stop, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer cancel()
	go func() {
		<-stop.Done()
		grace, release := context.WithTimeout(context.Background(), time.Second)
		defer release()
		_ = server.Shutdown(grace)
	}()
	log.Printf("%s listens on %s, backend %q", chosen.name, server.Addr, chosen.backendURL)
	if err := server.ListenAndServe(); err != http.ErrServerClosed {
		log.Fatal(err)
	}
	<-stop.Done()
}

// readSettings ends the program on a setting that cannot be read: a bad ConfigMap must show as a crash loop.
func readSettings() settings {
	var s settings
	flag.StringVar(&s.name, "name", environment("NAME", "relay"), "this service's name in its metrics")
	flag.StringVar(&s.port, "port", environment("PORT", "9898"), "port to listen on")
	flag.StringVar(&s.backendURL, "backend-url", environment("BACKEND_URL", ""), "what / calls; empty for nothing")
	failRatio := flag.String("fail-ratio", environment("FAIL_RATIO", "0"), "share of requests to / answered with 500")
	delayMs := flag.String("delay-ms", environment("DELAY_MS", "0"), "milliseconds before / answers")
	hogMiB := flag.String("hog-mib", environment("HOG_MIB", "0"), "MiB of memory to take and keep")
	flag.BoolVar(&s.unready, "unready", os.Getenv("UNREADY") == "true", "answer /readyz with 503")
	flag.Parse()
	var err error
	if s.failRatio, err = strconv.ParseFloat(*failRatio, 64); err != nil || s.failRatio < 0 || s.failRatio > 1 {
		log.Fatalf("fail-ratio is not a number from 0 to 1: %q", *failRatio)
	}
	if s.delayMs, err = strconv.Atoi(*delayMs); err != nil || s.delayMs < 0 {
		log.Fatalf("delay-ms is not a whole number: %q", *delayMs)
	}
	if s.hogMiB, err = strconv.Atoi(*hogMiB); err != nil || s.hogMiB < 0 {
		log.Fatalf("hog-mib is not a whole number: %q", *hogMiB)
	}
	return s
}

func environment(name, otherwise string) string {
	if value, set := os.LookupEnv(name); set && value != "" {
		return value
	}
	return otherwise
}

var hogged [][]byte

// hog takes memory and writes to every page of it: memory that is only reserved does not count against a limit.
func hog(mib int) {
	for range mib {
		block := make([]byte, 1<<20)
		for at := 0; at < len(block); at += 4096 {
			block[at] = 1
		}
		hogged = append(hogged, block)
	}
}
