/**
 * PURE. The earlier pod templates of a Deployment. The deployment controller keeps one ReplicaSet a template, numbers
 * it in the annotation deployment.kubernetes.io/revision and gives the current one the highest number
 * (kubernetes pkg/controller/deployment/util). ControllerRevisions are not in the evidence.
 */
import type { Json } from "../kubernetes/json.ts";
import { jsonEqual } from "../kubernetes/json.ts";
import type { Pod, PodTemplate, Workload } from "../kubernetes/object.ts";
import type { Evidence } from "./cause.ts";
import { controllerOf } from "../kubernetes/object.ts";
import { isLive } from "./owner.ts";
import { labelOf } from "./selection.ts";

export interface Revision {
  readonly number: number;
  readonly template: PodTemplate;
  readonly readyPods: number;
}

export interface History {
  /** The ReplicaSet of the template that the Deployment has now; undefined before the controller has made it. */
  readonly current: Workload | undefined;
  /** The revisions before it that would run something else; the most promising first. */
  readonly earlier: readonly Revision[];
}

const hashLabel = "pod-template-hash";
/** `kubectl rollout restart` changes only this: going back behind it changes nothing that runs. */
const restartAnnotation = "kubectl.kubernetes.io/restartedAt";
/** A template that came within this time is suspected before one that has long been in use. */
const recentMs = 3_600_000;

export function historyOf(deployment: Workload, evidence: Evidence): History {
  const owned = evidence.replicaSets.filter((set) => {
    const controller = controllerOf(set);
    return controller?.kind === "Deployment" && controller.uid === deployment.metadata.uid;
  });
  const current = owned
    .filter((set) => sameTemplate(set.spec.template, deployment.spec.template))
    .toSorted((left, right) => (revisionOf(right) ?? 0) - (revisionOf(left) ?? 0))[0];
  const currentNumber = current === undefined ? undefined : revisionOf(current);
  if (current === undefined || currentNumber === undefined) return { current, earlier: [] };
  const earlier = owned.flatMap((set) => {
    const number = revisionOf(set);
    if (number === undefined || number >= currentNumber || runsTheSame(set.spec.template, deployment.spec.template)) return [];
    return [{ number, template: set.spec.template, readyPods: set.status?.readyReplicas ?? 0, broken: isBroken(set) }];
  });
  const best = earlier.toSorted(
    (left, right) =>
      Number(right.readyPods > 0) - Number(left.readyPods > 0) || Number(left.broken) - Number(right.broken) || right.number - left.number,
  );
  return { current, earlier: best.map(({ number, template, readyPods }) => ({ number, template, readyPods })) };
}

/** Pods that are wanted of an old template and of which none is ready: that template was no good either. */
function isBroken(replicaSet: Workload): boolean {
  return (replicaSet.spec.replicas ?? 1) > 0 && (replicaSet.status?.replicas ?? 0) > 0 && (replicaSet.status?.readyReplicas ?? 0) === 0;
}

function revisionOf(replicaSet: Workload): number | undefined {
  const text = replicaSet.metadata.annotations?.["deployment.kubernetes.io/revision"];
  return text !== undefined && /^[1-9]\d{0,8}$/.test(text) ? Number(text) : undefined;
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
 * The live pods made from the template that their workload has now. A StatefulSet names its newest revision in
 * status.updateRevision, and its pods carry theirs as the label controller-revision-hash; a DaemonSet does not say it.
 */
export function newestPodsOf(workload: Workload, evidence: Evidence): readonly Pod[] {
  const pods = evidence.pods.filter(isLive);
  if (workload.kind === "Deployment") {
    const { current } = historyOf(workload, evidence);
    return current === undefined ? [] : pods.filter((pod) => controllerOf(pod)?.uid === current.metadata.uid);
  }
  const newest = workload.kind === "StatefulSet" ? workload.status?.updateRevision : undefined;
  return pods.filter(
    (pod) =>
      controllerOf(pod)?.uid === workload.metadata.uid &&
      (newest === undefined || labelOf(pod.metadata.labels, "controller-revision-hash") === newest),
  );
}

/**
 * 0..1: how likely the last change of the template is to blame for failing pods of it. Once a rollout was complete
 * the condition Progressing says NewReplicaSetAvailable for good (kubernetes.io, Deployments, Complete Deployment):
 * such a template has worked.
 */
export function blameOfChange(deployment: Workload, history: History, atMs: number): number {
  const [best] = history.earlier;
  if (best === undefined || history.current === undefined) return 0.3;
  if (best.readyPods > 0) return 0.9;
  const progressing = deployment.status?.conditions?.find(({ type }) => type === "Progressing");
  if (progressing?.reason !== "NewReplicaSetAvailable") return 0.8;
  const createdMs = Date.parse(history.current.metadata.creationTimestamp ?? "");
  return atMs - createdMs < recentMs ? 0.6 : 0.4;
}
