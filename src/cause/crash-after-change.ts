/**
 * PURE. The kubelet restarts a container that ends with a growing pause (CrashLoopBackOff, up to five minutes); one
 * whose process cannot be started at all ends as StartError or waits with RunContainerError (containerd) or
 * CreateContainerError (CRI-O). A pod of a new template that does so while an earlier template differs points at the change.
 */
import type { ContainerStatus, Pod } from "../kubernetes/object.ts";
import { nameOf, refOf } from "../kubernetes/object.ts";
import type { Cause, Evidence, Hypothesis } from "./cause.ts";
import type { FailingWorkload } from "./failing.ts";
import { containerStatusesOf, failingWorkloads, namedPods } from "./failing.ts";
import { blameOfChange, historyOf } from "./history.ts";
import { describeChange, putBack } from "./remedy.ts";
import { listed, quoted } from "./wording.ts";

const waitingReasons = ["CrashLoopBackOff", "RunContainerError", "CreateContainerError"];
/** So many restarts are no accident, also when the pod is looked at between two crashes. */
const restartsMin = 2;
const restartsFlappingMin = 3;
const flappingMs = 60_000;

export const crashAfterChange: Cause = {
  name: "crash-after-change",
  diagnose: (evidence) =>
    failingWorkloads(evidence, (pod) => symptomsOf(pod, evidence.atMs)).map((failing) => hypothesis(failing, evidence)),
};

/** `container app (CrashLoopBackOff after OOMKilled, 4 restarts)`. */
function symptomsOf(pod: Pod, atMs: number): readonly string[] {
  return containerStatusesOf(pod)
    .filter((status) => isCrashing(status, atMs))
    .map(({ name, state, lastState, restartCount }) => {
      const now = state?.waiting?.reason ?? state?.terminated?.reason ?? "Running";
      const ended = lastState?.terminated;
      const after = ended === undefined ? "" : ` after ${quoted(ended.reason ?? "exit", 40)} with exit code ${ended.exitCode ?? "unknown"}`;
      return `container ${name}: ${quoted(now, 40)}${after}, ${restartCount} restarts`;
    });
}

function isCrashing({ state, lastState, restartCount }: ContainerStatus, atMs: number): boolean {
  if (state?.waiting?.reason !== undefined && waitingReasons.includes(state.waiting.reason)) return true;
  if (state?.terminated !== undefined) {
    const { reason, exitCode } = state.terminated;
    return reason === "StartError" || (restartCount >= restartsMin && exitCode !== 0);
  }
  if (state?.running === undefined || lastState?.terminated === undefined || restartCount < restartsFlappingMin) return false;
  return atMs - Date.parse(state.running.startedAt ?? "") < flappingMs;
}

function hypothesis({ workload, sightings, worksElsewhere }: FailingWorkload<string>, evidence: Evidence): Hypothesis {
  const history = historyOf(workload, evidence);
  const [best] = history.earlier;
  const blame = blameOfChange(workload, history, evidence.atMs);
  const name = nameOf(refOf(workload));
  return {
    cause: crashAfterChange.name,
    component: refOf(workload),
    confidence: worksElsewhere ? blame * 0.6 : blame,
    evidence: [
      `${namedPods(sightings.map(({ pod }) => pod))} of ${name} crashed: ${listed([...new Set(sightings.map(({ symptom }) => symptom))])}.`,
      ...(worksElsewhere ? ["Another pod of the same template is ready."] : []),
      ...(best === undefined ? [`No earlier template of ${name} that differs is known.`] : describeChange(workload, best)),
    ],
    remedies: putBack(workload, history.earlier, evidence),
  };
}
