import { expect, test } from "vitest";
import type { Evidence } from "../../../src/cause/cause.ts";
import { changedSinceLastApplied } from "../../../src/cause/changed-since-last-applied.ts";
import { jobNeverCompletes } from "../../../src/cause/job-never-completes.ts";
import type { ContainerStatus, KubernetesObject } from "../../../src/kubernetes/object.ts";
import { ago, applied, deployment, metadata, ownedBy, pod, running, template, together, waiting } from "../../support/evidence.ts";

const report = { name: "report", image: "busybox" };
const shipper = { name: "shipper", image: "busybox" };
const specOf = (containers: readonly object[]) => ({
  schedule: "* * * * *",
  jobTemplate: { spec: { template: { spec: { containers } } } },
});

function nightly(concurrencyPolicy: string, manifest: object | undefined): KubernetesObject {
  const annotations = manifest === undefined ? {} : applied({ kind: "CronJob", metadata: { name: "nightly" }, spec: manifest });
  const spec = { ...specOf([report, shipper]), concurrencyPolicy };
  return { apiVersion: "batch/v1", kind: "CronJob", metadata: metadata("CronJob", "nightly", { annotations }), spec } as KubernetesObject;
}

const done = (secondsAgo: number): ContainerStatus => ({
  name: "report",
  ready: false,
  restartCount: 0,
  state: { terminated: { reason: "Completed", exitCode: 0, finishedAt: ago(secondsAgo) } as never },
});

function hanging(cronJob: KubernetesObject, statuses: readonly ContainerStatus[]): Partial<Evidence> {
  const owner = { apiVersion: "batch/v1", kind: "CronJob", name: "nightly", uid: cronJob.metadata.uid, controller: true };
  const job = {
    ...deployment("nightly-1", template("nightly")),
    kind: "Job",
    metadata: metadata("Job", "nightly-1", { ownerReferences: [owner] }),
  };
  return {
    listed: { CronJob: [cronJob], Job: [job] },
    pods: [pod(job, "x", statuses, {}, { ownerReferences: [ownedBy(job)] })],
  };
}
const find = (...parts: readonly Partial<Evidence>[]) => jobNeverCompletes.diagnose(together(...parts));
const target = { kind: "CronJob", namespace: "shop", name: "nightly" };
const ends = {
  type: "patch",
  target: { kind: "Job", namespace: "shop", name: "nightly-1" },
  operations: [{ op: "add", path: "/spec/activeDeadlineSeconds", value: 1 }],
};

test("a container that came since the manifest was applied goes, and the run that hangs is ended", () => {
  const [found] = find(hanging(nightly("Forbid", specOf([report])), [done(60), running("shipper")]));
  expect(found).toMatchObject({ component: target, confidence: 0.93 });
  expect(found?.evidence).toEqual([
    "Pod nightly-1-x of CronJob shop/nightly has done its work, and shipper still runs: the Job is never complete.",
    "The manifest last applied to CronJob shop/nightly has no container shipper.",
  ]);
  expect(found?.remedies.map(({ actions }) => actions)).toEqual([
    [{ type: "patch", target, operations: [{ op: "remove", path: "/spec/jobTemplate/spec/template/spec/containers/1" }] }, ends],
  ]);
});

test("one that always was there becomes a sidecar", () => {
  const [found] = find(hanging(nightly("Allow", undefined), [done(60), running("shipper")]));
  expect(found?.remedies.map(({ actions }) => actions)).toEqual([
    [
      {
        type: "patch",
        target,
        operations: [
          { op: "remove", path: "/spec/jobTemplate/spec/template/spec/containers/1" },
          { op: "add", path: "/spec/jobTemplate/spec/template/spec/initContainers", value: [{ ...shipper, restartPolicy: "Always" }] },
        ],
      },
    ],
  ]);
});

test("work that has just ended, that still goes on, or that failed is none", () => {
  const cronJob = nightly("Forbid", undefined);
  expect(find(hanging(cronJob, [done(5), running("shipper")]))).toEqual([]);
  expect(find(hanging(cronJob, [running("report"), running("shipper")]))).toEqual([]);
  const failed: ContainerStatus = { ...done(60), state: { terminated: { reason: "Error", exitCode: 1 } } };
  expect(find(hanging(cronJob, [failed, running("shipper")]))).toEqual([]);
});

test("what was applied is put back together with an end of the run that hangs or does not start; before that it is a guess", () => {
  const cronJob = nightly("Forbid", specOf([report]));
  const drifted = (statuses: readonly ContainerStatus[]) =>
    changedSinceLastApplied
      .diagnose(together(hanging(cronJob, statuses), { subject: { kind: "CronJob", namespace: "shop", name: "nightly" } }))
      .map(({ guess, remedies }) => ({ guess, ends: remedies[0]?.actions.slice(1) }));
  expect(drifted([running("report"), running("shipper")])).toEqual([{ guess: true, ends: [] }]);
  expect(drifted([done(60), running("shipper")])).toEqual([{ guess: false, ends: [ends] }]);
  expect(drifted([waiting("ImagePullBackOff")])).toEqual([{ guess: false, ends: [ends] }]);
});
