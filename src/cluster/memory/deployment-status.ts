/**
 * Writes a Deployment's status: counts, minimum availability, and whether its rollout progresses, is complete or ran out
 * of time. Source: Kubernetes `pkg/controller/deployment/progress.go` and `util/deployment_util.go`.
 */
import type { Json, JsonObject } from "../../kubernetes/json.ts";
import { asJson } from "../../kubernetes/object.ts";
import type { Condition, Workload } from "../../kubernetes/object.ts";
import { conditionOf, transitioned } from "./condition.ts";
import { availableOf, replicasOf, rollingLimits } from "./rollout.ts";
import { timestamp } from "./api-server/store.ts";
import type { World } from "./world.ts";

interface Counts {
  readonly replicas: number;
  readonly updatedReplicas: number;
  readonly readyReplicas: number;
  readonly availableReplicas: number;
}

export function writeDeploymentStatus(
  world: World,
  deployment: Workload,
  current: Workload | undefined,
  sets: readonly Workload[],
  origin: "created" | "found" | undefined,
): void {
  const desired = deployment.spec.replicas ?? 1;
  const counts: Counts = {
    replicas: sets.reduce((sum, set) => sum + (set.status?.replicas ?? 0), 0),
    updatedReplicas: current?.status?.replicas ?? 0,
    readyReplicas: sets.reduce((sum, set) => sum + (set.status?.readyReplicas ?? 0), 0),
    availableReplicas: availableOf(sets),
  };
  const enough = counts.availableReplicas >= desired - rollingLimits(deployment).unavailable;
  const available: Condition = enough
    ? { type: "Available", status: "True", reason: "MinimumReplicasAvailable", message: "Deployment has minimum availability." }
    : {
        type: "Available",
        status: "False",
        reason: "MinimumReplicasUnavailable",
        message: "Deployment does not have minimum availability.",
      };
  const status: JsonObject = {
    observedGeneration: deployment.metadata.generation ?? 1,
    ...withoutZeros({ ...counts, unavailableReplicas: Math.max(0, replicasOf(sets) - counts.availableReplicas) }),
    conditions: [
      updated(world, deployment, available),
      ...(current === undefined ? [] : [progressing(world, deployment, current, counts, origin)]),
      ...replicaFailures(world, deployment, [...(current === undefined ? [] : [current]), ...sets]),
    ],
  };
  world.store.replace(deployment, { ...asJson(deployment), status });
}

/** That its pods are refused, as the first of its ReplicaSets says. */
function replicaFailures(world: World, deployment: Workload, sets: readonly Workload[]): readonly JsonObject[] {
  const failure = sets.map((set) => conditionOf(set, "ReplicaFailure")).find((condition) => condition !== undefined);
  if (failure === undefined) return [];
  const { type, status, reason, message } = failure;
  return [updated(world, deployment, { type, status, reason: reason ?? "", message: message ?? "" })];
}

/** The API leaves counts of zero out. */
function withoutZeros(counts: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== 0));
}

/** As written, with its update time kept while nothing about it changes. */
function updated(world: World, deployment: Workload, condition: Condition, progress = false): JsonObject {
  const before = conditionOf(deployment, condition.type);
  const same = before !== undefined && before.status === condition.status && before.reason === condition.reason && !progress;
  const at: Json = same && before.lastUpdateTime !== undefined ? before.lastUpdateTime : timestamp(world.nowMs());
  return { ...transitioned(deployment, condition, world.nowMs()), lastUpdateTime: at };
}

function progressing(
  world: World,
  deployment: Workload,
  current: Workload,
  counts: Counts,
  origin: "created" | "found" | undefined,
): JsonObject {
  const before = conditionOf(deployment, "Progressing");
  const name = current.metadata.name;
  const write = (status: string, reason: string, message: string, progress = false): JsonObject =>
    updated(world, deployment, { type: "Progressing", status, reason, message }, progress);
  if (origin === "created") return write("True", "NewReplicaSetCreated", `Created new replica set "${name}"`, true);
  if (before === undefined) return write("True", "FoundNewReplicaSet", `Found new replica set "${name}"`, true);
  const keep = (): JsonObject => ({ ...(before as unknown as JsonObject) });
  if (before.reason === "NewReplicaSetAvailable" && counts.replicas === counts.updatedReplicas) return keep();

  const desired = deployment.spec.replicas ?? 1;
  if (counts.updatedReplicas === desired && counts.replicas === desired && counts.availableReplicas === desired)
    return write("True", "NewReplicaSetAvailable", `ReplicaSet "${name}" has successfully progressed.`);
  if (progressed(deployment, counts)) return write("True", "ReplicaSetUpdated", `ReplicaSet "${name}" is progressing.`, true);

  const deadlineSeconds = (deployment.spec as { progressDeadlineSeconds?: number }).progressDeadlineSeconds ?? 600;
  const deadlineMs = Date.parse(before.lastUpdateTime ?? timestamp(world.nowMs())) + deadlineSeconds * 1000;
  if (before.reason === "NewReplicaSetAvailable" || before.reason === "ProgressDeadlineExceeded") return keep();
  if (world.nowMs() >= deadlineMs) return write("False", "ProgressDeadlineExceeded", `ReplicaSet "${name}" has timed out progressing.`);
  world.wakeAt(deadlineMs);
  return keep();
}

function progressed(deployment: Workload, now: Counts): boolean {
  const before = deployment.status;
  const of = (key: keyof Counts): number => before?.[key] ?? 0;
  return (
    now.updatedReplicas > of("updatedReplicas") ||
    now.replicas - now.updatedReplicas < of("replicas") - of("updatedReplicas") ||
    now.readyReplicas > of("readyReplicas") ||
    now.availableReplicas > of("availableReplicas")
  );
}
