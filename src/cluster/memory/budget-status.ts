/**
 * The disruption controller: how many pods of a PodDisruptionBudget are healthy, and how many of them may go. Source:
 * Kubernetes `pkg/controller/disruption`.
 */
import type { Json, JsonObject } from "../../kubernetes/json.ts";
import { asJson, controllerOf, isReady } from "../../kubernetes/object.ts";
import type { KubernetesObject, LabelSelector, Pod, Workload } from "../../kubernetes/object.ts";
import { matchesSelector } from "./api-server/selector.ts";
import { transitioned } from "./condition.ts";
import type { World } from "./world.ts";

interface Budget extends KubernetesObject {
  readonly spec: {
    readonly selector?: LabelSelector;
    readonly minAvailable?: number | string;
    readonly maxUnavailable?: number | string;
  };
  readonly status?: { readonly disruptedPods?: Readonly<Record<string, string>> };
}

/** A pod that was to be evicted and is still there then, is there to stay. */
const disruptionMs = 120_000;

export function reconcileBudgets(world: World): void {
  for (const object of world.store.list("PodDisruptionBudget")) reconcile(world, object as Budget);
}

function reconcile(world: World, budget: Budget): void {
  const { selector } = budget.spec;
  const pods = world.store
    .list("Pod", budget.metadata.namespace)
    .filter((pod) => selector !== undefined && matchesSelector(selector, pod.metadata.labels) && !hasEnded(pod));
  const disrupted = stillDisrupted(world, budget, pods);
  const healthy = pods.filter(
    (pod) => isReady(pod) && pod.metadata.deletionTimestamp === undefined && disrupted[pod.metadata.name] === undefined,
  );
  const expected = expectedPods(world, budget, pods);
  const desired = desiredHealthy(budget, expected);
  const allowed = expected <= 0 ? 0 : Math.max(0, healthy.length - desired);
  const condition = {
    type: "DisruptionAllowed",
    status: allowed > 0 ? "True" : "False",
    reason: allowed > 0 ? "SufficientPods" : "InsufficientPods",
    message: "",
  };
  const status: JsonObject = {
    observedGeneration: budget.metadata.generation ?? 1,
    ...(Object.keys(disrupted).length === 0 ? {} : { disruptedPods: disrupted }),
    disruptionsAllowed: allowed,
    currentHealthy: healthy.length,
    desiredHealthy: desired,
    expectedPods: expected,
    conditions: [{ ...transitioned(budget, condition, world.nowMs()), observedGeneration: budget.metadata.generation ?? 1 }],
  };
  world.store.replace(budget, { ...asJson(budget), status });
}

function hasEnded({ status }: Pod): boolean {
  return status?.phase === "Succeeded" || status?.phase === "Failed";
}

function stillDisrupted(world: World, { status }: Budget, pods: readonly Pod[]): Readonly<Record<string, string>> {
  const entries = Object.entries(status?.disruptedPods ?? {}).filter(([name, at]) => {
    const pod = pods.find((one) => one.metadata.name === name);
    const untilMs = Date.parse(at) + disruptionMs;
    if (pod === undefined || pod.metadata.deletionTimestamp !== undefined || world.nowMs() >= untilMs) return false;
    world.wakeAt(untilMs);
    return true;
  });
  return Object.fromEntries(entries);
}

/** A plain minimum counts the pods that there are; a share, and a maximum, counts those that their controllers want. */
function expectedPods(world: World, { spec }: Budget, pods: readonly Pod[]): number {
  if (typeof spec.minAvailable === "number") return pods.length;
  const scales = new Map<string, number>();
  for (const pod of pods) {
    const owner = scaledOwner(world, pod);
    if (owner !== undefined) scales.set(owner.metadata.uid, owner.spec.replicas ?? 1);
  }
  return [...scales.values()].reduce((sum, replicas) => sum + replicas, 0);
}

/** The Deployment of a ReplicaSet, or the controller itself. */
function scaledOwner(world: World, object: KubernetesObject): Workload | undefined {
  const reference = controllerOf(object);
  if (reference === undefined) return undefined;
  const { kind, name } = reference;
  const owner = world.store.get({ kind, namespace: object.metadata.namespace, name }) as Workload | undefined;
  return owner === undefined ? undefined : (scaledOwner(world, owner) ?? owner);
}

function desiredHealthy({ spec }: Budget, expected: number): number {
  if (spec.minAvailable !== undefined) return partOf(spec.minAvailable, expected);
  return spec.maxUnavailable === undefined ? 0 : Math.max(0, expected - partOf(spec.maxUnavailable, expected));
}

/** Percentages round up. */
function partOf(amount: Json, whole: number): number {
  return typeof amount === "string" ? Math.ceil((whole * Number.parseInt(amount, 10)) / 100) : Number(amount);
}
