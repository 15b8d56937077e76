/**
 * Rolls a Deployment's template out through ReplicaSets: an equal template finds its earlier ReplicaSet again, and only
 * the revision number moves on. Source: Kubernetes `pkg/controller/deployment`.
 */
import { jsonEqual } from "../../kubernetes/json.ts";
import type { JsonObject } from "../../kubernetes/json.ts";
import { asJson } from "../../kubernetes/object.ts";
import type { KubernetesObject, Workload } from "../../kubernetes/object.ts";
import { writeDeploymentStatus } from "./deployment-status.ts";
import { stamped, templateOf, unstamped } from "./pod-template.ts";
import { recordEvent } from "./record-event.ts";
import { nextNewReplicas, nextOldReplicas, recreates, rollingLimits } from "./rollout.ts";
import { templateHash } from "./template-hash.ts";
import { owned, ownerReferenceTo } from "./world.ts";
import type { World } from "./world.ts";

const hashLabel = "pod-template-hash";
const revisionKey = "deployment.kubernetes.io/revision";
const historyKey = "deployment.kubernetes.io/revision-history";
const desiredKey = "deployment.kubernetes.io/desired-replicas";
const maxKey = "deployment.kubernetes.io/max-replicas";
const notCopied = new Set([
  "kubectl.kubernetes.io/last-applied-configuration",
  revisionKey,
  historyKey,
  desiredKey,
  maxKey,
  "deprecated.deployment.rollback.to",
]);

export function reconcileDeployments(world: World): void {
  for (const deployment of world.store.list("Deployment")) reconcile(world, deployment);
}

function reconcile(world: World, seen: Workload): void {
  const sets = owned(world, seen, "ReplicaSet");
  const template = unstamped(templateOf(seen), hashLabel);
  const found = sets.find((set) => jsonEqual(unstamped(templateOf(set), hashLabel), template));
  if (seen.spec.paused === true) {
    const active = sets.filter((set) => (set.spec.replicas ?? 0) > 0);
    const only = active.length === 1 ? active[0] : undefined;
    if (only !== undefined) scale(world, seen, only, seen.spec.replicas ?? 1);
    return writeDeploymentStatus(world, seen, found, owned(world, seen, "ReplicaSet"), undefined);
  }
  const revision = 1 + Math.max(0, ...sets.filter((set) => set !== found).map(revisionOf));
  const current = found === undefined ? createSet(world, seen, template, revision) : moveRevision(world, seen, found, revision);
  const deployment = annotate(world, seen, { [revisionKey]: String(revisionOf(current)) });
  const old = sets.filter((set) => set.metadata.uid !== current.metadata.uid);
  if (recreates(deployment)) recreate(world, deployment, current, old);
  else roll(world, deployment, current, old);
  forget(world, deployment, old);
  const after = owned(world, deployment, "ReplicaSet");
  const latest = after.find((set) => set.metadata.uid === current.metadata.uid) ?? current;
  writeDeploymentStatus(world, deployment, latest, after, found === undefined ? "created" : "found");
}

function revisionOf(set: KubernetesObject): number {
  return Number(set.metadata.annotations?.[revisionKey] ?? "0");
}

function createSet(world: World, deployment: Workload, template: JsonObject, revision: number): Workload {
  const hash = templateHash(template);
  const { name, namespace } = deployment.metadata;
  const stampedTemplate = stamped(template, hashLabel, hash);
  const selector = deployment.spec.selector;
  return world.store.insert(
    {
      apiVersion: "apps/v1",
      kind: "ReplicaSet",
      metadata: {
        name: `${name}-${hash}`,
        namespace: namespace ?? "default",
        generation: 1,
        labels: (stampedTemplate["metadata"] as JsonObject)["labels"] as JsonObject,
        annotations: { ...copied(deployment), ...sizes(deployment), [revisionKey]: String(revision) },
        ownerReferences: [ownerReferenceTo(deployment)],
      },
      spec: {
        replicas: 0,
        selector: { ...selector, matchLabels: { ...selector.matchLabels, [hashLabel]: hash } } as JsonObject,
        template: stampedTemplate,
      },
      status: { replicas: 0 },
    },
    world.nowMs(),
  ) as Workload;
}

function copied(deployment: Workload): Record<string, string> {
  return Object.fromEntries(Object.entries(deployment.metadata.annotations ?? {}).filter(([key]) => !notCopied.has(key)));
}

function sizes(deployment: Workload): Record<string, string> {
  const desired = deployment.spec.replicas ?? 1;
  return { [desiredKey]: String(desired), [maxKey]: String(desired + rollingLimits(deployment).surge) };
}

function moveRevision(world: World, deployment: Workload, set: Workload, revision: number): Workload {
  const had = set.metadata.annotations?.[revisionKey];
  const history = [set.metadata.annotations?.[historyKey], had].filter((one) => one !== undefined).join(",");
  const moved: Record<string, string> = revisionOf(set) >= revision ? {} : { [revisionKey]: String(revision), [historyKey]: history };
  return annotate(world, set, { ...copied(deployment), ...moved });
}

function annotate(world: World, object: Workload, annotations: Readonly<Record<string, string>>): Workload {
  const metadata = asJson(object)["metadata"] as JsonObject;
  const after = { ...metadata, annotations: { ...object.metadata.annotations, ...annotations } };
  return world.store.replace(object, { ...asJson(object), metadata: after }) as Workload;
}

function roll(world: World, deployment: Workload, current: Workload, old: readonly Workload[]): void {
  const desired = deployment.spec.replicas ?? 1;
  const limits = rollingLimits(deployment);
  const grown = scale(world, deployment, current, nextNewReplicas(desired, current, [current, ...old], limits));
  for (const [set, replicas] of nextOldReplicas(desired, grown, old, limits)) scale(world, deployment, set, replicas);
}

function recreate(world: World, deployment: Workload, current: Workload, old: readonly Workload[]): void {
  for (const set of old) scale(world, deployment, set, 0);
  if (old.every((set) => owned(world, set, "Pod").length === 0)) scale(world, deployment, current, deployment.spec.replicas ?? 1);
}

function scale(world: World, deployment: Workload, set: Workload, replicas: number): Workload {
  const before = set.spec.replicas ?? 0;
  const annotated = before > 0 || replicas > 0 ? annotate(world, set, sizes(deployment)) : set;
  if (before === replicas) return annotated;
  const json = asJson(annotated);
  const metadata = { ...(json["metadata"] as JsonObject), generation: (set.metadata.generation ?? 1) + 1 };
  const scaled = world.store.replace(annotated, { ...json, metadata, spec: { ...(json["spec"] as JsonObject), replicas } }) as Workload;
  const message = `Scaled ${replicas > before ? "up" : "down"} replica set ${set.metadata.name} from ${before} to ${replicas}`;
  recordEvent(world, deployment, { type: "Normal", reason: "ScalingReplicaSet", message, source: "deployment-controller" });
  return scaled;
}

/** Removes the oldest empty ReplicaSets beyond the history limit. */
function forget(world: World, deployment: Workload, old: readonly Workload[]): void {
  const limit = (deployment.spec as { revisionHistoryLimit?: number }).revisionHistoryLimit ?? 10;
  const empty = old.filter((set) => set.spec.replicas === 0 && (set.status?.replicas ?? 0) === 0);
  const surplus = empty.toSorted((left, right) => revisionOf(left) - revisionOf(right)).slice(0, Math.max(0, empty.length - limit));
  for (const set of surplus) world.store.remove({ kind: "ReplicaSet", namespace: set.metadata.namespace, name: set.metadata.name });
}
