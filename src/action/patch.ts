/** PURE. Changes single fields, each on the policy's list of writable paths (writable.ts). */
import { refused, success } from "../failure.ts";
import { nameOf } from "../kubernetes/object.ts";
import type { KindOfAction } from "./kind-of-action.ts";
import { matchesPattern } from "./path-pattern.ts";
import { isJsonArray, isJsonObject } from "../kubernetes/json.ts";
import type { Json } from "../kubernetes/json.ts";
import { writablePaths } from "./writable.ts";

/** Fields inside a writable one that lead elsewhere: a Secret into the environment, a command into a probe. */
const farReaching = ["secretKeyRef", "secretRef", "exec"];

function reachesTooFar(value: Json): boolean {
  if (isJsonArray(value)) return value.some(reachesTooFar);
  return isJsonObject(value) && Object.entries(value).some(([key, inner]) => farReaching.includes(key) || reachesTooFar(inner));
}

export const patch: KindOfAction<"patch"> = {
  needs: () => [],
  compile({ target, operations }) {
    const patterns = writablePaths[target.kind];
    const outside = operations.find((operation) => !patterns.some((pattern) => matchesPattern(operation.path, pattern)));
    if (outside !== undefined) return refused(`${outside.path} of ${nameOf(target)} is not on the list of writable fields`);
    const reaching = operations.find((operation) => operation.op !== "remove" && reachesTooFar(operation.value));
    if (reaching !== undefined) return refused(`${reaching.path} of ${nameOf(target)} would read a Secret or run a command of its own`);
    return success(operations);
  },
  mayTouch: [],
  inverse: "restore",
  // A changed pod template rolls: a quarter of the pods at a time, and an alert or two may blink.
  transientBudget: ({ target }, replicas) => (target.kind === "Service" || target.kind === "ConfigMap" ? 0 : replicas + 6),
  kubectl: ({ target, operations }) =>
    `kubectl -n ${target.namespace} patch ${target.kind.toLowerCase()}/${target.name} --type=json -p '${JSON.stringify(operations).replaceAll("'", String.raw`'\''`)}'`,
};
