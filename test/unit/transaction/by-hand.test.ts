import { describe, expect, test } from "vitest";
import { decide } from "../../../src/transaction/decide.ts";
import type { IncidentEvent } from "../../../src/transaction/event.ts";
import { incidentSchema, isByHand, isFiring } from "../../../src/transaction/incident.ts";
import type { Incident } from "../../../src/transaction/incident.ts";
import { nextAttempt } from "../../../src/transaction/step.ts";
import { attempt, episode, incident, limits, minute, severityOf, states } from "./incidents.ts";

const request = { ...episode, name: "StartedByHand", asked: { by: "alice", words: "why is web slow?" } };
const byHand = (state: keyof typeof states, more: Partial<Incident> = {}): Incident =>
  incident(states[state], { episodes: [request], ...more });
const nothingWrong: IncidentEvent = {
  type: "observed",
  firing: "no",
  severity: severityOf(0),
  subject: undefined,
  namespaces: ["shop"],
  why: "nothing that is measured is wrong in shop",
};

function lastOf({ state, timeline }: Incident): readonly unknown[] {
  return [state.name === "closing" ? state.outcome : state.name, timeline.at(-1)?.text];
}

describe("an incident that was started by hand", () => {
  test("says who asked what, and which alerts fire when there are any", () => {
    const alone = decide(byHand("opened"), { type: "begun" }, minute, limits).next;
    expect(alone.timeline.map(({ text }) => text)).toEqual([`Started by hand for ${alone.subjectKey}, by alice: "why is web slow?"`]);
    const both = decide(byHand("opened", { episodes: [request, episode] }), { type: "begun" }, minute, limits).next;
    expect(both.timeline.map(({ text }) => text)).toEqual([
      `HighErrorRate fires for ${both.subjectKey}.`,
      `Started by hand for ${both.subjectKey}, by alice: "why is web slow?"`,
    ]);
    expect(incidentSchema.parse(JSON.parse(JSON.stringify(both)))).toEqual(both);
  });

  test("ends with no action where nothing was wrong, and never says that anything resolved", () => {
    const { next } = decide(byHand("observing"), nothingWrong, minute, limits);
    expect(lastOf(next)).toEqual(["no_action", "Nothing was changed: nothing that is measured is wrong in shop."]);
  });

  test("is mitigated when nothing is wrong after what was kept, and resolved by itself after what was undone", () => {
    const kept = byHand("observing", { attempts: [{ ...attempt, writes: 1, ending: "committed", verdict: "improved" }] });
    expect(lastOf(decide(kept, nothingWrong, minute, limits).next)[0]).toBe("mitigated");
    const undone = byHand("observing", { attempts: [{ ...attempt, writes: 1, ending: "undone", verdict: "unchanged" }] });
    expect(lastOf(decide(undone, nothingWrong, minute, limits).next)[0]).toBe("self_resolved");
  });

  test("looks again at once after an undo: there is no alert that could have gone quiet", () => {
    const passing = [{ oracle: "alerts" as const, state: "passes" as const, reason: "no alert is active in the scope" }];
    const undone = { ...attempt, writes: 1, ending: "undone" as const, verdict: "unchanged" as const, oracles: passing };
    expect(nextAttempt(byHand("verifying_undo", { attempts: [undone] }), minute, limits)).toMatchObject({
      state: { name: "observing" },
      waitUntilMs: 0,
    });
    const alerted = incident(states.verifying_undo, { episodes: [episode], attempts: [undone] });
    expect(nextAttempt(alerted, minute, limits).waitUntilMs).toBeGreaterThan(minute);
  });

  test("goes by its alerts as soon as there are any", () => {
    expect([isByHand(byHand("observing")), isFiring(byHand("observing"))]).toEqual([true, true]);
    const joined = byHand("observing", { episodes: [request, episode] });
    expect([isByHand(joined), isFiring(joined)]).toEqual([false, true]);
    const { next } = decide(joined, { type: "episodes", episodes: [request, { ...episode, firing: false }] }, minute, limits);
    expect([isFiring(next), ...lastOf(next)]).toEqual([false, "self_resolved", "Resolved without us: the alerts have resolved."]);
  });
});
