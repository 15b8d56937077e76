import { describe, expect, test } from "vitest";
import { clockShift, resume } from "../../../src/transaction/resume.ts";
import { isOutOfTime } from "../../../src/transaction/step.ts";
import { at, limits, minute, states } from "./incidents.ts";

const hour = 60 * minute;
const waiting = { savedAtMs: 5 * minute, waitUntilMs: 5 * minute + 10_000 };

describe("by how much the clock is off when an incident is taken up", () => {
  test.each([
    ["in time", at("evaluating", waiting), 5 * minute + 10_000, 0],
    ["early, for somebody said something", at("evaluating", waiting), 5 * minute + 2_000, 0],
    ["by a sweep, a minute late", at("evaluating", waiting), 6 * minute + 10_000, 0],
    ["hours late, or by a clock that was set forth", at("evaluating", waiting), 2 * hour + 5 * minute + 10_000, 2 * hour],
    ["by a clock that was set back", at("evaluating", waiting), 2 * minute, -3 * minute],
    [
      "when its driver died and the lease ended",
      at("acting", { ...waiting, lease: { owner: "a", expiresAtMs: 6 * minute } }),
      7 * minute,
      0,
    ],
    [
      "an hour after its driver died",
      at("acting", { ...waiting, lease: { owner: "a", expiresAtMs: 6 * minute } }),
      6 * minute + hour,
      hour,
    ],
    ["while it waits for an approval", at("awaiting_approval", { savedAtMs: 0 }), 10 * minute, 0],
    ["long after nobody approved", at("awaiting_approval", { savedAtMs: 0 }), hour, 50 * minute],
    ["when it is over", at("closed", { savedAtMs: 0 }), hour, 0],
    ["and was saved before anybody noted when", at("evaluating"), hour, 0],
  ])("%s", (_when, incident, nowMs, expected) => {
    expect(clockShift(incident, nowMs)).toBe(expected);
  });
});

describe("an incident is taken up", () => {
  test("as it is in the ordinary course", () => {
    const incident = at("evaluating", waiting);
    expect(resume(incident, 5 * minute + 10_000)).toBe(incident);
  });

  test.each([
    [
      "settling",
      { ...states.settling, worseSinceMs: 4 * minute },
      { sinceMs: hour, deadlineMs: 10 * minute + hour, worseSinceMs: 4 * minute },
    ],
    ["evaluating", states.evaluating, { sinceMs: hour, deadlineMs: 10 * minute + hour }],
    ["undoing", states.undoing, { sinceMs: hour }],
    ["verifying_undo", states.verifying_undo, { sinceMs: hour, deadlineMs: 10 * minute + hour, patientUntilMs: 10 * minute + hour }],
  ] as const)("%s, an hour late: deadlines move along, but what was bad has been bad since", (name, state, expected) => {
    const late = resume(at(name, { ...waiting, state, notifyAfterMs: 5 * minute }), 5 * minute + 10_000 + hour);
    expect(late.state).toMatchObject(expected);
    expect(late).toMatchObject({ waitUntilMs: 5 * minute + 10_000 + hour, notifyAfterMs: 5 * minute + hour, unattendedMs: hour });
    expect(late.attempts[0]?.startedAtMs).toBe(0);
  });

  test("by a clock that was set back: everything moves back with it", () => {
    const state = { ...states.settling, worseSinceMs: 4 * minute };
    const back = resume(at("settling", { ...waiting, state }), 5 * minute - hour);
    expect(back.state).toEqual({ name: "settling", sinceMs: -hour, deadlineMs: 10 * minute - hour, worseSinceMs: 4 * minute - hour });
    expect(back).toMatchObject({ waitUntilMs: 5 * minute + 10_000 - hour, unattendedMs: -hour });
    expect(back.attempts[0]?.startedAtMs).toBe(-hour);
  });

  test("late and once more back: its deadlines are what they were", () => {
    const incident = at("evaluating", waiting);
    const forth = resume(incident, 5 * minute + 10_000 + hour);
    const back = resume({ ...forth, savedAtMs: 5 * minute + 10_000 + hour }, 5 * minute + 10_000);
    expect(back).toMatchObject({ state: incident.state, waitUntilMs: incident.waitUntilMs, unattendedMs: 0 });
  });

  test("the half hour that an incident may take is that in which somebody looked after it", () => {
    const late = resume(at("observing", waiting), 5 * minute + 10_000 + hour);
    expect(isOutOfTime(late, hour + 29 * minute, limits)).toBe(false);
    expect(isOutOfTime(late, hour + 30 * minute, limits)).toBe(true);
  });
});
