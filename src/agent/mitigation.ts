/**
 * alphaM. Turns hypotheses into plans, drops what policy forbids or what was tried before, and picks the first. The
 * built-in planner tries each likely remedy alone, then pairs of what did nothing alone, as two faults at once need both
 * fixes in one transaction, then everything that changed since all was well at once, then what an advisor proposes, then
 * what is less likely. Among what is about as likely, what worked in earlier incidents comes first, and what failed in them
 * is not likely any more. Who proposed a plan changes nothing about how it is checked.
 */
import { isProtectedNamespace, modeOf, modeOfPlan, whyNotPlan } from "../action/policy.ts";
import type { Plan } from "../action/action.ts";
import { nameOf } from "../kubernetes/object.ts";
import { success } from "../failure.ts";
import type { Result } from "../failure.ts";
import { jsonEqual } from "../kubernetes/json.ts";
import type { Json } from "../kubernetes/json.ts";
import { byStanding, pastOf, standingOf } from "../memory/recall.ts";
import type { Candidate, Past } from "../memory/recall.ts";
import type { IncidentEvent } from "../transaction/event.ts";
import { untold } from "../transaction/before-writing.ts";
import { isOnlySeen } from "../transaction/incident.ts";
import type { Attempt, Incident } from "../transaction/incident.ts";
import type { Advisor } from "./advisor.ts";
import type { Advice, Planner, PlanningInput } from "./planner.ts";
import { whyRefused } from "./foresee.ts";
import type { Site } from "./site.ts";

/** Surer than this is tried before what was tried already is combined. */
const likely = 0.7;
/** What worked before may be less sure by this much. */
const likelyAgain = 0.6;
/** One transaction may touch no more objects (blast.ts). */
const objectsMax = 5;
const actionsMax = 20;

export const builtInPlanner: Planner = {
  async propose({ hypotheses, attempts, memories = [], advice }) {
    const alone = hypotheses.flatMap(({ cause, component, confidence, guess, remedies }) =>
      remedies
        .map(({ intent, actions }): Candidate => {
          const proposal: Plan = { intent, actions, source: cause, ...(guess === true ? {} : { seenAt: component }) };
          return { plan: proposal, confidence, standing: standingOf(memories, proposal) };
        })
        .toSorted((left, right) => right.standing - left.standing)
        .map((candidate, round) => ({ ...candidate, round })),
    );
    // The second remedy of one cause comes after the first of every other: it mostly does the same.
    const inTurn = alone.toSorted((left, right) => left.round - right.round);
    const useless = attempts
      .filter(
        (attempt) =>
          (attempt.verdict === "unchanged" || attempt.verdict === "inconclusive") && attempt.writes > 0 && attempt.ending === "undone",
      )
      .map((attempt) => attempt.plan);
    const pairs = useless.flatMap((first, index) => useless.slice(index + 1).map((second) => together(first, second)));
    const first = [...byStanding(inTurn.filter(isLikely)).map(({ plan: of }) => of), ...pairs, ...everythingBack(hypotheses)];
    const advised = advice === undefined || (await anyOpen(first, advice)) ? success([]) : await advice.plans();
    if (!advised.ok) return advised;
    const last = byStanding(inTurn.filter((candidate) => !isLikely(candidate))).map(({ plan: of }) => of);
    return success([...first, ...advised.value, ...last]);
  },
};

async function anyOpen(plans: readonly Plan[], { isOpen: ask }: Advice): Promise<boolean> {
  for (const candidate of plans) if (await ask(candidate)) return true;
  return false;
}

function isLikely({ confidence, standing }: Candidate): boolean {
  return standing >= 0 && confidence >= (standing > 0 ? likelyAgain : likely);
}

/** All that changed since all was well, the likeliest first, as far as one transaction may go. */
function everythingBack(hypotheses: PlanningInput["hypotheses"]): readonly Plan[] {
  const actions: Plan["actions"][number][] = [];
  const objects = new Set<string>();
  for (const { cause, remedies } of hypotheses) {
    const more = cause === "changed-since-known-good" ? (remedies[0]?.actions ?? []) : [];
    const all = new Set([...objects, ...more.map(({ target }) => nameOf(target))]);
    if (more.length === 0 || all.size > objectsMax || actions.length + more.length > actionsMax) continue;
    actions.push(...more.filter((action) => !actions.some((known) => jsonEqual(known as Json, action as Json))));
    for (const { target } of more) objects.add(nameOf(target));
  }
  if (objects.size < 2) return [];
  return [
    { intent: `Put back all that changed since all was well (${objects.size} objects).`, actions, source: "changed-since-known-good" },
  ];
}

function together(first: Plan, second: Plan): Plan {
  return {
    intent: `${first.intent} And: ${second.intent}`.slice(0, 500),
    actions: [...first.actions, ...second.actions],
    source: `${first.source} and ${second.source}`,
  };
}

/** Whether it comes to an advisor: nothing that is likely is left to try. */
export async function wantsAdvice(
  site: Site,
  planner: Planner,
  incident: Incident,
  hypotheses: PlanningInput["hypotheses"],
): Promise<boolean> {
  if (incident.namespaces.every((each) => isProtectedNamespace(site.policy, each))) return false;
  let asked = false;
  const plans: Advice["plans"] = () => {
    asked = true;
    return Promise.resolve(success([]));
  };
  await planner.propose({
    hypotheses,
    attempts: incident.attempts,
    memories: await memoriesOf(site),
    advice: { isOpen: (candidate) => isOpen(site, incident, candidate), plans },
  });
  return asked;
}

/** Memory orders what is proposed: without it a plan is as good, in another order. */
async function memoriesOf(site: Site): Promise<NonNullable<PlanningInput["memories"]>> {
  const remembered = await site.memories?.();
  return remembered?.ok === true ? remembered.value : [];
}

async function isOpen(site: Site, incident: Incident, candidate: Plan): Promise<boolean> {
  const { policy } = site;
  const { namespaces, attempts } = incident;
  const isOnlyLookedAt = modeOfPlan(policy, candidate) === "observe" && modeOf(policy, namespaces[0] ?? "") !== "observe";
  if (isOnlySeen(incident) && candidate.seenAt === undefined) return false;
  if (wasTried(candidate, attempts) || whyNotPlan(policy, candidate, namespaces) !== undefined || isOnlyLookedAt) return false;
  return (await whyRefused(site, candidate)) === undefined;
}

/** `advisor`: absent while evidence that may still come is waited for, and where nobody is configured. */
export async function plan(site: Site, planner: Planner, incident: Incident, advisor?: Advisor): Promise<Result<IncidentEvent>> {
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
  const memories = await memoriesOf(site);
  const notes: string[] = [];
  const advice: Advice | undefined = advisor && {
    isOpen: (candidate) => isOpen(site, incident, candidate),
    async plans() {
      const advised = await advisor.plans(site, incident, hypotheses);
      if (!advised.ok) return advised;
      notes.push(...advised.value.notes);
      return success(advised.value.plans);
    },
  };
  const proposed = await planner.propose({ hypotheses, attempts: incident.attempts, memories, advice });
  if (!proposed.ok) return proposed;
  let onlyLookedAt: Plan | undefined;
  let guessed: Plan | undefined;
  for (const candidate of proposed.value) {
    if (wasTried(candidate, incident.attempts)) continue;
    if (isOnlySeen(incident) && candidate.seenAt === undefined) {
      guessed ??= candidate;
      continue;
    }
    const whyNot = whyNotPlan(site.policy, candidate, incident.namespaces) ?? (await whyRefused(site, candidate));
    const its = modeOfPlan(site.policy, candidate);
    if (whyNot !== undefined) notes.push(`Not tried: ${candidate.intent.replace(/\.$/, "")} (${whyNot}).`);
    // What may be done comes before what may only be proposed.
    else if (its === "observe" && mode !== "observe") onlyLookedAt ??= candidate;
    else
      return success({
        type: "planned",
        plan: candidate,
        mode: its,
        notes: [...notes, ...experience(pastOf(memories, candidate))],
        why: "",
      });
  }
  if (onlyLookedAt !== undefined && incident.attempts.length === 0)
    return success({ type: "planned", plan: onlyLookedAt, mode: modeOfPlan(site.policy, onlyLookedAt), notes, why: "" });
  const isGuess = guessed !== undefined && incident.attempts.length === 0 && notes.length === 0;
  const why = isGuess ? `${untold} (${guessed?.intent.replace(/\.$/, "")})` : whyNothing(hypotheses, incident.attempts, notes);
  return success({ type: "planned", plan: undefined, mode, notes, why });
}

/** What may have moved a plan up is told with it. */
function experience({ worked, failed }: Past): readonly string[] {
  if (worked === 0) return [];
  return [`What is tried now worked in earlier incidents: kept ${worked} of ${worked + failed} times.`];
}

function whyNothing(hypotheses: PlanningInput["hypotheses"], attempts: readonly Attempt[], notes: readonly string[]): string {
  const notTried = notes.find((note) => note.startsWith("Not tried: "));
  if (notTried !== undefined) return `nothing that is allowed is left to try: ${notTried.replace(/^Not tried: /, "").replace(/\.$/, "")}`;
  // Nothing was tried where everything was refused: the owner, or the policy, that refused is what a person must know.
  const refusedOnes = attempts.filter((attempt) => attempt.writes === 0 && attempt.reason !== undefined);
  const first = refusedOnes[0];
  if (first !== undefined && refusedOnes.length === attempts.length)
    return `no remedy could be carried out: ${first.plan.intent.replace(/\.$/, "")} (${first.reason})`;
  if (attempts.length > 0) return "every remedy that is known for what was found has been tried";
  const [found] = hypotheses;
  if (found === undefined) return "no cause was found";
  return `a cause was found and no safe remedy for it is known: ${found.cause} at ${nameOf(found.component)}: ${found.evidence.join(" ")}`.slice(
    0,
    700,
  );
}

/**
 * An identical plan is never repeated, whoever proposes it; only one that ended because nobody could measure gets a
 * second chance. (What an action comes to is compared once more before it is written, see act.ts.)
 */
function wasTried(candidate: Plan, attempts: readonly Attempt[]): boolean {
  const same = attempts.filter((attempt) => jsonEqual(attempt.plan.actions as Json, candidate.actions as Json));
  return same.length > 1 || same.some((attempt) => attempt.verdict !== "inconclusive" || attempt.writes === 0);
}
