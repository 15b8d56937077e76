import { alertmanager } from "../../src/telemetry/alertmanager.ts";
import { prometheusCallGraph } from "../../src/telemetry/call-graph.ts";
import { tracesCallGraph } from "../../src/telemetry/call-graph-traces.ts";
import { memoryTelemetry } from "../../src/telemetry/memory.ts";
import { mergeAlertSources } from "../../src/telemetry/merge.ts";
import { prometheus } from "../../src/telemetry/prometheus.ts";
import { alertReplicas, metricReplicas } from "../../src/telemetry/replicas.ts";
import type { MetricSample } from "../../src/telemetry/telemetry.ts";
import {
  alertmanagerAlerts,
  jaegerDependencies,
  prometheusAlerts,
  prometheusVector,
  telemetryServer,
  type Received,
  type Reply,
} from "./telemetry-server.ts";
import { alertSourceContract, callGraphContract, metricSourceContract, secret } from "./telemetry.ts";
import type { AlertWorld, CallGraphWorld, MetricWorld, World } from "./telemetry.ts";

type Active = Parameters<AlertWorld["active"]>[0];

/** Answers as a proxy does that writes back whatever it was sent. */
function failing(how: "down" | "echoing" | "garbage", request: Received): Reply {
  const echo = `no: ${JSON.stringify(request.headers)} ${secret}`;
  if (how === "down") return { status: 503, headers: { "content-type": "text/html" }, body: `<html>${echo}</html>` };
  if (how === "garbage") return { body: `<html>${echo}</html>` };
  return request.url.includes("/api/v2/")
    ? { status: 400, body: JSON.stringify(echo) }
    : { status: 400, body: { status: "error", errorType: "bad_data", error: echo } };
}

async function server(
  answer: (request: Received) => Reply,
): Promise<{ url: string; fail: World<unknown>["fail"]; close(): Promise<void> }> {
  let how: "down" | "echoing" | "garbage" | undefined;
  const running = await telemetryServer((request) => (how === undefined ? answer(request) : failing(how, request)));
  return {
    url: running.url.replace("http://", `http://reader:${secret}@`),
    fail: (next) => (how = next),
    close: () => running.close(),
  };
}

const headers = { "x-api-key": secret };
const labelsOf = ({ name, namespace }: Active[number]) => ({ alertname: name, namespace });

async function prometheusWorld(): Promise<AlertWorld> {
  let alerts: Active = [];
  const { url, ...rest } = await server(() =>
    prometheusAlerts(...alerts.map((alert) => ({ labels: labelsOf(alert), state: alert.state ?? "firing" }))),
  );
  return { source: prometheus({ url, headers }), active: (next) => (alerts = next), ...rest };
}

async function alertmanagerWorld(): Promise<AlertWorld> {
  let alerts: Active = [];
  const { url, ...rest } = await server(() =>
    alertmanagerAlerts(
      ...alerts
        .filter(({ state }) => state !== "pending")
        .map((alert) => ({
          labels: { ...labelsOf(alert), cluster: "prod" },
          silencedBy: alert.silenced === true ? ["eb50b707-49ef-49ce-a51b-d26f8a5d9bcb"] : [],
        })),
    ),
  );
  return { source: alertmanager({ url, headers: { authorization: `Bearer ${secret}` } }), active: (next) => (alerts = next), ...rest };
}

async function mergedWorld(): Promise<AlertWorld> {
  const worlds = await Promise.all([prometheusWorld(), alertmanagerWorld()]);
  const source = mergeAlertSources(worlds.map((world) => world.source));
  if (source === undefined) throw new Error("two sources make one");
  return {
    source,
    active: (alerts) => worlds.forEach((world) => world.active(alerts)),
    fail: (how) => worlds[1].fail(how),
    close: async () => {
      for (const world of worlds) await world.close?.();
    },
  };
}

/** Both fail: one alone is forgiven. */
async function replicasWorld(create: () => Promise<AlertWorld>): Promise<AlertWorld> {
  const worlds = await Promise.all([create(), create()]);
  const source = alertReplicas(worlds.map((world) => world.source));
  if (source === undefined) throw new Error("two sources make one");
  return {
    source,
    active: (alerts) => worlds.forEach((world) => world.active(alerts)),
    fail: (how) => worlds.forEach((world) => world.fail(how)),
    close: async () => {
      for (const world of worlds) await world.close?.();
    },
  };
}

function memoryWorld(): Promise<AlertWorld & MetricWorld> {
  let alerts: Active = [];
  let samples: readonly MetricSample[] = [];
  const source = memoryTelemetry({
    clock: { nowMs: () => 0 },
    rules: (["pending", "firing"] as const).map((wanted) => ({
      name: "HighErrors",
      forMs: wanted === "pending" ? 60_000 : 0,
      evaluate: () => alerts.filter(({ state }) => (state ?? "firing") === wanted).map(({ namespace }) => ({ namespace })),
    })),
    queries: { errors: () => samples },
  });
  return Promise.resolve({
    source,
    active(next) {
      alerts = next;
      for (const alert of next) if (alert.silenced === true) source.silence(labelsOf(alert));
    },
    series: (next) => (samples = next),
    fail: (how) => source.fail(how),
  });
}

/** As Prometheus writes numbers. */
const inText = (value: number) => String(value).replace("Infinity", "Inf").replace(/^Inf/, "+Inf");

async function prometheusMetrics(): Promise<MetricWorld> {
  let samples: readonly MetricSample[] = [];
  const { url, ...rest } = await server(() =>
    prometheusVector(...samples.map(({ labels, value }) => ({ metric: { ...labels }, value: inText(value) }))),
  );
  return { source: prometheus({ url, headers }), series: (next) => (samples = next), ...rest };
}

async function metricReplicasWorld(): Promise<MetricWorld> {
  const worlds = await Promise.all([prometheusMetrics(), prometheusMetrics()]);
  const source = metricReplicas(worlds.map((world) => world.source));
  if (source === undefined) throw new Error("two sources make one");
  return {
    source,
    series: (series) => worlds.forEach((world) => world.series(series)),
    fail: (how) => worlds.forEach((world) => world.fail(how)),
    close: async () => {
      for (const world of worlds) await world.close?.();
    },
  };
}

async function prometheusCalls(): Promise<CallGraphWorld> {
  let calls: Parameters<CallGraphWorld["calls"]>[0] = [];
  const { url, ...rest } = await server(({ body }) =>
    body.includes("istio_requests_total")
      ? prometheusVector()
      : prometheusVector(...calls.map(({ from, to }) => ({ metric: { client: from, server: to }, value: "12" }))),
  );
  return { source: prometheusCallGraph(prometheus({ url, headers })), calls: (next) => (calls = next), ...rest };
}

async function jaegerCalls(): Promise<CallGraphWorld> {
  let calls: Parameters<CallGraphWorld["calls"]>[0] = [];
  const { url, ...rest } = await server(() => jaegerDependencies(...calls));
  return { source: tracesCallGraph({ url, headers, clock: { nowMs: () => 0 } }), calls: (next) => (calls = next), ...rest };
}

alertSourceContract("Prometheus", prometheusWorld, { pending: true, silences: false });
alertSourceContract("Alertmanager", alertmanagerWorld, { pending: false, silences: true });
alertSourceContract("Prometheus and Alertmanager merged", mergedWorld, { pending: true, silences: true });
alertSourceContract("two Prometheus", () => replicasWorld(prometheusWorld), { pending: true, silences: false });
alertSourceContract("two Alertmanagers", () => replicasWorld(alertmanagerWorld), { pending: false, silences: true });
alertSourceContract("memory telemetry", memoryWorld, { pending: true, silences: true });
metricSourceContract("Prometheus", prometheusMetrics);
metricSourceContract("two Prometheus", metricReplicasWorld);
metricSourceContract("memory telemetry", memoryWorld);
callGraphContract("Prometheus", prometheusCalls);
callGraphContract("Jaeger", jaegerCalls);
