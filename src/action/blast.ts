/**
 * PURE. How much a transaction may move at once, whatever it is good for. Counted over the attempt: what its earlier
 * writes did is given along.
 */
import { valueAt } from "../kubernetes/json.ts";
import { asJson, controllerOf, isReady, nameOf } from "../kubernetes/object.ts";
import type { KubernetesObject, Node, Pod } from "../kubernetes/object.ts";
import type { Action, ActionOf } from "./action.ts";

export interface Blast {
  /** Different objects that one transaction may write. */
  readonly targetsMax: number;
  /** Replicas added and taken away by one transaction, summed over its workloads. */
  readonly replicasMax: number;
  /**
   * 0..1: the share of a workload's ready pods that scaling down or evicting may take away at once, and of the nodes that
   * take pods which cordoning may. One always may go; rolling changes follow the workload's own strategy, and pods that
   * are not ready take nothing away.
   */
  readonly readyShareMax: number;
}

export const defaultBlast: Blast = { targetsMax: 5, replicasMax: 50, readyShareMax: 0.5 };

export interface Moved {
  readonly action: Action;
  /** The object before that write, as its undo entry keeps it; undefined when the write made it. */
  readonly before: KubernetesObject | undefined;
}

/** Undefined when the action stays within the limits. `related`: the objects of the kinds that the action needs. */
export function whyTooMuch(
  blast: Blast,
  action: Action,
  object: KubernetesObject | undefined,
  related: readonly KubernetesObject[],
  earlier: readonly Moved[],
): string | undefined {
  const targets = new Set([action, ...earlier.map((moved) => moved.action)].map(({ target }) => nameOf(target)));
  if (targets.size > blast.targetsMax)
    return `this transaction would write ${targets.size} objects, at most ${blast.targetsMax} are allowed`;
  if (object === undefined) return undefined;
  switch (action.type) {
    case "scale":
    case "revert":
      return whyReplicasTooMany(blast, replicasMovedBy(action, object), earlier) ?? whyScaledTooFar(blast, action, object, earlier);
    case "hpa-limits":
      return whyReplicasTooMany(blast, replicasMovedBy(action, object), earlier) ?? whyBoundTooTight(blast, action, object);
    case "evict":
      return whyEvictedTooMany(blast, object as Pod, related as readonly Pod[], earlier);
    case "cordon":
      return whyCordonedTooMany(blast, object as Node, related as readonly Node[], earlier);
    default:
      return undefined;
  }
}

function whyReplicasTooMany({ replicasMax }: Blast, now: number, earlier: readonly Moved[]): string | undefined {
  const moved = earlier.reduce((sum, { action, before }) => sum + (before === undefined ? 0 : replicasMovedBy(action, before)), now);
  return moved > replicasMax ? `${moved} replicas would be changed by this transaction, at most ${replicasMax} are allowed` : undefined;
}

function replicasMovedBy(action: Action, before: KubernetesObject): number {
  const wanted = replicasIn(action);
  if (wanted !== undefined) return Math.abs(wanted - numberAt(before, "/spec/replicas", 1));
  // Bounds move replicas at once where they leave out what runs now; within them the load decides, as it did before.
  return action.type === "hpa-limits" ? Math.abs(boundBy(action, before) - runningUnder(before)) : 0;
}

/** What is known good has a number of replicas too, which comes back with the rest. */
function replicasIn(action: Action): number | undefined {
  if (action.type === "scale") return action.replicas;
  if (action.type !== "revert") return undefined;
  const operation = action.operations.find(({ path }) => path === "/spec/replicas");
  return operation?.op !== "remove" && typeof operation?.value === "number" ? operation.value : undefined;
}

/** Undo entries keep no status: then what the bounds allow at least counts as running. */
function runningUnder(autoscaler: KubernetesObject): number {
  return numberAt(autoscaler, "/status/currentReplicas", numberAt(autoscaler, "/spec/minReplicas", 1));
}

function boundBy({ minReplicas, maxReplicas }: ActionOf<"hpa-limits">, autoscaler: KubernetesObject): number {
  const least = minReplicas ?? numberAt(autoscaler, "/spec/minReplicas", 1);
  const most = maxReplicas ?? numberAt(autoscaler, "/spec/maxReplicas", Infinity);
  return Math.min(Math.max(runningUnder(autoscaler), least), most);
}

function whyBoundTooTight(blast: Blast, action: ActionOf<"hpa-limits">, autoscaler: KubernetesObject): string | undefined {
  const running = runningUnder(autoscaler);
  return whyShareTooLarge(blast, running - boundBy(action, autoscaler), running, `replicas under ${nameOf(action.target)}`);
}

function whyScaledTooFar(blast: Blast, action: Action, object: KubernetesObject, earlier: readonly Moved[]): string | undefined {
  const wanted = replicasIn(action);
  if (wanted === undefined) return undefined;
  const name = nameOf(action.target);
  const ready = numberAt(object, "/status/readyReplicas", 0);
  // In two steps it is no less: what an earlier write of this transaction took away was ready before it.
  const had = earlier.flatMap((moved) =>
    replicasIn(moved.action) !== undefined && nameOf(moved.action.target) === name && moved.before !== undefined
      ? [numberAt(moved.before, "/spec/replicas", 1)]
      : [],
  );
  const most = Math.max(ready, ...had);
  return whyShareTooLarge(blast, ready > wanted ? most - wanted : 0, most, `ready pods of ${name}`);
}

function whyEvictedTooMany(blast: Blast, pod: Pod, pods: readonly Pod[], earlier: readonly Moved[]): string | undefined {
  if (!isReady(pod)) return undefined;
  const owner = controllerOf(pod);
  const isSibling = (candidate: KubernetesObject): boolean => controllerOf(candidate)?.uid === owner?.uid && isReady(candidate as Pod);
  const gone = earlier.flatMap(({ action, before }) =>
    action.type === "evict" && before !== undefined && isSibling(before) ? [before] : [],
  );
  // One that is on its way out still says that it is ready.
  const left = pods.filter(
    (candidate) =>
      isSibling(candidate) &&
      candidate.metadata.deletionTimestamp === undefined &&
      !gone.some(({ metadata }) => metadata.uid === candidate.metadata.uid),
  );
  return whyShareTooLarge(blast, gone.length + 1, left.length + gone.length, `ready pods of ${owner?.kind ?? ""} ${owner?.name ?? ""}`);
}

function whyCordonedTooMany(blast: Blast, node: Node, nodes: readonly Node[], earlier: readonly Moved[]): string | undefined {
  if (!isReady(node)) return undefined;
  const open = nodes.filter((candidate) => candidate.spec.unschedulable !== true && isReady(candidate)).length;
  const closed = earlier.filter(({ action }) => action.type === "cordon").length;
  return whyShareTooLarge(blast, closed + 1, open + closed, "nodes that take pods");
}

function whyShareTooLarge({ readyShareMax }: Blast, lost: number, of: number, what: string): string | undefined {
  const mayGo = Math.max(1, Math.floor(of * readyShareMax));
  return lost > mayGo ? `${lost} of the ${of} ${what} would go at once, at most ${mayGo} may` : undefined;
}

/** What is not of the kind that the action is for has no such number; compiling the action says so. */
function numberAt(object: KubernetesObject, path: string, otherwise: number): number {
  const value = valueAt(asJson(object), path);
  return typeof value === "number" ? value : otherwise;
}
