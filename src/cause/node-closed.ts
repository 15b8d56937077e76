/**
 * PURE. A pod finds no node because the fitting ones are closed: cordoned (`node(s) were unschedulable`), or tainted by
 * somebody (`node(s) had untolerated taint {key: value}`; kubernetes.io, Taints and Tolerations). Taints of node.kubernetes.io
 * tell a state and go with it. Opening a node is felt by the whole cluster: policy has the last word.
 */
import type { Action } from "../action/action.ts";
import type { Node, Pod, Workload } from "../kubernetes/object.ts";
import { isReady, nameOf, refOf } from "../kubernetes/object.ts";
import type { Cause, Evidence, Hypothesis } from "./cause.ts";
import { failingWorkloads, namedPods } from "./failing.ts";
import { historyOf } from "./history.ts";
import { listed, quoted } from "./wording.ts";

const reported = /^node(?:\.cloudprovider)?\.kubernetes\.io\//;
const closing = ["NoSchedule", "NoExecute"];

export const nodeClosed: Cause = {
  name: "node-closed",
  diagnose: (evidence) =>
    failingWorkloads(evidence, unscheduled).flatMap(({ workload, sightings }) => {
      const said = sightings.map(({ symptom }) => symptom).join(" ");
      const pods = `${namedPods(sightings.map(({ pod }) => pod))} of ${nameOf(refOf(workload))}`;
      return evidence.nodes.filter(isReady).flatMap((node) => hypothesesOf(workload, node, said, pods, evidence));
    }),
};

/** What the scheduler said. */
export function unscheduled(pod: Pod): readonly string[] {
  if (pod.status?.phase !== "Pending") return [];
  return (pod.status.conditions ?? [])
    .filter(({ type, status, reason }) => type === "PodScheduled" && status === "False" && reason === "Unschedulable")
    .map(({ message }) => message ?? "");
}

function hypothesesOf(workload: Workload, node: Node, said: string, pods: string, evidence: Evidence): readonly Hypothesis[] {
  const target = { kind: "Node", name: node.metadata.name };
  const found: { readonly what: string; readonly action: Action }[] = [];
  if (node.spec.unschedulable === true && /were unschedulable|node\.kubernetes\.io\/unschedulable/.test(said))
    found.push({ what: `${nameOf(target)} is cordoned`, action: { type: "uncordon", target } });
  for (const { key, value, effect } of node.spec.taints ?? []) {
    if (reported.test(key) || !closing.includes(effect) || !said.includes(`{${key}`)) continue;
    const text = quoted(value === undefined ? key : `${key}=${value}`, 80);
    found.push({ what: `${nameOf(target)} has the taint ${text}, which they do not tolerate`, action: { type: "untaint", target, key } });
  }
  if (found.length === 0) return [];
  // A template that was made for such nodes, and is not any more, is the likelier fault.
  const changed = historyOf(workload, evidence).earlier.length > 0;
  return [
    {
      cause: nodeClosed.name,
      component: target,
      confidence: changed ? 0.5 : 0.7,
      evidence: [`${pods} found no node: ${quoted(said, 160)}.`, `${listed(found.map(({ what }) => what))}.`],
      remedies: [
        {
          intent: `Open ${nameOf(target)} for pods again: ${listed(found.map(({ what }) => what))}.`,
          actions: found.map(({ action }) => action),
        },
      ],
    },
  ];
}
