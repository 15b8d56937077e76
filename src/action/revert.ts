/**
 * PURE. Puts fields back to what they were when all was well. The values are the record's and nobody else's: the engine
 * compares them with it before anything is sent, as it takes the template of a rollback from the workload's own history.
 */
import { applyPatch, isJsonObject, jsonEqual } from "../kubernetes/json.ts";
import type { JsonObject, PatchOperation } from "../kubernetes/json.ts";
import { success } from "../failure.ts";
import { changesBetween, describePath } from "./change.ts";
import { rollingBudget } from "./kind-of-action.ts";
import type { KindOfAction } from "./kind-of-action.ts";
import { patchLine } from "./kubectl-line.ts";

export const revert: KindOfAction<"revert"> = {
  needs: () => [],
  compile: ({ operations }) => success({ kind: "patch", operations }),
  mayTouch: ["/spec/**", "/data/**", "/binaryData/**"],
  inverse: "restore",
  transientBudget: ({ target }, replicas) => rollingBudget(target, replicas),
  kubectl: ({ target, operations }) => patchLine(target, operations),
};

/** Undefined when the patch brings the object nearer to how it is recorded, and nothing else with it. Both in recorded form. */
export function whyNotRecorded(object: JsonObject, operations: readonly PatchOperation[], good: JsonObject): string | undefined {
  const patched = applyPatch(object, operations);
  if (!patched.ok || !isJsonObject(patched.value)) return "the object has changed since the plan was made";
  const before = changesBetween(good, object);
  const after = changesBetween(good, patched.value);
  const fresh = after.find(
    (change) =>
      !before.some((known) => describePath(known.path) === describePath(change.path) && jsonEqual(known.after?.value, change.after?.value)),
  );
  if (fresh !== undefined) return `${describePath(fresh.path)} would not be as it was when all was well`;
  return after.length < before.length ? undefined : "it would put nothing back";
}
