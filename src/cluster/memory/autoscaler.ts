/**
 * The horizontal pod autoscaler of a cluster without metrics: it keeps its target within its bounds and, for want of
 * metrics, does nothing else. Source: Kubernetes `pkg/controller/podautoscaler/horizontal.go`.
 */
import type { JsonObject } from "../../kubernetes/json.ts";
import { asJson } from "../../kubernetes/object.ts";
import type { Condition, KubernetesObject, ObjectRef, Workload } from "../../kubernetes/object.ts";
import { patchObject } from "./api-server/api-server.ts";
import { conditionOf, transitioned } from "./condition.ts";
import { recordEvent } from "./record-event.ts";
import { handOf } from "./world.ts";
import type { World } from "./world.ts";

const source = "horizontal-pod-autoscaler";

interface Autoscaler extends KubernetesObject {
  readonly spec: {
    readonly minReplicas?: number;
    readonly maxReplicas: number;
    readonly scaleTargetRef: { readonly kind: string; readonly name: string };
  };
}

export function reconcileAutoscalers(world: World): void {
  for (const object of world.store.list("HorizontalPodAutoscaler")) reconcile(world, object as Autoscaler);
}

function reconcile(world: World, autoscaler: Autoscaler): void {
  const { minReplicas = 1, maxReplicas, scaleTargetRef } = autoscaler.spec;
  const ref = { kind: scaleTargetRef.kind, namespace: autoscaler.metadata.namespace, name: scaleTargetRef.name };
  const target = world.store.get(ref) as Workload | undefined;
  const replicas = target?.spec.replicas ?? 1;
  if (target === undefined)
    return write(world, autoscaler, 0, [
      { type: "AbleToScale", status: "False", reason: "FailedGetScale", message: "the target was not found" },
    ]);
  const able = {
    type: "AbleToScale",
    status: "True",
    reason: "SucceededGetScale",
    message: "the HPA controller was able to get the target's current scale",
  };
  if (replicas === 0) {
    const disabled = "scaling is disabled since the replica count of the target is zero";
    return write(world, autoscaler, 0, [able, { type: "ScalingActive", status: "False", reason: "ScalingDisabled", message: disabled }]);
  }
  const wanted = Math.min(maxReplicas, Math.max(minReplicas, replicas));
  if (wanted !== replicas) rescale(world, autoscaler, ref, replicas, wanted);
  const blind =
    "the HPA was unable to compute the replica count: unable to get metrics for resource cpu: no metrics returned from resource metrics API";
  write(world, autoscaler, wanted, [able, { type: "ScalingActive", status: "False", reason: "FailedGetResourceMetric", message: blind }]);
}

function rescale(world: World, autoscaler: Autoscaler, ref: ObjectRef, from: number, to: number): void {
  patchObject(world.api, ref, [{ op: "replace", path: "/spec/replicas", value: to }], handOf(world, source));
  const why = to < from ? "Current number of replicas above Spec.MaxReplicas" : "Current number of replicas below Spec.MinReplicas";
  recordEvent(world, autoscaler, { type: "Normal", reason: "SuccessfulRescale", message: `New size: ${to}; reason: ${why}`, source });
}

function write(world: World, autoscaler: Autoscaler, replicas: number, conditions: readonly Condition[]): void {
  const kept = conditions.map((condition) => {
    const had = conditionOf(autoscaler, condition.type);
    const same = had?.status === condition.status && had.reason === condition.reason;
    return same ? { ...had } : transitioned(autoscaler, condition, world.nowMs());
  });
  const status: JsonObject = { currentReplicas: replicas, desiredReplicas: replicas, currentMetrics: null, conditions: kept };
  world.store.replace(autoscaler, { ...asJson(autoscaler), status });
}
