/**
 * Keeps one pod of a DaemonSet on every node that accepts it. Source: Kubernetes `pkg/controller/daemon`. Surge is not
 * modelled: an old pod goes before its replacement comes.
 */
import type { JsonObject } from "../../kubernetes/json.ts";
import { asJson } from "../../kubernetes/object.ts";
import type { Node, Pod, PodSpec, Workload } from "../../kubernetes/object.ts";
import { currentRevisionOf, hashOf, revisionLabel } from "./controller-revision.ts";
import type { ControllerRevision } from "./api-server/store.ts";
import { createPod, deletePod, isAvailable, isReady, templateOf } from "./pod-template.ts";
import { tolerated } from "../../kubernetes/toleration.ts";
import { wanted } from "./scheduler.ts";
import { nameSuffix } from "./template-hash.ts";
import { owned } from "./world.ts";
import type { World } from "./world.ts";

const source = "daemonset-controller";

/** A DaemonSet's pods stay on nodes that others must leave. */
const tolerations = [
  ...["not-ready", "unreachable"].map((key) => ({ key: `node.kubernetes.io/${key}`, operator: "Exists" })),
  ...["disk-pressure", "memory-pressure", "pid-pressure", "unschedulable"].map((key) => ({
    key: `node.kubernetes.io/${key}`,
    operator: "Exists",
    effect: "NoSchedule",
  })),
];

interface DaemonSpec {
  readonly updateStrategy?: { readonly type?: string; readonly rollingUpdate?: { readonly maxUnavailable?: number | string } };
  readonly minReadySeconds?: number;
}

export function reconcileDaemonSets(world: World): void {
  for (const set of world.store.list("DaemonSet")) reconcile(world, set);
}

function reconcile(world: World, set: Workload): void {
  const revision = currentRevisionOf(world, set);
  const nodes = world.store.list("Node").filter((node) => accepts(node, set));
  const names = new Set(nodes.map((node) => node.metadata.name));
  for (const pod of owned(world, set, "Pod")) if (!names.has(nodeOf(pod))) deletePod(world, set, pod, source);
  const placed = new Set(owned(world, set, "Pod").map(nodeOf));
  for (const node of nodes) if (!placed.has(node.metadata.name)) create(world, set, node.metadata.name, revision);
  update(world, set, nodes.length, revision);
  writeStatus(world, set, nodes.length, revision);
}

function accepts(node: Node, set: Workload): boolean {
  const spec = set.spec.template.spec as PodSpec & { readonly tolerations?: readonly { readonly key?: string }[] };
  const allowed = [...tolerations, ...(spec.tolerations ?? [])];
  return wanted(spec, node) && (node.spec.taints ?? []).every((taint) => taint.effect === "PreferNoSchedule" || tolerated(taint, allowed));
}

interface Bound {
  readonly affinity?: {
    readonly nodeAffinity?: {
      readonly requiredDuringSchedulingIgnoredDuringExecution?: {
        readonly nodeSelectorTerms?: readonly { readonly matchFields?: readonly { readonly values?: readonly string[] }[] }[];
      };
    };
  };
}

/** The node that the pod is meant for, also before the scheduler bound it. */
function nodeOf(pod: Pod): string {
  const terms = (pod.spec as Bound).affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  return pod.spec.nodeName ?? terms?.[0]?.matchFields?.[0]?.values?.[0] ?? "";
}

function create(world: World, set: Workload, node: string, revision: ControllerRevision): void {
  const template = templateOf(set);
  const given = ((template["spec"] as JsonObject)["tolerations"] ?? []) as readonly JsonObject[];
  const term = { matchFields: [{ key: "metadata.name", operator: "In", values: [node] }] };
  const spec: JsonObject = {
    affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [term] } } },
    tolerations: [...given, ...tolerations],
  };
  const name = `${set.metadata.name}-${nameSuffix(`${set.metadata.uid} ${world.nextNumber()}`)}`;
  createPod(world, set, template, { name, labels: { [revisionLabel]: hashOf(revision) }, spec, source });
}

function isOld(pod: Pod, revision: ControllerRevision): boolean {
  return pod.metadata.labels?.[revisionLabel] !== hashOf(revision);
}

/** Old pods that are not available go at once, the others as far as maxUnavailable lets them. */
function update(world: World, set: Workload, nodes: number, revision: ControllerRevision): void {
  const spec = set.spec as DaemonSpec;
  if (spec.updateStrategy?.type === "OnDelete") return;
  const limit = spec.updateStrategy?.rollingUpdate?.maxUnavailable ?? 1;
  const most = typeof limit === "string" ? Math.ceil((nodes * Number.parseInt(limit, 10)) / 100) : limit;
  const pods = owned(world, set, "Pod");
  const available = (pod: Pod): boolean => isAvailable(world, pod, spec.minReadySeconds ?? 0);
  let room = most - pods.filter((pod) => !available(pod)).length;
  for (const pod of pods.filter((one) => isOld(one, revision))) {
    if (!available(pod)) deletePod(world, set, pod, source);
    else if (room > 0) {
      room -= 1;
      deletePod(world, set, pod, source);
    }
  }
}

function writeStatus(world: World, set: Workload, nodes: number, revision: ControllerRevision): void {
  const pods = owned(world, set, "Pod");
  const minReadySeconds = (set.spec as DaemonSpec).minReadySeconds ?? 0;
  const available = pods.filter((pod) => isAvailable(world, pod, minReadySeconds)).length;
  const unavailable = Math.max(0, nodes - available);
  const updated = pods.filter((pod) => !isOld(pod, revision)).length;
  const status: JsonObject = {
    observedGeneration: set.metadata.generation ?? 1,
    currentNumberScheduled: pods.length,
    desiredNumberScheduled: nodes,
    numberMisscheduled: 0,
    numberReady: pods.filter(isReady).length,
    ...(updated === 0 ? {} : { updatedNumberScheduled: updated }),
    ...(available === 0 ? {} : { numberAvailable: available }),
    ...(unavailable === 0 ? {} : { numberUnavailable: unavailable }),
  };
  world.store.replace(set, { ...asJson(set), status });
}
