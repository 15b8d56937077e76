import { describe, expect, test } from "vitest";
import { decide } from "../../../src/transaction/decide.ts";
import type { IncidentEvent } from "../../../src/transaction/event.ts";
import type { Incident } from "../../../src/transaction/incident.ts";
import { acted, after, at, attempt, checkpointOf, limits, measured, minute, plan, severityOf, states, told } from "./incidents.ts";

const nowMs = minute;
const refusal = (writes: number): IncidentEvent => ({ type: "action refused", action: 1, reason: "it is not allowed", writes });
const rolling = { state: "under way", reason: "1 of 3" } as const;

const evaluating = (...samples: readonly IncidentEvent[]): Incident => after(at("evaluating"), 10_000, samples);
const gone: IncidentEvent = {
  type: "observed",
  firing: "no",
  severity: severityOf(0),
  subject: undefined,
  namespaces: [],
  why: "it does not fire",
};

describe("from the first write to the verdict", () => {
  const one = { ...attempt, plan: { ...plan, actions: plan.actions.slice(0, 1) } };
  test.each<readonly [string, Incident, IncidentEvent, string]>([
    ["the first action is done", at("acting"), acted(0), "acting/1 -> act"],
    ["the last action is done", at("acting", { state: { name: "acting", nextAction: 1 } }), acted(1), "settling -> wait 10 s"],
    ["the only action is done", at("acting", { attempts: [one] }), acted(0), "settling -> wait 10 s"],
    ["the first action is refused: look again", at("acting"), refusal(0), "observing -> observe"],
    ["the second action is refused: the first is undone", at("acting"), refusal(1), "undoing/inconclusive -> undo"],
    ["the rollout is under way", at("settling"), measured(9, { rollout: rolling }), "settling -> wait 10 s"],
    ["the rollout is over", at("settling"), measured(6), "evaluating -> wait 10 s"],
    [
      "the rollout has failed",
      at("settling"),
      measured(6, { rollout: { state: "failed", reason: "no image" } }),
      "evaluating -> wait 10 s",
    ],
    ["one good sample", at("evaluating"), measured(0, { pass: true }), "evaluating -> wait 10 s"],
    [
      "the third good sample",
      evaluating(measured(0, { pass: true }), measured(0, { pass: true })),
      measured(0, { pass: true }),
      "closing/mitigated -> tidy",
    ],
  ])("%s", (_name, from, event, expected) => {
    expect(told(from, event, nowMs)).toBe(expected);
  });

  test("the rollout is waited for until its deadline, the evaluation until its own", () => {
    expect(told(at("settling"), measured(6, { rollout: rolling }), 10 * minute - 1)).toBe("settling -> wait 10 s");
    expect(told(at("settling"), measured(6, { rollout: rolling }), 10 * minute)).toBe("evaluating -> wait 10 s");
    expect(told(evaluating(measured(3), measured(3)), measured(3), 10 * minute - 1)).toBe("evaluating -> wait 10 s");
    expect(told(evaluating(measured(3), measured(3)), measured(3), 10 * minute)).toBe("observing -> observe");
    expect(told(evaluating(measured(6), measured(6)), measured(6), 10 * minute)).toBe("undoing/unchanged -> undo");
    expect(told(evaluating(measured(7), measured(7)), measured(7), 10 * minute)).toBe("undoing/regressed -> undo");
    expect(told(evaluating(measured("?"), measured("?")), measured("?"), 10 * minute)).toBe("undoing/inconclusive -> undo");
    expect(told(at("evaluating"), measured(0, { pass: true }), 10 * minute)).toBe("evaluating -> wait 10 s");
  });

  test("samples taken while settling do not count for the verdict", () => {
    const settling = after(at("settling"), 10_000, [measured(0, { pass: true, rollout: rolling }), measured(0, { pass: true })]);
    expect(settling.state.name).toBe("evaluating");
    expect(told(settling, measured(0, { pass: true }), 30_000)).toBe("evaluating -> wait 10 s");
  });

  test("how long an alert takes to show decides how long is evaluated", () => {
    const from = at("settling", { attempts: [{ ...attempt, checkpoint: { ...checkpointOf(6), horizonMs: 5 * minute } }] });
    expect(decide(from, measured(6), nowMs, limits).next.state).toMatchObject({ deadlineMs: nowMs + 6 * minute });
  });

  test("severity above the budget for a minute is undone at once, in settling as in evaluating", () => {
    for (const name of ["settling", "evaluating"] as const) {
      const from = at(name, { attempts: [{ ...attempt, writes: 2, transientBudget: 3 }] });
      const worse = after(from, 10_000, [measured(10, { rollout: rolling })]);
      expect(told(worse, measured(10, { rollout: rolling }), 69_999)).toContain("-> wait 10 s");
      expect(told(worse, measured(10, { rollout: rolling }), 70_000)).toBe("undoing/regressed -> undo");
      expect(told(worse, measured(9, { rollout: rolling }), 70_000)).toContain("-> wait 10 s");
    }
  });

  test("being above carries on from settling to evaluating", () => {
    const worse = after(at("settling"), 10_000, [measured(10, { rollout: rolling }), measured(10)]);
    expect(worse.state).toMatchObject({ name: "evaluating", worseSinceMs: 10_000 });
    expect(told(worse, measured(10), 70_000)).toBe("undoing/regressed -> undo");
  });

  test("unknown does not excuse what was above, and the reason names the last number that was known", () => {
    const worse = after(at("evaluating"), 10_000, [measured(10), measured("?")]);
    const { next } = decide(worse, measured("?"), 70_000, limits);
    expect(next.attempts.at(-1)).toMatchObject({
      verdict: "regressed",
      reason: "severity rose from 6 to 10 and stayed there (70 s into the attempt)",
    });
  });

  test("a cluster that is down for a minute is undone", () => {
    const { next } = decide(after(at("settling"), 10_000, [measured("!", { rollout: rolling })]), measured("!"), 70_000, limits);
    expect(next.attempts.at(-1)).toMatchObject({ verdict: "regressed", reason: "the cluster is down" });
  });

  test("what was kept without solving it is told apart in the end", () => {
    const improved = decide(evaluating(measured(3), measured(3)), measured(3), 10 * minute, limits).next;
    expect(improved.attempts.at(-1)).toMatchObject({ verdict: "improved", ending: "committed" });
    expect(
      told(
        { ...improved, state: states.planning },
        { type: "planned", plan: undefined, mode: "auto", notes: [], why: "no cause was found" },
        11 * minute,
      ),
    ).toBe("closing/improved -> tidy");
    expect(told({ ...improved, state: states.observing }, gone, 11 * minute)).toBe("closing/mitigated -> tidy");
  });

  test("by the paper's rule an unchanged severity is kept", () => {
    const rule = { ...limits, commitRule: "paper" as const };
    const { next } = decide(evaluating(measured(6), measured(6)), measured(6), 10 * minute, rule);
    expect(next.attempts.at(-1)).toMatchObject({ verdict: "unchanged", ending: "committed" });
    expect(next.state.name).toBe("observing");
  });

  test("the outcome says what was not measured and what a person should know", () => {
    const from = after(at("evaluating", { attempts: [{ ...attempt, remarks: ["it belongs to Helm release shop"] }] }), 10_000, [
      measured(0, { pass: true }),
      measured(0, { pass: true }),
    ]);
    const last = measured(0);
    const { next } = decide(
      from,
      { ...last, measurement: { ...last.measurement, oracles: [{ oracle: "user requests", state: "not measured", reason: "" }] } },
      nowMs,
      limits,
    );
    expect(next.state).toMatchObject({ reason: "Scale it back. (not measured: user requests; it belongs to Helm release shop)" });
  });
});
