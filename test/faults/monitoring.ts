/** What watches the shops: the test cluster's Prometheus and Alertmanager, told to look at their namespaces too. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { RunningCluster } from "../cluster/cluster.ts";
import { ClusterFailure } from "../cluster/failure.ts";
import { layoutOf } from "../cluster/layout.ts";

/** Every shop's namespace begins so; the cluster's own is `shop`. */
export const namespacePrefix = "shop-";

export interface ActiveAlert {
  readonly state: "pending" | "firing";
  readonly labels: Readonly<Record<string, string>>;
}

interface ScrapeConfig {
  readonly job_name: string;
  readonly relabel_configs?: readonly object[];
}

const keepShops = { source_labels: ["__meta_kubernetes_namespace"], regex: `${namespacePrefix}.+`, action: "keep" };

/**
 * A service graph of several namespaces needs their names (Grafana Tempo's dimension k8s.namespace.name); relay's series have
 * them from the scrape.
 */
const graphNamespaces = ["client", "server"].map((side) => ({
  source_labels: ["__name__", "namespace"],
  regex: "traces_service_graph_.*;(.+)",
  target_label: `${side}_k8s_namespace_name`,
}));

/** In place of the pods of `shop`, those of every shop. */
export async function watchShops(cluster: RunningCluster): Promise<void> {
  const path = join(layoutOf(cluster.settings.stateFolder).monitoringFolder, "prometheus.json");
  const config = JSON.parse(readFileSync(path, "utf8")) as { scrape_configs: ScrapeConfig[] };
  const scrapeConfigs = config.scrape_configs.map((job) =>
    job.job_name !== "pods"
      ? job
      : {
          ...job,
          http_sd_configs: [{ url: `http://127.0.0.1:${cluster.settings.ports.exporter}/sd/pods`, refresh_interval: "1s" }],
          relabel_configs: [keepShops, ...(job.relabel_configs ?? [])],
          metric_relabel_configs: graphNamespaces,
        },
  );
  writeFileSync(path, JSON.stringify({ ...config, scrape_configs: scrapeConfigs }, null, 2));
  const answer = await fetch(`${cluster.prometheusUrl}/-/reload`, { method: "POST" });
  if (!answer.ok) throw new ClusterFailure(`Prometheus refuses its configuration: ${(await answer.text()).trim()}`);
}

/** Without what is only told (`severity: info`). */
export async function activeAlerts(cluster: RunningCluster): Promise<readonly ActiveAlert[]> {
  const answer = (await (await fetch(`${cluster.prometheusUrl}/api/v1/alerts`)).json()) as {
    readonly data: { readonly alerts: readonly ActiveAlert[] };
  };
  return answer.data.alerts.filter(({ labels }) => labels["severity"] !== "info");
}

/** As `amtool alert add` does: what no rule of ours would ever say. */
export async function raiseAlert(cluster: RunningCluster, labels: Readonly<Record<string, string>>, seconds: number): Promise<void> {
  const alert = {
    labels,
    annotations: { summary: "Raised by hand." },
    startsAt: new Date().toISOString(),
    endsAt: new Date(Date.now() + seconds * 1000).toISOString(),
  };
  const answer = await fetch(`${cluster.alertmanagerUrl}/api/v2/alerts`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify([alert]),
  });
  if (!answer.ok) throw new ClusterFailure(`Alertmanager refuses the alert: ${await answer.text()}`);
}
