import { describe, expect, test } from "vitest";
import { memoryTelemetry } from "../../../src/telemetry/memory.ts";
import type { Result } from "../../../src/failure.ts";
import type { AlertReading } from "../../../src/severity/severity.ts";

function world(forMs: number) {
  let nowMs = 1_000_000;
  let broken: readonly string[] = [];
  const telemetry = memoryTelemetry({
    clock: { nowMs: () => nowMs },
    rules: [{ name: "Broken", labels: { severity: "critical" }, forMs, evaluate: () => broken.map((pod) => ({ namespace: "shop", pod })) }],
  });
  return {
    telemetry,
    breaks: (...pods: string[]) => (broken = pods),
    passes: (durationMs: number) => (nowMs += durationMs),
    states: async () => read(await telemetry.alerts()).map(({ labels, state }) => `${labels["pod"]} ${state}`),
  };
}

function read(result: Result<readonly AlertReading[]>): readonly AlertReading[] {
  if (!result.ok) throw new Error(result.failure.reason);
  return result.value;
}

describe("an alert over time", () => {
  test("is pending until the condition has held for long enough, then fires", async () => {
    const { breaks, passes, states } = world(60_000);
    breaks("a");
    expect(await states()).toEqual(["a pending"]);
    passes(59_999);
    expect(await states()).toEqual(["a pending"]);
    passes(1);
    expect(await states()).toEqual(["a firing"]);
    breaks();
    expect(await states()).toEqual([]);
  });

  test("fires at once when the rule does not wait", async () => {
    const { breaks, states } = world(0);
    breaks("a");
    expect(await states()).toEqual(["a firing"]);
  });

  test("starts anew when a tick saw the condition gone", async () => {
    const { telemetry, breaks, passes, states } = world(60_000);
    breaks("a");
    await states();
    passes(60_000);
    breaks();
    telemetry.tick();
    breaks("a");
    expect(await states()).toEqual(["a pending"]);
  });

  test("is each pod's own", async () => {
    const { breaks, passes, states } = world(60_000);
    breaks("a");
    await states();
    passes(60_000);
    breaks("a", "b");
    expect(await states()).toEqual(["a firing", "b pending"]);
  });

  test("carries the labels of the rule and its name", async () => {
    const { telemetry, breaks } = world(0);
    breaks("a");
    expect(read(await telemetry.alerts())).toEqual([
      {
        name: "Broken",
        labels: { alertname: "Broken", namespace: "shop", pod: "a", severity: "critical" },
        state: "firing",
        silenced: false,
      },
    ]);
  });
});

describe("silences and failures", () => {
  test("a silence covers what has all its labels, until it is lifted", async () => {
    const { telemetry, breaks } = world(0);
    breaks("a", "b");
    const lift = telemetry.silence({ alertname: "Broken", pod: "a" });
    expect(read(await telemetry.alerts()).map(({ silenced }) => silenced)).toEqual([true, false]);
    lift();
    expect(read(await telemetry.alerts()).map(({ silenced }) => silenced)).toEqual([false, false]);
  });

  test("a failure has the reason that was given and goes away", async () => {
    const { telemetry } = world(0);
    telemetry.fail("the network is gone");
    expect(await telemetry.alerts()).toEqual({
      ok: false,
      failure: { kind: "unavailable", effect: "none", reason: "the network is gone" },
    });
    telemetry.fail();
    expect((await telemetry.alerts()).ok).toBe(true);
  });

  test("a query that nobody answers has no series, whatever its name", async () => {
    const { telemetry } = world(0);
    expect(await telemetry.query("toString")).toEqual({ ok: true, value: [] });
  });
});
