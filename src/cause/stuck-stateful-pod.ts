/**
 * PURE. A StatefulSet whose template is right again does not replace the pod that the wrong one broke: with the default
 * OrderedReady it waits for that pod for ever (kubernetes#67250, kubernetes.io, StatefulSets, Forced rollback). The pod is
 * evicted: it serves nobody, and comes back from the template as it is now.
 */
import type { Action } from "../action/action.ts";
import type { Pod, Workload } from "../kubernetes/object.ts";
import { controllerOf, isReady, nameOf, refOf } from "../kubernetes/object.ts";
import type { Cause, Evidence, Hypothesis } from "./cause.ts";
import { namedPods } from "./failing.ts";
import { revisionLabel } from "./history.ts";
import { isLive, targetOf } from "./owner.ts";
import { labelOf } from "./selection.ts";
import { isTroubledPod } from "./troubled.ts";

/** One transaction may touch five objects (blast.ts). */
const podsMax = 5;

export const stuckStatefulPod: Cause = {
  name: "stuck-stateful-pod",
  diagnose: (evidence) =>
    evidence.statefulSets.flatMap((set) => {
      const stuck = stuckPodsOf(set, evidence);
      return stuck.length === 0 ? [] : [hypothesis(set, stuck, evidence)];
    }),
};

/** Broken, and of another template than the one that the controller would make them from. */
function stuckPodsOf(set: Workload, evidence: Evidence): readonly Pod[] {
  const newest = set.status?.updateRevision;
  if (newest === undefined || (set.status?.observedGeneration ?? 0) < (set.metadata.generation ?? 0)) return [];
  return evidence.pods.filter(
    (pod) =>
      isLive(pod) &&
      controllerOf(pod)?.uid === set.metadata.uid &&
      labelOf(pod.metadata.labels, revisionLabel) !== newest &&
      !isReady(pod) &&
      isTroubledPod(pod, evidence),
  );
}

function hypothesis(set: Workload, stuck: readonly Pod[], evidence: Evidence): Hypothesis {
  const name = nameOf(refOf(set));
  const actions = stuck.slice(0, podsMax).map((pod): Action => ({ type: "evict", target: targetOf(pod, evidence) }));
  return {
    cause: stuckStatefulPod.name,
    component: refOf(set),
    confidence: 0.9,
    evidence: [
      `${namedPods(stuck)} of ${name} is not ready and was made from an older template; the controller waits for it instead of replacing it.`,
    ],
    remedies: [
      { intent: `Evict the stuck ${stuck.length === 1 ? "pod" : "pods"} of ${name}, so that the template as it is now is used.`, actions },
    ],
  };
}
