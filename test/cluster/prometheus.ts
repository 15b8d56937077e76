// Prometheus' configuration. Debian builds it without kubernetes_sd: the exporter serves the same targets as http_sd.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { roomPath, type Layout } from "./layout.ts";
import type { Settings } from "./settings.ts";

export function prometheusUrl({ monitoringAddress, ports }: Settings): string {
  return `http://${monitoringAddress}:${ports.prometheus}`;
}

export function exporterUrl({ ports }: Settings): string {
  return `http://127.0.0.1:${ports.exporter}`;
}

/** What tests add to the rules of this room. */
export function addedRulesFolder({ monitoringFolder }: Layout): string {
  return join(monitoringFolder, "rules");
}

export function writePrometheusConfig(settings: Settings, layout: Layout): string {
  const path = join(layout.monitoringFolder, "prometheus.json");
  const config = {
    global: { scrape_interval: "1s", scrape_timeout: "900ms", evaluation_interval: "1s" },
    rule_files: [roomPath("rules.yaml"), join(addedRulesFolder(layout), "*.yaml")],
    alerting: { alertmanagers: [{ static_configs: [{ targets: [`${settings.monitoringAddress}:${settings.ports.alertmanager}`] }] }] },
    scrape_configs: [kubeState(settings), pods(settings), cadvisor(settings, layout)],
  };
  writeFileSync(path, JSON.stringify(config, null, 2));
  return path;
}

function kubeState({ ports }: Settings): object {
  return { job_name: "kube-state", static_configs: [{ targets: [`127.0.0.1:${ports.exporter}`] }], honor_labels: true };
}

function pods(settings: Settings): object {
  return {
    job_name: "pods",
    http_sd_configs: [{ url: `${exporterUrl(settings)}/sd/pods?namespace=shop`, refresh_interval: "1s" }],
    relabel_configs: [
      keep("pod_container_port_name", "http"),
      keep("pod_phase", "Running"),
      copy("namespace", "namespace"),
      copy("pod_name", "pod"),
      copy("pod_label_app", "app"),
    ],
  };
}

function keep(label: string, regex: string): object {
  return { source_labels: [`__meta_kubernetes_${label}`], regex, action: "keep" };
}

function copy(label: string, to: string): object {
  return { source_labels: [`__meta_kubernetes_${label}`], target_label: to };
}

function cadvisor(settings: Settings, { pkiFolder }: Layout): object {
  const key = (file: string): string => join(pkiFolder, file);
  const wanted = "memory_working_set_bytes|cpu_usage_seconds_total|cpu_cfs_periods_total|cpu_cfs_throttled_periods_total|oom_events_total";
  return {
    job_name: "cadvisor",
    scrape_interval: "5s",
    scrape_timeout: "4s",
    scheme: "https",
    metrics_path: "/metrics/cadvisor",
    tls_config: { ca_file: key("ca.crt"), cert_file: key("admin.crt"), key_file: key("admin.key") },
    http_sd_configs: [{ url: `${exporterUrl(settings)}/sd/nodes`, refresh_interval: "5s" }],
    relabel_configs: [copy("node_name", "node")],
    metric_relabel_configs: [{ source_labels: ["__name__"], regex: `container_(${wanted})`, action: "keep" }],
  };
}
