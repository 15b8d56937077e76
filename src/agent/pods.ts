/** Which pods a workload has: its own, or those of its ReplicaSets. Two list requests. */
import type { ClusterPort } from "../cluster/cluster.ts";
import { success } from "../failure.ts";
import type { Result } from "../failure.ts";
import { controllerOf } from "../kubernetes/object.ts";
import type { KubernetesObject, Pod } from "../kubernetes/object.ts";

/** Fails when pods cannot be listed; where ReplicaSets may not be, those that they made are left out. */
export async function podsUnder(cluster: ClusterPort, owner: KubernetesObject, namespace: string): Promise<Result<readonly Pod[]>> {
  const [pods, replicaSets] = await Promise.all([cluster.list("Pod", namespace), cluster.list("ReplicaSet", namespace)]);
  if (!pods.ok) return pods;
  const middle = replicaSets.ok ? replicaSets.value.filter((each) => controllerOf(each)?.uid === owner.metadata.uid) : [];
  const owners = new Set([owner.metadata.uid, ...middle.map(({ metadata }) => metadata.uid)]);
  return success((pods.value as readonly Pod[]).filter((pod) => owners.has(controllerOf(pod)?.uid ?? "")));
}
