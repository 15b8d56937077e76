/**
 * PURE. Tells the labels of what an alert is about from the labels of whoever reported it. Prometheus gives every
 * series the labels of the scraped target, so an alert about `shop/frontend` often says `pod="kube-state-metrics-…"`.
 */

type Labels = Readonly<Record<string, string>>;

/** Programs that report on others. A label value that holds one of these names is probably the reporter's. */
const exporters = [
  "kube-state-metrics",
  "node-exporter",
  "blackbox",
  "kubelet",
  "cadvisor",
  "pushgateway",
  "otel-collector",
  "opentelemetry-collector",
  "statsd-exporter",
  "grafana-agent",
  "alloy",
  "vmagent",
  "prometheus",
] as const;

/** Target labels of Prometheus' Kubernetes discovery and of the Prometheus Operator. */
const targetLabels = ["namespace", "pod", "container", "service", "endpoint", "node", "instance", "job"] as const;

const reporterLabels = ["pod", "container", "service", "app", "app_kubernetes_io_name", "k8s_app", "kubernetes_name"] as const;

/** Names of scrape jobs in Prometheus' example configuration and its Helm chart: they say how, not what. */
export function isScrapeJob(job: string): boolean {
  return /^(?:kubernetes-|integrations\/|serviceMonitor\/|podMonitor\/|apiserver$)/.test(job);
}

export function exporterNamedIn(value: string): string | undefined {
  return exporters.find((name) => value === name || value.split(/[/.:]/).some((part) => `-${part}-`.includes(`-${name}-`)));
}

/**
 * Without `honor_labels`, Prometheus renames a series' own label to `exported_<label>` and the target's takes its
 * place (Prometheus, configuration, scrape_config). So where there is one, it is the subject's, and the plain labels
 * beside it are the exporter's; the namespace alone stays when it has no exported twin.
 */
export function withoutRenaming(labels: Labels): Labels {
  const twins = targetLabels.filter((name) => name !== "job" && name !== "instance" && Object.hasOwn(labels, `exported_${name}`));
  if (twins.length === 0) return labels;
  const own: Record<string, string> = { ...labels };
  for (const name of targetLabels) if (name !== "namespace" && name !== "job") delete own[name];
  for (const name of twins) own[name] = labels[`exported_${name}`] ?? "";
  return own;
}

/**
 * The labels without those that name the exporter which `job` names, or any exporter when `job` names none: a kubelet
 * may well report on the pod of kube-state-metrics. Without `job` the labels are the alert rule's own choice
 * (`sum by (namespace, pod)`) and stay.
 */
export function withoutExporter(labels: Labels): Labels {
  const job = Object.hasOwn(labels, "job") ? (labels["job"] ?? "") : "";
  if (job === "") return labels;
  const reporter = exporterNamedIn(job);
  const reporting = reporterLabels.filter((name) => {
    const value = Object.hasOwn(labels, name) ? labels[name] : undefined;
    const named = value === undefined ? undefined : exporterNamedIn(value);
    return named !== undefined && (reporter === undefined || named === reporter);
  });
  if (reporting.length === 0) return labels;
  const own: Record<string, string> = { ...labels };
  for (const name of reporting) delete own[name];
  return own;
}
