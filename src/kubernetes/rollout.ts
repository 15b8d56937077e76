/** PURE. Whether a workload has become what its spec asks for. Source: the status conditions of apps/v1. */
import type { KubernetesObject, Pod, Workload } from "./object.ts";

export interface RolloutStatus {
  readonly state: "complete" | "under way" | "failed";
  readonly reason: string;
}

/** Reasons that a container waits for and that time does not cure. Source: kubelet, pkg/kubelet/images and container errors. */
const hopelessReasons = ["ImagePullBackOff", "InvalidImageName", "CrashLoopBackOff", "CreateContainerConfigError", "RunContainerError"];

export function isWorkload(object: KubernetesObject): object is Workload {
  return object.kind === "Deployment" || object.kind === "StatefulSet" || object.kind === "DaemonSet";
}

/** `pods`: those of the newest template, as far as they are known; a pod that cannot start means a failed rollout. */
export function rolloutOf(workload: Workload, pods: readonly Pod[]): RolloutStatus {
  const name = `${workload.kind} ${workload.metadata.name}`;
  const observed = workload.status?.observedGeneration ?? 0;
  if (observed < (workload.metadata.generation ?? 0)) return { state: "under way", reason: `${name} is not observed yet` };
  const exceeded = workload.status?.conditions?.find(
    (condition) => condition.type === "Progressing" && condition.reason === "ProgressDeadlineExceeded",
  );
  if (exceeded !== undefined) return { state: "failed", reason: `the rollout of ${name} makes no progress` };
  if (isComplete(workload)) return { state: "complete", reason: `${name} is rolled out` };
  for (const pod of pods) {
    const reason = hopelessReason(pod);
    if (reason !== undefined) return { state: "failed", reason: `pod ${pod.metadata.name} of ${name} cannot start (${reason})` };
  }
  return { state: "under way", reason: `${name} is rolling out` };
}

function isComplete(workload: Workload): boolean {
  const { spec, status } = workload;
  if (workload.kind === "DaemonSet") {
    const wanted = status?.desiredNumberScheduled ?? 0;
    return (status?.updatedNumberScheduled ?? 0) >= wanted && (status?.numberReady ?? 0) >= wanted;
  }
  const replicas = spec.replicas ?? 1;
  const ready = workload.kind === "StatefulSet" ? (status?.readyReplicas ?? 0) : (status?.availableReplicas ?? 0);
  // Old pods still going away count in `replicas`: until they are gone the rollout is not complete.
  return (status?.updatedReplicas ?? 0) >= replicas && ready >= replicas && (status?.replicas ?? 0) === replicas;
}

function hopelessReason(pod: Pod): string | undefined {
  if (pod.metadata.deletionTimestamp !== undefined) return undefined;
  const statuses = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])];
  return statuses.map((status) => status.state?.waiting?.reason).find((reason) => reason !== undefined && hopelessReasons.includes(reason));
}

/** The ReplicaSet that holds a Deployment's present template: both carry the same revision annotation. */
export function currentReplicaSet(deployment: Workload, replicaSets: readonly Workload[]): Workload | undefined {
  const revision = deployment.metadata.annotations?.["deployment.kubernetes.io/revision"];
  return replicaSets.find(
    (candidate) =>
      candidate.metadata.annotations?.["deployment.kubernetes.io/revision"] === revision &&
      candidate.metadata.ownerReferences?.some((owner) => owner.uid === deployment.metadata.uid) === true,
  );
}

export const templateHashLabel = "pod-template-hash";
