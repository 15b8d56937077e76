/**
 * What the control plane does without being asked: pods of a node that stayed lost for five minutes go, and so does
 * everything whose owner is gone. Source: the taint manager's default toleration and the garbage collector.
 */
import { refOf } from "../../kubernetes/object.ts";
import { nodeReady } from "./kubelet.ts";
import { controllerOf } from "../../kubernetes/object.ts";
import type { World } from "./world.ts";

const toleratedMs = 300_000;

/** `lostSinceMs`: by node name, kept by the caller between rounds. */
export function evictLost(world: World, lostSinceMs: Map<string, number>): void {
  const nodes = new Map(world.store.list("Node").map((node) => [node.metadata.name, node]));
  for (const [name, node] of nodes) if (nodeReady(node)) lostSinceMs.delete(name);
  for (const pod of world.store.list("Pod")) {
    const name = pod.spec.nodeName;
    if (name === undefined || controllerOf(pod)?.kind === "DaemonSet") continue;
    const node = nodes.get(name);
    if (node !== undefined && nodeReady(node)) continue;
    const sinceMs = lostSinceMs.get(name) ?? world.nowMs();
    lostSinceMs.set(name, sinceMs);
    if (world.nowMs() >= sinceMs + toleratedMs) world.store.remove(refOf(pod));
    else world.wakeAt(sinceMs + toleratedMs);
  }
}

export function collectGarbage(world: World): void {
  for (const namespace of world.store.list("Namespace"))
    if (namespace.metadata.deletionTimestamp !== undefined) empty(world, namespace.metadata.name);
  const alive = new Set(world.store.all().map((object) => object.metadata.uid));
  for (const object of world.store.all()) {
    const owners = object.metadata.ownerReferences ?? [];
    if (owners.length > 0 && owners.every((owner) => !alive.has(owner.uid))) world.store.remove(refOf(object));
  }
}

/** What a namespace holds goes with it. */
function empty(world: World, name: string): void {
  for (const object of world.store.all()) if (object.metadata.namespace === name) world.store.remove(refOf(object));
  world.store.remove({ kind: "Namespace", name });
}
