/** A planner that is right with probability p and harmful otherwise: what it says about an attempt follows from the seed alone. */
import type { Plan } from "../../src/action/action.ts";
import type { Planner } from "../../src/agent/planner.ts";
import { success } from "../../src/failure.ts";
import { createDice } from "../support/dice.ts";
import { harmfulPlans } from "./plans.ts";

/** So many throws for one attempt that one of them is new, even when nearly all plans were tried. */
const throwsMax = 60;
const sides = 10_000;

/** `rightShare`: p. Whoever asks takes the first that was not tried yet, as from any planner. */
export function stochasticPlanner(seed: number, rightShare: number, right: Plan): Planner {
  return {
    propose({ attempts }) {
      const dice = createDice(seed * 100 + attempts.length);
      return Promise.resolve(
        success(Array.from({ length: throwsMax }, () => (dice.roll(sides) < rightShare * sides ? right : dice.pick(harmfulPlans)))),
      );
    },
  };
}
