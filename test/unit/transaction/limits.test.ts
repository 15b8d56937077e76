import { describe, expect, test } from "vitest";
import { decide, effectOf } from "../../../src/transaction/decide.ts";
import type { IncidentEvent } from "../../../src/transaction/event.ts";
import type { Incident, State } from "../../../src/transaction/incident.ts";
import { after, at, attempt, checked, failed, limits, measured, minute, plan, severityOf, told } from "./incidents.ts";

const attempts = (count: number): Incident["attempts"] =>
  Array.from({ length: count }, (_, index) => ({ ...attempt, number: index + 1, writes: 2 }));
const late = 30 * minute;

const proven = (count: number): State => after(at("verifying_undo", { attempts: attempts(count) }), 10_000, [checked(6), checked(6)]).state;

describe("attempts", () => {
  test("after the fourth there is a fifth, after the fifth there is none", () => {
    expect(proven(4)).toEqual({ name: "observing" });
    expect(proven(5)).toMatchObject({ name: "closing", outcome: "restored", reason: "all 5 attempts are used up" });
  });

  test("one that was refused before any write does not count, and three times as many end it all the same", () => {
    expect(told(refused(5), { type: "action refused", action: 0, reason: "no", writes: 0 }, minute)).toBe("observing -> observe");
    expect(told(refused(14), { type: "action refused", action: 0, reason: "no", writes: 0 }, minute)).toBe("observing -> observe");
    expect(told(refused(15), { type: "action refused", action: 0, reason: "no", writes: 0 }, minute)).toBe("closing/no_action -> tidy");
  });
});

function refused(count: number): Incident {
  return at("acting", { attempts: attempts(count).map((each) => ({ ...each, writes: 0 })) });
}

describe("the wall clock", () => {
  test.each<readonly [string, Incident, IncidentEvent, string]>([
    [
      "nothing new is observed",
      at("observing"),
      { type: "observed", firing: "yes", severity: severityOf(6), subject: undefined, namespaces: ["shop"], why: "" },
      "closing/no_action -> tidy",
    ],
    ["a scope is waited for no longer", at("checkpointing"), { type: "scope busy", holder: "i0" }, "closing/no_action -> tidy"],
    [
      "a plan that was refused has no successor",
      at("acting"),
      { type: "action refused", action: 0, reason: "no", writes: 0 },
      "closing/no_action -> tidy",
    ],
    [
      "an evaluation is finished",
      at("evaluating", { state: { name: "evaluating", sinceMs: late, deadlineMs: late + minute, restarts: {} } }),
      measured(6),
      "evaluating -> wait 10 s",
    ],
    ["an undo is never cut off", at("undoing"), failed, "undoing/undefined -> wait 2 s"],
  ])("%s", (_name, from, event, expected) => {
    expect(told(from, event, late)).toBe(expected);
  });

  test("one millisecond earlier there is still time", () => {
    expect(told(at("checkpointing"), { type: "scope busy", holder: "i0" }, late - 1)).toBe("observing -> wait 15 s");
  });
});

describe("a port that fails", () => {
  test("is tried again after 2, 4, 8 ... seconds, at most a minute", () => {
    let current = at("observing");
    const pauses: number[] = [];
    let nowMs = 0;
    for (let failures = 0; failures < 8; failures++) {
      current = decide(current, failed, nowMs, limits).next;
      pauses.push((current.waitUntilMs - nowMs) / 1000);
      nowMs = current.waitUntilMs;
    }
    expect(pauses).toEqual([2, 4, 8, 16, 32, 60, 60, 60]);
    expect(current.timeline.map(({ text }) => text)).toEqual(["Having trouble (observing): it does not answer. Trying again."]);
  });

  test("may ask for a longer pause, but for no longer one than a minute", () => {
    expect(told(at("undoing"), { ...failed, retryAfterMs: 20_000 }, 0)).toBe("undoing/undefined -> wait 20 s");
    expect(told(at("undoing"), { ...failed, retryAfterMs: 86_400_000 }, 0)).toBe("undoing/undefined -> wait 60 s");
    expect(told(at("undoing"), { ...failed, retryAfterMs: 0 }, 0)).toBe("undoing/undefined -> wait 2 s");
  });

  test("is forgotten as soon as the work succeeds", () => {
    const from = after(at("opened", { failures: 5 }), 1, [{ type: "begun" }]);
    expect(from.failures).toBe(0);
  });

  test.each<readonly [State["name"], string, string]>([
    // in time, out of time
    ["observing", "observing -> wait 2 s", "closing/no_action -> tidy"],
    ["diagnosing", "diagnosing -> wait 2 s", "closing/no_action -> tidy"],
    ["planning", "planning -> wait 2 s", "closing/no_action -> tidy"],
    ["awaiting_approval", "awaiting_approval -> wait 540 s", "closing/no_action -> tidy"],
    ["checkpointing", "checkpointing -> wait 2 s", "closing/no_action -> tidy"],
    ["acting", "acting/0 -> wait 2 s", "undoing/inconclusive -> undo"],
    ["settling", "settling -> wait 2 s", "undoing/inconclusive -> undo"],
    ["evaluating", "evaluating -> wait 2 s", "undoing/inconclusive -> undo"],
    ["undoing", "undoing/undefined -> wait 2 s", "undoing/undefined -> wait 2 s"],
    ["verifying_undo", "verifying_undo -> wait 2 s", "verifying_undo -> wait 2 s"],
    ["closing", "closing/mitigated -> wait 2 s", "closing/mitigated -> wait 2 s"],
    ["closed", "closed/mitigated -> nothing", "closed/mitigated -> nothing"],
  ])("%s: %s, out of time %s", (name, inTime, outOfTime) => {
    expect(told(at(name), failed, minute)).toBe(inTime);
    expect(told(at(name), failed, late)).toBe(outOfTime);
  });

  test("past the deadline of an evaluation that no sample could be taken for, it is undone", () => {
    expect(told(at("evaluating"), failed, 10 * minute - 1)).toBe("evaluating -> wait 2 s");
    expect(told(at("evaluating"), failed, 10 * minute)).toBe("undoing/inconclusive -> undo");
    expect(told(at("settling"), failed, 10 * minute)).toBe("undoing/inconclusive -> undo");
  });

  test("half of a plan does not stay unwatched for longer than the grace", () => {
    const half = at("acting", { state: { name: "acting", nextAction: 1 }, attempts: [{ ...attempt, writes: 1 }], failures: 2 });
    expect(told(half, failed, minute - 1)).toBe("acting/1 -> wait 8 s");
    expect(told(half, failed, minute)).toBe("undoing/inconclusive -> undo");
    expect(told({ ...half, failures: 1 }, failed, minute)).toBe("acting/1 -> wait 4 s");
    expect(told(at("acting", { failures: 9 }), failed, minute)).toBe("acting/0 -> wait 60 s");
  });
});

describe("the timeline", () => {
  test("does not grow without end", () => {
    const full = Array.from({ length: 400 }, (_, index) => ({ atMs: index, text: String(index) }));
    expect(
      after(at("planning", { timeline: full }), 1, [{ type: "planned", plan, mode: "approve", notes: ["x"], why: "" }]).timeline,
    ).toEqual(full);
  });
});

test("an incident that has nothing to do but wait is not due", () => {
  expect(effectOf(after(at("undoing"), 1, [failed]), 2)).toEqual({ type: "wait", untilMs: 2001 });
});
