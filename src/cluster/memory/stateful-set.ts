/**
 * Keeps a StatefulSet's pods, by ordinal and one after another. A pod that never becomes ready holds everything up, also
 * after its template was put back: somebody must delete it (kubernetes#67250). Source: `pkg/controller/statefulset`.
 */
import type { JsonObject } from "../../kubernetes/json.ts";
import { asJson } from "../../kubernetes/object.ts";
import type { Pod, Workload } from "../../kubernetes/object.ts";
import { currentRevisionOf, hashOf, revisionLabel, revisionNamed, templateIn } from "./controller-revision.ts";
import type { ControllerRevision } from "./api-server/store.ts";
import { createPod, deletePod, isAvailable, isReady } from "./pod-template.ts";
import { owned } from "./world.ts";
import type { World } from "./world.ts";

const source = "statefulset-controller";

interface OrderedSpec {
  readonly podManagementPolicy?: string;
  readonly updateStrategy?: { readonly type?: string; readonly rollingUpdate?: { readonly partition?: number } };
  readonly minReadySeconds?: number;
  readonly serviceName?: string;
}

interface Revisions {
  readonly current: ControllerRevision;
  readonly update: ControllerRevision;
}

export function reconcileStatefulSets(world: World): void {
  for (const set of world.store.list("StatefulSet")) {
    const update = currentRevisionOf(world, set);
    const current = revisionNamed(world, set, set.status?.currentRevision) ?? update;
    act(world, set, { current, update });
    writeStatus(world, set, { current, update });
  }
}

function ordinalOf(pod: Pod): number {
  return Number(pod.metadata.name.slice(pod.metadata.name.lastIndexOf("-") + 1));
}

function revisionIs(pod: Pod, revision: ControllerRevision): boolean {
  return pod.metadata.labels?.[revisionLabel] === hashOf(revision);
}

/** At most one step; the next round takes the next one. */
function act(world: World, set: Workload, revisions: Revisions): void {
  const spec = set.spec as OrderedSpec;
  const desired = set.spec.replicas ?? 1;
  const ordered = spec.podManagementPolicy !== "Parallel";
  const pods = owned(world, set, "Pod");
  const byOrdinal = new Map(pods.map((pod) => [ordinalOf(pod), pod]));
  for (let ordinal = 0; ordinal < desired; ordinal += 1) {
    const pod = byOrdinal.get(ordinal);
    if (pod === undefined) create(world, set, ordinal, revisions, pods);
    if (ordered && (pod === undefined || !isAvailable(world, pod, spec.minReadySeconds ?? 0))) return;
  }
  const condemned = pods.filter((pod) => ordinalOf(pod) >= desired).toSorted((left, right) => ordinalOf(right) - ordinalOf(left));
  for (const pod of ordered ? condemned.slice(0, 1) : condemned) deletePod(world, set, pod, source);
  if (condemned.length > 0 || spec.updateStrategy?.type === "OnDelete") return;
  for (let ordinal = desired - 1; ordinal >= (spec.updateStrategy?.rollingUpdate?.partition ?? 0); ordinal -= 1) {
    const pod = byOrdinal.get(ordinal);
    if (pod === undefined) return;
    if (!revisionIs(pod, revisions.update)) return deletePod(world, set, pod, source);
    if (!isReady(pod)) return;
  }
}

/** During an update, the lower ordinals still come back in the revision that they had. */
function create(world: World, set: Workload, ordinal: number, revisions: Revisions, pods: readonly Pod[]): void {
  const spec = set.spec as OrderedSpec;
  const partition = spec.updateStrategy?.rollingUpdate?.partition ?? 0;
  const staying = pods.filter((pod) => revisionIs(pod, revisions.current)).length;
  const revision = ordinal < Math.max(partition, staying) ? revisions.current : revisions.update;
  const name = `${set.metadata.name}-${ordinal}`;
  const labels = {
    [revisionLabel]: hashOf(revision),
    "statefulset.kubernetes.io/pod-name": name,
    "apps.kubernetes.io/pod-index": String(ordinal),
  };
  const identity: JsonObject = { hostname: name, ...(spec.serviceName === undefined ? {} : { subdomain: spec.serviceName }) };
  createPod(world, set, templateIn(revision), { name, labels, spec: identity, source });
}

function writeStatus(world: World, set: Workload, revisions: Revisions): void {
  const pods = owned(world, set, "Pod");
  const count = (keep: (pod: Pod) => boolean): number => pods.filter(keep).length;
  const updated = count((pod) => revisionIs(pod, revisions.update));
  const ready = count(isReady);
  const desired = set.spec.replicas ?? 1;
  const complete = updated === desired && pods.length === desired && ready === desired;
  const current = complete ? revisions.update : revisions.current;
  const minReadySeconds = (set.spec as OrderedSpec).minReadySeconds ?? 0;
  const status: JsonObject = {
    observedGeneration: set.metadata.generation ?? 1,
    replicas: pods.length,
    readyReplicas: ready,
    availableReplicas: count((pod) => isAvailable(world, pod, minReadySeconds)),
    currentReplicas: count((pod) => revisionIs(pod, current)),
    updatedReplicas: updated,
    currentRevision: current.metadata.name,
    updateRevision: revisions.update.metadata.name,
    collisionCount: 0,
  };
  world.store.replace(set, { ...asJson(set), status });
}
