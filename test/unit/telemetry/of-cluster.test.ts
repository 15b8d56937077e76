import { expect, test } from "vitest";
import { success, unavailable } from "../../../src/failure.ts";
import type { AlertReading } from "../../../src/severity/severity.ts";
import { alertsOfCluster } from "../../../src/telemetry/of-cluster.ts";

function down(labels: Readonly<Record<string, string>>): AlertReading {
  return { name: "Down", labels: { alertname: "Down", ...labels }, state: "firing", silenced: false };
}

test("of alerts from several clusters, this one's are left, and those that name none", async () => {
  const [east, west, unnamed] = [down({ cluster: "east" }), down({ cluster: "west" }), down({ namespace: "shop" })];
  const source = alertsOfCluster({ name: "Alertmanager", alerts: async () => success([east, west, unnamed]) }, "west");
  expect(source.name).toBe("Alertmanager");
  expect(await source.alerts()).toEqual({ ok: true, value: [west, unnamed] });
});

test("what its replicas lack, and what it is blind to, is still told", async () => {
  const answer = { ok: true, value: [], lacks: ["Alertmanager 2 is silent"] } as const;
  const source = alertsOfCluster({ name: "Alertmanager", blindTo: ["pending alerts"], alerts: async () => answer }, "west");
  expect(source.blindTo).toEqual(["pending alerts"]);
  expect(await source.alerts()).toEqual(answer);
});

test("a source that fails is not one without alerts", async () => {
  const failure = unavailable("Prometheus did not answer");
  expect(await alertsOfCluster({ name: "Prometheus", alerts: async () => failure }, "west").alerts()).toEqual(failure);
});
