import { describe, expect, test } from "vitest";
import { measureAttempt, measureCheckpoint } from "../../../src/agent/detection.ts";
import type { Site } from "../../../src/agent/site.ts";
import { createWorld } from "../../../src/demo/world.ts";
import { success, unavailable } from "../../../src/failure.ts";
import type { JsonObject } from "../../../src/kubernetes/json.ts";
import type { SeenCall } from "../../../src/severity/call-graph.ts";
import type { AlertReading } from "../../../src/severity/severity.ts";
import type { CallGraphSource, MetricSample } from "../../../src/telemetry/telemetry.ts";
import { attempt, incident, states } from "../transaction/incidents.ts";

const image = "registry.example/shop:1.4.2";

function app(namespace: string, name: string): readonly JsonObject[] {
  const labels = { app: name };
  const container = { name: "app", image, ports: [{ containerPort: 8080 }], readinessProbe: { httpGet: { path: "/readyz", port: 8080 } } };
  return [
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name, namespace, labels },
      spec: { replicas: 1, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers: [container] } } },
    },
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name, namespace, labels },
      spec: { selector: labels, ports: [{ port: 80, targetPort: 8080 }] },
    },
  ];
}

const down = (namespace: string): AlertReading => ({ name: "Down", labels: { namespace }, state: "firing", silenced: false });
const seen = (from: string, to: string): SeenCall => ({
  from: { namespace: from.split("/")[0], name: from.split("/")[1] ?? "" },
  to: { namespace: to.split("/")[0], name: to.split("/")[1] ?? "" },
  source: "service graph",
});
const telling = (calls: readonly SeenCall[]): CallGraphSource => ({ name: "Prometheus", calls: async () => success(calls) });

interface Watched {
  readonly calls?: readonly SeenCall[];
  readonly alerts?: readonly AlertReading[];
  readonly change?: Partial<Site>;
}

/** Three namespaces: gateway in front calls payment in shop; billing has nothing to do with either. */
async function siteWith({ calls = [seen("front/gateway", "shop/payment")], alerts = [], change = {} }: Watched) {
  const namespaces = ["shop", "front", "billing"];
  const world = createWorld({
    objects: [...app("shop", "payment"), ...app("front", "gateway"), ...app("billing", "invoices")],
    cluster: { namespaces, images: [image] },
  });
  await world.run(60);
  const site = world.composed.runner.sites.get("demo");
  if (site === undefined) throw new Error("there is no such site");
  const requests: string[] = [];
  const cluster: Site["cluster"] = {
    ...site.cluster,
    list: (kind, namespace, keep) => {
      requests.push(`${kind} ${namespace ?? "*"}`);
      return site.cluster.list(kind, namespace, keep);
    },
  };
  const watched: Site = {
    ...site,
    cluster,
    alerts: { name: "test", alerts: async () => success(alerts) },
    callGraph: { sources: [telling(calls)], declared: [] },
    ...change,
  };
  return { site: watched, requests, world };
}

const about = incident(states.checkpointing, {
  namespaces: ["shop"],
  episodes: [{ name: "Down", labels: { namespace: "shop" }, startsAtMs: 0, firing: true }],
});

async function checkpointAt(site: Site) {
  const measured = await measureCheckpoint(site, about, false);
  if (!measured.ok) throw new Error(measured.failure.reason);
  return measured.value;
}

describe("what is measured at the checkpoint", () => {
  test("the incident's namespaces and those that call into them, and nothing else is listed", async () => {
    const { site, requests } = await siteWith({ alerts: [down("shop"), down("front"), down("billing")] });
    requests.length = 0;
    const { severity, checkpoint } = await checkpointAt(site);
    expect(severity).toMatchObject({ kind: "known", mu: 6, elsewhere: 1 });
    expect(checkpoint.baseline.measured).toEqual(["shop", "front"]);
    expect(Object.keys(checkpoint.baseline.desired)).toEqual(["Deployment shop/payment", "Deployment front/gateway"]);
    expect(requests.filter((request) => request.endsWith("billing"))).toEqual([]);
    expect(requests.toSorted()).toEqual(
      ["Deployment", "StatefulSet", "DaemonSet", "Pod", "Service", "EndpointSlice"]
        .flatMap((kind) => [`${kind} shop`, `${kind} front`])
        .toSorted(),
    );
  });

  test("a bare name is placed by what is there, and a call of an unknown one widens nothing", async () => {
    const bare: readonly SeenCall[] = [
      { from: { name: "gateway" }, to: { name: "payment" }, source: "traces" },
      { from: { name: "stranger" }, to: { name: "payment" }, source: "traces" },
    ];
    const declared = [seen("front/gateway", "shop/other")];
    const { site } = await siteWith({ change: { callGraph: { sources: [telling(bare)], declared } } });
    expect((await checkpointAt(site)).checkpoint.baseline.measured).toEqual(["shop", "front"]);
  });

  test("without a call graph it is the incident's own namespaces", async () => {
    const { site } = await siteWith({ change: { callGraph: undefined } });
    expect((await checkpointAt(site)).checkpoint.baseline.measured).toEqual(["shop"]);
  });

  test("a call graph that cannot be read is no checkpoint: nobody knows who would suffer", async () => {
    const silent: CallGraphSource = { name: "Traces", calls: async () => unavailable("Traces could not be reached (ECONNREFUSED)") };
    const { site } = await siteWith({ change: { callGraph: { sources: [telling([]), silent], declared: [] } } });
    expect(await measureCheckpoint(site, about, false)).toMatchObject({
      ok: false,
      failure: { kind: "unavailable", reason: "who calls into shop could not be read: Traces could not be reached (ECONNREFUSED)" },
    });
  });
});

describe("what is measured later", () => {
  test("is the same, whoever calls by then", async () => {
    const { site } = await siteWith({ alerts: [down("shop")] });
    const { checkpoint } = await checkpointAt(site);
    const later: Site = {
      ...site,
      alerts: { name: "test", alerts: async () => success([down("front"), down("billing")]) },
      callGraph: { sources: [telling([seen("billing/invoices", "shop/payment")])], declared: [] },
    };
    const { severity, oracles } = await measureAttempt(later, { ...about, state: states.evaluating }, { ...attempt, checkpoint });
    expect(severity).toMatchObject({ kind: "known", mu: 3, vector: { alerts: ['Down{namespace="front"}'] }, elsewhere: 1 });
    expect(oracles[0]).toMatchObject({ oracle: "alerts", state: "fails", reason: "began since the checkpoint: Down (firing)" });
  });

  test("of a record that knows no measured namespaces it is the incident's own", async () => {
    const { site } = await siteWith({ alerts: [down("front")] });
    const { checkpoint } = await checkpointAt(site);
    const { measured: _measured, ...older } = checkpoint.baseline;
    const { severity } = await measureAttempt(site, about, {
      ...attempt,
      checkpoint: { ...checkpoint, baseline: { ...older, desired: {}, servingServices: [], nodes: [] } },
    });
    expect(severity).toMatchObject({ kind: "known", mu: 0, elsewhere: 1 });
  });
});

const edge = (server: string, value: number): MetricSample => ({ labels: { client: "gateway", server }, value });

function metricsOf(edges: () => readonly MetricSample[]) {
  const asked: string[] = [];
  const metrics: Site["metrics"] = {
    name: "test",
    query: async (promql) => {
      asked.push(promql);
      return success(promql.includes("istio") ? [] : edges());
    },
  };
  return { asked, metrics };
}

const fifteenSeconds = async () => success(15_000);

describe("automatic objectives", () => {
  test("those that had data at the checkpoint are measured on, the Services of the scope alone being asked for", async () => {
    let edges = [edge("payment", 0.5)];
    const { asked, metrics } = metricsOf(() => edges);
    const { site } = await siteWith({ change: { metrics, automaticObjectives: { windowMs: 60_000 } } });
    const { severity, checkpoint } = await checkpointAt(site);
    expect(severity).toMatchObject({ mu: 3, vector: { violations: ["objective shop/calls from gateway to payment"] } });
    expect(asked[0]).toContain("payment");
    expect(asked[0]).toContain("gateway");
    expect(asked[0]).not.toContain("invoices");
    edges = [edge("payment", 0), edge("gateway", 1)];
    const later = await measureAttempt(site, about, { ...attempt, checkpoint });
    expect(later.severity).toMatchObject({ kind: "known", mu: 0 });
  });

  test("where there were none at the checkpoint none is asked for again", async () => {
    const { asked, metrics } = metricsOf(() => []);
    const { site } = await siteWith({ change: { metrics, automaticObjectives: { windowMs: 60_000 } } });
    const { checkpoint } = await checkpointAt(site);
    expect(asked.length).toBe(2);
    await measureAttempt(site, about, { ...attempt, checkpoint });
    expect(asked.length).toBe(2);
  });

  test("the time that they look back counts when they are to recover", async () => {
    const { metrics } = metricsOf(() => [edge("payment", 1)]);
    const { site } = await siteWith({ change: { metrics, horizonMs: fifteenSeconds, automaticObjectives: { windowMs: 60_000 } } });
    expect((await checkpointAt(site)).checkpoint.horizonMs).toBe(60_000);
  });
});

test.each<[string, Partial<Site>, readonly string[]]>([
  ["neither", { alerts: undefined, metrics: undefined }, ["alerts", "objectives"]],
  [
    "Alertmanager alone",
    { alerts: { name: "a", blindTo: ["pending alerts"], alerts: async () => success([]) }, metrics: undefined },
    ["pending alerts", "objectives"],
  ],
  ["Prometheus alone", { alerts: { name: "p", blindTo: ["silences"], alerts: async () => success([]) } }, ["silences"]],
  ["both", { alerts: { name: "b", blindTo: [], alerts: async () => success([]) } }, []],
])("with %s, what is not measured is named", async (_what, change, lacking) => {
  const { site } = await siteWith({ change });
  const { checkpoint } = await checkpointAt(site);
  const { oracles } = await measureAttempt(site, about, { ...attempt, checkpoint });
  expect(oracles.flatMap(({ oracle, state }) => (state === "not measured" ? [oracle] : []))).toEqual(lacking);
});
