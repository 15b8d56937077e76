/** Keeps as many pods as a ReplicaSet asks for. Source: Kubernetes `pkg/controller/replicaset`. */
import type { JsonObject } from "../../kubernetes/json.ts";
import { asJson } from "../../kubernetes/object.ts";
import type { Pod, Workload } from "../../kubernetes/object.ts";
import { transitioned } from "./condition.ts";
import { createFailureOf, createPod, deletePod, isAvailable, isReady, templateOf } from "./pod-template.ts";
import { nameSuffix } from "./template-hash.ts";
import { owned } from "./world.ts";
import type { World } from "./world.ts";

const source = "replicaset-controller";

export function reconcileReplicaSets(world: World): void {
  for (const set of world.store.list("ReplicaSet")) reconcile(world, set);
}

function reconcile(world: World, set: Workload): void {
  const pods = staying(world, set);
  const wanted = set.spec.replicas ?? 1;
  for (let missing = wanted - pods.length; missing > 0; missing -= 1) {
    const name = `${set.metadata.name}-${nameSuffix(`${set.metadata.uid} ${world.nextNumber()}`)}`;
    if (createPod(world, set, templateOf(set), { name, source }) === undefined) break;
  }
  const surplus = pods.length - wanted;
  if (surplus > 0) for (const pod of deletionOrder(pods).slice(0, surplus)) deletePod(world, set, pod, source);
  writeStatus(world, set, staying(world, set));
}

/** A pod that is being deleted is replaced at once. */
function staying(world: World, set: Workload): readonly Pod[] {
  return owned(world, set, "Pod").filter((pod) => pod.metadata.deletionTimestamp === undefined);
}

/** Unassigned first, then not ready, then the youngest: as the real one ranks them. */
function deletionOrder(pods: readonly Pod[]): readonly Pod[] {
  return pods.toReversed().toSorted((left, right) => rank(left) - rank(right));
}

function rank(pod: Pod): number {
  if (pod.spec.nodeName === undefined) return 0;
  return isReady(pod) ? 2 : 1;
}

function writeStatus(world: World, set: Workload, pods: readonly Pod[]): void {
  const minReadySeconds = (set.spec as { minReadySeconds?: number }).minReadySeconds ?? 0;
  const count = (keep: (pod: Pod) => boolean): number => pods.filter(keep).length;
  const failure = pods.length < (set.spec.replicas ?? 1) ? createFailureOf(world, set) : undefined;
  const condition = {
    type: "ReplicaFailure",
    status: "True",
    reason: "FailedCreate",
    message: failure?.replace(/^Error creating: /, "") ?? "",
  };
  const status: JsonObject = {
    replicas: pods.length,
    fullyLabeledReplicas: pods.length,
    readyReplicas: count(isReady),
    availableReplicas: count((pod) => isAvailable(world, pod, minReadySeconds)),
    observedGeneration: set.metadata.generation ?? 1,
    ...(failure === undefined ? {} : { conditions: [transitioned(set, condition, world.nowMs())] }),
  };
  world.store.replace(set, { ...asJson(set), status });
}
