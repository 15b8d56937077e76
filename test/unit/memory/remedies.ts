/** Remedies, hypotheses and attempts as the tests of memory need them. */
import type { Action, Plan } from "../../../src/action/action.ts";
import type { Memory } from "../../../src/memory/memory.ts";
import type { Attempt } from "../../../src/transaction/incident.ts";
import { attempt } from "../transaction/incidents.ts";

export const targetPort = (name: string, value = 8080): Action => ({
  type: "patch",
  target: { kind: "Service", namespace: "shop", name },
  operations: [{ op: "replace", path: "/spec/ports/0/targetPort", value }],
});

export const selector = (name: string): Action => ({
  type: "patch",
  target: { kind: "Service", namespace: "shop", name },
  operations: [{ op: "replace", path: "/spec/selector/app", value: name }],
});

export function planOf(source: string, ...actions: Action[]): Plan {
  return { intent: `Try ${source}.`, actions, source };
}

export function attemptOf(plan: Plan, verdict: Attempt["verdict"], more: Partial<Attempt> = {}): Attempt {
  return { ...attempt, plan, writes: 1, verdict, ...more };
}

const nothing = { mitigated: 0, improved: 0, undone: 0, regressed: 0 };

export function memoryOf(cause: string, name: string, shape: string, counts: Partial<typeof nothing>, lastAtMs = 0): Memory {
  return {
    schema: 1,
    cause,
    component: { kind: "Service", namespace: "shop", name },
    remedies: [{ shape, ...nothing, ...counts, lastAtMs }],
    incidents: [],
  };
}

export const portShape = "patch Service spec.ports.targetPort";
export const selectorShape = "patch Service spec.selector.app";
