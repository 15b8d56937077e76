import { expect, test } from "vitest";
import { success, unavailable, type Result } from "../../../src/failure.ts";
import { readAutomaticObjectives } from "../../../src/telemetry/automatic.ts";
import type { MetricSample, MetricSource } from "../../../src/telemetry/telemetry.ts";

const options = { windowMs: 60_000 };
const services = ["shop/payment", "shop/catalog"];

function source(graph: readonly MetricSample[], istio: readonly MetricSample[] = []): MetricSource {
  return { name: "test", query: (promql) => Promise.resolve(success(promql.includes("istio") ? istio : graph)) };
}
const edge = (client: string, server: string, value: number, more: Record<string, string> = {}): MetricSample => ({
  labels: { client, server, ...more },
  value,
});
const mesh = (from: string, to: string, value: number): MetricSample => ({
  labels: {
    source_workload: from,
    source_workload_namespace: "shop",
    destination_service_name: to,
    destination_service_namespace: "shop",
  },
  value,
});

async function told(...samples: Parameters<typeof source>): Promise<readonly string[]> {
  const read = await readAutomaticObjectives(source(...samples), services, options);
  return read.known
    ? read.value.map(({ namespace, name, state, automatic }) => `${namespace}/${name}: ${state}${automatic === true ? "" : "?"}`)
    : [read.reason];
}

test.each<[string, Parameters<typeof source>, readonly string[]]>([
  ["a call that fails at times holds", [[edge("checkout", "payment", 0.05)]], ["shop/calls from checkout to payment: holds"]],
  ["one in ten failing is too many", [[edge("checkout", "payment", 0.1)]], ["shop/calls from checkout to payment: violated"]],
  ["without traffic there is none", [[edge("checkout", "payment", Number.NaN)]], []],
  ["nobody calls", [[]], []],
  ["a host name inside the cluster", [[edge("checkout", "payment.shop.svc", 0)]], ["shop/calls from checkout to payment: holds"]],
  [
    "a caller of another namespace",
    [[edge("gateway", "payment", 0, { client_k8s_namespace_name: "front" })]],
    ["shop/calls from front/gateway to payment: holds"],
  ],
  [
    "a caller of the same one",
    [[edge("checkout", "payment", 0, { client_k8s_namespace_name: "shop" })]],
    ["shop/calls from checkout to payment: holds"],
  ],
  [
    "a server of that name in another namespace is not ours",
    [[edge("checkout", "payment", 1, { server_k8s_namespace_name: "billing" })]],
    [],
  ],
  ["Istio", [[], [mesh("checkout", "payment", 1)]], ["shop/calls from checkout to payment: violated"]],
  ["who calls is not known", [[], [mesh("unknown", "payment", 1)]], []],
  [
    "two families that disagree",
    [[edge("checkout", "payment", 0)], [mesh("checkout", "payment", 1)]],
    ["shop/calls from checkout to payment: violated"],
  ],
  [
    "two replicas that disagree",
    [[edge("checkout", "payment", 1), edge("checkout", "payment", 0)]],
    ["shop/calls from checkout to payment: violated"],
  ],
])("%s", async (_what, samples, expected) => {
  expect(await told(...samples)).toEqual(expected);
});

test("two queries, that name the Services, the window and the cluster, and none without Services", async () => {
  const asked: string[] = [];
  const asking: MetricSource = {
    name: "test",
    query: (promql) => {
      asked.push(promql);
      return Promise.resolve(success([]));
    },
  };
  await readAutomaticObjectives(asking, [], options);
  expect(asked).toEqual([]);
  await readAutomaticObjectives(asking, services, { windowMs: 15_000, cluster: "eu.west" });
  const server = 'server=~"(?:shop/)?catalog(?:[.]shop(?:[.]svc.*)?)?|(?:shop/)?payment(?:[.]shop(?:[.]svc.*)?)?", cluster=~"eu[.]west|"';
  const by =
    "sum by (client, server, client_k8s_namespace_name, server_k8s_namespace_name, client_service_namespace, server_service_namespace)";
  const all = `${by} (rate(traces_service_graph_request_total{${server}}[15s]))`;
  expect(asked).toEqual([
    `(${by} (rate(traces_service_graph_request_failed_total{${server}}[15s])) or ${all} * 0) / (${all} > 0)`,
    expect.stringContaining('destination_service_namespace=~"shop", destination_service_name=~"catalog|payment", cluster=~"eu[.]west|"'),
  ]);
});

test("of very many Services no name is asked for, and what is none of them is left out", async () => {
  const asked: string[] = [];
  const asking: MetricSource = {
    name: "test",
    query: (promql) => {
      asked.push(promql);
      return Promise.resolve(success(promql.includes("istio") ? [] : [edge("checkout", "s7", 0), edge("checkout", "database", 1)]));
    },
  };
  const many = Array.from({ length: 301 }, (_, index) => `shop/s${index}`);
  const read = await readAutomaticObjectives(asking, many, options);
  expect(read).toMatchObject({ known: true, value: [{ name: "calls from checkout to s7", state: "holds" }] });
  expect(asked.join(" ")).not.toContain("server=~");
  expect(asked[1]).toContain('istio_requests_total{reporter=~"source|waypoint"}');
});

test("what cannot be read is not known", async () => {
  const failing: MetricSource = {
    name: "test",
    query: (): Promise<Result<never>> => Promise.resolve(unavailable("Prometheus answered 503")),
  };
  expect(await readAutomaticObjectives(failing, services, options)).toEqual({
    known: false,
    reason: "automatic objectives: Prometheus answered 503",
  });
});
