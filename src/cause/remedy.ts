/**
 * PURE. The remedies that put a workload's earlier template, or a part of it, back. Values come from the workload's
 * own earlier templates alone. Nothing is offered that would change nothing: a paused Deployment rolls nothing out.
 */
import type { Action, ActionOf } from "../action/action.ts";
import type { Json } from "../kubernetes/json.ts";
import { pointer } from "../kubernetes/json.ts";
import type { Container, EnvVar, Workload } from "../kubernetes/object.ts";
import { isReady, nameOf, refOf } from "../kubernetes/object.ts";
import type { Evidence, Remedy } from "./cause.ts";
import type { Change } from "./difference.ts";
import { changesBetween, operationsBack } from "./difference.ts";
import { newestPodsOf } from "./history.ts";
import type { Revision } from "./history.ts";
import { targetOf } from "./owner.ts";
import { listed, quoted } from "./wording.ts";

/** The best revision and one more: a later attempt may need the second. */
const revisionsMax = 2;
/** One transaction may touch five objects (blast.ts), and the workload is one of them. */
const evictionsMax = 4;

/**
 * A StatefulSet waits for ever for a pod that its old template broke, even when the template is right again
 * (kubernetes#67250), and with the strategy OnDelete nobody replaces a pod: such pods are evicted, none that is ready.
 */
export function replaceBroken(workload: Workload, evidence: Evidence): readonly Action[] {
  if (workload.kind !== "StatefulSet" && workload.spec.updateStrategy?.type !== "OnDelete") return [];
  return newestPodsOf(workload, evidence)
    .filter((pod) => !isReady(pod))
    .slice(0, evictionsMax)
    .map((pod) => ({ type: "evict", target: targetOf(pod, evidence) }));
}

/** Of a container of a workload: what is set already is replaced. */
export function settingVariables(container: Container, index: number, variables: readonly EnvVar[]): ActionOf<"patch">["operations"] {
  const path = (...more: readonly (string | number)[]): string => `/spec/template/spec${pointer("containers", index, "env", ...more)}`;
  const values = variables.map((variable) => variable as unknown as Json);
  const { env } = container;
  if (env === undefined) return [{ op: "add", path: path(), value: values }];
  return variables.map((variable) => {
    const at = env.findIndex(({ name }) => name === variable.name);
    const value = variable as unknown as Json;
    return at < 0 ? { op: "add", path: path("-"), value } : { op: "replace", path: path(at), value };
  });
}

/** A remedy that does something more: `and` ends its sentence. */
export function withMore({ intent, actions }: Remedy, and: string, more: readonly Action[]): Remedy {
  return { intent: `${intent.replace(/\.$/, "")}, and ${and}.`, actions: [...actions, ...more] };
}

export function rollback(deployment: Workload, revision: Revision, evidence: Evidence): Remedy {
  const works = revision.readyPods > 0 ? `, of which ${podsAre(revision.readyPods)} ready now` : "";
  return {
    intent: `Roll ${nameOf(refOf(deployment))} back to revision ${revision.number}${works}.`,
    actions: [
      { type: "rollback", target: targetOf(deployment, evidence), toRevision: revision.number },
      ...replaceBroken(deployment, evidence),
    ],
  };
}

function podsAre(count: number): string {
  return count === 1 ? "1 pod is" : `${count} pods are`;
}

/** A patch of only these changes; none when there is nothing to put back. */
export function patchBack(workload: Workload, changes: readonly Change[], evidence: Evidence): readonly Remedy[] {
  const operations = operationsBack(changes);
  if (operations === undefined || workload.spec.paused === true) return [];
  const what = listed([...new Set(changes.map((change) => change.what))].map((text) => quoted(text, 80)));
  return [
    {
      intent: `Put back only what changed in ${nameOf(refOf(workload))}: ${what}.`,
      actions: [{ type: "patch", target: targetOf(workload, evidence), operations }, ...replaceBroken(workload, evidence)],
    },
  ];
}

/**
 * Rollback to the best revision; then, where the suspected changes are known, only those put back; then the next
 * revision. `suspected` filters the changes since the best revision.
 */
export function putBack(
  deployment: Workload,
  revisions: readonly Revision[],
  evidence: Evidence,
  suspected: (change: Change) => boolean = () => false,
): readonly Remedy[] {
  const [best, ...others] = revisions.slice(0, revisionsMax);
  if (best === undefined || deployment.spec.paused === true) return [];
  const changes = changesBetween(best.template, deployment.spec.template).filter(suspected);
  return [
    rollback(deployment, best, evidence),
    ...patchBack(deployment, changes, evidence),
    ...others.map((revision) => rollback(deployment, revision, evidence)),
  ];
}

/** What a person can check about the change that is blamed. */
export function describeChange(deployment: Workload, revision: Revision): readonly string[] {
  const changes = [...new Set(changesBetween(revision.template, deployment.spec.template).map(({ what }) => what))];
  const differs = changes.length === 0 ? "labels or annotations" : listed(changes.map((what) => quoted(what, 80)));
  const name = nameOf(refOf(deployment));
  return [
    `The template of ${name} differs from revision ${revision.number} in ${differs}.`,
    ...(revision.readyPods > 0 ? [`Of revision ${revision.number}, ${podsAre(revision.readyPods)} still ready.`] : []),
    ...(deployment.spec.paused === true ? [`Rollouts of ${name} are paused, so that a change of its template has no effect.`] : []),
  ];
}
