/**
 * PURE. A pod finds no node because the fitting ones are closed: cordoned (`node(s) were unschedulable`), or tainted by
 * somebody (`node(s) had untolerated taint {key: value}`, since 1.34 `taint(s)` without their names). Taints of
 * node.kubernetes.io tell a state and go with it. Opening a node is felt by the whole cluster: policy has the last word.
 */
import type { Action } from "../action/action.ts";
import type { Node, Pod, Workload } from "../kubernetes/object.ts";
import { isReady, nameOf, refOf } from "../kubernetes/object.ts";
import { tolerated } from "../kubernetes/toleration.ts";
import type { Taint, Toleration } from "../kubernetes/toleration.ts";
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
      const kept = sightings.map(({ pod }) => pod.spec.tolerations ?? []);
      return evidence.nodes.filter(isReady).flatMap((node) => hypothesesOf(workload, node, { said, pods, kept }, evidence));
    }),
};

/** What the scheduler said. */
export function unscheduled(pod: Pod): readonly string[] {
  if (pod.status?.phase !== "Pending") return [];
  return (pod.status.conditions ?? [])
    .filter(({ type, status, reason }) => type === "PodScheduled" && status === "False" && reason === "Unschedulable")
    .map(({ message }) => message ?? "");
}

interface Sight {
  readonly said: string;
  readonly pods: string;
  /** What each of the pods tolerates. */
  readonly kept: readonly (readonly Toleration[])[];
}

/** Where the scheduler does not name a taint, it is one that a pod does not tolerate. */
function keepsOut(taint: Taint, { said, kept }: Sight): boolean {
  if (said.includes("untolerated taint(s)")) return kept.some((tolerations) => !tolerated(taint, tolerations));
  return said.includes(`{${taint.key}`);
}

function hypothesesOf(workload: Workload, node: Node, sight: Sight, evidence: Evidence): readonly Hypothesis[] {
  const { said, pods } = sight;
  const target = { kind: "Node", name: node.metadata.name };
  const found: { readonly what: string; readonly action: Action }[] = [];
  if (node.spec.unschedulable === true && /were unschedulable|node\.kubernetes\.io\/unschedulable/.test(said))
    found.push({ what: `${nameOf(target)} is cordoned`, action: { type: "uncordon", target } });
  for (const taint of node.spec.taints ?? []) {
    const { key, value, effect } = taint;
    if (reported.test(key) || !closing.includes(effect) || !keepsOut(taint, sight)) continue;
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
