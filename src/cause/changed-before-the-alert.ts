/**
 * PURE. Errors and slowness with every pod ready: nothing in Kubernetes is wrong, and most such trouble follows a change.
 * The subject's own newest template, and those of what it calls, are suspected when they came lately; the nearest first.
 * A guess, so it comes after whatever can be seen to be wrong.
 */
import type { Workload } from "../kubernetes/object.ts";
import { isReady, nameOf, refOf } from "../kubernetes/object.ts";
import type { Cause, Evidence, Hypothesis } from "./cause.ts";
import { historyOf, newestPodsOf } from "./history.ts";
import type { Revision } from "./history.ts";
import { workloadsOf } from "./owner.ts";
import { distances } from "./relation.ts";
import { describeChange, putBack } from "./remedy.ts";

const recentMs = 3_600_000;

export const changedBeforeTheAlert: Cause = {
  name: "changed-before-the-alert",
  diagnose(evidence) {
    if (evidence.subject === undefined) return [];
    const distanceOf = distances(evidence);
    return workloadsOf(evidence).flatMap((workload) => {
      const distance = distanceOf(refOf(workload));
      return distance === undefined ? [] : judge(workload, distance, evidence);
    });
  },
};

function judge(workload: Workload, distance: number, evidence: Evidence): readonly Hypothesis[] {
  const { current, earlier } = historyOf(workload, evidence);
  const [best] = earlier;
  const createdMs = Date.parse(current?.metadata.creationTimestamp ?? "");
  const ageMs = evidence.atMs - createdMs;
  const pods = newestPodsOf(workload, evidence);
  // While a rollout is under way, what it does is not known yet.
  const settled = pods.length > 0 && pods.every(isReady) && best?.readyPods === 0;
  if (best === undefined || !settled || !(ageMs < recentMs) || isAnswer(createdMs, best, evidence)) return [];
  return [
    {
      cause: changedBeforeTheAlert.name,
      component: refOf(workload),
      confidence: Math.max(0.4, 0.6 - 0.03 * distance),
      evidence: [
        `${nameOf(refOf(workload))} got a new template ${Math.round(ageMs / 60_000)} min ago, and its pods are ready.`,
        ...describeChange(workload, best),
      ],
      remedies: putBack(workload, earlier.slice(0, 1), evidence),
      guess: true,
    },
  ];
}

/**
 * A template that came after the incident began, or one older than what it replaced, is somebody's answer to the trouble, be it
 * another incident's: what mitigates must not be taken back. A rollback finds its old ReplicaSet again (kubernetes.io,
 * Deployments), so that one keeps the time when it was made.
 */
function isAnswer(createdMs: number, { createdAt }: Revision, { beganAtMs }: Evidence): boolean {
  return (beganAtMs !== undefined && createdMs > beganAtMs) || Date.parse(createdAt ?? "") > createdMs;
}
