/**
 * PURE. How much a transaction may move at once, whatever it is good for. Counted over the attempt: what its earlier
 * writes did is given along.
 */
import { controllerOf, isReady, nameOf } from "../kubernetes/object.ts";
import type { KubernetesObject, Pod, Workload } from "../kubernetes/object.ts";
import type { Action } from "./action.ts";

export interface Blast {
  /** Different objects that one transaction may write. */
  readonly targetsMax: number;
  /** Replicas added and taken away by one transaction, summed over its workloads. */
  readonly replicasMax: number;
  /**
   * 0..1: the share of a workload's ready pods that scaling down or evicting may take away at once. One pod always may
   * go; rolling changes follow the workload's own strategy, and pods that are not ready take nothing away.
   */
  readonly readyShareMax: number;
}

export const defaultBlast: Blast = { targetsMax: 5, replicasMax: 50, readyShareMax: 0.5 };

export interface Moved {
  readonly action: Action;
  /** The object before that write. */
  readonly before: KubernetesObject;
}

/** Undefined when the action stays within the limits. `related`: the namespace's pods, for an eviction. */
export function whyTooMuch(
  blast: Blast,
  action: Action,
  object: KubernetesObject | undefined,
  related: readonly KubernetesObject[],
  earlier: readonly Moved[],
): string | undefined {
  const targets = new Set([action, ...earlier.map((moved) => moved.action)].map(({ target }) => nameOf(target)));
  if (targets.size > blast.targetsMax)
    return `it would be the ${targets.size}th object of this transaction, at most ${blast.targetsMax} are allowed`;
  if (action.type === "scale" && object !== undefined) return whyScaledTooFar(blast, action.replicas, object as Workload, earlier);
  return action.type === "evict" && object !== undefined
    ? whyEvictedTooMany(blast, object as Pod, related as readonly Pod[], earlier)
    : undefined;
}

function whyScaledTooFar(blast: Blast, replicas: number, workload: Workload, earlier: readonly Moved[]): string | undefined {
  const name = nameOf({ kind: workload.kind, ...workload.metadata });
  const moved = [...earlier.flatMap(distance), Math.abs(replicas - (workload.spec.replicas ?? 1))].reduce((sum, one) => sum + one, 0);
  if (moved > blast.replicasMax) return `${moved} replicas would be changed by this transaction, at most ${blast.replicasMax} are allowed`;
  const ready = workload.status?.readyReplicas ?? 0;
  const lost = Math.max(0, ready - replicas);
  return lost > mayGo(blast, ready)
    ? `${lost} of the ${ready} ready pods of ${name} would go at once, at most ${mayGo(blast, ready)} may`
    : undefined;
}

function distance({ action, before }: Moved): number[] {
  return action.type === "scale" ? [Math.abs(action.replicas - ((before as Workload).spec.replicas ?? 1))] : [];
}

function whyEvictedTooMany(blast: Blast, pod: Pod, pods: readonly Pod[], earlier: readonly Moved[]): string | undefined {
  if (!isReady(pod)) return undefined;
  const owner = controllerOf(pod);
  const siblings = pods.filter((candidate) => controllerOf(candidate)?.uid === owner?.uid && isReady(candidate));
  const gone = earlier.filter(
    ({ action, before }) => action.type === "evict" && controllerOf(before)?.uid === owner?.uid && isReady(before as Pod),
  );
  const ready = siblings.length + gone.length;
  return gone.length + 1 > mayGo(blast, ready)
    ? `${gone.length + 1} of the ${ready} ready pods of ${owner?.kind ?? ""} ${owner?.name ?? ""} would go at once, at most ${mayGo(blast, ready)} may`
    : undefined;
}

function mayGo(blast: Blast, ready: number): number {
  return Math.max(1, Math.floor(ready * blast.readyShareMax));
}
