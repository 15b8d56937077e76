import { describe, expect, test } from "vitest";
import { decide } from "../../../src/transaction/decide.ts";
import type { IncidentEvent } from "../../../src/transaction/event.ts";
import type { Incident, State } from "../../../src/transaction/incident.ts";
import { after, at, attempt, by, checked, incident, limits, minute, stuck, told } from "./incidents.ts";

const person = (type: "approved" | "rejected" | "aborted" | "acknowledged"): IncidentEvent => ({ type, by });
const nowMs = minute;

describe("what a person says, in every state", () => {
  const stopped = "closing/no_action -> tidy";
  const undone = "undoing/inconclusive -> undo";
  test.each<readonly [State["name"], string, string, string, string]>([
    // state, approved, rejected, aborted, acknowledged
    ["opened", "opened -> begun", stopped, stopped, "opened -> begun"],
    ["observing", "observing -> observe", stopped, stopped, "observing -> observe"],
    ["diagnosing", "diagnosing -> diagnose", stopped, stopped, "diagnosing -> diagnose"],
    ["planning", "planning -> plan", stopped, stopped, "planning -> plan"],
    ["awaiting_approval", "checkpointing -> checkpoint", stopped, stopped, "awaiting_approval -> wait 540 s"],
    ["checkpointing", "checkpointing -> checkpoint", stopped, stopped, "checkpointing -> checkpoint"],
    ["acting", "acting/0 -> act", "acting/0 -> act", undone, "acting/0 -> act"],
    ["settling", "settling -> measure", "settling -> measure", undone, "settling -> measure"],
    ["evaluating", "evaluating -> measure", "evaluating -> measure", undone, "evaluating -> measure"],
    ["undoing", "undoing/undefined -> undo", "undoing/undefined -> undo", "undoing/undefined -> undo", "undoing/undefined -> undo"],
    [
      "verifying_undo",
      "verifying_undo -> check undo",
      "verifying_undo -> check undo",
      "verifying_undo -> check undo",
      "verifying_undo -> check undo",
    ],
    ["closing", "closing/mitigated -> tidy", "closing/mitigated -> tidy", "closing/mitigated -> tidy", "closing/mitigated -> tidy"],
    ["closed", "closed/mitigated -> nothing", "closed/mitigated -> nothing", "closed/mitigated -> nothing", "closed/mitigated -> nothing"],
  ])("%s", (name, approved, rejected, aborted, acknowledged) => {
    expect(told(at(name), person("approved"), nowMs)).toBe(approved);
    expect(told(at(name), person("rejected"), nowMs)).toBe(rejected);
    expect(told(at(name), person("aborted"), nowMs)).toBe(aborted);
    expect(told(at(name), person("acknowledged"), nowMs)).toBe(acknowledged);
  });
});

describe("a person stops it", () => {
  const undoing: IncidentEvent = { type: "undone", foreign: [], did: ["Put back."] };

  test("in flight: what was written is undone, and nothing new is begun though the alert fires", () => {
    for (const name of ["acting", "settling", "evaluating"] as const) {
      const from = after(at(name), 10_000, [person("aborted"), undoing, checked(6), checked(6)]);
      expect(from.state).toMatchObject({ name: "closing", outcome: "restored", reason: "stopped by ada" });
    }
  });

  test("while it is being undone: no further attempt either", () => {
    const early = after(at("undoing"), 10_000, [person("aborted"), undoing, checked(6), checked(6)]);
    expect(early.state).toMatchObject({ name: "closing", outcome: "restored", reason: "stopped by ada" });
    const late = after(at("verifying_undo"), 10_000, [person("aborted"), checked(6), checked(6)]);
    expect(late.state).toMatchObject({ name: "closing", outcome: "restored", reason: "stopped by ada" });
  });

  test("before anything was written: nothing was changed", () => {
    const from = after(at("acting"), 10_000, [person("aborted"), { type: "undone", foreign: [], did: [] }, checked(9)]);
    expect(from.state).toMatchObject({ name: "closing", outcome: "no_action", reason: "stopped by ada" });
  });

  test("after an earlier attempt was kept: improved it stays", () => {
    const attempts: Incident["attempts"] = [{ ...attempt, ending: "committed", verdict: "improved" }];
    expect(told(at("observing", { attempts }), person("aborted"), nowMs)).toBe("closing/improved -> tidy");
  });
});

describe("an incident that is stuck", () => {
  const from = incident(stuck, { attempts: [{ ...attempt, writes: 2, ending: "undo not proven" }] });

  test("asks for nothing and hears nothing but an acknowledgement", () => {
    for (const type of ["approved", "rejected", "aborted"] as const)
      expect(told(from, person(type), nowMs)).toBe("closed/stuck -> nothing");
  });

  test("gives its scope back when somebody acknowledges, and stays what it was", () => {
    const { next, effect } = decide(from, person("acknowledged"), nowMs, limits);
    expect(effect).toEqual({ type: "tidy" });
    expect(next.state).toEqual({ name: "closing", outcome: "stuck", reason: "it resists", byHand: ["kubectl"] });
    const closed = decide(next, { type: "tidied" }, nowMs, limits).next;
    expect(closed.state).toEqual({ ...stuck, endedAtMs: nowMs, acknowledged: true });
    expect(told(closed, person("acknowledged"), nowMs)).toBe("closed/stuck -> nothing");
  });
});
