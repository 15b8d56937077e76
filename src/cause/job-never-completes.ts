/**
 * PURE. A Job's pod is complete when all of its containers have ended; one that runs for ever beside the others keeps the Job
 * from ever being done, and a CronJob with concurrencyPolicy Forbid from starting the next (kubernetes.io, Jobs, CronJob). A
 * container that came since the manifest was applied goes; else it becomes a sidecar: an init container with restartPolicy
 * Always ends with the others (Sidecar Containers, stable since 1.33). The run that hangs is ended by a deadline.
 */
import type { Json } from "../kubernetes/json.ts";
import { isJsonArray, isJsonObject, pointer, valueAt } from "../kubernetes/json.ts";
import type { KubernetesObject } from "../kubernetes/object.ts";
import { asJson, nameOf, refOf } from "../kubernetes/object.ts";
import type { Cause, Evidence, Hypothesis, Remedy } from "./cause.ts";
import { namedPods } from "./failing.ts";
import { endRuns, hangingPodOf, runsOf } from "./job-run.ts";
import type { Hanging } from "./job-run.ts";
import { lastApplied } from "./last-applied.ts";
import { listed } from "./wording.ts";

const template = "/spec/jobTemplate/spec/template/spec";

export const jobNeverCompletes: Cause = {
  name: "job-never-completes",
  diagnose: (evidence) =>
    (evidence.listed.CronJob ?? []).flatMap((cronJob) => {
      const hanging = runsOf(cronJob, evidence).flatMap((job) => hangingPodOf(job, evidence) ?? []);
      return hanging.length === 0 ? [] : [hypothesis(cronJob, hanging, evidence)];
    }),
};

function hypothesis(cronJob: KubernetesObject, hanging: readonly Hanging[], evidence: Evidence): Hypothesis {
  const name = nameOf(refOf(cronJob));
  const running = [...new Set(hanging.flatMap((one) => one.running))];
  const now = containersIn(asJson(cronJob), `${template}/containers`);
  const manifest = lastApplied(cronJob);
  const applied = manifest === undefined ? undefined : containersIn(manifest, `${template}/containers`).map(nameIn);
  const at = running.map((container) => now.findIndex((one) => nameIn(one) === container));
  const present = at.every((index) => index >= 0) && running.length < now.length;
  const came = applied !== undefined && applied.length > 0 && running.every((container) => !applied.includes(container));
  const remedies = present
    ? came
      ? [remove(cronJob, running, at)]
      : running.length === 1
        ? [asSidecar(cronJob, running, at, now)]
        : []
    : [];
  return {
    cause: jobNeverCompletes.name,
    component: refOf(cronJob),
    confidence: came ? 0.93 : 0.85,
    evidence: [
      `${namedPods(hanging.map(({ pod }) => pod))} of ${name} has done its work, and ${listed(running)} still ${running.length === 1 ? "runs" : "run"}: the Job is never complete.`,
      ...(came ? [`The manifest last applied to ${name} has no container ${listed(running)}.`] : []),
    ],
    remedies: remedies.map((remedy) => ({
      ...remedy,
      actions: [
        ...remedy.actions,
        ...endRuns(
          cronJob,
          hanging.map(({ job }) => job),
          evidence,
        ),
      ],
    })),
  };
}

function containersIn(object: Json, path: string): readonly Json[] {
  const found = valueAt(object, path);
  return isJsonArray(found) ? found : [];
}

function nameIn(container: Json): string {
  const name = valueAt(container, "/name");
  return typeof name === "string" ? name : "";
}

function remove(cronJob: KubernetesObject, running: readonly string[], at: readonly number[]): Remedy {
  const { namespace } = cronJob.metadata;
  const last = at.toSorted((left, right) => right - left);
  return {
    intent: `Take ${listed(running)} out of ${nameOf(refOf(cronJob))} again, and end the run that hangs.`,
    actions: [
      {
        type: "patch",
        target: { kind: "CronJob", namespace, name: cronJob.metadata.name },
        operations: last.map((index) => ({ op: "remove", path: `${template}${pointer("containers", index)}` })),
      },
    ],
  };
}

function asSidecar(
  cronJob: KubernetesObject,
  [running = ""]: readonly string[],
  [index = 0]: readonly number[],
  now: readonly Json[],
): Remedy {
  const { namespace } = cronJob.metadata;
  const container = now[index];
  const sidecar: Json = { ...(isJsonObject(container) ? container : {}), restartPolicy: "Always" };
  const inits = valueAt(asJson(cronJob), `${template}/initContainers`);
  return {
    intent: `Let ${running} of ${nameOf(refOf(cronJob))} be a sidecar, which ends with the others, and end the run that hangs.`,
    actions: [
      {
        type: "patch",
        target: { kind: "CronJob", namespace, name: cronJob.metadata.name },
        operations: [
          { op: "remove", path: `${template}${pointer("containers", index)}` },
          isJsonArray(inits)
            ? { op: "add", path: `${template}/initContainers/-`, value: sidecar }
            : { op: "add", path: `${template}/initContainers`, value: [sidecar] },
        ],
      },
    ],
  };
}
