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
  /** Absent: nobody can be asked. */
  readonly advice?: Advice | undefined;
}

/** Whoever knows more than the built-in causes. To ask costs money and time, so it is asked when nothing likely is left. */
export interface Advice {
  /** Whether this plan may be tried, and was not. */
  readonly isOpen: (plan: Plan) => Promise<boolean>;
  /** Its own plans, most promising first. None when it has none, or no answer; a failure when it is to be asked later. */
  readonly plans: () => Promise<Result<readonly Plan[]>>;
}

export interface Planner {
  /** Most promising first. An empty list: nothing that is worth trying. */
  propose(input: PlanningInput): Promise<Result<readonly Plan[]>>;
}
