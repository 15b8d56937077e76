/** PURE. What the agents ask of workloads. */
import type { Workload } from "../kubernetes/object.ts";

/** Replicas that the spec asks for; a DaemonSet wants one on each node that takes it. */
export function replicasWanted(workload: Workload): number {
  return workload.kind === "DaemonSet" ? (workload.status?.desiredNumberScheduled ?? 0) : (workload.spec.replicas ?? 1);
}
