/**
 * PURE. `kubectl apply` of one object as a difference: what the manifest says is set, what was last applied and is not in
 * it any more goes, everything else stays. The annotation that records what was applied is left to kubectl.
 */
import { refused, success } from "../failure.ts";
import { isJsonArray, isJsonObject } from "../kubernetes/json.ts";
import type { Json, JsonObject } from "../kubernetes/json.ts";
import { operationsBetween } from "../kubernetes/merge-patch.ts";
import { asJson, nameOf } from "../kubernetes/object.ts";
import type { KubernetesObject } from "../kubernetes/object.ts";
import { withoutServerFields } from "./change.ts";
import { misnamed } from "./create.ts";
import { rollingBudget } from "./kind-of-action.ts";
import type { KindOfAction } from "./kind-of-action.ts";
import { kubectlIn, printed } from "./kubectl-line.ts";
import { strategicMergePatch } from "./strategic-merge.ts";

const lastApplied = "kubectl.kubernetes.io/last-applied-configuration";

export const apply: KindOfAction<"apply"> = {
  needs: () => [],
  compile({ target, manifest }, { object }) {
    const wrong = misnamed(target, manifest);
    if (wrong !== undefined) return refused(`${nameOf(target)}: ${wrong}`);
    const before = asJson(object);
    const wanted = withoutServerFields(manifest);
    const merged = strategicMergePatch(before, { ...wanted, ...removals(lastAppliedTo(object), wanted) });
    if (!merged.ok) return merged;
    const operations = isJsonObject(merged.value) ? operationsBetween(before, merged.value) : [];
    return operations.length === 0
      ? refused(`the manifest would change nothing on ${nameOf(target)}`)
      : success({ kind: "patch", operations });
  },
  mayTouch: [],
  inverse: "restore",
  transientBudget: ({ target }, replicas) => rollingBudget(target, replicas),
  kubectl: ({ target, manifest }) => `${printed(withoutServerFields(manifest))} | ${kubectlIn(target)} apply -f -`,
};

function lastAppliedTo(object: KubernetesObject): JsonObject {
  try {
    const manifest: unknown = JSON.parse(object.metadata.annotations?.[lastApplied] ?? "{}");
    return isJsonObject(manifest as Json) ? withoutServerFields(manifest as JsonObject) : {};
  } catch {
    return {};
  }
}

/** The wanted maps with a `null` for each field that was applied once and is not wanted any more. */
function removals(applied: JsonObject, wanted: JsonObject): JsonObject {
  const merged: Record<string, Json> = { ...wanted };
  for (const [key, value] of Object.entries(applied)) {
    const now = Object.hasOwn(wanted, key) ? wanted[key] : undefined;
    if (now === undefined) merged[key] = null;
    else if (isJsonObject(value) && isJsonObject(now)) merged[key] = removals(value, now);
    else if (isJsonArray(value) && isJsonArray(now)) continue;
  }
  return merged;
}
