/**
 * PURE. Who owns what in the evidence: a pod belongs to the Deployment above its ReplicaSet, or straight to its
 * StatefulSet or DaemonSet. Links are followed by uid only: a name can be taken by a new object.
 */
import type { Target } from "../action/action.ts";
import type { KubernetesObject, Pod, Workload } from "../kubernetes/object.ts";
import { controllerOf } from "../kubernetes/object.ts";
import type { Evidence } from "./cause.ts";

/** Deployments, StatefulSets and DaemonSets: what an action may name. Bare ReplicaSets and Jobs are left out. */
export function workloadsOf(evidence: Evidence): readonly Workload[] {
  return [...evidence.deployments, ...evidence.statefulSets, ...evidence.daemonSets];
}

/** The ReplicaSet a pod comes from; undefined for every other pod. */
export function replicaSetOf(pod: Pod, evidence: Evidence): Workload | undefined {
  const controller = controllerOf(pod);
  return controller?.kind === "ReplicaSet" ? evidence.replicaSets.find(({ metadata }) => metadata.uid === controller.uid) : undefined;
}

/** The pod's top controller among `workloadsOf`; undefined for pods of Jobs, bare pods and pods of a vanished owner. */
export function workloadOf(pod: Pod, evidence: Evidence): Workload | undefined {
  const controller = controllerOf(replicaSetOf(pod, evidence) ?? pod);
  if (controller === undefined) return undefined;
  return workloadsOf(evidence).find(({ kind, metadata }) => kind === controller.kind && metadata.uid === controller.uid);
}

/** Counts as running or about to: neither finished (Succeeded, Failed, Evicted) nor being deleted. */
export function isLive(pod: Pod): boolean {
  return pod.metadata.deletionTimestamp === undefined && pod.status?.phase !== "Succeeded" && pod.status?.phase !== "Failed";
}

/** How an action names an object of one of the kinds that actions may name. */
export function targetOf(object: KubernetesObject, evidence: Evidence): Target {
  const { name, namespace } = object.metadata;
  return { kind: object.kind, namespace: namespace ?? evidence.namespace, name };
}
