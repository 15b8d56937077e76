/** PURE. Changes single fields, each on the policy's list of writable paths (writable.ts). */
import { refused, success } from "../failure.ts";
import { nameOf } from "../kubernetes/object.ts";
import type { KindOfAction } from "./kind-of-action.ts";
import { matchesPattern } from "./path-pattern.ts";
import { writablePaths } from "./writable.ts";

export const patch: KindOfAction<"patch"> = {
  needs: () => [],
  compile({ target, operations }) {
    const patterns = writablePaths[target.kind];
    const outside = operations.find((operation) => !patterns.some((pattern) => matchesPattern(operation.path, pattern)));
    if (outside !== undefined) return refused(`${outside.path} of ${nameOf(target)} is not on the list of writable fields`);
    return success(operations);
  },
  mayTouch: [],
  inverse: "restore",
  // A changed pod template rolls: a quarter of the pods at a time, and an alert or two may blink.
  transientBudget: ({ target }, replicas) => (target.kind === "Service" || target.kind === "ConfigMap" ? 0 : replicas + 6),
  kubectl: ({ target, operations }) =>
    `kubectl -n ${target.namespace} patch ${target.kind.toLowerCase()}/${target.name} --type=json -p '${JSON.stringify(operations).replaceAll("'", String.raw`'\''`)}'`,
};
