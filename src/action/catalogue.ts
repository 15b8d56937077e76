/** PURE. All actions by their type: the one place where the engine finds how to treat an action. */
import { refused } from "../failure.ts";
import type { Result } from "../failure.ts";
import { applyPatch, isJsonObject } from "../kubernetes/json.ts";
import { asJson, nameOf } from "../kubernetes/object.ts";
import type { Action } from "./action.ts";
import { apply } from "./apply.ts";
import { unseenChange } from "./change.ts";
import { cordon, uncordon } from "./cordon.ts";
import { create } from "./create.ts";
import { remove } from "./delete.ts";
import { evict } from "./evict.ts";
import { hpaLimits } from "./hpa-limits.ts";
import type { ActionContext, KindOfAction } from "./kind-of-action.ts";
import { merge } from "./merge.ts";
import { patch } from "./patch.ts";
import { revert } from "./revert.ts";
import { restart } from "./restart.ts";
import { rollback } from "./rollback.ts";
import { scale } from "./scale.ts";
import { setEnv } from "./set-env.ts";
import { setImage } from "./set-image.ts";
import { setResources } from "./set-resources.ts";
import { suspend } from "./suspend.ts";
import { untaint } from "./untaint.ts";
import type { Inverse, Write } from "./write.ts";

const catalogue: { readonly [T in Action["type"]]: KindOfAction<T> } = {
  scale,
  patch,
  merge,
  apply,
  revert,
  "set-image": setImage,
  "set-env": setEnv,
  "set-resources": setResources,
  rollback,
  restart,
  evict,
  cordon,
  uncordon,
  untaint,
  create,
  delete: remove,
  "hpa-limits": hpaLimits,
  suspend,
};

/** The entry of the catalogue belongs to the action by construction; TypeScript cannot see that through the union. */
function kindOf(action: Action): KindOfAction<Action["type"]> {
  return catalogue[action.type] as KindOfAction<Action["type"]>;
}

export function needsOf(action: Action): readonly string[] {
  return kindOf(action).needs(action);
}

/** Whatever an action compiles to: a patch fits the object as it is, and leaves alone what no change of it would show. */
export function compileAction(action: Action, context: ActionContext): Result<Write> {
  const compiled = kindOf(action).compile(action, context);
  if (!compiled.ok || compiled.value.kind !== "patch") return compiled;
  const before = asJson(context.object);
  const patched = applyPatch(before, compiled.value.operations);
  if (!patched.ok) return refused(`the patch does not fit ${nameOf(action.target)}: ${patched.reason}`);
  const unseen = isJsonObject(patched.value) ? unseenChange(before, patched.value) : "the whole object";
  return unseen === undefined ? compiled : refused(`${unseen} of ${nameOf(action.target)} is never written`);
}

export function mayTouch(action: Action): readonly string[] {
  return kindOf(action).mayTouch;
}

export function inverseOf(action: Action): Inverse {
  return kindOf(action).inverse;
}

/** In units of mu; `replicas`: how many the target had at the checkpoint. */
export function transientBudgetOf(action: Action, replicas: number): number {
  return kindOf(action).transientBudget(action, replicas);
}

export function asKubectl(action: Action): string {
  return kindOf(action).kubectl(action);
}
