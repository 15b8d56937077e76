/** PURE. What every file of an action answers, so that the engine can treat all of them alike. */
import type { Result } from "../failure.ts";
import type { Kind } from "../kubernetes/kind.ts";
import type { PatchOperation } from "../kubernetes/json.ts";
import type { KubernetesObject } from "../kubernetes/object.ts";
import type { Action, ActionOf } from "./action.ts";

export interface ActionContext {
  /** The target as read just now. */
  readonly object: KubernetesObject;
  /** Objects of `needs` in the target's namespace. */
  readonly related: readonly KubernetesObject[];
  readonly nowMs: number;
}

export interface KindOfAction<T extends Action["type"]> {
  /** Kinds that `compile` must see besides the target. */
  needs(action: ActionOf<T>): readonly Kind[];
  /** The change as JSON Patch on the object of the context. `refused` with a sentence when it makes no sense here. */
  compile(action: ActionOf<T>, context: ActionContext): Result<readonly PatchOperation[]>;
  /** Fields that the change may touch, as patterns of `path-pattern.ts`, besides what the policy allows to `patch`. */
  readonly mayTouch: readonly string[];
  /**
   * `restore`: the inverse is the old value of each field. `replay`: the inverse runs after all restores, so that the
   * pods which it starts pick up what was restored.
   */
  readonly inverse: "restore" | "replay";
  /** How much severity (mu) may rise for a while because of the change itself, on a workload of so many replicas. */
  transientBudget(action: ActionOf<T>, replicas: number): number;
  /** The line that a person would type. */
  kubectl(action: ActionOf<T>): string;
}
