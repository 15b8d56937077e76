import { describe, expect, test } from "vitest";
import { alertIdentity, inScope } from "../../../src/severity/alerts.ts";
import { asAtCheckpoint, baselineOf, compareSeverity, measure, muOf } from "../../../src/severity/measure.ts";
import { baselineSchema, defaultWeights } from "../../../src/severity/severity.ts";
import type { AlertReading, Readings, Severity } from "../../../src/severity/severity.ts";
import { alert, alerts, known, objectives, readings, services, unread, workloads } from "./readings.ts";

const pending = { state: "pending" } as const;
const silenced = { silenced: true } as const;

describe("the baseline", () => {
  test("remembers what later measurements are compared with", () => {
    const then = readings({
      ...alerts(
        alert("Firing"),
        alert("Pending", {}, pending),
        alert("Silenced", {}, silenced),
        alert("Watchdog"),
        alert("Elsewhere", { namespace: "billing" }),
      ),
      ...objectives("holds", "violated"),
      ...services(["frontend", 3], ["batch", 0]),
    });
    expect(baselineOf(then)).toEqual({
      activeAlerts: ['Firing{namespace="shop",severity="critical"}', 'Pending{namespace="shop",severity="critical"}'],
      firingAlerts: ['Firing{namespace="shop",severity="critical"}'],
      holdingObjectives: ["shop/checkout"],
      desired: { "Deployment shop/frontend": 3, "Deployment shop/payment": 2 },
      servingServices: ["Service shop/frontend"],
      idleServices: ["Service shop/batch"],
      nodes: ["worker-1", "worker-2"],
      measured: ["shop"],
      failingObjectives: ["shop/search"],
    });
  });

  test("remembers weights other than 1, and which objectives nobody promised", () => {
    const then = readings({
      objectives: known([
        { name: "checkout", namespace: "shop", state: "holds", weight: 3 },
        { name: "calls from cart to payment", namespace: "shop", state: "violated", automatic: true },
        { name: "calls from cart to search", namespace: "shop", state: "vanished", automatic: true },
      ]),
    });
    expect(baselineOf(then)).toMatchObject({
      holdingObjectives: ["shop/checkout"],
      failingObjectives: ["shop/calls from cart to payment"],
      automaticObjectives: ["shop/calls from cart to payment"],
      objectiveWeights: { "shop/checkout": 3 },
    });
  });

  test("one of an older record, without what came later, is read as it is", () => {
    const older = {
      activeAlerts: [],
      firingAlerts: [],
      holdingObjectives: ["shop/checkout"],
      desired: { "Deployment shop/frontend": 3 },
      servingServices: [],
      idleServices: [],
      nodes: [],
    };
    expect(baselineSchema.parse(older)).toEqual(older);
    expect(measure(readings(objectives("holds", "violated")), baselineSchema.parse(older), defaultWeights)).toMatchObject({ mu: 3 });
  });

  test.each([
    ["the API server does not answer", { apiServerAnswers: false }],
    ["alerts are unknown", { alerts: unread("x") }],
    ["objectives are unknown", { objectives: unread("x") }],
    ["workloads are unknown", { workloads: unread("x") }],
    ["Services are unknown", { services: unread("x") }],
    ["nodes are unknown", { nodes: unread("x") }],
  ])("there is none when %s", (_what, change) => {
    expect(baselineOf(readings(change))).toBeUndefined();
  });

  test("sources that are not configured leave it empty, not undefined", () => {
    expect(baselineOf(readings({ alerts: undefined, objectives: undefined }))).toMatchObject({ activeAlerts: [], holdingObjectives: [] });
  });
});

const knownAs = (mu: number): Severity => ({ kind: "known", mu, vector: { alerts: [], violations: [], lostCapacity: [] } });

describe("identity and order", () => {
  test("an identity does not depend on label order, on alertname or on which Prometheus sent it", () => {
    const one = alertIdentity({ name: "A", labels: { b: "2", a: "1" } });
    const other = alertIdentity({ name: "A", labels: { alertname: "A", a: "1", b: "2", prometheus: "k8s", prometheus_replica: "k8s-1" } });
    expect(one).toBe('A{a="1",b="2"}');
    expect(other).toBe('A{a="1",b="2"}');
  });

  test("a label value cannot imitate another label", () => {
    expect(alertIdentity({ name: "A", labels: { a: '1",b="2' } })).toBe('A{a="1\\",b=\\"2"}');
  });

  test.each([
    [{ namespace: "shop" }, true],
    [{ namespace: "monitoring", exported_namespace: "shop" }, true],
    [{ namespace: "shop", exported_namespace: "billing" }, true],
    [{ destination_service_namespace: "shop" }, true],
    [{ namespace: "monitoring", exported_namespace: "billing" }, false],
    [{ service: "shop" }, false],
  ])("%j speaks about shop: %s", (labels, inside) => {
    expect(inScope({ labels }, { cluster: "prod", namespaces: ["shop"] }, [])).toBe(inside);
  });

  test("a namespace decides before a node does", () => {
    const scope = { cluster: "prod", namespaces: ["shop"] };
    expect(inScope({ labels: { namespace: "billing", node: "worker-1" } }, scope, ["worker-1"])).toBe(false);
  });

  const crashed: Severity = { kind: "crashed", reason: "x" };
  const unknown: Severity = { kind: "unknown", reason: "x" };

  test("a crash is worse than any number, and unknown is no number", () => {
    expect([muOf(knownAs(4)), muOf(crashed), muOf(unknown)]).toEqual([4, Infinity, undefined]);
  });

  test.each([
    [knownAs(1), knownAs(2), "lower"],
    [knownAs(2), knownAs(2), "equal"],
    [crashed, knownAs(900), "higher"],
    [crashed, crashed, "equal"],
    [unknown, knownAs(2), "incomparable"],
    [knownAs(0), unknown, "incomparable"],
  ] as const)("%o after %o is %s", (after, before, order) => {
    expect(compareSeverity(after, before)).toBe(order);
  });
});

describe("what is compared after an undo", () => {
  const cart = { kind: "Deployment", namespace: "shop", name: "cart" };
  const payment = { kind: "Service", namespace: "shop", name: "payment" };
  const before: Partial<Readings> = {
    ...alerts(alert("HighErrors", { service: "payment" }), alert("Slow", { service: "search" }, pending)),
    ...workloads(["cart", 2, 2], ["frontend", 3, 2]),
    ...services(["payment", 0], ["cart", 2]),
  };

  function kept(active: AlertReading, targets: readonly { kind: string; namespace?: string; name: string }[]): boolean {
    const then = readings(before);
    const severity = measure(then, undefined, defaultWeights);
    const baseline = baselineOf(then);
    if (baseline === undefined || severity.kind !== "known") throw new Error("the checkpoint is known");
    const { alerts: left } = asAtCheckpoint(readings(alerts(active)), baseline, { targets, vector: severity.vector });
    return left?.known === true && left.value.length === 1;
  }

  test.each<[string, AlertReading, readonly { kind: string; namespace?: string; name: string }[], boolean]>([
    ["what fired at the checkpoint", alert("HighErrors", { service: "payment" }), [], true],
    ["what was pending at the checkpoint: the fault's own", alert("Slow", { service: "search" }), [cart], false],
    ["a new alert about what was ill before we touched it", alert("NoRequests", { service: "payment" }), [payment], false],
    ["a new alert about what had lost capacity before", alert("Stuck", { deployment: "frontend" }), [{ ...cart, name: "frontend" }], false],
    ["a new alert about what we did not touch", alert("NoRequests", { service: "search" }), [payment, cart], false],
    ["a new alert that names nothing", alert("Odd"), [cart], false],
    ["a new alert about what was well until we touched it", alert("Stuck", { deployment: "cart" }), [payment, cart], true],
    ["the same by the name of a pod", alert("Crash", { pod: "cart-7d4b9c6f5d-x2x9z" }), [cart], true],
    ["the same in a namespace that is not ours", alert("Stuck", { namespace: "billing", deployment: "cart" }), [cart], false],
    ["the same while it is still pending", alert("Stuck", { deployment: "cart" }, pending), [cart], true],
  ])("%s: %#", (_what, active, targets, stays) => {
    expect(kept(active, targets)).toBe(stays);
  });

  test("without the checkpoint's vector nothing is known to have been well, and a new alert is the fault's", () => {
    const baseline = baselineOf(readings(before));
    if (baseline === undefined) throw new Error("the checkpoint is known");
    const now = readings(alerts(alert("Stuck", { deployment: "cart" })));
    expect(asAtCheckpoint(now, baseline, { targets: [cart], vector: undefined }).alerts).toEqual({ known: true, value: [] });
  });
});
