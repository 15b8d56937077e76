import { describe, expect, test } from "vitest";
import { baselineOf, isWithin, measure } from "../../../src/severity/measure.ts";
import { defaultWeights, type Readings, type Severity } from "../../../src/severity/severity.ts";
import { alert, alerts, healthy, known, nodes, objectives, readings, services, unread, workloads } from "./readings.ts";

interface Situation {
  readonly what: string;
  /** The checkpoint; absent: there is none yet. */
  readonly before?: Partial<Readings>;
  readonly now: Partial<Readings>;
  readonly mu: number | "crashed" | "unknown";
}

const pending = { state: "pending" } as const;
const silenced = { silenced: true } as const;

const ofAlerts: readonly Situation[] = [
  { what: "nothing is wrong", now: {}, mu: 0 },
  { what: "nothing is wrong, as at the checkpoint", before: {}, now: {}, mu: 0 },
  { what: "one alert fires", now: alerts(alert("HighErrors")), mu: 3 },
  { what: "two alerts fire", now: alerts(alert("HighErrors"), alert("SlowAnswers")), mu: 6 },
  { what: "one rule fires for two pods", now: alerts(alert("Crash", { pod: "a-0" }), alert("Crash", { pod: "a-1" })), mu: 6 },
  { what: "the same alert is told twice", now: alerts(alert("HighErrors"), alert("HighErrors")), mu: 3 },
  { what: "an alert is pending and there is no checkpoint", now: alerts(alert("HighErrors", {}, pending)), mu: 0 },
  { what: "an alert is pending that was not active", before: {}, now: alerts(alert("HighErrors", {}, pending)), mu: 3 },
  {
    what: "an alert is pending that was pending",
    before: alerts(alert("HighErrors", {}, pending)),
    now: alerts(alert("HighErrors", {}, pending)),
    mu: 0,
  },
  {
    what: "an alert is pending that was firing: its condition is there again",
    before: alerts(alert("HighErrors")),
    now: alerts(alert("HighErrors", {}, pending)),
    mu: 3,
  },
  {
    what: "an alert fires that was pending",
    before: alerts(alert("HighErrors", {}, pending)),
    now: alerts(alert("HighErrors")),
    mu: 3,
  },
  {
    what: "an alert that fired is gone",
    before: alerts(alert("HighErrors")),
    now: {},
    mu: 0,
  },
  { what: "an alert is of severity info", now: alerts(alert("Chatter", { severity: "info" })), mu: 0 },
  { what: "an alert is of severity none", now: alerts(alert("Chatter", { severity: "none" })), mu: 0 },
  { what: "Watchdog fires", now: alerts(alert("Watchdog", { severity: "critical" })), mu: 0 },
  { what: "InfoInhibitor fires", now: alerts(alert("InfoInhibitor", { severity: "critical" })), mu: 0 },
  { what: "an alert of another namespace fires", now: alerts(alert("HighErrors", { namespace: "billing" })), mu: 0 },
  {
    what: "an alert of another namespace fires and the scope is the whole cluster",
    now: { scope: { cluster: "prod", namespaces: "all" }, ...alerts(alert("HighErrors", { namespace: "billing" })) },
    mu: 3,
  },
  { what: "an alert names a node under the scope", now: alerts(alert("DiskFull", { namespace: "", node: "worker-1" })), mu: 3 },
  { what: "an alert names a node elsewhere", now: alerts(alert("DiskFull", { namespace: "", node: "worker-9" })), mu: 0 },
  {
    what: "an alert names a node that is gone since",
    before: nodes(["worker-1", true], ["worker-3", true]),
    now: { ...nodes(["worker-1", true]), ...alerts(alert("DiskFull", { namespace: "", node: "worker-3" })) },
    mu: 4,
  },
  { what: "an alert names neither namespace nor node", now: alerts(alert("DeadMan", { namespace: "" })), mu: 0 },
  { what: "an alert is silenced and there is no checkpoint", now: alerts(alert("HighErrors", {}, silenced)), mu: 0 },
  {
    what: "an alert is silenced that was silenced",
    before: alerts(alert("HighErrors", {}, silenced)),
    now: alerts(alert("HighErrors", {}, silenced)),
    mu: 0,
  },
  {
    what: "an alert is silenced since the checkpoint",
    before: alerts(alert("HighErrors")),
    now: alerts(alert("HighErrors", {}, silenced)),
    mu: 3,
  },
  {
    what: "an alert that was pending fires and is silenced since",
    before: alerts(alert("HighErrors", {}, pending)),
    now: alerts(alert("HighErrors", {}, silenced)),
    mu: 3,
  },
  {
    what: "an alert is gone together with the workload that it named",
    before: alerts(alert("Crash", { pod: "payment-7d4b9c6f5d-x2x9z" })),
    now: { ...alerts(), ...workloads(["frontend", 3, 3]) },
    mu: 5,
  },
  {
    what: "an alert is gone and the workload that it named has fewer replicas",
    before: alerts(alert("HighErrors", { deployment: "payment" })),
    now: { ...alerts(), ...workloads(["frontend", 3, 3], ["payment", 1, 1]) },
    mu: 4,
  },
  {
    what: "an alert is gone and the Service that it named serves nobody any more",
    before: alerts(alert("HighErrors", { service: "payment" })),
    now: { ...alerts(), ...services(["frontend", 3], ["payment", 0]) },
    mu: 6,
  },
  {
    what: "an alert is gone and another workload was deleted",
    before: alerts(alert("HighErrors", { service: "payment" })),
    now: { ...alerts(), ...workloads(["payment", 2, 2]) },
    mu: 3,
  },
  {
    what: "an alert that was only pending is gone together with the workload that it named",
    before: alerts(alert("HighErrors", { deployment: "payment" }, pending)),
    now: { ...alerts(), ...workloads(["frontend", 3, 3]) },
    mu: 2,
  },
  { what: "no alert source is configured", now: { alerts: undefined }, mu: 0 },
];

const ofObjectives: readonly Situation[] = [
  { what: "one objective is violated", now: objectives("violated", "holds"), mu: 3 },
  { what: "one objective vanished", now: objectives("vanished", "holds"), mu: 3 },
  { what: "all objectives are violated and there is no checkpoint", now: objectives("violated", "violated"), mu: 6 },
  { what: "one of two objectives that held fails", before: {}, now: objectives("holds", "violated"), mu: 3 },
  { what: "all objectives that held fail", before: {}, now: objectives("vanished", "violated"), mu: "crashed" },
  {
    what: "the only objective that held fails and the one that failed holds now",
    before: objectives("violated", "holds"),
    now: objectives("holds", "violated"),
    mu: "crashed",
  },
  {
    what: "no objective held and none holds",
    before: objectives("violated", "violated"),
    now: objectives("violated", "violated"),
    mu: 6,
  },
  {
    what: "an objective that held is not spoken of any more",
    before: {},
    now: { objectives: known([{ name: "search", namespace: "shop", state: "holds" }]) },
    mu: 3,
  },
  {
    what: "an objective of another namespace is violated",
    now: { objectives: known([{ name: "invoices", namespace: "billing", state: "violated" }]) },
    mu: 0,
  },
  { what: "an objective without a namespace is violated", now: { objectives: known([{ name: "front door", state: "violated" }]) }, mu: 3 },
  { what: "no objectives are configured", now: { objectives: undefined }, mu: 0 },
  { what: "objectives held and none is configured any more", before: {}, now: { objectives: undefined }, mu: "unknown" },
  {
    what: "objectives failed and none is configured any more",
    before: objectives("violated", "violated"),
    now: { objectives: undefined },
    mu: "unknown",
  },
  {
    what: "an objective that failed is not spoken of any more",
    before: objectives("violated", "holds"),
    now: { objectives: known([{ name: "search", namespace: "shop", state: "holds" }]) },
    mu: 3,
  },
  {
    what: "a namespace that was measured is not measured any more",
    before: { scope: { cluster: "prod", namespaces: ["shop", "front"] } },
    now: {},
    mu: "unknown",
  },
  { what: "alerts were active and no source is left", before: alerts(alert("HighErrors")), now: { alerts: undefined }, mu: "unknown" },
];

const checkout = (state: "holds" | "violated" | "vanished", weight?: number) =>
  known([
    { name: "checkout", namespace: "shop", state, ...(weight === undefined ? {} : { weight }) },
    { name: "search", namespace: "shop", state: "holds" as const },
  ]);
const calls = (state: "holds" | "violated" | "vanished" | "gone") => ({
  objectives: known([
    { name: "search", namespace: "shop", state: "holds" as const },
    ...(state === "gone" ? [] : [{ name: "calls from cart to payment", namespace: "shop", state, automatic: true }]),
  ]),
});

const ofWeights: readonly Situation[] = [
  { what: "an objective of weight 1 is violated", now: { objectives: checkout("violated", 1) }, mu: 3 },
  { what: "an objective of weight 4 is violated", now: { objectives: checkout("violated", 4) }, mu: 12 },
  { what: "an objective of weight 4 vanished", now: { objectives: checkout("vanished", 4) }, mu: 12 },
  {
    what: "an objective of weight 4 that failed is configured with 1 since",
    before: { objectives: checkout("violated", 4) },
    now: { objectives: checkout("violated", 1) },
    mu: 12,
  },
  {
    what: "an objective of weight 4 that held is not spoken of any more",
    before: { objectives: checkout("holds", 4) },
    now: { objectives: known([{ name: "search", namespace: "shop", state: "holds" }]) },
    mu: 12,
  },
];

const ofCalls: readonly Situation[] = [
  { what: "calls fail", now: calls("violated"), mu: 3 },
  { what: "nobody calls", now: calls("vanished"), mu: 0 },
  { what: "calls failed and do", before: calls("violated"), now: calls("violated"), mu: 3 },
  { what: "calls failed and are well", before: calls("violated"), now: calls("holds"), mu: 0 },
  { what: "calls failed and nobody calls any more", before: calls("violated"), now: calls("vanished"), mu: 3 },
  { what: "calls failed and are not seen any more", before: calls("violated"), now: calls("gone"), mu: 3 },
  { what: "calls were well and fail", before: calls("holds"), now: calls("violated"), mu: 3 },
  { what: "calls were well and nobody calls any more", before: calls("holds"), now: calls("gone"), mu: 0 },
  { what: "nobody called and calls fail: there is nothing to compare with", before: calls("vanished"), now: calls("violated"), mu: 0 },
  {
    what: "the only objective that holds is automatic and fails, which is no crash",
    before: { objectives: known([{ name: "calls from cart to payment", namespace: "shop", state: "holds", automatic: true }]) },
    now: { objectives: known([{ name: "calls from cart to payment", namespace: "shop", state: "violated", automatic: true }]) },
    mu: 3,
  },
];

const ofServices: readonly Situation[] = [
  { what: "a Service has no ready endpoint", now: services(["frontend", 3], ["payment", 0]), mu: 3 },
  { what: "a Service that served is gone", before: {}, now: services(["frontend", 3]), mu: 3 },
  {
    what: "a Service that had no endpoint was deleted",
    before: services(["frontend", 3], ["payment", 0]),
    now: services(["frontend", 3]),
    mu: 3,
  },
  {
    what: "a Service is idle because its workload is at 0 on purpose",
    before: { ...services(["frontend", 3], ["batch", 0]), ...workloads(["frontend", 3, 3], ["batch", 0, 0]) },
    now: { ...services(["frontend", 3], ["batch", 0]), ...workloads(["frontend", 3, 3], ["batch", 0, 0]) },
    mu: 3,
  },
  { what: "a Service came in addition and serves", before: {}, now: services(["frontend", 3], ["payment", 2], ["cart", 1]), mu: 0 },
];

const ofCapacity: readonly Situation[] = [
  { what: "one replica of three is not ready", now: workloads(["frontend", 3, 2]), mu: 1 },
  { what: "more are ready than desired", now: workloads(["frontend", 3, 5]), mu: 0 },
  { what: "a workload is scaled down to what is ready", before: {}, now: workloads(["frontend", 1, 1], ["payment", 2, 2]), mu: 2 },
  { what: "a workload is scaled to 0", before: {}, now: workloads(["frontend", 0, 0], ["payment", 2, 2]), mu: 3 },
  { what: "a workload is scaled up and not yet ready", before: {}, now: workloads(["frontend", 5, 3], ["payment", 2, 2]), mu: 2 },
  { what: "a workload was deleted", before: {}, now: workloads(["frontend", 3, 3]), mu: 2 },
  {
    what: "a workload at 0 was deleted",
    before: workloads(["frontend", 3, 3], ["batch", 0, 0]),
    now: workloads(["frontend", 3, 3]),
    mu: 0,
  },
  { what: "a new workload is not ready", before: {}, now: workloads(["frontend", 3, 3], ["payment", 2, 2], ["cart", 2, 0]), mu: 2 },
  { what: "a node is not ready", now: nodes(["worker-1", true], ["worker-2", false]), mu: 1 },
  { what: "a node is gone", before: {}, now: nodes(["worker-1", true]), mu: 1 },
  { what: "a node was added", before: {}, now: nodes(["worker-1", true], ["worker-2", true], ["worker-3", true]), mu: 0 },
  {
    what: "an alert, a Service without endpoints and lost replicas add up by weight",
    before: {},
    now: {
      ...alerts(alert("HighErrors")),
      ...services(["frontend", 3], ["payment", 0]),
      ...workloads(["frontend", 3, 3], ["payment", 2, 0]),
    },
    mu: 8,
  },
];

const ofSilence: readonly Situation[] = [
  { what: "the API server does not answer", now: { apiServerAnswers: false }, mu: "crashed" },
  {
    what: "the API server does not answer and workloads are unknown",
    now: { apiServerAnswers: false, workloads: unread("no answer") },
    mu: "crashed",
  },
  { what: "alerts are unknown", now: { alerts: unread("Prometheus answered 503") }, mu: "unknown" },
  { what: "objectives are unknown", now: { objectives: unread("Prometheus answered 503") }, mu: "unknown" },
  { what: "workloads are unknown", now: { workloads: unread("403") }, mu: "unknown" },
  { what: "Services are unknown", now: { services: unread("403") }, mu: "unknown" },
  { what: "nodes are unknown", now: { nodes: unread("403") }, mu: "unknown" },
  {
    what: "alerts are unknown and every objective that held fails",
    before: {},
    now: { ...objectives("violated", "violated"), alerts: unread("no answer") },
    mu: "crashed",
  },
  { what: "a reading is not a number", now: workloads(["frontend", Number.NaN, 3]), mu: "unknown" },
];

function severityIn({ before, now }: Situation): Severity {
  return measure(readings(now), before === undefined ? undefined : baselineOf(readings(before)), defaultWeights);
}

describe.each([
  ["alerts", ofAlerts],
  ["objectives", ofObjectives],
  ["weights", ofWeights],
  ["calls", ofCalls],
  ["Services", ofServices],
  ["capacity", ofCapacity],
  ["what is not known", ofSilence],
])("severity from %s", (_of, situations) => {
  test.each(situations)("$what: $mu", (situation) => {
    const severity = severityIn(situation);
    expect(severity.kind === "known" ? severity.mu : severity.kind).toBe(situation.mu);
  });

  test.each(situations.filter(({ before }) => before !== undefined))(
    "the checkpoint of '$what' is as severe as before it was one",
    (situation) => {
      const then = readings(situation.before ?? {});
      expect(measure(then, baselineOf(then), defaultWeights)).toEqual(measure(then, undefined, defaultWeights));
    },
  );
});

describe("the vector", () => {
  test("names what was counted, in a fixed order", () => {
    const now = readings({
      ...alerts(alert("Slow", { pod: "b" }), alert("Slow", { pod: "a" })),
      ...objectives("violated", "holds"),
      ...services(["frontend", 3], ["payment", 0]),
      ...workloads(["payment", 2, 1], ["frontend", 3, 1]),
      ...nodes(["worker-1", false], ["worker-2", true]),
    });
    expect(measure(now, undefined, { alerts: 5, objectives: 7, capacity: 2 })).toEqual({
      kind: "known",
      mu: 32,
      vector: {
        alerts: ['Slow{namespace="shop",pod="a",severity="critical"}', 'Slow{namespace="shop",pod="b",severity="critical"}'],
        violations: ["Service shop/payment", "objective shop/checkout"],
        lostCapacity: [
          { what: "Deployment shop/frontend", lost: 2 },
          { what: "Deployment shop/payment", lost: 1 },
          { what: "Node worker-1", lost: 1 },
        ],
      },
      elsewhere: 0,
    });
  });

  test("names the weight of an objective", () => {
    expect(measure(readings({ objectives: checkout("violated", 2) }), undefined, defaultWeights)).toMatchObject({
      vector: { violations: ["objective shop/checkout (weight 2)"] },
    });
  });

  test("tells how much of it was on its way at the checkpoint", () => {
    const baseline = baselineOf(readings(alerts(alert("Down"), alert("Slow", {}, pending), alert("Late", {}, pending))));
    const now = alerts(alert("Down"), alert("Slow"), alert("Late", {}, pending), alert("New", {}, pending));
    expect(measure(readings(now), baseline, defaultWeights)).toMatchObject({ mu: 9, announced: 3 });
    expect(measure(readings(now), undefined, defaultWeights)).not.toHaveProperty("announced");
  });

  test("has beside it how many alerts fire elsewhere", () => {
    const now = alerts(
      alert("Slow"),
      alert("Down", { namespace: "billing" }),
      alert("Down", { namespace: "billing" }),
      alert("DiskFull", { namespace: "", node: "worker-9" }),
      alert("Soon", { namespace: "billing" }, pending),
      alert("Known", { namespace: "billing" }, silenced),
      alert("Watchdog", { namespace: "monitoring" }),
    );
    expect(measure(readings(now), undefined, defaultWeights)).toMatchObject({ mu: 3, elsewhere: 2 });
  });

  test("is replaced by the sources that are missing when one is unknown", () => {
    const now = readings({ alerts: unread("Prometheus answered 503"), nodes: unread("forbidden") });
    expect(measure(now, undefined, defaultWeights)).toEqual({
      kind: "unknown",
      reason: "alerts could not be read (Prometheus answered 503); nodes could not be read (forbidden)",
    });
  });

  test("a fractional weight is refused rather than rounded", () => {
    expect(measure(readings(alerts(alert("Slow"))), undefined, { alerts: 0.5, objectives: 3, capacity: 1 }).kind).toBe("unknown");
  });
});

test("the healthy shop of these tables is healthy", () => {
  expect(measure(healthy, undefined, defaultWeights)).toEqual({
    kind: "known",
    mu: 0,
    vector: { alerts: [], violations: [], lostCapacity: [] },
    elsewhere: 0,
  });
});

test("what is wrong now is within what was wrong before when nothing came and nothing grew", () => {
  const before = { alerts: ["a"], violations: ["Service shop/web"], lostCapacity: [{ what: "Deployment shop/web", lost: 2 }] };
  expect(isWithin(before, before)).toBe(true);
  expect(isWithin({ alerts: [], violations: [], lostCapacity: [{ what: "Deployment shop/web", lost: 1 }] }, before)).toBe(true);
  expect(isWithin({ ...before, alerts: ["b"] }, before)).toBe(false);
  expect(isWithin({ ...before, violations: ["Service shop/db"] }, before)).toBe(false);
  expect(isWithin({ ...before, lostCapacity: [{ what: "Deployment shop/web", lost: 3 }] }, before)).toBe(false);
  expect(isWithin({ ...before, lostCapacity: [{ what: "Deployment shop/db", lost: 1 }] }, before)).toBe(false);
});
