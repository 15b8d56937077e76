/**
 * PURE. Who calls whom, as Prometheus' series say it: the queries over the two families that know, and their labels as
 * participants. Service graphs come from traces (Grafana Tempo, "Service graphs"; OpenTelemetry Collector,
 * connector/servicegraphconnector), Istio's from its proxies (istio.io, "Istio Standard Metrics").
 */
import type { CallSource, Party } from "../severity/call-graph.ts";
import { quoted } from "./preset.ts";
import type { MetricSample } from "./telemetry.ts";

/** With the dimensions k8s.namespace.name or service.namespace, and `enable_client_server_prefix` (Tempo; the connector has it always). */
const namespaceDimensions = ["k8s_namespace_name", "service_namespace"] as const;
const graphLabels = ["client", "server", ...namespaceDimensions.flatMap((label) => [`client_${label}`, `server_${label}`])];
const istioLabels = [
  "source_workload",
  "source_workload_namespace",
  "destination_workload",
  "destination_workload_namespace",
  "destination_service_name",
  "destination_service_namespace",
];

/** Of one cluster, where several share a Prometheus; a series without that label is any cluster's own. */
function ofCluster(cluster: string | undefined): string {
  return cluster === undefined ? "" : `cluster=~${quoted(`${cluster.replace(/[^\w-]/g, (sign) => `[${sign}]`)}|`)}`;
}

function selector(...matchers: readonly string[]): string {
  return `{${matchers.filter((matcher) => matcher !== "").join(", ")}}`;
}

export interface EdgeQuery {
  readonly source: CallSource;
  readonly promql: string;
}

/** One series an edge that had calls in the range. Their answers grow with the edges of the cluster, not with its pods. */
export function edgeQueries(range: string, cluster: string | undefined): readonly EdgeQuery[] {
  const all = selector(ofCluster(cluster));
  return [
    {
      source: "service graph",
      promql: `sum by (${graphLabels.join(", ")}) (increase(traces_service_graph_request_total${all}[${range}])) > 0`,
    },
    { source: "istio", promql: `sum by (${istioLabels.join(", ")}) (increase(istio_requests_total${all}[${range}])) > 0` },
  ];
}

/** More are not named one by one: the query would be longer than its answer, and who asks means the whole cluster. */
const servicesNamedMax = 300;

/**
 * One series an edge into these Services (`shop/payment`), with traffic in the window: failed of all. Service graphs name
 * a Service as its program calls itself: by its name alone, or as a host inside the cluster. Of very many Services, every
 * edge there is.
 */
export function errorRatioQueries(services: readonly string[], window: string, cluster: string | undefined): readonly EdgeQuery[] {
  const servers = services.map((service) => {
    const [namespace = "", name = ""] = service.split("/");
    return `(?:${namespace}/)?${name}(?:[.]${namespace}(?:[.]svc.*)?)?`;
  });
  const namespaces = [...new Set(services.map((service) => service.split("/")[0] ?? ""))];
  const isNamed = services.length <= servicesNamedMax;
  const graph = [isNamed ? `server=~${quoted(servers.join("|"))}` : "", ofCluster(cluster)];
  const istio = [
    'reporter=~"source|waypoint"',
    isNamed ? `destination_service_namespace=~${quoted(namespaces.join("|"))}` : "",
    isNamed ? `destination_service_name=~${quoted(services.map((service) => service.split("/")[1] ?? "").join("|"))}` : "",
    ofCluster(cluster),
  ];
  const by = istioLabels.filter((label) => !label.startsWith("destination_workload"));
  return [
    {
      source: "service graph",
      promql: ratio(
        graphLabels,
        `traces_service_graph_request_failed_total${selector(...graph)}`,
        `traces_service_graph_request_total${selector(...graph)}`,
        window,
      ),
    },
    {
      source: "istio",
      promql: ratio(
        by,
        `istio_requests_total${selector(...istio, 'response_code=~"5..|0"')}`,
        `istio_requests_total${selector(...istio)}`,
        window,
      ),
    },
  ];
}

/** An edge that never failed has no series of failures: then 0. */
function ratio(by: readonly string[], failed: string, all: string, window: string): string {
  const sum = (of: string): string => `sum by (${by.join(", ")}) (rate(${of}[${window}]))`;
  return `(${sum(failed)} or ${sum(all)} * 0) / (${sum(all)} > 0)`;
}

export interface Edge {
  readonly from: Party;
  /** The Service, and the workload behind it where the source knows both. */
  readonly to: readonly Party[];
}

/** Undefined when one end is not known to the source. */
export function edgeOf(source: CallSource, { labels }: MetricSample): Edge | undefined {
  if (source === "istio") {
    const from = party(labels["source_workload"], labels["source_workload_namespace"]);
    const service = party(labels["destination_service_name"], labels["destination_service_namespace"]);
    const workload = party(labels["destination_workload"], labels["destination_workload_namespace"]);
    const to = [service, workload].flatMap((one) => one ?? []);
    return from === undefined || to.length === 0 ? undefined : { from, to };
  }
  const [from, to] = ["client", "server"].map((side) =>
    party(
      labels[side],
      namespaceDimensions.map((dimension) => labels[`${side}_${dimension}`]).find((value) => (value ?? "") !== ""),
    ),
  );
  return from === undefined || to === undefined ? undefined : { from, to: [to] };
}

/** Istio says `unknown` where it does not know, and Tempo `user` for whoever has no span of their own. */
function party(name: string | undefined, namespace: string | undefined): Party | undefined {
  if (name === undefined || name === "" || name === "unknown" || namespace === "unknown") return undefined;
  return namespace === undefined || namespace === "" ? { name } : { name, namespace };
}
