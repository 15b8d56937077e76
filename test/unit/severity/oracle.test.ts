import { describe, expect, test } from "vitest";
import { baselineOf } from "../../../src/severity/measure.ts";
import { judge } from "../../../src/severity/oracle.ts";
import type { Readings } from "../../../src/severity/severity.ts";
import type { Episode } from "../../../src/severity/trouble.ts";
import { alert, alerts, healthy, known, nodes, objectives, readings, services, unread, workloads } from "./readings.ts";

interface Judging {
  readonly what: string;
  readonly episodes?: readonly Episode[];
  readonly before?: Partial<Readings>;
  readonly now: Partial<Readings>;
  readonly restartsAtStart?: Readonly<Record<string, number>>;
  readonly state: "passes" | "fails" | "not measured";
  readonly reason: string;
}

const reported: Episode = { name: "HighErrors", labels: { alertname: "HighErrors", namespace: "shop", service: "payment" } };

const ofAlerts: readonly Judging[] = [
  { what: "no alert is active", now: {}, state: "passes", reason: "none of the incident's alerts is active" },
  {
    what: "the alert fires",
    now: alerts(alert("HighErrors", { service: "payment" })),
    state: "fails",
    reason: "still active: HighErrors (firing)",
  },
  {
    what: "the alert is pending again",
    now: alerts(alert("HighErrors", { service: "payment" }, { state: "pending" })),
    state: "fails",
    reason: "still active: HighErrors (pending)",
  },
  {
    what: "the alert fires and is silenced",
    now: alerts(alert("HighErrors", { service: "payment" }, { silenced: true })),
    state: "fails",
    reason: "still active: HighErrors (firing)",
  },
  {
    what: "the same rule fires for another service, which it did not before",
    now: alerts(alert("HighErrors", { service: "cart" })),
    state: "fails",
    reason: "began since the checkpoint: HighErrors (firing)",
  },
  {
    what: "the same rule fires for another service, as it did before",
    before: alerts(alert("HighErrors", { service: "cart" })),
    now: alerts(alert("HighErrors", { service: "cart" })),
    state: "passes",
    reason: "none of the incident's alerts is active",
  },
  {
    what: "another rule fires, and names nothing",
    now: alerts(alert("Slow")),
    state: "fails",
    reason: "began since the checkpoint: Slow (firing)",
  },
  {
    what: "another rule is pending for the same service",
    now: alerts(alert("Slow", { service: "payment" }, { state: "pending" })),
    state: "fails",
    reason: "began since the checkpoint: Slow (pending)",
  },
  {
    what: "another rule fires for another service",
    now: alerts(alert("Slow", { service: "cart" })),
    state: "passes",
    reason: "none of the incident's alerts is active",
  },
  {
    what: "another rule fires in another namespace",
    now: alerts(alert("Slow", { namespace: "billing" })),
    state: "passes",
    reason: "none of the incident's alerts is active",
  },
  { what: "alerts are unknown", now: { alerts: unread("no answer") }, state: "fails", reason: "alerts could not be read (no answer)" },
  { what: "no source is configured", now: { alerts: undefined }, state: "not measured", reason: "no alert source is configured" },
  {
    what: "no alert is active and a replica is silent",
    now: { lacks: ["Alertmanager 2 could not be reached (ECONNREFUSED)"] },
    state: "passes",
    reason: "none of the incident's alerts is active; Alertmanager 2 could not be reached (ECONNREFUSED)",
  },
  { what: "a person started it", episodes: [], now: {}, state: "not measured", reason: "the incident has no alerts" },
];

const ofRequests: readonly Judging[] = [
  {
    what: "all is as it was",
    now: {},
    state: "passes",
    reason: "objectives hold (2); Services that served at the checkpoint serve (2)",
  },
  { what: "an objective is violated", now: objectives("violated", "holds"), state: "fails", reason: "objective checkout is violated" },
  { what: "an objective vanished", now: objectives("holds", "vanished"), state: "fails", reason: "objective search has no data" },
  {
    what: "an objective of another namespace is violated",
    before: { objectives: known([{ name: "invoices", namespace: "billing", state: "holds" }]) },
    now: { objectives: known([{ name: "invoices", namespace: "billing", state: "violated" }]) },
    state: "passes",
    reason: "objectives hold (0); Services that served at the checkpoint serve (2)",
  },
  {
    what: "a Service stopped serving",
    now: services(["frontend", 0], ["payment", 2]),
    state: "fails",
    reason: "Service shop/frontend has no ready endpoint",
  },
  { what: "a Service is gone", now: services(["payment", 2]), state: "fails", reason: "Service shop/frontend has no ready endpoint" },
  {
    what: "a Service that was idle still is",
    before: services(["frontend", 3], ["batch", 0]),
    now: services(["frontend", 3], ["batch", 0]),
    state: "passes",
    reason: "objectives hold (2); Services that served at the checkpoint serve (1)",
  },
  {
    what: "the Service that the alert names was idle and still is",
    before: services(["frontend", 3], ["payment", 0]),
    now: services(["frontend", 3], ["payment", 0]),
    state: "fails",
    reason: "Service shop/payment has no ready endpoint",
  },
  {
    what: "the Service that the alert names was idle and is gone",
    before: services(["frontend", 3], ["payment", 0]),
    now: services(["frontend", 3]),
    state: "fails",
    reason: "Service shop/payment has no ready endpoint",
  },
  {
    what: "objectives held at the checkpoint and are not configured any more",
    now: { objectives: undefined },
    state: "fails",
    reason: "objective shop/checkout is not configured any more, objective shop/search is not configured any more",
  },
  {
    what: "calls that were well have stopped",
    before: { objectives: known([{ name: "calls from cart to payment", namespace: "shop", state: "holds", automatic: true }]) },
    now: { objectives: known([]) },
    state: "fails",
    reason: "objective shop/calls from cart to payment has no data any more: nobody calls",
  },
  {
    what: "calls that began after the checkpoint fail",
    before: { objectives: known([]) },
    now: { objectives: known([{ name: "calls from cart to payment", namespace: "shop", state: "violated", automatic: true }]) },
    state: "passes",
    reason: "objectives hold (0); Services that served at the checkpoint serve (2)",
  },
  {
    what: "no objectives are configured",
    before: { objectives: undefined },
    now: { objectives: undefined },
    state: "passes",
    reason: "Services that served at the checkpoint serve (2); no objectives are configured",
  },
  {
    what: "no objectives are configured and nothing serves, as before",
    episodes: [],
    before: { objectives: undefined, ...services(["batch", 0]) },
    now: { objectives: undefined, ...services(["batch", 0]) },
    state: "not measured",
    reason: "no objectives are configured and no Service serves",
  },
  {
    what: "objectives are unknown",
    now: { objectives: unread("Prometheus answered 503") },
    state: "fails",
    reason: "objectives could not be read (Prometheus answered 503)",
  },
  { what: "Services are unknown", now: { services: unread("403") }, state: "fails", reason: "Services could not be read (403)" },
  { what: "the API server is silent", now: { apiServerAnswers: false }, state: "fails", reason: "the API server does not answer" },
];

const ofHealth: readonly Judging[] = [
  {
    what: "all is as it was, over a soak",
    now: {},
    restartsAtStart: { "Deployment shop/frontend": 1, "Deployment shop/payment": 1 },
    state: "passes",
    reason: "workloads are at their desired capacity (2); no restarts during the soak",
  },
  {
    what: "the soak has not begun",
    now: {},
    state: "passes",
    reason: "workloads are at their desired capacity (2); restarts were not compared",
  },
  {
    what: "a replica is missing",
    now: workloads(["frontend", 3, 2], ["payment", 2, 2]),
    state: "fails",
    reason: "Deployment shop/frontend has 2 of 3 ready",
  },
  {
    what: "the patient was scaled down",
    now: workloads(["frontend", 3, 3], ["payment", 0, 0]),
    state: "fails",
    reason: "Deployment shop/payment has 0 of 2 ready",
  },
  { what: "the patient is gone", now: workloads(["frontend", 3, 3]), state: "fails", reason: "Deployment shop/payment has 0 of 2 ready" },
  {
    what: "a container restarted during the soak",
    now: workloads(["frontend", 3, 3, 2], ["payment", 2, 2]),
    restartsAtStart: { "Deployment shop/frontend": 1, "Deployment shop/payment": 0 },
    state: "fails",
    reason: "Deployment shop/frontend restarted during the soak",
  },
  {
    what: "restarts fell because pods were replaced",
    now: workloads(["frontend", 3, 3, 0], ["payment", 2, 2]),
    restartsAtStart: { "Deployment shop/frontend": 7, "Deployment shop/payment": 0 },
    state: "passes",
    reason: "workloads are at their desired capacity (2); no restarts during the soak",
  },
  {
    what: "a workload that came during the soak restarted",
    now: workloads(["frontend", 3, 3], ["payment", 2, 2], ["cart", 1, 1, 1]),
    restartsAtStart: { "Deployment shop/frontend": 1, "Deployment shop/payment": 1 },
    state: "fails",
    reason: "Deployment shop/cart restarted during the soak",
  },
  {
    what: "a node is not ready",
    now: nodes(["worker-1", true], ["worker-2", false]),
    state: "fails",
    reason: "Node worker-2 is not ready",
  },
  { what: "a node is gone", now: nodes(["worker-1", true]), state: "fails", reason: "Node worker-2 is not ready" },
  { what: "workloads are unknown", now: { workloads: unread("403") }, state: "fails", reason: "workloads could not be read (403)" },
  { what: "nodes are unknown", now: { nodes: unread("403") }, state: "fails", reason: "nodes could not be read (403)" },
  { what: "the API server is silent", now: { apiServerAnswers: false }, state: "fails", reason: "the API server does not answer" },
];

describe.each([
  ["alerts", ofAlerts],
  ["user requests", ofRequests],
  ["system health", ofHealth],
] as const)("the oracle of %s", (oracle, judgings) => {
  test.each(judgings)("$what: $state", ({ episodes = [reported], before = {}, now, restartsAtStart, state, reason }) => {
    const judgements = judge({
      episodes,
      readings: readings(now),
      baseline: baselineOf(readings(before)),
      restartsAtStart,
    });
    expect(judgements.find((judgement) => judgement.oracle === oracle)).toEqual({ oracle, state, reason });
  });
});

test("without a checkpoint the present alone is judged", () => {
  const judgements = judge({ episodes: [reported], readings: healthy, baseline: undefined, restartsAtStart: undefined });
  expect(judgements.map(({ oracle, state }) => [oracle, state])).toEqual([
    ["alerts", "passes"],
    ["user requests", "passes"],
    ["system health", "passes"],
  ]);
});

test("what no source can tell is named as not measured", () => {
  const now = readings({ unmeasured: ["pending alerts", "objectives"] });
  const judgements = judge({ episodes: [reported], readings: now, baseline: undefined, restartsAtStart: undefined });
  expect(judgements.slice(3)).toEqual([
    { oracle: "pending alerts", state: "not measured", reason: "no Prometheus is configured, and Alertmanager knows only what fires" },
    { oracle: "objectives", state: "not measured", reason: "no Prometheus is configured, so no objective can be asked for" },
  ]);
});

test("a long list of what is wrong is cut", () => {
  const many = Array.from({ length: 8 }, (_, index): [string, number, number] => [`w${index}`, 1, 0]);
  const judgements = judge({ episodes: [], readings: readings(workloads(...many)), baseline: undefined, restartsAtStart: undefined });
  expect(judgements[2]?.reason).toMatch(/^Deployment shop\/w0 has 0 of 1 ready, .*w4 has 0 of 1 ready and 3 more$/);
});
