import { describe, expect, test } from "vitest";
import type { Continuation } from "../../../src/continuation/continuation.ts";
import { timerContinuation } from "../../../src/continuation/timer.ts";

const scheduled = { ok: true, value: undefined };

/** Time that moves only when told, and fires what became due on its way. */
function travel() {
  let nowMs = 0;
  const timers = new Set<{ readonly atMs: number; readonly fire: () => void }>();
  return {
    monotonicMs: () => nowMs,
    setTimer: (fire: () => void, delayMs: number) => {
      const timer = { atMs: nowMs + delayMs, fire };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    delays: () => [...timers].map(({ atMs }) => atMs - nowMs),
    to: (atMs: number) => {
      nowMs = atMs;
      for (const timer of timers) {
        if (timer.atMs <= nowMs && timers.delete(timer)) timer.fire();
      }
    },
  };
}

function underTest() {
  const time = travel();
  const due: Continuation[] = [];
  const timer = timerContinuation({ ...time, onDue: (continuation) => due.push(continuation) });
  return { time, due, timer };
}

describe("the timer", () => {
  test("calls back with the continuation once its delay is over, and not before", async () => {
    const { time, due, timer } = underTest();
    expect(await timer.schedule({ incidentId: "a", version: 1, hop: 3 }, 5_000)).toEqual(scheduled);
    time.to(4_999);
    expect(due).toEqual([]);
    time.to(5_000);
    expect(due).toEqual([{ incidentId: "a", version: 1, hop: 3 }]);
    time.to(60_000);
    expect(due).toHaveLength(1);
  });

  test("lets an earlier due replace the pending one", async () => {
    const { time, due, timer } = underTest();
    await timer.schedule({ incidentId: "a", version: 1, hop: 1 }, 5_000);
    await timer.schedule({ incidentId: "a", version: 1, hop: 2 }, 1_000);
    expect(time.delays()).toEqual([1_000]);
    time.to(10_000);
    expect(due).toEqual([{ incidentId: "a", version: 1, hop: 2 }]);
  });

  test("drops a later due while an earlier one is pending", async () => {
    const { time, due, timer } = underTest();
    await timer.schedule({ incidentId: "a", version: 1, hop: 1 }, 1_000);
    expect(await timer.schedule({ incidentId: "a", version: 1, hop: 2 }, 5_000)).toEqual(scheduled);
    time.to(10_000);
    expect(due).toEqual([{ incidentId: "a", version: 1, hop: 1 }]);
  });

  test("keeps one timer for each incident", async () => {
    const { time, due, timer } = underTest();
    await timer.schedule({ incidentId: "a", version: 1, hop: 1 }, 2_000);
    await timer.schedule({ incidentId: "b", version: 1, hop: 1 }, 1_000);
    expect(time.delays()).toEqual([2_000, 1_000]);
    time.to(1_000);
    expect(due).toEqual([{ incidentId: "b", version: 1, hop: 1 }]);
  });

  test("takes a new due from within the callback", async () => {
    const time = travel();
    const hops: number[] = [];
    const timer = timerContinuation({
      ...time,
      onDue: ({ incidentId, hop }) => {
        hops.push(hop);
        if (hop < 3) void timer.schedule({ incidentId, version: 1, hop: hop + 1 }, 1_000);
      },
    });
    await timer.schedule({ incidentId: "a", version: 1, hop: 1 }, 1_000);
    time.to(1_000);
    time.to(2_000);
    time.to(3_000);
    expect(hops).toEqual([1, 2, 3]);
    expect(time.delays()).toEqual([]);
  });

  test.each([
    ["a negative delay", -5, 0],
    ["no number", Number.NaN, 0],
    ["a delay beyond what setTimeout can hold", Infinity, 2_147_483_647],
  ])("bounds %s", async (_case, delayMs, bounded) => {
    const { time, timer } = underTest();
    expect(await timer.schedule({ incidentId: "a", version: 1, hop: 1 }, delayMs)).toEqual(scheduled);
    expect(time.delays()).toEqual([bounded]);
  });

  test("fires nothing after stop and says so to whoever schedules", async () => {
    const { time, due, timer } = underTest();
    await timer.schedule({ incidentId: "a", version: 1, hop: 1 }, 1_000);
    timer.stop();
    expect(await timer.schedule({ incidentId: "b", version: 1, hop: 1 }, 1_000)).toEqual({
      ok: false,
      failure: { kind: "unavailable", effect: "none", reason: "the timer has been stopped" },
    });
    time.to(10_000);
    expect(due).toEqual([]);
  });

  test("runs on the real setTimeout when no other is given", async () => {
    const due = await new Promise<Continuation>((resolve) => {
      const keepAlive = setTimeout(() => {}, 1_000);
      const timer = timerContinuation({
        onDue: (continuation) => {
          clearTimeout(keepAlive);
          resolve(continuation);
        },
      });
      void timer.schedule({ incidentId: "a", version: 1, hop: 1 }, 1);
    });
    expect(due).toEqual({ incidentId: "a", version: 1, hop: 1 });
  });
});
