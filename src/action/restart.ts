/**
 * PURE. Starts a workload's pods anew by the annotation that `kubectl rollout restart` writes. Its inverse takes the
 * annotation away after everything else was restored: that brings back the old pod-template-hash and starts the pods
 * once more, on the restored configuration.
 */
import { refused, success } from "../failure.ts";
import { asJson, nameOf } from "../kubernetes/object.ts";
import { valueAt } from "../kubernetes/json.ts";
import type { PatchOperation } from "../kubernetes/json.ts";
import type { KindOfAction } from "./kind-of-action.ts";

const annotations = "/spec/template/metadata/annotations";
const restartedAt = `${annotations}/kubectl.kubernetes.io~1restartedAt`;

export const restart: KindOfAction<"restart"> = {
  needs: () => [],
  compile({ target }, { object, nowMs }) {
    if (target.kind === "Service" || target.kind === "ConfigMap") return refused(`a ${target.kind} has no pods to restart`);
    if (valueAt(asJson(object), "/spec/paused") === true) return refused(`${nameOf(target)} is paused: its pods would not start anew`);
    const missing: PatchOperation[] = [];
    if (valueAt(asJson(object), "/spec/template/metadata") === undefined)
      missing.push({ op: "add", path: "/spec/template/metadata", value: {} });
    if (valueAt(asJson(object), annotations) === undefined) missing.push({ op: "add", path: annotations, value: {} });
    return success([...missing, { op: "add", path: restartedAt, value: new Date(nowMs).toISOString() }]);
  },
  mayTouch: ["/spec/template/metadata/annotations/**"],
  inverse: "replay",
  transientBudget: (_action, replicas) => replicas + 6,
  kubectl: ({ target }) => `kubectl -n ${target.namespace} rollout restart ${target.kind.toLowerCase()}/${target.name}`,
};
