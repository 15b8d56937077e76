import { describe, expect, test } from "vitest";
import { malformed, refused, success, unavailable, type Result } from "../../../src/failure.ts";
import { mergeAlertSources } from "../../../src/telemetry/merge.ts";
import type { AlertReading } from "../../../src/severity/severity.ts";
import type { AlertSource } from "../../../src/telemetry/telemetry.ts";

const source = (name: string, answer: Result<readonly AlertReading[]>): AlertSource => ({ name, alerts: () => Promise.resolve(answer) });
const alert = (labels: Record<string, string>, state: "pending" | "firing" = "firing", silenced = false): AlertReading => ({
  name: "A",
  labels: { alertname: "A", ...labels },
  state,
  silenced,
});
const told = (labels: Record<string, string>, state: string, silenced: boolean) => ({
  name: "A",
  labels: { alertname: "A", ...labels },
  state,
  silenced,
});

const external = { cluster: "prod", prometheus_replica: "k8s-0" };

interface Merging {
  readonly what: string;
  readonly prometheus: readonly AlertReading[];
  readonly alertmanager: readonly AlertReading[];
  readonly merged: readonly unknown[];
}

const mergings: readonly Merging[] = [
  { what: "nothing anywhere", prometheus: [], alertmanager: [], merged: [] },
  {
    what: "a pending alert is known to Prometheus only",
    prometheus: [alert({ pod: "a" }, "pending")],
    alertmanager: [],
    merged: [told({ pod: "a" }, "pending", false)],
  },
  {
    what: "an alert of a Prometheus that we do not ask keeps its labels",
    prometheus: [],
    alertmanager: [alert({ pod: "a", ...external })],
    merged: [told({ pod: "a", ...external }, "firing", false)],
  },
  {
    what: "external labels make no second alert",
    prometheus: [alert({ pod: "a" })],
    alertmanager: [alert({ pod: "a", ...external })],
    merged: [told({ pod: "a" }, "firing", false)],
  },
  {
    what: "what is silenced in Alertmanager is silenced",
    prometheus: [alert({ pod: "a" })],
    alertmanager: [alert({ pod: "a", ...external }, "firing", true)],
    merged: [told({ pod: "a" }, "firing", true)],
  },
  {
    what: "what Prometheus has pending again and Alertmanager still firing, fires",
    prometheus: [alert({ pod: "a" }, "pending")],
    alertmanager: [alert({ pod: "a", ...external })],
    merged: [told({ pod: "a" }, "firing", false)],
  },
  {
    what: "an alert with few labels takes not the copy of one with more",
    prometheus: [alert({}), alert({ pod: "a" })],
    alertmanager: [alert({ pod: "a", ...external }, "firing", true), alert(external)],
    merged: [told({}, "firing", false), told({ pod: "a" }, "firing", true)],
  },
  {
    what: "both copies of a Prometheus pair are one alert",
    prometheus: [alert({ pod: "a" })],
    alertmanager: [alert({ pod: "a", cluster: "prod", replica: "0" }), alert({ pod: "a", cluster: "prod", replica: "1" })],
    merged: [told({ pod: "a" }, "firing", false)],
  },
  {
    what: "an alert of which one copy only is silenced is not silenced",
    prometheus: [alert({ pod: "a" })],
    alertmanager: [alert({ pod: "a", replica: "0" }, "firing", true), alert({ pod: "a", replica: "1" })],
    merged: [told({ pod: "a" }, "firing", false)],
  },
  {
    what: "two alerts of one source are two, though one has all labels of the other",
    prometheus: [alert({ namespace: "shop" }), alert({ namespace: "shop", pod: "a" })],
    alertmanager: [],
    merged: [told({ namespace: "shop" }, "firing", false), told({ namespace: "shop", pod: "a" }, "firing", false)],
  },
  {
    what: "a differing label makes two",
    prometheus: [alert({ pod: "a" })],
    alertmanager: [alert({ pod: "b", ...external })],
    merged: [told({ pod: "a" }, "firing", false), told({ pod: "b", ...external }, "firing", false)],
  },
];

describe("Prometheus and Alertmanager read as one", () => {
  test.each(mergings)("$what", async ({ prometheus, alertmanager, merged }) => {
    const one = mergeAlertSources([source("Prometheus", success(prometheus)), source("Alertmanager", success(alertmanager))]);
    expect(await one?.alerts()).toEqual({ ok: true, value: merged });
  });

  test.each(mergings)("in the other order too: $what", async ({ prometheus, alertmanager, merged }) => {
    const one = mergeAlertSources([source("Alertmanager", success(alertmanager)), source("Prometheus", success(prometheus))]);
    expect(await one?.alerts()).toEqual({ ok: true, value: merged });
  });
});

describe("the sources themselves", () => {
  test("without any there is none", () => {
    expect(mergeAlertSources([])).toBeUndefined();
  });

  test("a single one is itself", () => {
    const only = source("Prometheus", success([]));
    expect(mergeAlertSources([only])).toBe(only);
  });

  test("together they have one name", () => {
    expect(mergeAlertSources([source("Prometheus", success([])), source("Alertmanager", success([]))])?.name).toBe(
      "Prometheus and Alertmanager",
    );
  });

  test("what the replicas of one lack is told, and they are blind only to what all are blind to", async () => {
    const lacking: AlertSource = {
      name: "Alertmanagers",
      blindTo: ["pending alerts"],
      alerts: () => Promise.resolve({ ok: true, value: [], lacks: ["Alertmanager 2 is silent"] }),
    };
    const one = mergeAlertSources([{ ...source("Prometheus", success([])), blindTo: ["silences"] }, lacking]);
    expect(one?.blindTo).toEqual([]);
    expect(await one?.alerts()).toEqual({ ok: true, value: [], lacks: ["Alertmanager 2 is silent"] });
  });

  test("replicas that name themselves are not named twice", async () => {
    const both = "Alertmanager 1 is silent; Alertmanager 2 is silent";
    const one = mergeAlertSources([source("Prometheus", success([])), source("Alertmanager 1 and Alertmanager 2", unavailable(both))]);
    expect(await one?.alerts()).toMatchObject({ failure: { reason: both } });
  });

  test("each is told which namespaces are wanted", async () => {
    const asked: unknown[] = [];
    const asking = (name: string): AlertSource => ({
      name,
      alerts: (of) => {
        asked.push(of);
        return Promise.resolve(success([]));
      },
    });
    await mergeAlertSources([asking("Prometheus"), asking("Alertmanager")])?.alerts(["shop"]);
    expect(asked).toEqual([["shop"], ["shop"]]);
  });

  test.each([
    [unavailable("no answer", "none", 5000), { kind: "unavailable", effect: "none", reason: "Ruler: no answer", retryAfterMs: 5000 }],
    [refused("Ruler answered 404"), { kind: "refused", reason: "Ruler answered 404" }],
    [malformed("Ruler", "the answer is not JSON"), { kind: "malformed", source: "Ruler", reason: "the answer is not JSON" }],
  ])("when one fails all fail, and the one is named", async (answer, failure) => {
    const one = mergeAlertSources([source("Prometheus", success([alert({})])), source("Ruler", answer)]);
    expect(await one?.alerts()).toEqual({ ok: false, failure });
  });
});
