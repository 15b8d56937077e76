/**
 * PURE. A pod that names a PriorityClass which does not exist is turned away: `no PriorityClass with name X was found`
 * (kubernetes plugin/pkg/admission/priority). The class named before comes first; else the only one that is spelled nearly so.
 */
import type { Workload } from "../kubernetes/object.ts";
import { nameOf, refOf } from "../kubernetes/object.ts";
import type { Cause, Evidence, Hypothesis } from "./cause.ts";
import { failedCreates } from "./failed-create.ts";
import { historyOf } from "./history.ts";
import { nearName } from "./near-name.ts";
import { targetOf } from "./owner.ts";
import { putBack } from "./remedy.ts";
import { quoted } from "./wording.ts";

export const priorityClassMissing: Cause = {
  name: "priority-class-missing",
  diagnose: (evidence) =>
    failedCreates(evidence).flatMap(({ workload, message }) => {
      const named = workload.spec.template.spec.priorityClassName;
      return named !== undefined && message.includes(`no PriorityClass with name ${named} was found`)
        ? [hypothesis(workload, named, evidence)]
        : [];
    }),
};

function hypothesis(workload: Workload, named: string, evidence: Evidence): Hypothesis {
  const name = nameOf(refOf(workload));
  const revisions = historyOf(workload, evidence).earlier.filter(({ template }) => template.spec.priorityClassName !== named);
  const meant = nearName(
    named,
    (evidence.listed.PriorityClass ?? []).map(({ metadata }) => metadata.name),
  );
  return {
    cause: priorityClassMissing.name,
    component: refOf(workload),
    confidence: revisions.length > 0 ? 0.95 : meant === undefined ? 0.7 : 0.85,
    evidence: [`No pod of ${name} can be made: there is no PriorityClass ${quoted(named, 80)}.`],
    remedies: [
      ...putBack(workload, revisions, evidence, ({ what }) => what === "priorityClassName"),
      ...(meant === undefined || workload.spec.paused === true
        ? []
        : [
            {
              intent: `Let ${name} name the PriorityClass ${quoted(meant, 80)}.`,
              actions: [
                {
                  type: "patch" as const,
                  target: targetOf(workload, evidence),
                  operations: [{ op: "replace" as const, path: "/spec/template/spec/priorityClassName", value: meant }],
                },
              ],
            },
          ]),
    ],
  };
}
