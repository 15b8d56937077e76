/**
 * The node lifecycle controller: a node's state is written on it as taints, which come and go with it. Taints of anybody
 * else stay. Source: Kubernetes `pkg/controller/nodelifecycle`.
 */
import type { Json, JsonObject } from "../../kubernetes/json.ts";
import { asJson } from "../../kubernetes/object.ts";
import type { Node } from "../../kubernetes/object.ts";
import { timestamp } from "./api-server/store.ts";
import { nodeReady } from "./kubelet.ts";
import type { World } from "./world.ts";

const prefix = "node.kubernetes.io/";
const managed: readonly string[] = ["not-ready", "unreachable", "unschedulable"].map((name) => prefix + name);

export function reconcileNodeTaints(world: World): void {
  for (const node of world.store.list("Node")) {
    const wanted = taintsWanted(node);
    const taints = node.spec.taints ?? [];
    const others = taints.filter((taint) => !managed.includes(taint.key) || wanted.some((one) => same(one, taint)));
    const missing = wanted.filter((one) => !taints.some((taint) => same(one, taint)));
    if (missing.length === 0 && others.length === taints.length) continue;
    const added = missing.map((taint) => ({ ...taint, timeAdded: timestamp(world.nowMs()) }));
    const { taints: _had, ...spec } = asJson(node)["spec"] as JsonObject;
    const after = [...others, ...added] as unknown as Json;
    world.store.replace(node, { ...asJson(node), spec: others.length + added.length === 0 ? spec : { ...spec, taints: after } });
  }
}

interface Taint {
  readonly key: string;
  readonly effect: string;
}

function same(left: Taint, right: Taint): boolean {
  return left.key === right.key && left.effect === right.effect;
}

/** A node that does not answer is left by its pods, too, once they tolerate it no longer. */
function taintsWanted(node: Node): readonly Taint[] {
  const unknown = node.status?.conditions?.some(({ type, status }) => type === "Ready" && status === "Unknown") === true;
  const key = prefix + (unknown ? "unreachable" : "not-ready");
  const lost = nodeReady(node) ? [] : ["NoSchedule", "NoExecute"].map((effect) => ({ key, effect }));
  return node.spec.unschedulable === true ? [...lost, { key: `${prefix}unschedulable`, effect: "NoSchedule" }] : lost;
}
