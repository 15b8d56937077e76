/**
 * PURE. The kubelet restarts a container that ends with a growing pause (CrashLoopBackOff, up to five minutes); one
 * whose process cannot be started at all ends as StartError or waits with RunContainerError (containerd) or
 * CreateContainerError (CRI-O). A pod of a new template that does so while an earlier template differs points at the change.
 */
import { nameOf, refOf } from "../kubernetes/object.ts";
import type { Cause, Evidence, Hypothesis } from "./cause.ts";
import { crashesOf } from "./crashing.ts";
import type { FailingWorkload } from "./failing.ts";
import { failingWorkloads, namedPods } from "./failing.ts";
import { blameOfChange, historyOf } from "./history.ts";
import { describeChange, putBack } from "./remedy.ts";
import { listed } from "./wording.ts";

export const crashAfterChange: Cause = {
  name: "crash-after-change",
  diagnose: (evidence) =>
    failingWorkloads(evidence, (pod) => crashesOf(pod, evidence.atMs)).map((failing) => hypothesis(failing, evidence)),
};

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
