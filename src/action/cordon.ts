/** PURE. Closes a node for new pods, or opens it again. Pods that run there stay. */
import { refused, success } from "../failure.ts";
import { nameOf } from "../kubernetes/object.ts";
import type { Node } from "../kubernetes/object.ts";
import { onlyFor } from "./kind-of-action.ts";
import type { KindOfAction } from "./kind-of-action.ts";

const unschedulable = "/spec/unschedulable";
/** The node lifecycle controller adds and takes away the taint of the same meaning. */
const mayTouch = [unschedulable, "/spec/taints/**"];

export const cordon: KindOfAction<"cordon"> = {
  // For blast.ts: how many nodes are left.
  needs: () => ["Node"],
  compile({ target }, { object }) {
    const unfit = onlyFor(target, ["Node"], "cannot be cordoned");
    if (unfit !== undefined) return unfit;
    if ((object as Node).spec.unschedulable === true) return refused(`${nameOf(target)} is cordoned already`);
    return success({ kind: "patch", operations: [{ op: "add", path: unschedulable, value: true }] });
  },
  mayTouch,
  inverse: "restore",
  transientBudget: () => 0,
  kubectl: ({ target }) => `kubectl cordon ${target.name}`,
};

export const uncordon: KindOfAction<"uncordon"> = {
  needs: () => [],
  compile({ target }, { object }) {
    const unfit = onlyFor(target, ["Node"], "cannot be uncordoned");
    if (unfit !== undefined) return unfit;
    if ((object as Node).spec.unschedulable !== true) return refused(`${nameOf(target)} is not cordoned`);
    return success({ kind: "patch", operations: [{ op: "remove", path: unschedulable }] });
  },
  mayTouch,
  inverse: "restore",
  transientBudget: () => 0,
  kubectl: ({ target }) => `kubectl uncordon ${target.name}`,
};
