/** PURE. Changes fields by a merge patch; what it comes to on the object as it is, policy judges like any other change. */
import { refused, success } from "../failure.ts";
import { isJsonObject } from "../kubernetes/json.ts";
import { mergePatch, operationsBetween } from "../kubernetes/merge-patch.ts";
import { asJson, nameOf } from "../kubernetes/object.ts";
import { rollingBudget } from "./kind-of-action.ts";
import type { KindOfAction } from "./kind-of-action.ts";
import { kubectlIn, named, quotedForShell } from "./kubectl-line.ts";
import { strategicMergePatch } from "./strategic-merge.ts";

export const merge: KindOfAction<"merge"> = {
  needs: () => [],
  compile({ target, strategy, patch }, { object }) {
    const before = asJson(object);
    const merged = strategy === "merge" ? success(mergePatch(before, patch)) : strategicMergePatch(target.kind, before, patch);
    if (!merged.ok) return merged;
    if (!isJsonObject(merged.value)) return refused(`${nameOf(target)}: the patch is no object`);
    const operations = operationsBetween(before, merged.value);
    return operations.length === 0
      ? refused(`the patch would change nothing on ${nameOf(target)}`)
      : success({ kind: "patch", operations });
  },
  mayTouch: [],
  inverse: "restore",
  transientBudget: ({ target }, replicas) => rollingBudget(target, replicas),
  kubectl: ({ target, strategy, patch }) =>
    `${kubectlIn(target)} patch ${named(target)} --type=${strategy} -p ${quotedForShell(JSON.stringify(patch))}`,
};
