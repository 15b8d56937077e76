import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { success } from "../../../src/failure.ts";
import { prometheusCallGraph } from "../../../src/telemetry/call-graph.ts";
import { tracesCallGraph } from "../../../src/telemetry/call-graph-traces.ts";
import type { MetricSample } from "../../../src/telemetry/telemetry.ts";
import { telemetryServer, type Reply, type TelemetryServer } from "../../contract/telemetry-server.ts";

const graph = (labels: Record<string, string>): MetricSample => ({ labels, value: 12 });

describe("out of Prometheus", () => {
  const asked: string[] = [];
  const source = (graphs: readonly MetricSample[], istio: readonly MetricSample[]) => ({
    name: "Prometheus",
    query: (promql: string) => {
      asked.push(promql);
      return Promise.resolve(success(promql.includes("istio") ? istio : graphs));
    },
  });

  test("service graphs, with namespaces where they are dimensions, and Istio's Service and workload", async () => {
    const calls = await prometheusCallGraph(
      source(
        [
          graph({ client: "checkout", server: "payment" }),
          graph({ client: "gateway", server: "checkout", client_k8s_namespace_name: "front", server_service_namespace: "shop" }),
          graph({ client: "", server: "payment" }),
        ],
        [
          graph({
            source_workload: "frontend",
            source_workload_namespace: "shop",
            destination_service_name: "catalog",
            destination_service_namespace: "shop",
            destination_workload: "catalog-v2",
            destination_workload_namespace: "shop",
          }),
          graph({ source_workload: "unknown", source_workload_namespace: "unknown", destination_service_name: "catalog" }),
        ],
      ),
    ).calls();
    expect(calls).toEqual(
      success([
        { from: { name: "checkout" }, to: { name: "payment" }, source: "service graph" },
        { from: { name: "gateway", namespace: "front" }, to: { name: "checkout", namespace: "shop" }, source: "service graph" },
        { from: { name: "frontend", namespace: "shop" }, to: { name: "catalog", namespace: "shop" }, source: "istio" },
        { from: { name: "frontend", namespace: "shop" }, to: { name: "catalog-v2", namespace: "shop" }, source: "istio" },
      ]),
    );
  });

  test("what was called in the last hour, of this cluster alone where several share it", async () => {
    asked.length = 0;
    await prometheusCallGraph(source([], []), "east").calls();
    expect(asked).toEqual([
      'sum by (client, server, client_k8s_namespace_name, server_k8s_namespace_name, client_service_namespace, server_service_namespace) (increase(traces_service_graph_request_total{cluster=~"east|"}[1h])) > 0',
      'sum by (source_workload, source_workload_namespace, destination_workload, destination_workload_namespace, destination_service_name, destination_service_namespace) (increase(istio_requests_total{cluster=~"east|"}[1h])) > 0',
    ]);
  });
});

describe("out of traces", () => {
  let server: TelemetryServer;
  beforeEach(async () => {
    server = await telemetryServer(() => ({ body: { data: [] } }));
  });
  afterEach(() => server.close());

  const answering = (reply: Reply) => {
    server.reply = () => reply;
    return tracesCallGraph({ url: `${server.url}/jaeger`, clock: { nowMs: () => 1_795_309_360_000 } }).calls();
  };

  test("the dependencies of a day", async () => {
    await answering({ body: { data: null, total: 0, limit: 0, offset: 0, errors: null } });
    expect(server.received).toMatchObject([{ method: "GET", url: "/jaeger/api/dependencies?endTs=1795309360000&lookback=86400000" }]);
  });

  test.each<[string, Reply, string, string]>([
    ["an error", { body: { data: null, errors: [{ code: 500, msg: "no index" }] } }, "refused", "Traces answered: no index"],
    [
      "a store without dependencies",
      { status: 501, body: { data: null, errors: [{ code: 501, msg: "disabled" }] } },
      "unavailable",
      "Traces answered 501",
    ],
    ["another's JSON", { body: { dependencies: [] } }, "malformed", "the answer to /api/dependencies is not of its form"],
    ["a path that it has not", { status: 404, body: "{}" }, "refused", "Traces answered 404"],
  ])("%s is a failure", async (_what, reply, kind, reason) => {
    expect(await answering(reply)).toMatchObject({ ok: false, failure: { kind, reason } });
  });
});
