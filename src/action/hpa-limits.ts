/** PURE. Moves the bounds of a HorizontalPodAutoscaler: how an autoscaled workload gets more or fewer replicas. */
import { refused, success } from "../failure.ts";
import { nameOf, refOf } from "../kubernetes/object.ts";
import type { KubernetesObject } from "../kubernetes/object.ts";
import type { PatchOperation } from "../kubernetes/json.ts";
import { onlyFor } from "./kind-of-action.ts";
import type { KindOfAction } from "./kind-of-action.ts";
import { patchLine } from "./kubectl-line.ts";
import { losesVolumes, whyVolumesGo } from "./scale.ts";

interface Autoscaler extends KubernetesObject {
  readonly spec: {
    readonly minReplicas?: number;
    readonly maxReplicas: number;
    readonly scaleTargetRef?: { readonly kind?: string; readonly name?: string };
  };
}

export const hpaLimits: KindOfAction<"hpa-limits"> = {
  needs: () => ["StatefulSet"],
  compile({ target, minReplicas, maxReplicas }, { object, related }) {
    const unfit = onlyFor(target, ["HorizontalPodAutoscaler"], "has no limits of replicas");
    if (unfit !== undefined) return unfit;
    const { spec } = object as Autoscaler;
    // Left out, the least is 1. Source: autoscaling/v2, HorizontalPodAutoscalerSpec.
    const least = minReplicas ?? spec.minReplicas ?? 1;
    const most = maxReplicas ?? spec.maxReplicas;
    if (least > most) return refused(`${nameOf(target)} would have a least of ${least} replicas and a most of ${most}`);
    const scaled = related.find(
      (candidate) => candidate.kind === spec.scaleTargetRef?.kind && candidate.metadata.name === spec.scaleTargetRef.name,
    );
    if (most < spec.maxReplicas && scaled !== undefined && losesVolumes(scaled)) return refused(whyVolumesGo(nameOf(refOf(scaled))));
    const operations = limitsAs({ minReplicas, maxReplicas }).filter(
      (operation) =>
        operation.op !== "remove" && operation.value !== (operation.path === "/spec/minReplicas" ? spec.minReplicas : spec.maxReplicas),
    );
    return operations.length === 0 ? refused(`${nameOf(target)} has these limits already`) : success({ kind: "patch", operations });
  },
  mayTouch: ["/spec/minReplicas", "/spec/maxReplicas"],
  inverse: "restore",
  transientBudget: ({ maxReplicas, minReplicas }) => Math.max(maxReplicas ?? 0, minReplicas ?? 0) + 3,
  kubectl: (action) => patchLine(action.target, limitsAs(action)),
};

function limitsAs(limits: { readonly minReplicas?: number | undefined; readonly maxReplicas?: number | undefined }): PatchOperation[] {
  const { minReplicas, maxReplicas } = limits;
  return [
    ...(minReplicas === undefined ? [] : [{ op: "add", path: "/spec/minReplicas", value: minReplicas } as const]),
    ...(maxReplicas === undefined ? [] : [{ op: "add", path: "/spec/maxReplicas", value: maxReplicas } as const]),
  ];
}
