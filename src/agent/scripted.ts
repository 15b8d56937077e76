/** A planner that proposes what it was told, in that order: for tests and the demo, where a bad first plan is wanted. */
import type { Plan } from "../action/action.ts";
import { success } from "../failure.ts";
import type { Planner } from "./planner.ts";

/** After the script the `then` planner goes on, when there is one. */
export function scriptedPlanner(plans: readonly Plan[], then?: Planner): Planner {
  return {
    async propose(input) {
      const rest = await then?.propose(input);
      if (rest !== undefined && !rest.ok) return rest;
      return success([...plans, ...(rest?.value ?? [])]);
    },
  };
}
