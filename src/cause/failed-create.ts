/**
 * PURE. What the API server answered when a workload's controller wanted to make a pod: the event FailedCreate on the
 * ReplicaSet, StatefulSet or DaemonSet, `Error creating: pods "x-" is forbidden: ...`. Such a workload has fewer pods than
 * it wants and no pod that would say why.
 */
import type { KubernetesObject, Workload } from "../kubernetes/object.ts";
import type { Evidence } from "./cause.ts";
import { historyOf } from "./history.ts";
import { workloadsOf } from "./owner.ts";

export interface FailedCreate {
  readonly workload: Workload;
  readonly message: string;
}

/** The controllers try again with a growing pause: up to about a quarter of an hour. */
const eventMaxMs = 1_800_000;

/** The latest of each workload that still lacks pods. */
export function failedCreates(evidence: Evidence): readonly FailedCreate[] {
  return workloadsOf(evidence).flatMap((workload) => failedCreateOf(workload, evidence) ?? []);
}

export function failedCreateOf(workload: Workload, evidence: Evidence): FailedCreate | undefined {
  if (!lacksPods(workload)) return undefined;
  const makers: readonly (KubernetesObject | undefined)[] = [workload, historyOf(workload, evidence).current];
  const [latest] = evidence.events
    .filter(({ reason, involvedObject }) => reason === "FailedCreate" && makers.some((maker) => maker?.metadata.uid === involvedObject.uid))
    .filter(({ lastTimestamp }) => !(evidence.atMs - Date.parse(lastTimestamp ?? "") > eventMaxMs))
    .toSorted((left, right) => Date.parse(right.lastTimestamp ?? "") - Date.parse(left.lastTimestamp ?? ""));
  return latest?.message === undefined ? undefined : { workload, message: latest.message.slice(0, 4_000) };
}

/** Source: the admission plugins resourcequota and limitranger. */
export function isOfQuota(message: string, quota: string): boolean {
  return message.includes(`exceeded quota: ${quota},`);
}

export function isOfLimitRange(message: string): boolean {
  return /(?:maximum|minimum) [\w.-]{1,100} usage per (?:Container|Pod) is |limit to request ratio per /.test(message);
}

function lacksPods({ kind, spec, status }: Workload): boolean {
  if (kind === "DaemonSet") return (status?.numberReady ?? 0) < (status?.desiredNumberScheduled ?? 1);
  const wanted = spec.replicas ?? 1;
  return (status?.updatedReplicas ?? status?.replicas ?? 0) < wanted || (status?.readyReplicas ?? 0) < wanted;
}
