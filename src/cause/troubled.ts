/**
 * PURE. Which workloads are not well, whatever the reason: pods of the newest template that do not start, do not stay up
 * or are not ready although they had time, or none where some are wanted. For causes that look for what such a workload
 * reads or needs.
 */
import type { ContainerStatus, Pod, Workload } from "../kubernetes/object.ts";
import { isReady } from "../kubernetes/object.ts";
import type { Evidence } from "./cause.ts";
import { containerStatusesOf } from "./failing.ts";
import { newestPodsOf } from "./history.ts";
import { workloadsOf } from "./owner.ts";
import { unreadyContainersOf } from "./readiness.ts";

/** Ordinary while a pod starts; suspicious when it lasts. */
const starting = ["ContainerCreating", "PodInitializing"];
const startingMs = 20_000;
const restartsMin = 2;

export function troubledWorkloads(evidence: Evidence): readonly Workload[] {
  return workloadsOf(evidence).filter((workload) => isTroubled(workload, evidence));
}

export function isTroubled(workload: Workload, evidence: Evidence): boolean {
  const pods = newestPodsOf(workload, evidence);
  if (pods.length === 0) return lacksPods(workload);
  return pods.some((pod) => isTroubledPod(pod, evidence));
}

/** It is observed, and what it wants is not there: nobody could make its pods. */
function lacksPods({ kind, metadata, spec, status }: Workload): boolean {
  if ((status?.observedGeneration ?? 0) < (metadata.generation ?? 0) || status === undefined) return false;
  return kind === "DaemonSet" ? (status.desiredNumberScheduled ?? 0) > 0 : (spec.replicas ?? 1) > 0 && (status.replicas ?? 0) === 0;
}

export function isTroubledPod(pod: Pod, evidence: Evidence): boolean {
  const waitingLong = evidence.atMs - Date.parse(pod.status?.startTime ?? pod.metadata.creationTimestamp ?? "") > startingMs;
  const unscheduled = pod.status?.conditions?.some(({ type, status }) => type === "PodScheduled" && status === "False") === true;
  if (unscheduled || unreadyContainersOf(pod, evidence).length > 0) return true;
  if (isReady(pod)) return false;
  return containerStatusesOf(pod).some((status) => isTroubledContainer(status, waitingLong, evidence.atMs));
}

function isTroubledContainer({ state, lastState, restartCount, ready }: ContainerStatus, waitingLong: boolean, atMs: number): boolean {
  const reason = state?.waiting?.reason;
  if (reason !== undefined) return !starting.includes(reason) || waitingLong;
  if (state?.terminated !== undefined) return state.terminated.exitCode !== 0;
  const runningMs = atMs - Date.parse(state?.running?.startedAt ?? "");
  return !ready && ((lastState?.terminated !== undefined && restartCount >= restartsMin) || runningMs > startingMs * 2);
}
