/**
 * Binds pods to nodes, or says why none fits, in the scheduler's words. Each node names the first filter that it fails, as
 * the real one does. No preemption, no spreading: the first node with the most room left takes the pod.
 */
import type { Json, JsonObject } from "../../kubernetes/json.ts";
import { asJson } from "../../kubernetes/object.ts";
import type { Node, Pod, PodSpec } from "../../kubernetes/object.ts";
import { tolerated } from "../../kubernetes/toleration.ts";
import { conditionOf, transitioned } from "./condition.ts";
import { quantityNanos } from "./api-server/quantity.ts";
import { recordEvent } from "./record-event.ts";
import { matchesExpression, matchesLabels } from "./api-server/selector.ts";
import type { World } from "./world.ts";

interface Expression {
  readonly key: string;
  readonly operator: string;
  readonly values?: readonly string[];
}

interface Term {
  readonly matchExpressions?: readonly Expression[];
  readonly matchFields?: readonly Expression[];
}

/** The parts of a pod spec that only the scheduler reads. */
interface Placement extends PodSpec {
  readonly affinity?: {
    readonly nodeAffinity?: {
      readonly requiredDuringSchedulingIgnoredDuringExecution?: { readonly nodeSelectorTerms?: readonly Term[] };
    };
  };
}

export function schedulePods(world: World): void {
  for (const pod of world.store.list("Pod")) if (pod.spec.nodeName === undefined) schedule(world, pod);
}

function schedule(world: World, pod: Pod): void {
  const nodes = world.store.list("Node");
  const refusals = nodes.map((node) => refusalsOf(world, pod, node));
  const fitting = nodes.filter((_node, index) => refusals[index]?.length === 0);
  const chosen = fitting.toSorted((left, right) => Number(freeNanos(world, right, "cpu") - freeNanos(world, left, "cpu")))[0];
  if (chosen === undefined) return report(world, pod, refusals);
  const { conditions: _conditions, ...status } = (asJson(pod)["status"] ?? {}) as JsonObject;
  const conditions = [transitioned(pod, { type: "PodScheduled", status: "True" }, world.nowMs())];
  const bound = { ...asJson(pod), spec: { ...(asJson(pod)["spec"] as JsonObject), nodeName: chosen.metadata.name } };
  world.store.replace(pod, { ...bound, status: { ...status, phase: "Pending", conditions } });
  const where = `${pod.metadata.namespace ?? ""}/${pod.metadata.name}`;
  const message = `Successfully assigned ${where} to ${chosen.metadata.name}`;
  recordEvent(world, pod, { type: "Normal", reason: "Scheduled", message, source: "default-scheduler" });
}

/** `refusals`: of each node. */
function report(world: World, pod: Pod, refusals: readonly (readonly string[])[]): void {
  const available = `0/${refusals.length} nodes are available`;
  const helped = refusals.map((reasons) =>
    reasons.every((reason) => reason.startsWith("Insufficient"))
      ? "No preemption victims found for incoming pod"
      : "Preemption is not helpful for scheduling",
  );
  const message =
    refusals.length === 0
      ? "no nodes available to schedule pods"
      : `${available}: ${counted(refusals.flat())}. no new claims to deallocate, preemption: ${available}: ${counted(helped)}.`;
  if (conditionOf(pod, "PodScheduled")?.message === message) return;
  const condition = { type: "PodScheduled", status: "False", reason: "Unschedulable", message };
  const status: JsonObject = { phase: "Pending", conditions: [transitioned(pod, condition, world.nowMs())] };
  const written = world.store.replace(pod, { ...asJson(pod), status });
  recordEvent(world, written, { type: "Warning", reason: "FailedScheduling", message, source: "default-scheduler" });
}

/** `1 node(s) were unschedulable, 2 Insufficient cpu` */
function counted(reasons: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts]
    .map(([reason, count]) => `${count} ${reason}`)
    .toSorted()
    .join(", ");
}

/** The first filter that the node fails; for resources, each that is short. Since 1.34 a taint is not named. */
function refusalsOf(world: World, pod: Pod, node: Node): readonly string[] {
  const spec = pod.spec as Placement;
  const tolerations = spec.tolerations ?? [];
  if (node.spec.unschedulable === true && !tolerated({ key: "node.kubernetes.io/unschedulable", effect: "NoSchedule" }, tolerations))
    return ["node(s) were unschedulable"];
  const kept = (node.spec.taints ?? []).some((taint) => taint.effect !== "PreferNoSchedule" && !tolerated(taint, tolerations));
  if (kept) return ["node(s) had untolerated taint(s)"];
  if (!wanted(spec, node)) return ["node(s) didn't match Pod's node affinity/selector"];
  return ["cpu", "memory"]
    .filter((resource) => requestedNanos(spec, resource) > 0n && requestedNanos(spec, resource) > freeNanos(world, node, resource))
    .map((resource) => `Insufficient ${resource}`);
}

/** Whether the pod's nodeSelector and required node affinity accept the node. */
export function wanted(spec: Placement, node: Node): boolean {
  if (!matchesLabels(spec.nodeSelector ?? {}, node.metadata.labels)) return false;
  const terms = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  if (terms === undefined) return true;
  return terms.some(
    (term) =>
      (term.matchExpressions ?? []).every((one) => matchesExpression(one, node.metadata.labels)) &&
      (term.matchFields ?? []).every((one) => matchesExpression(one, { "metadata.name": node.metadata.name })),
  );
}

function requestedNanos(spec: PodSpec, resource: string): bigint {
  return spec.containers.reduce((sum, container) => sum + (quantityNanos(container.resources?.requests?.[resource] ?? "0") ?? 0n), 0n);
}

function freeNanos(world: World, node: Node, resource: string): bigint {
  const allocatable: Json = node.status?.allocatable?.[resource] ?? "0";
  const used = world.store
    .list("Pod")
    .filter((pod) => pod.spec.nodeName === node.metadata.name)
    .reduce((sum, pod) => sum + requestedNanos(pod.spec, resource), 0n);
  return (quantityNanos(allocatable) ?? 0n) - used;
}
