import { describe, expect, test } from "vitest";
import { malformed, refused, success, unavailable, type Result } from "../../../src/failure.ts";
import type { AlertReading } from "../../../src/severity/severity.ts";
import { alertReplicas, firstHorizon, metricReplicas } from "../../../src/telemetry/replicas.ts";
import type { AlertSource, MetricSample, MetricSource } from "../../../src/telemetry/telemetry.ts";

const alert = (labels: Record<string, string>, more: Partial<AlertReading> = {}): AlertReading => ({
  name: "A",
  labels: { alertname: "A", ...labels },
  state: "firing",
  silenced: false,
  ...more,
});
const alerts = (name: string, answer: Result<readonly AlertReading[]>): AlertSource => ({
  name,
  blindTo: ["pending alerts"],
  alerts: () => Promise.resolve(answer),
});
const metrics = (name: string, answer: Result<readonly MetricSample[]>): MetricSource => ({ name, query: () => Promise.resolve(answer) });
const sample = (value: number, labels: Record<string, string> = {}): MetricSample => ({ labels, value });
const down = (name: string) => unavailable(`${name} could not be reached (ECONNREFUSED)`);

describe("replicas of a source of alerts", () => {
  const one = [alert({ pod: "a" }), alert({ pod: "b" }, { silenced: true }), alert({ pod: "c" }, { state: "pending" })];
  const other = [alert({ pod: "a", prometheus_replica: "1" }), alert({ pod: "b" }), alert({ pod: "c" })];

  test("what both tell is told once; what only one tells is told too", async () => {
    const source = alertReplicas([
      alerts("Alertmanager 1", success([...one, alert({ pod: "d" })])),
      alerts("Alertmanager 2", success(other)),
    ]);
    expect(await source?.alerts()).toEqual({
      ok: true,
      value: [alert({ pod: "a" }), alert({ pod: "b" }), alert({ pod: "c" }), alert({ pod: "d" })],
    });
  });

  test("two alerts of which one has all labels of the other are two", async () => {
    const source = alertReplicas([
      alerts("1", success([alert({ pod: "a" })])),
      alerts("2", success([alert({ pod: "a", container: "app" })])),
    ]);
    expect(await source?.alerts()).toMatchObject({ value: [{}, {}] });
  });

  test("one that is silent is named and forgiven", async () => {
    const source = alertReplicas([alerts("Alertmanager 1", down("Alertmanager 1")), alerts("Alertmanager 2", success(other))]);
    expect(await source?.alerts()).toEqual({ ok: true, value: other, lacks: ["Alertmanager 1 could not be reached (ECONNREFUSED)"] });
  });

  test.each([
    [
      down("Alertmanager 1"),
      malformed("Alertmanager 2", "the answer is not JSON"),
      "unavailable",
      "Alertmanager 1 could not be reached (ECONNREFUSED); Alertmanager 2: the answer is not JSON",
    ],
    [refused("no"), down("Alertmanager 2"), "refused", "Alertmanager 1: no; Alertmanager 2 could not be reached (ECONNREFUSED)"],
    [
      malformed("Alertmanager 1", "the answer is not JSON"),
      down("Alertmanager 2"),
      "malformed",
      "the answer is not JSON; Alertmanager 2 could not be reached (ECONNREFUSED)",
    ],
  ])("when none answers there is no answer, and each is named: %#", async (first, second, kind, reason) => {
    const source = alertReplicas([alerts("Alertmanager 1", first), alerts("Alertmanager 2", second)]);
    expect(await source?.alerts()).toMatchObject({ ok: false, failure: { kind, reason } });
  });

  test("without any there is none, one is itself, and together they have one name and are blind to the same", () => {
    const only = alerts("Alertmanager", success([]));
    expect(alertReplicas([])).toBeUndefined();
    expect(alertReplicas([only])).toBe(only);
    expect(alertReplicas([alerts("A 1", success([])), alerts("A 2", success([]))])).toMatchObject({
      name: "A 1 and A 2",
      blindTo: ["pending alerts"],
    });
  });
});

describe("replicas of a source of metrics", () => {
  test.each<[string, readonly MetricSample[], readonly MetricSample[], readonly MetricSample[]]>([
    ["the same is told once", [sample(1, { a: "1", b: "2" })], [sample(1, { b: "2", a: "1" })], [sample(1, { a: "1", b: "2" })]],
    ["numbers that differ are both told", [sample(0.01)], [sample(0.02)], [sample(0.01), sample(0.02)]],
    ["a series that only one has is told", [], [sample(3, { a: "1" })], [sample(3, { a: "1" })]],
    ["a number is told rather than none", [sample(Number.NaN)], [sample(0)], [sample(0)]],
    ["none where both have none", [sample(Number.NaN)], [sample(Number.NaN)], [sample(Number.NaN)]],
  ])("%s", async (_what, first, second, told) => {
    const source = metricReplicas([metrics("Prometheus 1", success(first)), metrics("Prometheus 2", success(second))]);
    expect(await source?.query("x")).toEqual({ ok: true, value: told });
  });

  test("one that is silent is named and forgiven, two are not", async () => {
    const [silent, other] = [metrics("Prometheus 1", down("Prometheus 1")), metrics("Prometheus 2", success([sample(1)]))];
    expect(await metricReplicas([silent, other])?.query("x")).toEqual({
      ok: true,
      value: [sample(1)],
      lacks: ["Prometheus 1 could not be reached (ECONNREFUSED)"],
    });
    expect((await metricReplicas([silent, silent])?.query("x"))?.ok).toBe(false);
  });

  test("without any there is none, and one is itself", () => {
    const only = metrics("Prometheus", success([]));
    expect([metricReplicas([]), metricReplicas([only])]).toEqual([undefined, only]);
  });
});

test("how long rules take is asked of the first that can tell", async () => {
  const asked: string[] = [];
  const rules = (name: string, answer: Result<number>) => ({
    ruleHorizonMs: (names: readonly string[]) => {
      asked.push(`${name} ${names.join()}`);
      return Promise.resolve(answer);
    },
  });
  expect(await firstHorizon([rules("1", down("1")), rules("2", success(60_000)), rules("3", success(1))], ["A"])).toEqual(success(60_000));
  expect(asked).toEqual(["1 A", "2 A"]);
  expect((await firstHorizon([rules("1", down("1"))], ["A"])).ok).toBe(false);
});
