/**
 * PURE. Lets a pod's controller make it anew. It is no restore: the new pod is another one. Refused for pods that nobody
 * would make again. Source: API-initiated eviction, kubernetes.io.
 */
import { refused, success } from "../failure.ts";
import { controllerOf, nameOf } from "../kubernetes/object.ts";
import { onlyFor } from "./kind-of-action.ts";
import type { KindOfAction } from "./kind-of-action.ts";
import { deleteLine } from "./kubectl-line.ts";

/** A Job counts its failed pods, and a bare pod is gone for good. */
const remaking: readonly string[] = ["ReplicaSet", "StatefulSet", "DaemonSet"];

export const evict: KindOfAction<"evict"> = {
  needs: () => ["Pod"],
  compile({ target }, { object }) {
    const unfit = onlyFor(target, ["Pod"], "cannot be evicted");
    if (unfit !== undefined) return unfit;
    const owner = controllerOf(object);
    if (owner === undefined || !remaking.includes(owner.kind))
      return refused(`${nameOf(target)} belongs to no ReplicaSet, StatefulSet or DaemonSet: nobody would make it again`);
    return success({ kind: "evict" });
  },
  mayTouch: [],
  inverse: "none",
  // One pod is away, an alert about it may blink.
  transientBudget: () => 4,
  kubectl: ({ target }) => deleteLine(target),
};
