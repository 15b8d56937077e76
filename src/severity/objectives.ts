/**
 * PURE. Which objectives are violated, and with what weight. An objective that somebody promised counts whenever it does
 * not hold, also when its data vanished or it is no longer configured. An automatic one follows from the call graph and
 * was promised by nobody: calls may stop for good reasons, so it counts less eagerly.
 */
import type { Baseline, ObjectiveReading, Scope } from "./severity.ts";

export interface Violation {
  /** As `objectiveIdentity` names it. */
  readonly objective: string;
  /** `objective shop/checkout`, with its weight when that is not 1. */
  readonly what: string;
  readonly weight: number;
}

/** Those of the scope's namespaces, and those that name none. */
export function objectivesInScope(objectives: readonly ObjectiveReading[], scope: Scope): readonly ObjectiveReading[] {
  const { namespaces } = scope;
  return namespaces === "all"
    ? objectives
    : objectives.filter(({ namespace }) => namespace === undefined || namespaces.includes(namespace));
}

export function objectiveIdentity(objective: Pick<ObjectiveReading, "name" | "namespace">): string {
  return objective.namespace === undefined ? objective.name : `${objective.namespace}/${objective.name}`;
}

/**
 * `objectives`: those of the scope. An automatic one counts when it had data at the checkpoint and is violated now; one
 * that was violated then and has no data now was not shown to be well, and counts too. One that held then and has none
 * now does not: `callsThatStopped` tells the oracle.
 */
export function violatedObjectives(objectives: readonly ObjectiveReading[], baseline: Baseline | undefined): readonly Violation[] {
  const failing = countedObjectives(objectives, baseline).filter((objective) => !holds(objective));
  const spoken = new Set(objectives.map(objectiveIdentity));
  const automatic = new Set(baseline?.automaticObjectives);
  const gone = [
    ...(baseline?.failingObjectives ?? []),
    ...(baseline?.holdingObjectives ?? []).filter((objective) => !automatic.has(objective)),
  ].filter((objective) => !spoken.has(objective));
  const weightNow = new Map(objectives.map((objective) => [objectiveIdentity(objective), objective.weight ?? 1]));
  return [...new Set([...failing.map(objectiveIdentity), ...gone])].map((objective) => {
    // Who lowers a weight meanwhile lowers no severity.
    const weight = Math.max(weightNow.get(objective) ?? 1, baseline?.objectiveWeights?.[objective] ?? 1);
    return { objective, what: `objective ${objective}${weight === 1 ? "" : ` (weight ${weight})`}`, weight };
  });
}

/** Automatic ones that held at the checkpoint and have no data now: from whom to whom nobody calls any more. */
export function callsThatStopped(objectives: readonly ObjectiveReading[], baseline: Baseline | undefined): readonly string[] {
  const flowing = new Set(objectives.filter(({ state }) => state !== "vanished").map(objectiveIdentity));
  const heldThen = new Set(baseline?.holdingObjectives);
  return (baseline?.automaticObjectives ?? []).filter((objective) => heldThen.has(objective) && !flowing.has(objective));
}

/** Promised objectives that held at the checkpoint; none of them holding any more is a crash. */
export function promisesThatHeld(baseline: Baseline | undefined): readonly string[] {
  const automatic = new Set(baseline?.automaticObjectives);
  return (baseline?.holdingObjectives ?? []).filter((objective) => !automatic.has(objective));
}

export function holdingNow(objectives: readonly ObjectiveReading[]): ReadonlySet<string> {
  return new Set(objectives.filter(holds).map(objectiveIdentity));
}

/** What of the objectives a baseline remembers. `objectives`: those of the scope. */
export function rememberObjectives(
  objectives: readonly ObjectiveReading[],
): Pick<Baseline, "holdingObjectives" | "failingObjectives" | "automaticObjectives" | "objectiveWeights"> {
  const counted = countedObjectives(objectives, undefined);
  const failing = distinct(counted.filter((objective) => !holds(objective)).map(objectiveIdentity));
  const automatic = distinct(counted.filter((objective) => objective.automatic === true).map(objectiveIdentity));
  const weights = counted.flatMap((objective) =>
    (objective.weight ?? 1) === 1 ? [] : [[objectiveIdentity(objective), objective.weight ?? 1] as const],
  );
  return {
    holdingObjectives: distinct(counted.filter(holds).map(objectiveIdentity)),
    ...(failing.length === 0 ? {} : { failingObjectives: failing }),
    ...(automatic.length === 0 ? {} : { automaticObjectives: automatic }),
    ...(weights.length === 0 ? {} : { objectiveWeights: Object.fromEntries(weights) }),
  };
}

export function countedObjectives(objectives: readonly ObjectiveReading[], baseline: Baseline | undefined): readonly ObjectiveReading[] {
  return objectives.filter((objective) => counts(objective, baseline));
}

function holds({ state }: ObjectiveReading): boolean {
  return state === "holds";
}

function counts(objective: ObjectiveReading, baseline: Baseline | undefined): boolean {
  if (objective.automatic !== true) return true;
  if (baseline === undefined) return objective.state !== "vanished";
  const identity = objectiveIdentity(objective);
  if (baseline.automaticObjectives?.includes(identity) !== true) return false;
  return objective.state !== "vanished" || baseline.failingObjectives?.includes(identity) === true;
}

function distinct(values: readonly string[]): string[] {
  return [...new Set(values)].sort();
}
