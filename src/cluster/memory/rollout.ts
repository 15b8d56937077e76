/**
 * PURE. How many pods each ReplicaSet of a rolling update may have next: never more than desired + surge, never fewer
 * available than desired - unavailable. Source: Kubernetes `pkg/controller/deployment/rolling.go`.
 */
import type { Workload } from "../../kubernetes/object.ts";

export interface RollingLimits {
  readonly surge: number;
  readonly unavailable: number;
}

interface WithStrategy {
  readonly strategy?: {
    readonly type?: string;
    readonly rollingUpdate?: { readonly maxSurge?: number | string; readonly maxUnavailable?: number | string };
  };
}

export function recreates(deployment: Workload): boolean {
  return (deployment.spec as WithStrategy).strategy?.type === "Recreate";
}

/** Percentages of the desired number: surge rounds up, unavailable rounds down, and both cannot be none. */
export function rollingLimits(deployment: Workload): RollingLimits {
  if (recreates(deployment)) return { surge: 0, unavailable: 0 };
  const desired = deployment.spec.replicas ?? 1;
  const parameters = (deployment.spec as WithStrategy).strategy?.rollingUpdate;
  const surge = Math.ceil(amount(parameters?.maxSurge, desired));
  const unavailable = Math.min(desired, Math.floor(amount(parameters?.maxUnavailable, desired)));
  return surge === 0 && unavailable === 0 ? { surge, unavailable: 1 } : { surge, unavailable };
}

function amount(value: number | string | undefined, desired: number): number {
  if (typeof value === "string" && value.endsWith("%")) return (desired * Number.parseInt(value, 10)) / 100;
  return Number(value ?? 0);
}

export function replicasOf(sets: readonly Workload[]): number {
  return sets.reduce((sum, set) => sum + (set.spec.replicas ?? 0), 0);
}

export function availableOf(sets: readonly Workload[]): number {
  return sets.reduce((sum, set) => sum + (set.status?.availableReplicas ?? 0), 0);
}

export function nextNewReplicas(desired: number, current: Workload, all: readonly Workload[], limits: RollingLimits): number {
  const replicas = current.spec.replicas ?? 0;
  if (replicas >= desired) return desired;
  const room = desired + limits.surge - replicasOf(all);
  return room <= 0 ? replicas : replicas + Math.min(room, desired - replicas);
}

/** The old ReplicaSets that shrink now, with their next number. Pods that are not available go first. */
export function nextOldReplicas(
  desired: number,
  current: Workload,
  old: readonly Workload[],
  limits: RollingLimits,
): ReadonlyMap<Workload, number> {
  const next = new Map<Workload, number>();
  const minAvailable = desired - limits.unavailable;
  const newUnavailable = (current.spec.replicas ?? 0) - (current.status?.availableReplicas ?? 0);
  let budget = replicasOf([...old, current]) - minAvailable - newUnavailable;
  for (const set of old) {
    const replicas = set.spec.replicas ?? 0;
    const unhealthy = Math.min(budget, replicas - (set.status?.availableReplicas ?? 0));
    if (unhealthy <= 0) continue;
    next.set(set, replicas - unhealthy);
    budget -= unhealthy;
  }
  if (budget <= 0) return next;
  let surplus = availableOf([...old, current]) - minAvailable;
  for (const set of old) {
    const replicas = next.get(set) ?? set.spec.replicas ?? 0;
    const down = Math.min(replicas, surplus);
    if (down <= 0) continue;
    next.set(set, replicas - down);
    surplus -= down;
  }
  return next;
}
