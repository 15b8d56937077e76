/**
 * PURE. A paused Deployment rolls nothing out: neither a repaired template nor a rollback reaches its pods (kubernetes.io,
 * Deployments, Pausing and Resuming). A template that was never tried is let roll; one whose pods fail already is taken
 * back, which needs the pause to end.
 */
import type { Action } from "../action/action.ts";
import type { Workload } from "../kubernetes/object.ts";
import { nameOf, refOf } from "../kubernetes/object.ts";
import type { Cause, Evidence, Hypothesis, Remedy } from "./cause.ts";
import { historyOf, newestPodsOf } from "./history.ts";
import { isLive, targetOf, workloadOf } from "./owner.ts";
import { rollback } from "./remedy.ts";
import { isTroubled, isTroubledPod } from "./troubled.ts";

export const rolloutPaused: Cause = {
  name: "rollout-paused",
  diagnose: (evidence) =>
    evidence.deployments.flatMap((deployment) => {
      if (deployment.spec.paused !== true) return [];
      const own = evidence.pods.filter((pod) => isLive(pod) && workloadOf(pod, evidence)?.metadata.uid === deployment.metadata.uid);
      const suffers = isTroubled(deployment, evidence) || own.some((pod) => isTroubledPod(pod, evidence)) || own.length === 0;
      return suffers && (deployment.spec.replicas ?? 1) > 0 ? [hypothesis(deployment, evidence)] : [];
    }),
};

function hypothesis(deployment: Workload, evidence: Evidence): Hypothesis {
  const name = nameOf(refOf(deployment));
  const history = historyOf(deployment, evidence);
  const resume: Action = { type: "patch", target: targetOf(deployment, evidence), operations: [{ op: "remove", path: "/spec/paused" }] };
  const [best] = history.earlier;
  const tried = newestPodsOf(deployment, evidence).length > 0;
  const remedies: Remedy[] = [];
  if (tried && best !== undefined) {
    const running: Workload = { ...deployment, spec: { ...deployment.spec, paused: false } };
    remedies.push({
      intent: `Resume the rollouts of ${name}, and roll it back to revision ${best.number}.`,
      actions: [resume, ...rollback(running, best, evidence).actions],
    });
  }
  if (!tried) remedies.push({ intent: `Resume the rollouts of ${name}, so that its template reaches its pods.`, actions: [resume] });
  return {
    cause: rolloutPaused.name,
    component: refOf(deployment),
    confidence: remedies.length === 0 ? 0.5 : tried ? 0.85 : 0.75,
    evidence: [
      `Rollouts of ${name} are paused, and its pods are not well.`,
      tried ? "Its newest template has pods already." : "Its newest template has never reached its pods.",
    ],
    remedies,
  };
}
