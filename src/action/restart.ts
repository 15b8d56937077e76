/**
 * PURE. Starts a workload's pods anew by the annotation that `kubectl rollout restart` writes. Its inverse takes the
 * annotation away after everything else was restored: that brings back the old pod-template-hash and starts the pods
 * once more, on the restored configuration.
 */
import { refused, success } from "../failure.ts";
import { asJson, nameOf } from "../kubernetes/object.ts";
import { valueAt } from "../kubernetes/json.ts";
import type { PatchOperation } from "../kubernetes/json.ts";
import { onlyFor, rollingBudget, workloadKinds } from "./kind-of-action.ts";
import type { KindOfAction } from "./kind-of-action.ts";
import { kubectlIn, named } from "./kubectl-line.ts";

const annotations = "/spec/template/metadata/annotations";
const restartedAt = `${annotations}/kubectl.kubernetes.io~1restartedAt`;

export const restart: KindOfAction<"restart"> = {
  needs: () => [],
  compile({ target }, { object, nowMs }) {
    const unfit = onlyFor(target, workloadKinds, "has no pods to restart");
    if (unfit !== undefined) return unfit;
    if (valueAt(asJson(object), "/spec/paused") === true) return refused(`${nameOf(target)} is paused: its pods would not start anew`);
    const missing: PatchOperation[] = [];
    if (valueAt(asJson(object), "/spec/template/metadata") === undefined)
      missing.push({ op: "add", path: "/spec/template/metadata", value: {} });
    if (valueAt(asJson(object), annotations) === undefined) missing.push({ op: "add", path: annotations, value: {} });
    return success({ kind: "patch", operations: [...missing, { op: "add", path: restartedAt, value: new Date(nowMs).toISOString() }] });
  },
  mayTouch: ["/spec/template/metadata/annotations/**"],
  inverse: "replay",
  transientBudget: ({ target }, replicas) => rollingBudget(target, replicas),
  kubectl: ({ target }) => `${kubectlIn(target)} rollout restart ${named(target)}`,
};
