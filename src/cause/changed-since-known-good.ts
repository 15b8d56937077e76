/**
 * PURE. Most incidents follow a change, and what is different from when all was well is the likeliest of all causes,
 * whether or not anybody could say what is wrong with it. Each difference is put back alone, smallest first; what an
 * environment took from a ConfigMap is read at a container's start (kubernetes.io, ConfigMaps), so its readers restart.
 */
import type { Action } from "../action/action.ts";
import { describePath } from "../action/change.ts";
import type { Difference } from "../known-good/difference.ts";
import { asObject, nameOf, refOf } from "../kubernetes/object.ts";
import type { KubernetesObject, Service, Workload } from "../kubernetes/object.ts";
import { isWorkload } from "../kubernetes/rollout.ts";
import type { Cause, Evidence, Hypothesis, Remedy } from "./cause.ts";
import { workloadsOf } from "./owner.ts";
import { configMapsOf, distances } from "./relation.ts";
import { replaceBroken } from "./remedy.ts";
import { isOfLimitRange, isOfQuota } from "./failed-create.ts";
import { stuckRunsOf, withRunsEnded } from "./job-run.ts";
import { operationsTo, withNewTries, withRestarts } from "./restoring.ts";
import { troubledWorkloads } from "./troubled.ts";
import { listed, quoted } from "./wording.ts";

/** A patch may hold no more operations (action.ts). */
const operationsMax = 50;
/** Kinds whose object may go when it was not there before; policy has the last word. */
const removable: readonly string[] = ["NetworkPolicy", "ResourceQuota", "LimitRange", "HorizontalPodAutoscaler", "PodDisruptionBudget"];

export const changedSinceKnownGood: Cause = {
  name: "changed-since-known-good",
  diagnose(evidence) {
    const distanceOf = distances(withGone(evidence));
    const troubled = evidence.differences.length === 0 ? [] : troubledWorkloads(evidence);
    return evidence.differences.flatMap((difference): Hypothesis[] => {
      const remedies = remediesFor(difference, evidence);
      if (remedies.length === 0 && difference.kind === "new") return [];
      return [
        {
          cause: changedSinceKnownGood.name,
          component: difference.ref,
          confidence: confidenceOf(difference, distanceOf(difference.ref)),
          evidence: [describe(difference)],
          remedies,
          guess: !hasTrouble(difference, troubled, evidence),
        },
      ];
    });
  },
};

/** Something that it may have to do with is seen to be wrong. */
function hasTrouble({ ref }: Difference, troubled: readonly Workload[], evidence: Evidence): boolean {
  const cronJob = evidence.listed.CronJob?.find(({ metadata }) => ref.kind === "CronJob" && metadata.name === ref.name);
  if (cronJob !== undefined) return stuckRunsOf(cronJob, evidence).length > 0;
  if (ref.kind === "ConfigMap") return troubled.some((workload) => configMapsOf(workload).includes(ref.name));
  const isOne = workloadsOf(evidence).some((workload) => nameOf(refOf(workload)) === nameOf(ref));
  return isOne ? troubled.some((workload) => nameOf(refOf(workload)) === nameOf(ref)) : troubled.length > 0;
}

/** What is gone is connected as it was. */
function withGone(evidence: Evidence): Evidence {
  const gone = evidence.differences.flatMap(({ kind, good }) => (kind === "gone" && good !== undefined ? [asObject(good)] : []));
  return {
    ...evidence,
    services: [...evidence.services, ...gone.filter(({ kind }) => kind === "Service").map((object) => object as Service)],
  };
}

/** The nearer to the subject, the likelier; what has not proven itself, or merely came, is a weaker sign. */
function confidenceOf({ kind, proven }: Difference, distance: number | undefined): number {
  const near = distance === undefined ? 0.7 : Math.max(0.75, 0.98 - 0.03 * distance);
  return near - (proven ? 0 : 0.05) - (kind === "new" ? 0.1 : 0);
}

function describe({ ref, kind, changes, changedAtMs, changedBy, proven }: Difference): string {
  const name = nameOf(ref);
  const who = changedBy === undefined ? "" : `, last written by ${changedBy}`;
  const when = changedAtMs === undefined ? "" : ` at ${new Date(changedAtMs).toISOString()}`;
  const then = proven ? "when all was well" : "when nothing was wrong yet";
  if (kind === "gone") return `${name} was there ${then}, and is gone.`;
  if (kind === "new") return `${name} was not there ${then}${who}${when}.`;
  const paths = changes.filter((change) => !change.container).map((change) => describePath(change.path));
  return `${name} is not as it was ${then}: ${listed((paths.length === 0 ? ["an empty field"] : paths).map((path) => quoted(path, 80)))}${who}${when}.`;
}

function remediesFor(difference: Difference, evidence: Evidence): Remedy[] {
  const { ref, kind, good } = difference;
  if (ref.kind === "Node") return nodeRemedies(difference, evidence);
  if (kind === "new") {
    if (!removable.includes(ref.kind)) return [];
    const intent = `Remove ${nameOf(ref)}, which was not there when all was well.`;
    const removal: Remedy = { intent, actions: [{ type: "delete", target: targetOf(difference) }] };
    return newTries(removal, ref, evidence) ?? [removal];
  }
  const back: Action | undefined =
    kind === "gone" && good !== undefined
      ? { type: "create", target: targetOf(difference), manifest: good }
      : revertAction(difference, evidence);
  if (back === undefined) return [];
  const intent =
    kind === "gone"
      ? `Make ${nameOf(ref)} again as it was when all was well.`
      : `Put back what changed in ${nameOf(ref)} since all was well.`;
  const remedy = { intent, actions: [back, ...brokenPods(difference, evidence)] };
  const again = newTries(remedy, ref, evidence);
  if (again !== undefined) return again;
  const now = presentOf(difference, evidence);
  if (ref.kind === "CronJob" && now !== undefined) return [withRunsEnded(remedy, now, evidence)];
  return ref.kind === "ConfigMap" ? withRestarts(remedy, ref.name, evidence) : [remedy];
}

/** For what turned pods away. */
function newTries(remedy: Remedy, { kind, name }: Difference["ref"], evidence: Evidence): Remedy[] | undefined {
  if (kind === "ResourceQuota") return withNewTries(remedy, (message) => isOfQuota(message, name), evidence);
  return kind === "LimitRange" ? withNewTries(remedy, isOfLimitRange, evidence) : undefined;
}

function targetOf({ ref }: Difference): Action["target"] {
  return { kind: ref.kind, ...(ref.namespace === undefined ? {} : { namespace: ref.namespace }), name: ref.name };
}

function revertAction(difference: Difference, evidence: Evidence): Action | undefined {
  const now = presentOf(difference, evidence);
  if (now === undefined) return undefined;
  const operations = operationsTo(now, difference.changes);
  if (operations.length === 0 || operations.length > operationsMax) return undefined;
  // Replicas alone have an action of their own, with its own checks.
  const [only] = operations;
  if (operations.length === 1 && only?.path === "/spec/replicas" && only.op === "replace" && typeof only.value === "number")
    return { type: "scale", target: targetOf(difference), replicas: only.value };
  return { type: "revert", target: targetOf(difference), operations };
}

/** Pods that nobody replaces although the template is right again. */
function brokenPods(difference: Difference, evidence: Evidence): readonly Action[] {
  const now = presentOf(difference, evidence);
  const isTemplate = difference.changes.some(({ path }) => path[0] === "spec" && path[1] === "template");
  return now !== undefined && isTemplate && isWorkload(now) ? replaceBroken(now, evidence) : [];
}

function presentOf({ ref }: Difference, evidence: Evidence): KubernetesObject | undefined {
  return evidence.present.find(({ kind, metadata }) => kind === ref.kind && metadata.name === ref.name);
}

/** A node is opened again, never closed: that would take room away. */
function nodeRemedies({ ref, changes }: Difference, evidence: Evidence): Remedy[] {
  const node = evidence.nodes.find(({ metadata }) => metadata.name === ref.name);
  const target = { kind: "Node", name: ref.name };
  const actions: Action[] = [];
  if (changes.some(({ path }) => path[1] === "unschedulable") && node?.spec.unschedulable === true)
    actions.push({ type: "uncordon", target });
  for (const { path, before, after } of changes) {
    const taint = path.find((segment) => typeof segment !== "string");
    const key = typeof taint === "object" ? taint.by["key"] : undefined;
    if (before === null && after !== null && typeof key === "string") actions.push({ type: "untaint", target, key });
  }
  return actions.length === 0 ? [] : [{ intent: `Open ${nameOf(ref)} for pods as it was when all was well.`, actions }];
}
