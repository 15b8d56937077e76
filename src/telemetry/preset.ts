/**
 * PURE. Objectives by preset: who measures requests names its series alike everywhere, so a service and a limit are enough.
 * Each preset expands to PromQL; the names are those of the projects' own documentation, named beside them.
 */
import type { Objective } from "./objective.ts";

export const presets = ["istio", "linkerd", "span-metrics", "ingress-nginx", "http-requests-total"] as const;
export type Preset = (typeof presets)[number];

export interface Wanted {
  readonly preset: Preset;
  readonly service: string;
  readonly namespace: string;
  /** 0.05: at most 5 % of the requests fail. */
  readonly errorRatioMax?: number | undefined;
  readonly latencyP99MaxMs?: number | undefined;
  /** As PromQL writes it: `1m`. */
  readonly window: string;
  readonly weight?: number | undefined;
}

interface Series {
  /** Alternatives for the same requests, as selectors with what makes a request a failed one: the first that has data counts. */
  readonly requests: readonly { readonly all: string; readonly failed: readonly string[] }[];
  readonly latency: readonly { readonly buckets: string; readonly unitMs: number }[];
}

/** An objective for errors, one for latency, or both; each counts with the weight. */
export function expandPreset({ preset, service, namespace, errorRatioMax, latencyP99MaxMs, window, weight }: Wanted): readonly Objective[] {
  const series = seriesOf(preset, service, namespace);
  const common = { namespace, service, comparison: "<=" as const, ...(weight === undefined ? {} : { weight }) };
  const errors = series.requests.map(({ all, failed }) => errorRatio(all, failed, window)).join(" or ");
  const latency = series.latency.map(({ buckets, unitMs }) => latencyP99Ms(buckets, unitMs, window)).join(" or ");
  return [
    ...(errorRatioMax === undefined ? [] : [{ ...common, name: `${service} errors`, promql: errors, threshold: errorRatioMax }]),
    ...(latencyP99MaxMs === undefined ? [] : [{ ...common, name: `${service} latency`, promql: latency, threshold: latencyP99MaxMs }]),
  ];
}

/** Failed of all. Nobody failed yet: 0, not nothing. Nobody asked: 0/0, which is no number. */
function errorRatio(all: string, failed: readonly string[], window: string): string {
  const total = `sum(rate(${all}[${window}]))`;
  const bad = failed.map((selector) => `rate(${selector}[${window}])`).join(" or ");
  return `((sum(${bad}) or 0 * ${total}) / ${total})`;
}

function latencyP99Ms(buckets: string, unitMs: number, window: string): string {
  const quantile = `histogram_quantile(0.99, sum by (le) (rate(${buckets}[${window}])))`;
  return unitMs === 1 ? quantile : `${unitMs} * ${quantile}`;
}

function seriesOf(preset: Preset, service: string, namespace: string): Series {
  const where = { service: quoted(service), namespace: quoted(namespace) };
  switch (preset) {
    case "istio":
      return istio(where);
    case "linkerd":
      return linkerd(where);
    case "span-metrics":
      return spanMetrics(where);
    case "ingress-nginx":
      return ingressNginx(where);
    case "http-requests-total":
      return httpRequestsTotal(where);
    default:
      return preset satisfies never;
  }
}

interface Where {
  readonly service: string;
  readonly namespace: string;
}

/**
 * istio.io, "Istio Standard Metrics": istio_requests_total, istio_request_duration_milliseconds; reporter, destination_*,
 * response_code. As callers see it (`source`, or the waypoint of the ambient mode): a server that is down reports nothing,
 * and what no server answered has code 0.
 */
function istio({ service, namespace }: Where): Series {
  const of = `reporter=~"source|waypoint", destination_service_name=${service}, destination_service_namespace=${namespace}`;
  const all = `istio_requests_total{${of}}`;
  const failed = [`istio_requests_total{${of}, response_code=~"5..|0"}`];
  return { requests: [{ all, failed }], latency: [{ buckets: `istio_request_duration_milliseconds_bucket{${of}}`, unitMs: 1 }] };
}

/**
 * linkerd.io, "Proxy Metrics": response_total with classification, response_latency_ms; direction, dst_service and
 * dst_namespace of outbound ones. As callers see it.
 */
function linkerd({ service, namespace }: Where): Series {
  const of = `direction="outbound", dst_service=${service}, dst_namespace=${namespace}`;
  const failed = [`response_total{${of}, classification="failure"}`];
  return {
    requests: [{ all: `response_total{${of}}`, failed }],
    latency: [{ buckets: `response_latency_ms_bucket{${of}}`, unitMs: 1 }],
  };
}

/**
 * OpenTelemetry Collector, connector/spanmetricsconnector (traces_span_metrics_calls_total, label service_name; without a
 * namespace in its settings, as before 0.109, calls_total), and Grafana Tempo, "Span metrics" (traces_spanmetrics_calls_total,
 * label service). Neither knows the Kubernetes namespace unless it is told to: the service's name alone decides.
 */
function spanMetrics({ service }: Where): Series {
  const server = 'span_kind="SPAN_KIND_SERVER"';
  const otel = `service_name=${service}, ${server}`;
  const tempo = `service=${service}, ${server}`;
  return {
    requests: [
      callsOf("traces_span_metrics_calls_total", otel),
      callsOf("traces_spanmetrics_calls_total", tempo),
      callsOf("calls_total", otel),
    ],
    latency: [
      { buckets: `traces_span_metrics_duration_milliseconds_bucket{${otel}}`, unitMs: 1 },
      { buckets: `traces_span_metrics_duration_seconds_bucket{${otel}}`, unitMs: 1000 },
      { buckets: `traces_spanmetrics_latency_bucket{${tempo}}`, unitMs: 1000 },
      { buckets: `duration_milliseconds_bucket{${otel}}`, unitMs: 1 },
    ],
  };
}

function callsOf(name: string, of: string): Series["requests"][number] {
  return { all: `${name}{${of}}`, failed: [`${name}{${of}, status_code="STATUS_CODE_ERROR"}`] };
}

/**
 * kubernetes/ingress-nginx, docs/user-guide/monitoring.md and internal/ingress/metric/collectors/socket.go:
 * nginx_ingress_controller_requests and _request_duration_seconds; namespace, service, status. Without `honor_labels`
 * Prometheus puts the controller's own there, and the backend's into exported_*.
 */
function ingressNginx({ service, namespace }: Where): Series {
  const ofs = [`exported_namespace=${namespace}, exported_service=${service}`, `namespace=${namespace}, service=${service}`];
  return {
    requests: ofs.map((of) => ({
      all: `nginx_ingress_controller_requests{${of}}`,
      failed: [`nginx_ingress_controller_requests{${of}, status=~"5.."}`],
    })),
    latency: ofs.map((of) => ({ buckets: `nginx_ingress_controller_request_duration_seconds_bucket{${of}}`, unitMs: 1000 })),
  };
}

/**
 * Prometheus, "Metric and label naming" and "Instrumentation": http_requests_total and http_request_duration_seconds, the
 * status in `code` (client_golang, promhttp) or `status`; the target's Service in `service` (Prometheus Operator) or, by
 * the pod's label, `app`.
 */
function httpRequestsTotal({ service, namespace }: Where): Series {
  const ofs = [`namespace=${namespace}, service=${service}`, `namespace=${namespace}, app=${service}`];
  return {
    requests: ofs.map((of) => ({
      all: `http_requests_total{${of}}`,
      failed: [`http_requests_total{${of}, code=~"5.."}`, `http_requests_total{${of}, status=~"5.."}`],
    })),
    latency: ofs.map((of) => ({ buckets: `http_request_duration_seconds_bucket{${of}}`, unitMs: 1000 })),
  };
}

/** A string of PromQL (prometheus.io, "Querying basics", string literals). */
export function quoted(text: string): string {
  return JSON.stringify(text);
}
