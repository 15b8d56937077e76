/**
 * PURE. The runs of a CronJob that will not end by themselves, and how they are ended: with concurrencyPolicy Forbid the next one
 * waits for them (kubernetes.io, CronJob). A run that was ended stays ended, whatever is taken back later.
 */
import type { Action } from "../action/action.ts";
import { asJson, controllerOf } from "../kubernetes/object.ts";
import type { KubernetesObject, Pod } from "../kubernetes/object.ts";
import { valueAt } from "../kubernetes/json.ts";
import type { Json } from "../kubernetes/json.ts";
import type { Evidence, Remedy } from "./cause.ts";
import { isLive, targetOf } from "./owner.ts";
import { withMore } from "./remedy.ts";
import { isTroubledPod } from "./troubled.ts";

/** What is shipped when the work is done takes a moment. */
const graceMs = 20_000;
/** One transaction may touch five objects (blast.ts). */
const runsMax = 3;

export interface Hanging {
  readonly job: KubernetesObject;
  readonly pod: Pod;
  /** Names of the containers that still run. */
  readonly running: readonly string[];
}

export function runsOf(cronJob: KubernetesObject, { listed }: Evidence): readonly KubernetesObject[] {
  return (listed.Job ?? []).filter((job) => controllerOf(job)?.uid === cronJob.metadata.uid);
}

/** A pod of which some containers have done their work and the others run on. */
export function hangingPodOf(job: KubernetesObject, evidence: Evidence): Hanging | undefined {
  for (const pod of podsOf(job, evidence)) {
    const statuses = pod.status?.containerStatuses ?? [];
    const done = statuses.filter(({ state }) => state?.terminated?.exitCode === 0);
    const running = statuses.filter(({ state }) => state?.running !== undefined);
    const lastEndMs = Math.max(...done.map(({ state }) => Date.parse(finishedAt(state as unknown as Json))));
    if (done.length > 0 && running.length > 0 && done.length + running.length === statuses.length && evidence.atMs - lastEndMs > graceMs)
      return { job, pod, running: running.map(({ name }) => name) };
  }
  return undefined;
}

/** Runs that hang, or whose pod does not start or stay up. */
export function stuckRunsOf(cronJob: KubernetesObject, evidence: Evidence): readonly KubernetesObject[] {
  return runsOf(cronJob, evidence).filter(
    (job) => hangingPodOf(job, evidence) !== undefined || podsOf(job, evidence).some((pod) => isBroken(pod, evidence)),
  );
}

/** Only where the next run would wait for them. A deadline that has passed ends the Job; the CronJob starts the next by itself. */
export function endRuns(cronJob: KubernetesObject, jobs: readonly KubernetesObject[], evidence: Evidence): readonly Action[] {
  if (valueAt(asJson(cronJob), "/spec/concurrencyPolicy") !== "Forbid") return [];
  return jobs.slice(0, runsMax).map((job) => ({
    type: "patch",
    target: targetOf(job, evidence),
    operations: [{ op: "add", path: "/spec/activeDeadlineSeconds", value: 1 }],
  }));
}

/** What is put back counts from the next run on. */
export function withRunsEnded(remedy: Remedy, cronJob: KubernetesObject, evidence: Evidence): Remedy {
  const ends = endRuns(cronJob, stuckRunsOf(cronJob, evidence), evidence);
  if (ends.length === 0) return remedy;
  return withMore(remedy, "end the run that hangs", ends);
}

function podsOf(job: KubernetesObject, { pods }: Evidence): readonly Pod[] {
  return pods.filter((pod) => isLive(pod) && controllerOf(pod)?.uid === job.metadata.uid);
}

/** A pod of a Job is never asked whether it is ready, so that only what waits or fails tells. */
function isBroken(pod: Pod, evidence: Evidence): boolean {
  const statuses = pod.status?.containerStatuses ?? [];
  const waits = statuses.some(({ state }) => state?.waiting !== undefined) || statuses.length === 0;
  return waits && isTroubledPod(pod, evidence);
}

function finishedAt(state: Json): string {
  const found = valueAt(state, "/terminated/finishedAt");
  return typeof found === "string" ? found : "";
}
