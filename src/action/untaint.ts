/**
 * PURE. Takes a taint off a node. Those of `node.kubernetes.io` are what the node controller reports: it would put them
 * back, and they tell a state and not a wish. Those of `node-role.kubernetes.io` keep others' pods away from the control
 * plane, which nothing here may put at risk. Source: Taints and Tolerations, kubernetes.io.
 */
import { refused, success } from "../failure.ts";
import { nameOf } from "../kubernetes/object.ts";
import type { Node } from "../kubernetes/object.ts";
import type { Json } from "../kubernetes/json.ts";
import { onlyFor } from "./kind-of-action.ts";
import type { KindOfAction } from "./kind-of-action.ts";

const reported = ["node.kubernetes.io/", "node.cloudprovider.kubernetes.io/"];
const role = "node-role.kubernetes.io/";

export const untaint: KindOfAction<"untaint"> = {
  needs: () => [],
  compile({ target, key, effect }, { object }) {
    const unfit = onlyFor(target, ["Node"], "has no taints");
    if (unfit !== undefined) return unfit;
    if (reported.some((prefix) => key.startsWith(prefix)))
      return refused(`taint ${key} of ${nameOf(target)} reports the node's state: it goes when the state does`);
    if (key.startsWith(role)) return refused(`taint ${key} of ${nameOf(target)} says what the node is for: it is a person's to take off`);
    const taints = (object as Node).spec.taints ?? [];
    const left = taints.filter((taint) => taint.key !== key || (effect !== undefined && taint.effect !== effect));
    if (left.length === taints.length) return refused(`${nameOf(target)} has no taint ${key}${effect === undefined ? "" : `:${effect}`}`);
    return success({
      kind: "patch",
      operations: [
        left.length === 0
          ? { op: "remove", path: "/spec/taints" }
          : { op: "replace", path: "/spec/taints", value: left as unknown as Json },
      ],
    });
  },
  mayTouch: ["/spec/taints/**"],
  inverse: "restore",
  transientBudget: () => 0,
  kubectl: ({ target, key, effect }) => `kubectl taint node ${target.name} ${key}${effect === undefined ? "" : `:${effect}`}-`,
};
