import { describe, expect, test } from "vitest";
import { expandPreset, presets, type Preset } from "../../../src/telemetry/preset.ts";

function promql(preset: Preset, limit: "errorRatioMax" | "latencyP99MaxMs"): string {
  return expandPreset({ preset, service: "checkout", namespace: "shop", window: "1m", [limit]: 0.5 })[0]?.promql ?? "";
}

/** What `promtool test rules` of Prometheus 2.42 was shown to answer rightly, with traffic, without, and without any failure. */
describe("the PromQL of presets", () => {
  test("istio: as callers see it, no answer counting as a failure", () => {
    const of = 'reporter=~"source|waypoint", destination_service_name="checkout", destination_service_namespace="shop"';
    const all = `sum(rate(istio_requests_total{${of}}[1m]))`;
    expect(promql("istio", "errorRatioMax")).toBe(
      `((sum(rate(istio_requests_total{${of}, response_code=~"5..|0"}[1m])) or 0 * ${all}) / ${all})`,
    );
    expect(promql("istio", "latencyP99MaxMs")).toBe(
      `histogram_quantile(0.99, sum by (le) (rate(istio_request_duration_milliseconds_bucket{${of}}[1m])))`,
    );
  });

  test("linkerd: as callers see it", () => {
    const of = 'direction="outbound", dst_service="checkout", dst_namespace="shop"';
    const all = `sum(rate(response_total{${of}}[1m]))`;
    expect(promql("linkerd", "errorRatioMax")).toBe(
      `((sum(rate(response_total{${of}, classification="failure"}[1m])) or 0 * ${all}) / ${all})`,
    );
    expect(promql("linkerd", "latencyP99MaxMs")).toBe(
      `histogram_quantile(0.99, sum by (le) (rate(response_latency_ms_bucket{${of}}[1m])))`,
    );
  });

  test("http-requests-total: by the Service or the app, the status in code or in status", () => {
    const [first, second] = promql("http-requests-total", "errorRatioMax").split(") or ((");
    const all = 'sum(rate(http_requests_total{namespace="shop", service="checkout"}[1m]))';
    expect(first).toBe(
      `((sum(rate(http_requests_total{namespace="shop", service="checkout", code=~"5.."}[1m]) or rate(http_requests_total{namespace="shop", service="checkout", status=~"5.."}[1m])) or 0 * ${all}) / ${all}`,
    );
    expect(second).toContain('http_requests_total{namespace="shop", app="checkout", code=~"5.."}');
    expect(promql("http-requests-total", "latencyP99MaxMs")).toContain(
      '1000 * histogram_quantile(0.99, sum by (le) (rate(http_request_duration_seconds_bucket{namespace="shop", service="checkout"}[1m])))',
    );
  });

  test.each([
    [
      "span-metrics",
      "errorRatioMax",
      'traces_span_metrics_calls_total{service_name="checkout", span_kind="SPAN_KIND_SERVER", status_code="STATUS_CODE_ERROR"}',
    ],
    [
      "span-metrics",
      "errorRatioMax",
      'traces_spanmetrics_calls_total{service="checkout", span_kind="SPAN_KIND_SERVER", status_code="STATUS_CODE_ERROR"}',
    ],
    [
      "span-metrics",
      "latencyP99MaxMs",
      '1000 * histogram_quantile(0.99, sum by (le) (rate(traces_spanmetrics_latency_bucket{service="checkout", span_kind="SPAN_KIND_SERVER"}[1m])))',
    ],
    ["span-metrics", "latencyP99MaxMs", 'traces_span_metrics_duration_milliseconds_bucket{service_name="checkout"'],
    [
      "ingress-nginx",
      "errorRatioMax",
      'nginx_ingress_controller_requests{exported_namespace="shop", exported_service="checkout", status=~"5.."}',
    ],
    ["ingress-nginx", "errorRatioMax", 'nginx_ingress_controller_requests{namespace="shop", service="checkout", status=~"5.."}'],
    ["ingress-nginx", "latencyP99MaxMs", 'nginx_ingress_controller_request_duration_seconds_bucket{exported_namespace="shop"'],
  ] as const)("%s, %s: %s", (preset, limit, part) => {
    expect(promql(preset, limit)).toContain(part);
  });

  test.each(presets)("%s: one objective for each limit that is given, each in the service's namespace", (preset) => {
    const wanted = { preset, service: "checkout", namespace: "shop", window: "1m" };
    const names = (limits: object) =>
      expandPreset({ ...wanted, ...limits }).map(({ name, namespace, threshold }) => [namespace, name, threshold]);
    expect(names({ errorRatioMax: 0.05, latencyP99MaxMs: 300 })).toEqual([
      ["shop", "checkout errors", 0.05],
      ["shop", "checkout latency", 300],
    ]);
    expect(names({ latencyP99MaxMs: 300 })).toEqual([["shop", "checkout latency", 300]]);
    expect(names({ errorRatioMax: 0 })).toEqual([["shop", "checkout errors", 0]]);
  });
});
