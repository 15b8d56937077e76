import { expect, test } from "vitest";
import { mostTroubled, sayTrouble, silentTrouble } from "../../../src/severity/silent-trouble.ts";
import type { AlertReading, Readings, Severity, SeverityVector } from "../../../src/severity/severity.ts";

const vector: SeverityVector = {
  alerts: [],
  violations: ["objective checkout answers", "Service shop/payment"],
  lostCapacity: [
    { what: "Deployment shop/frontend", lost: 1 },
    { what: "Deployment shop/payment", lost: 2 },
    { what: "Node node-1", lost: 1 },
  ],
};
const wrong: Severity = { kind: "known", mu: 10, vector };

function readings(alerts: readonly AlertReading[] | undefined): Readings {
  return {
    scope: { cluster: "demo", namespaces: ["shop"] },
    alerts: alerts === undefined ? undefined : { known: true, value: alerts },
    objectives: undefined,
    workloads: { known: true, value: [] },
    services: { known: true, value: [] },
    nodes: { known: true, value: [] },
    apiServerAnswers: true,
  };
}

const alert = (namespace: string, state: "firing" | "pending"): AlertReading => ({
  name: "Down",
  labels: { alertname: "Down", namespace },
  state,
  silenced: false,
});

test.each<[string, readonly AlertReading[] | undefined, Severity, boolean]>([
  ["nobody watches", undefined, wrong, true],
  ["nothing fires", [], wrong, true],
  ["an alert fires elsewhere", [alert("bank", "firing")], wrong, true],
  ["an alert fires here", [alert("shop", "firing")], wrong, false],
  ["an alert is on its way", [alert("shop", "pending")], wrong, false],
  ["nothing is wrong", [], { kind: "known", mu: 0, vector: { alerts: [], violations: [], lostCapacity: [] } }, false],
  ["nobody knows", [], { kind: "unknown", reason: "no answer" }, false],
  ["the cluster is down", [], { kind: "crashed", reason: "no answer" }, false],
])("%s", (_name, alerts, severity, silent) => {
  expect(silentTrouble(readings(alerts), severity)).toEqual(silent ? vector : undefined);
});

test("the workload that misses most is looked at first, then a Service, then the namespace as a whole", () => {
  expect(mostTroubled(vector)).toEqual({ kind: "Deployment", namespace: "shop", name: "payment" });
  expect(mostTroubled({ ...vector, lostCapacity: [] })).toEqual({ kind: "Service", namespace: "shop", name: "payment" });
  expect(mostTroubled({ ...vector, lostCapacity: [], violations: ["objective checkout answers"] })).toBeUndefined();
});

test("what is wrong is said in one sentence", () => {
  expect(sayTrouble(vector)).toBe(
    "Deployment shop/frontend misses 1; Deployment shop/payment misses 2; Node node-1 misses 1; objective checkout answers; Service shop/payment has no ready endpoint",
  );
});
