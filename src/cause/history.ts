/**
 * PURE. The earlier pod templates of a workload. The deployment controller keeps one ReplicaSet a template and numbers it
 * in the annotation deployment.kubernetes.io/revision; StatefulSets and DaemonSets keep ControllerRevisions with a field
 * `revision`. The current one has the highest number (kubernetes pkg/controller/{deployment/util,history}).
 */
import type { Json } from "../kubernetes/json.ts";
import { jsonEqual } from "../kubernetes/json.ts";
import type { ControllerRevision, KubernetesObject, Pod, PodTemplate, Workload } from "../kubernetes/object.ts";
import type { Evidence } from "./cause.ts";
import { controllerOf, isReady } from "../kubernetes/object.ts";
import { isLive } from "./owner.ts";
import { labelOf } from "./selection.ts";

export interface Revision {
  readonly number: number;
  readonly template: PodTemplate;
  readonly readyPods: number;
  /** When the controller first kept this template. */
  readonly createdAt: string | undefined;
}

export interface History {
  /** The ReplicaSet or ControllerRevision of the template that the workload has now; undefined before the controller has made it. */
  readonly current: KubernetesObject | undefined;
  /** The revisions before it that would run something else; the most promising first. */
  readonly earlier: readonly Revision[];
}

/** One template that the controller keeps. */
interface Kept extends Revision {
  readonly object: KubernetesObject;
  /** Pods that are wanted of an old template and of which none is ready: that template was no good either. */
  readonly broken: boolean;
}

const hashLabel = "pod-template-hash";
export const revisionLabel = "controller-revision-hash";
/** `kubectl rollout restart` changes only this: going back behind it changes nothing that runs. */
const restartAnnotation = "kubectl.kubernetes.io/restartedAt";
/** A template that came within this time is suspected before one that has long been in use. */
const recentMs = 3_600_000;

export function historyOf(workload: Workload, evidence: Evidence): History {
  const kept = workload.kind === "Deployment" ? replicaSetsOf(workload, evidence) : controllerRevisionsOf(workload, evidence);
  const current = kept
    .filter(({ template }) => sameTemplate(template, workload.spec.template))
    .toSorted((left, right) => right.number - left.number)[0];
  if (current === undefined || current.number === 0) return { current: current?.object, earlier: [] };
  const earlier = kept
    .filter(({ number, template }) => number > 0 && number < current.number && !runsTheSame(template, workload.spec.template))
    .toSorted(
      (left, right) =>
        Number(right.readyPods > 0) - Number(left.readyPods > 0) ||
        Number(left.broken) - Number(right.broken) ||
        right.number - left.number,
    );
  return {
    current: current.object,
    earlier: earlier.map(({ number, template, readyPods, createdAt }) => ({ number, template, readyPods, createdAt })),
  };
}

function replicaSetsOf(deployment: Workload, evidence: Evidence): readonly Kept[] {
  return evidence.replicaSets.filter(isOwnedBy(deployment)).map((set) => ({
    object: set,
    number: revisionOf(set),
    template: set.spec.template,
    readyPods: set.status?.readyReplicas ?? 0,
    createdAt: set.metadata.creationTimestamp,
    broken: (set.spec.replicas ?? 1) > 0 && (set.status?.replicas ?? 0) > 0 && (set.status?.readyReplicas ?? 0) === 0,
  }));
}

/** A revision holds a strategic merge patch whose template, marked `$patch: replace`, replaces the old one whole. */
function controllerRevisionsOf(workload: Workload, evidence: Evidence): readonly Kept[] {
  const revisions = (evidence.listed.ControllerRevision ?? []) as readonly ControllerRevision[];
  return revisions.filter(isOwnedBy(workload)).flatMap((revision) => {
    const found = revision.data?.spec?.template;
    if (found === undefined || !Number.isInteger(revision.revision)) return [];
    const { $patch: _directive, ...template } = found as PodTemplate & { readonly $patch?: string };
    const pods = evidence.pods.filter((pod) => isLive(pod) && isOwnedBy(workload)(pod) && isOfRevision(pod, revision));
    const ready = pods.filter(isReady).length;
    const { creationTimestamp: createdAt } = revision.metadata;
    return [{ object: revision, number: revision.revision, template, readyPods: ready, createdAt, broken: pods.length > 0 && ready === 0 }];
  });
}

function isOwnedBy(owner: KubernetesObject): (object: KubernetesObject) => boolean {
  return (object) => {
    const controller = controllerOf(object);
    return controller?.kind === owner.kind && controller.uid === owner.metadata.uid;
  };
}

/** Pods of a StatefulSet are labelled with the revision's name, those of a DaemonSet with its hash, which the name ends with. */
function isOfRevision(pod: Pod, revision: KubernetesObject): boolean {
  const label = labelOf(pod.metadata.labels, revisionLabel);
  return label !== undefined && (label === revision.metadata.name || revision.metadata.name.endsWith(`-${label}`));
}

/** 0 when the annotation is no number. */
function revisionOf(replicaSet: Workload): number {
  const text = replicaSet.metadata.annotations?.["deployment.kubernetes.io/revision"];
  return text !== undefined && /^[1-9]\d{0,8}$/.test(text) ? Number(text) : 0;
}

/** Whether two templates are one to the deployment controller (EqualIgnoreHash: all but the label pod-template-hash). */
export function sameTemplate(left: PodTemplate, right: PodTemplate): boolean {
  return jsonEqual(normalised(left, []), normalised(right, []));
}

/** Whether two templates run the same: also regardless of when a restart was asked for. */
export function runsTheSame(left: PodTemplate, right: PodTemplate): boolean {
  return jsonEqual(normalised(left, [restartAnnotation]), normalised(right, [restartAnnotation]));
}

function normalised(template: PodTemplate, ignoredAnnotations: readonly string[]): Json {
  const { labels = {}, annotations = {} } = template.metadata ?? {};
  return {
    labels: without(labels, [hashLabel]),
    annotations: without(annotations, ignoredAnnotations),
    spec: template.spec as unknown as Json,
  };
}

function without(map: Readonly<Record<string, string>>, keys: readonly string[]): Record<string, string> {
  return Object.fromEntries(Object.entries(map).filter(([key]) => !keys.includes(key)));
}

/**
 * The live pods made from the template that their workload has now. Where the controller's records cannot be read, a
 * StatefulSet names its newest revision in status.updateRevision; of a DaemonSet all pods count then.
 */
export function newestPodsOf(workload: Workload, evidence: Evidence): readonly Pod[] {
  const pods = evidence.pods.filter(isLive);
  const { current } = historyOf(workload, evidence);
  if (workload.kind === "Deployment")
    return current === undefined ? [] : pods.filter((pod) => controllerOf(pod)?.uid === current.metadata.uid);
  const own = pods.filter(isOwnedBy(workload));
  if (current !== undefined) return own.filter((pod) => isOfRevision(pod, current));
  const newest = workload.kind === "StatefulSet" ? workload.status?.updateRevision : undefined;
  return own.filter((pod) => newest === undefined || labelOf(pod.metadata.labels, revisionLabel) === newest);
}

/**
 * 0..1: how likely the last change of the template is to blame for failing pods of it. Once a rollout was complete
 * the condition Progressing says NewReplicaSetAvailable for good (kubernetes.io, Deployments, Complete Deployment):
 * such a template has worked. StatefulSets and DaemonSets have no such condition.
 */
export function blameOfChange(workload: Workload, history: History, atMs: number): number {
  const [best] = history.earlier;
  if (best === undefined || history.current === undefined) return 0.3;
  if (best.readyPods > 0) return 0.9;
  const recent = atMs - Date.parse(history.current.metadata.creationTimestamp ?? "") < recentMs;
  if (workload.kind !== "Deployment") return recent ? 0.8 : 0.5;
  const progressing = workload.status?.conditions?.find(({ type }) => type === "Progressing");
  if (progressing?.reason !== "NewReplicaSetAvailable") return 0.8;
  return recent ? 0.6 : 0.4;
}
