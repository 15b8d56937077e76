/**
 * alphaM. Turns hypotheses into plans, drops what policy forbids or what was tried before, and picks the first. The
 * built-in planner takes the causes' remedies in their order, then pairs of what did nothing alone: two faults at once
 * need both fixes in one transaction.
 */
import { isProtectedNamespace, modeOf, modeOfPlan, whyNotPlan } from "../action/policy.ts";
import type { Plan } from "../action/action.ts";
import { success } from "../failure.ts";
import type { Result } from "../failure.ts";
import { jsonEqual } from "../kubernetes/json.ts";
import type { Json } from "../kubernetes/json.ts";
import type { IncidentEvent } from "../transaction/event.ts";
import type { Attempt, Incident } from "../transaction/incident.ts";
import type { Planner } from "./planner.ts";
import type { Site } from "./site.ts";

export const builtInPlanner: Planner = {
  propose({ hypotheses, attempts }) {
    const single = hypotheses.flatMap((hypothesis) =>
      hypothesis.remedies.map((remedy): Plan => ({ intent: remedy.intent, actions: remedy.actions, source: hypothesis.cause })),
    );
    const useless = attempts
      .filter(
        (attempt) =>
          (attempt.verdict === "unchanged" || attempt.verdict === "inconclusive") && attempt.writes > 0 && attempt.ending === "undone",
      )
      .map((attempt) => attempt.plan);
    const pairs = useless.flatMap((first, index) => useless.slice(index + 1).map((second) => together(first, second)));
    return Promise.resolve(success([...single, ...pairs]));
  },
};

function together(first: Plan, second: Plan): Plan {
  return {
    intent: `${first.intent} And: ${second.intent}`.slice(0, 500),
    actions: [...first.actions, ...second.actions],
    source: `${first.source} and ${second.source}`,
  };
}

export async function plan(site: Site, planner: Planner, incident: Incident): Promise<Result<IncidentEvent>> {
  const hypotheses = incident.state.name === "planning" ? incident.state.hypotheses : [];
  const namespace = incident.namespaces[0] ?? "";
  const mode = modeOf(site.policy, namespace);
  if (incident.namespaces.every((each) => isProtectedNamespace(site.policy, each))) {
    return success({
      type: "planned",
      plan: undefined,
      mode,
      notes: [],
      why: `namespace ${namespace} is protected: nothing is ever changed there`,
      final: true,
    });
  }
  const proposed = await planner.propose({ hypotheses, attempts: incident.attempts });
  if (!proposed.ok) return proposed;
  const notes: string[] = [];
  for (const candidate of proposed.value) {
    if (wasTried(candidate, incident.attempts)) continue;
    const whyNot = whyNotPlan(site.policy, candidate, incident.namespaces);
    if (whyNot === undefined)
      return success({ type: "planned", plan: candidate, mode: modeOfPlan(site.policy, candidate), notes, why: "" });
    notes.push(`Not tried: ${candidate.intent} (${whyNot}).`);
  }
  return success({ type: "planned", plan: undefined, mode, notes, why: whyNothing(hypotheses.length, incident.attempts, notes) });
}

function whyNothing(hypotheses: number, attempts: readonly Attempt[], notes: readonly string[]): string {
  if (notes.length > 0) return `nothing that is allowed is left to try: ${notes[0]?.replace(/^Not tried: /, "").replace(/\.$/, "")}`;
  // Nothing was tried where everything was refused: the owner, or the policy, that refused is what a person must know.
  const refusedOnes = attempts.filter((attempt) => attempt.writes === 0 && attempt.reason !== undefined);
  const first = refusedOnes[0];
  if (first !== undefined && refusedOnes.length === attempts.length)
    return `no remedy could be carried out: ${first.plan.intent.replace(/\.$/, "")} (${first.reason})`;
  if (attempts.length > 0) return "every remedy that is known for what was found has been tried";
  return hypotheses === 0 ? "no cause was found" : "a cause was found and no safe remedy for it is known";
}

/**
 * An identical plan is never repeated, whoever proposes it; only one that ended because nobody could measure gets a
 * second chance. (What an action comes to is compared once more before it is written, see act.ts.)
 */
function wasTried(candidate: Plan, attempts: readonly Attempt[]): boolean {
  const same = attempts.filter((attempt) => jsonEqual(attempt.plan.actions as Json, candidate.actions as Json));
  return same.length > 1 || same.some((attempt) => attempt.verdict !== "inconclusive" || attempt.writes === 0);
}
