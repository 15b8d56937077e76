/** The port to whoever proposes plans. A proposal is only ever that: policy, dry-run and the commit rule judge it like any other. */
import type { Plan } from "../action/action.ts";
import type { Result } from "../failure.ts";
import type { Memory } from "../memory/memory.ts";
import type { Attempt, StoredHypothesis } from "../transaction/incident.ts";

export interface PlanningInput {
  readonly hypotheses: readonly StoredHypothesis[];
  /** What was tried before, and how it ended. */
  readonly attempts: readonly Attempt[];
  /** What earlier incidents taught: it may order plans, and no more. Absent: nothing is known. */
  readonly memories?: readonly Memory[] | undefined;
}

export interface Planner {
  /** Most promising first. An empty list: nothing that is worth trying. */
  propose(input: PlanningInput): Promise<Result<readonly Plan[]>>;
}
