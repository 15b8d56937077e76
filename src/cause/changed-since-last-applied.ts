/**
 * PURE. `kubectl apply` keeps the manifest that it was given in an annotation, and a later patch, edit or `set` leaves that
 * alone: what an object differs in was changed by hand since. People deploy by hand as well, so a difference counts only
 * with something that is not well: the object's own pods, those that read it, or a request that goes through it.
 */
import { describePath } from "../action/change.ts";
import type { Change } from "../action/change.ts";
import { lastWriteOf } from "../known-good/difference.ts";
import type { KubernetesObject, Service, Workload } from "../kubernetes/object.ts";
import { nameOf, ownManager, refOf } from "../kubernetes/object.ts";
import type { Cause, Evidence, Hypothesis, Remedy } from "./cause.ts";
import { driftOf } from "./drift.ts";
import { failedCreates, isOfLimitRange, isOfQuota } from "./failed-create.ts";
import { targetOf, workloadsOf } from "./owner.ts";
import { configMapsOf, distances } from "./relation.ts";
import { replaceBroken } from "./remedy.ts";
import { stuckRunsOf, withRunsEnded } from "./job-run.ts";
import { operationsTo, withNewTries, withRestarts } from "./restoring.ts";
import { isTroubled } from "./troubled.ts";
import { listed, quoted } from "./wording.ts";

/** A patch may hold no more operations (action.ts). */
const operationsMax = 20;
const kindsBesides = ["Ingress", "CronJob", "ResourceQuota", "LimitRange", "HorizontalPodAutoscaler", "PodDisruptionBudget"] as const;
/** With everything well to look at, only what was changed lately is suspected. */
const recentMs = 3_600_000;

export const changedSinceLastApplied: Cause = {
  name: "changed-since-last-applied",
  diagnose(evidence) {
    const distanceOf = distances(evidence);
    const objects = [
      ...workloadsOf(evidence),
      ...evidence.configMaps,
      ...evidence.services,
      ...kindsBesides.flatMap((kind) => evidence.listed[kind] ?? []),
    ];
    return objects.flatMap((object) => {
      const drift = driftOf(object);
      const confidence = drift.length === 0 ? undefined : suspicion(object, drift, distanceOf(refOf(object)), evidence);
      return confidence === undefined ? [] : [hypothesis(object, drift, confidence, evidence)];
    });
  },
};

/** How likely this difference is to blame; undefined when nothing that is wrong has to do with it. */
function suspicion(
  object: KubernetesObject,
  drift: readonly Change[],
  distance: number | undefined,
  evidence: Evidence,
): number | undefined {
  const near = distance !== undefined && evidence.subject !== undefined;
  const recent = evidence.atMs - (lastWriteOf(object).changedAtMs ?? 0) < recentMs && !isKept(object, evidence);
  switch (object.kind) {
    case "ConfigMap": {
      const readers = workloadsOf(evidence).filter((workload) => configMapsOf(workload).includes(object.metadata.name));
      if (readers.some((reader) => isTroubled(reader, evidence))) return 0.78;
      return near && recent && readers.length > 0 ? 0.5 : undefined;
    }
    case "Service":
      return (near && !isKept(object, evidence)) || isUnserved(object as Service, evidence) ? 0.82 : undefined;
    case "ResourceQuota":
      return failedCreates(evidence).some(({ message }) => isOfQuota(message, object.metadata.name)) ? 0.88 : undefined;
    case "CronJob":
      // A run takes its time: what is wrong with it shows when it hangs or fails.
      if (!near || isKept(object, evidence)) return undefined;
      return stuckRunsOf(object, evidence).length > 0 ? 0.8 : 0.5;
    case "LimitRange":
      return failedCreates(evidence).some(({ message }) => isOfLimitRange(message)) ? 0.88 : undefined;
    case "HorizontalPodAutoscaler":
    case "PodDisruptionBudget":
    case "Ingress":
      return near && !isKept(object, evidence) ? 0.8 : undefined;
    default:
      if (isTroubled(object as Workload, evidence)) return 0.72;
      // Another image, and all well with it, is what a deployment by hand looks like.
      return near && recent && !drift.every(isImage) ? 0.5 : undefined;
  }
}

/** What another incident mended by hand of ours is no suspect while all is well with it. What this one undid is as it was. */
function isKept(object: KubernetesObject, { actedSinceMs }: Evidence): boolean {
  const { changedBy, changedAtMs = 0 } = lastWriteOf(object);
  // Managed fields know whole seconds.
  return changedBy === ownManager && (actedSinceMs === undefined || changedAtMs + 1_000 <= actedSinceMs);
}

function isUnserved(service: Service, evidence: Evidence): boolean {
  const slices = evidence.endpointSlices.filter(
    ({ metadata }) => metadata.labels?.["kubernetes.io/service-name"] === service.metadata.name,
  );
  return service.spec.selector !== undefined && !slices.some(({ endpoints = [] }) => endpoints.length > 0);
}

function isImage({ path }: Change): boolean {
  return path.at(-1) === "image";
}

function hypothesis(object: KubernetesObject, drift: readonly Change[], confidence: number, evidence: Evidence): Hypothesis {
  const name = nameOf(refOf(object));
  const { changedBy } = lastWriteOf(object);
  const paths = drift.filter(({ container }) => !container).map(({ path }) => quoted(describePath(path), 80));
  const who = changedBy === undefined ? "" : `, last written by ${quoted(changedBy, 40)}`;
  const others = drift.filter((change) => !isImage(change));
  const parts = others.length === 0 || others.length === drift.length ? [drift] : [others, drift];
  return {
    cause: changedSinceLastApplied.name,
    component: refOf(object),
    confidence,
    evidence: [`${name} is not as it was last applied: ${listed(paths.length === 0 ? ['"an empty field"'] : paths)}${who}.`],
    remedies: parts.flatMap((part) => remediesFor(object, part, evidence)),
    guess: object.kind === "CronJob" && stuckRunsOf(object, evidence).length === 0,
  };
}

function remediesFor(object: KubernetesObject, drift: readonly Change[], evidence: Evidence): readonly Remedy[] {
  const operations = operationsTo(object, drift);
  if (operations.length === 0 || operations.length > operationsMax) return [];
  const name = nameOf(refOf(object));
  const what = listed([...new Set(drift.filter(({ container }) => !container).map(({ path }) => quoted(describePath(path), 80)))]);
  const broken = workloadsOf(evidence).includes(object as Workload) ? replaceBroken(object as Workload, evidence) : [];
  const remedy: Remedy = {
    intent: `Put back what changed in ${name} since it was last applied: ${what}.`,
    actions: [{ type: "patch", target: targetOf(object, evidence), operations }, ...broken],
  };
  if (object.kind === "ResourceQuota") return withNewTries(remedy, (message) => isOfQuota(message, object.metadata.name), evidence);
  if (object.kind === "LimitRange") return withNewTries(remedy, isOfLimitRange, evidence);
  if (object.kind === "CronJob") return [withRunsEnded(remedy, object, evidence)];
  return object.kind === "ConfigMap" ? withRestarts(remedy, object.metadata.name, evidence) : [remedy];
}
