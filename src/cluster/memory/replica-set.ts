/** Keeps as many pods as a ReplicaSet asks for. Source: Kubernetes `pkg/controller/replicaset`. */
import type { JsonObject } from "../../kubernetes/json.ts";
import { asJson } from "../../kubernetes/object.ts";
import type { Pod, Workload } from "../../kubernetes/object.ts";
import { createPod, deletePod, isAvailable, isReady, templateOf } from "./pod-template.ts";
import { nameSuffix } from "./template-hash.ts";
import { owned } from "./world.ts";
import type { World } from "./world.ts";

const source = "replicaset-controller";

export function reconcileReplicaSets(world: World): void {
  for (const set of world.store.list("ReplicaSet")) reconcile(world, set);
}

function reconcile(world: World, set: Workload): void {
  const pods = owned(world, set, "Pod");
  const wanted = set.spec.replicas ?? 1;
  for (let missing = wanted - pods.length; missing > 0; missing -= 1) {
    const name = `${set.metadata.name}-${nameSuffix(`${set.metadata.uid} ${world.nextNumber()}`)}`;
    createPod(world, set, templateOf(set), { name, source });
  }
  const surplus = pods.length - wanted;
  if (surplus > 0) for (const pod of deletionOrder(pods).slice(0, surplus)) deletePod(world, set, pod, source);
  writeStatus(world, set, owned(world, set, "Pod"));
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
  const status: JsonObject = {
    replicas: pods.length,
    fullyLabeledReplicas: pods.length,
    readyReplicas: count(isReady),
    availableReplicas: count((pod) => isAvailable(world, pod, minReadySeconds)),
    observedGeneration: set.metadata.generation ?? 1,
  };
  world.store.replace(set, { ...asJson(set), status });
}
