/**
 * PURE. A pod with a nodeSelector runs only on nodes that carry all of its labels (kubernetes.io, Assigning Pods to Nodes).
 * A value that no node has, and that is a slip of the finger away from the only value that there is, was meant to be that
 * one. What else it may have meant, only its history or a person can tell.
 */
import type { Action } from "../action/action.ts";
import { pointer } from "../kubernetes/json.ts";
import type { Workload } from "../kubernetes/object.ts";
import { nameOf, refOf } from "../kubernetes/object.ts";
import type { Cause, Evidence, Hypothesis } from "./cause.ts";
import { failingWorkloads, namedPods } from "./failing.ts";
import { nearName } from "./near-name.ts";
import { unscheduled } from "./node-closed.ts";
import { targetOf } from "./owner.ts";
import { labelOf } from "./selection.ts";
import { listed, quoted } from "./wording.ts";

interface Misfit {
  readonly key: string;
  readonly value: string;
  readonly meant: string | undefined;
}

export const nodeSelectorFitsNoNode: Cause = {
  name: "node-selector-fits-no-node",
  diagnose: (evidence) =>
    failingWorkloads(evidence, unscheduled).flatMap(({ workload, sightings }) => {
      const misfits = misfitsOf(workload, evidence);
      if (misfits.length === 0 || evidence.nodes.length === 0) return [];
      const pods = `${namedPods(sightings.map(({ pod }) => pod))} of ${nameOf(refOf(workload))}`;
      return [hypothesis(workload, misfits, pods, evidence)];
    }),
};

function misfitsOf(workload: Workload, { nodes }: Evidence): readonly Misfit[] {
  return Object.entries(workload.spec.template.spec.nodeSelector ?? {}).flatMap(([key, value]) => {
    const values = nodes.flatMap(({ metadata }) => labelOf(metadata.labels, key) ?? []);
    return values.includes(value) ? [] : [{ key, value, meant: nearName(value, values) }];
  });
}

function hypothesis(workload: Workload, misfits: readonly Misfit[], pods: string, evidence: Evidence): Hypothesis {
  const name = nameOf(refOf(workload));
  const pairs = listed(misfits.map(({ key, value }) => quoted(`${key}=${value}`, 80)));
  const actions: Action[] = [
    {
      type: "patch",
      target: targetOf(workload, evidence),
      operations: misfits.map(({ key, meant = "" }) => ({
        op: "replace",
        path: `/spec/template/spec${pointer("nodeSelector", key)}`,
        value: meant,
      })),
    },
  ];
  const clear = misfits.every(({ meant }) => meant !== undefined) && misfits.length <= 20;
  return {
    cause: nodeSelectorFitsNoNode.name,
    component: refOf(workload),
    confidence: clear ? 0.8 : 0.65,
    evidence: [
      `${pods} found no node: none carries ${pairs}, which the node selector of ${name} asks for.`,
      ...(clear ? [] : ["Which nodes were meant is not known: label one, or correct the selector."]),
    ],
    remedies: clear
      ? [
          {
            intent: `Let the node selector of ${name} say ${listed(misfits.map(({ key, meant = "" }) => quoted(`${key}=${meant}`, 80)))}.`,
            actions,
          },
        ]
      : [],
  };
}
