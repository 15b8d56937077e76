import { describe, expect, test } from "vitest";
import { alertIdentity, baselineOf, compareSeverity, inScope, muOf } from "../../../src/severity/measure.ts";
import type { Severity } from "../../../src/severity/severity.ts";
import { alert, alerts, objectives, readings, services, unread } from "./readings.ts";

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
    });
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
