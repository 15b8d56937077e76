/** PURE. What every file of an action answers, so that the engine can treat all of them alike. */
import { refused } from "../failure.ts";
import type { Result } from "../failure.ts";
import { nameOf } from "../kubernetes/object.ts";
import type { KubernetesObject } from "../kubernetes/object.ts";
import type { Action, ActionOf, Target } from "./action.ts";
import type { Inverse, Write } from "./write.ts";

export interface ActionContext {
  /** The target as read just now. */
  readonly object: KubernetesObject;
  /** Objects of `needs` in the target's namespace. */
  readonly related: readonly KubernetesObject[];
  readonly nowMs: number;
}

export interface KindOfAction<T extends Action["type"]> {
  /** Kinds that `compile` must see besides the target. */
  needs(action: ActionOf<T>): readonly string[];
  /** The write that carries it out. `refused` with a sentence when it makes no sense here. */
  compile(action: ActionOf<T>, context: ActionContext): Result<Write>;
  /** Fields that the change may touch, as patterns of `path-pattern.ts`, besides what the policy makes writable. */
  readonly mayTouch: readonly string[];
  readonly inverse: Inverse;
  /** How much severity (mu) may rise for a while because of the change itself, on a workload of so many replicas. */
  transientBudget(action: ActionOf<T>, replicas: number): number;
  /** The line that a person would type. */
  kubectl(action: ActionOf<T>): string;
}

export const workloadKinds: readonly string[] = ["Deployment", "StatefulSet", "DaemonSet"];

/** A rolling change of pods: each may be away for a moment, and an alert or two may blink. */
export function rollingBudget({ kind }: Target, replicas: number): number {
  return workloadKinds.includes(kind) ? replicas + 6 : 0;
}

/** Undefined when the action makes sense for objects of this kind. */
export function onlyFor(target: Target, kinds: readonly string[], what: string) {
  return kinds.includes(target.kind) ? undefined : refused(`${nameOf(target)}: a ${target.kind} ${what}`);
}
