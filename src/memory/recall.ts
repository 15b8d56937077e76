/** PURE. Orders plans by what became of their like. It adds none and drops none. */
import type { Plan } from "../action/action.ts";
import { isAbout, isAlike, signatureOf } from "./memory.ts";
import type { Memory, RemedyMemory } from "./memory.ts";
import { shapeOf } from "./shape.ts";

/** Mostly worked, nobody knows, mostly did not. */
export type Standing = 1 | 0 | -1;

/** What is surer by more than this stays ahead, unless it failed before where the other one worked. */
const nearTie = 0.1;

export interface Past {
  readonly worked: number;
  readonly failed: number;
}

/** Of this very object; where it has none, of its kind with the same cause. */
export function pastOf(memories: readonly Memory[], plan: Plan): Past {
  const signature = signatureOf(plan);
  const shape = shapeOf(plan.actions);
  const within = (chosen: readonly Memory[]): readonly RemedyMemory[] =>
    chosen.flatMap(({ remedies }) => remedies.filter((remedy) => remedy.shape === shape));
  const own = within(memories.filter((memory) => isAbout(memory, signature)));
  const past = own.length > 0 ? own : within(memories.filter((memory) => isAlike(memory, signature)));
  return past.reduce(
    ({ worked, failed }, { mitigated, improved, undone, regressed }) => ({
      worked: worked + mitigated + improved,
      failed: failed + undone + regressed,
    }),
    { worked: 0, failed: 0 },
  );
}

export function standingOf(memories: readonly Memory[], plan: Plan): Standing {
  const { worked, failed } = pastOf(memories, plan);
  if (worked === failed) return 0;
  return worked > failed ? 1 : -1;
}

export interface Candidate {
  readonly plan: Plan;
  readonly confidence: number;
  readonly standing: Standing;
}

/**
 * Each moves up past those before it that stand lower, as long as they are about as sure; past one that failed before, what
 * worked moves in any case. All else stays in its order.
 */
export function byStanding<C extends Candidate>(candidates: readonly C[]): readonly C[] {
  const ordered: C[] = [];
  for (const candidate of candidates) {
    let place = ordered.length;
    while (place > 0 && overtakes(candidate, ordered[place - 1])) place -= 1;
    ordered.splice(place, 0, candidate);
  }
  return ordered;
}

function overtakes(candidate: Candidate, before: Candidate | undefined): boolean {
  if (before === undefined || candidate.standing <= before.standing) return false;
  // Confidences are hundredths: 0.95 - 0.85 is a hair more than 0.1.
  const isNear = Math.round(Math.abs(candidate.confidence - before.confidence) * 100) <= nearTie * 100;
  return isNear || (candidate.standing > 0 && before.standing < 0);
}
