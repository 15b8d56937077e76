/**
 * PURE. The scheduler leaves a pod that fits no node Pending and writes the condition PodScheduled=False with reason
 * Unschedulable. What it looks at in the pod is what the pod asks for (resources) and where it may go (nodeSelector,
 * affinity, tolerations, spread, host ports). When those differ from an earlier template, the change is suspected.
 */
import { nameOf, refOf } from "../kubernetes/object.ts";
import type { Cause, Evidence, Hypothesis } from "./cause.ts";
import type { Change } from "./difference.ts";
import { changesBetween } from "./difference.ts";
import type { FailingWorkload } from "./failing.ts";
import { failingWorkloads, namedPods } from "./failing.ts";
import { blameOfChange, historyOf } from "./history.ts";
import { unscheduled } from "./node-closed.ts";
import { describeChange, putBack } from "./remedy.ts";
import { quoted } from "./wording.ts";

const schedulingPaths =
  /^\/spec\/(nodeSelector|nodeName|affinity|tolerations|topologySpreadConstraints|schedulerName|priorityClassName|hostNetwork|(initContainers|containers)\/\d+\/(resources|ports))(\/|$)/;

export const unschedulableAfterChange: Cause = {
  name: "unschedulable-after-change",
  diagnose: (evidence) => failingWorkloads(evidence, unscheduled).flatMap((failing) => hypotheses(failing, evidence)),
};

function concernsScheduling({ path }: Change): boolean {
  return schedulingPaths.test(path);
}

function hypotheses({ workload, sightings, worksElsewhere }: FailingWorkload<string>, evidence: Evidence): readonly Hypothesis[] {
  const name = nameOf(refOf(workload));
  const pending = [`${namedPods(sightings.map(({ pod }) => pod))} of ${name} found no node: ${quoted(sightings[0]?.symptom ?? "", 200)}.`];
  const hypothesis = { cause: unschedulableAfterChange.name, component: refOf(workload) };
  const history = historyOf(workload, evidence);
  if (history.earlier.length === 0)
    return [
      {
        ...hypothesis,
        confidence: 0.3,
        evidence: [...pending, `No earlier template of ${name} that differs is known.`],
        remedies: [],
      },
    ];
  const revisions = history.earlier.filter(({ template }) => changesBetween(template, workload.spec.template).some(concernsScheduling));
  const [best] = revisions;
  if (best === undefined) return [];
  const blame = Math.min(0.95, blameOfChange(workload, history, evidence.atMs) + 0.05);
  return [
    {
      ...hypothesis,
      confidence: worksElsewhere ? blame * 0.7 : blame,
      evidence: [...pending, ...describeChange(workload, best)],
      remedies: putBack(workload, revisions, evidence, concernsScheduling),
    },
  ];
}
