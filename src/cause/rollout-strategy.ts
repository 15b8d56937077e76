/**
 * PURE. A strategy that may take away every pod at once (maxUnavailable 100 %, or Recreate) makes an outage of a rollout
 * that merely would have hung. The strategy is no part of a revision, so a rollback leaves it as it is (kubernetes.io,
 * Deployments): both go back in one transaction, the strategy to what was applied, or to the API's default.
 */
import type { Action } from "../action/action.ts";
import { isJsonObject, jsonEqual, valueAt } from "../kubernetes/json.ts";
import type { Json } from "../kubernetes/json.ts";
import type { RolloutStrategy, Workload } from "../kubernetes/object.ts";
import { nameOf, refOf } from "../kubernetes/object.ts";
import type { Cause, Evidence, Hypothesis } from "./cause.ts";
import { historyOf } from "./history.ts";
import { lastApplied } from "./last-applied.ts";
import { targetOf } from "./owner.ts";
import { describeChange, rollback } from "./remedy.ts";
import { isTroubled } from "./troubled.ts";

const usual: Json = { type: "RollingUpdate", rollingUpdate: { maxUnavailable: "25%", maxSurge: "25%" } };

export const rolloutStrategy: Cause = {
  name: "rollout-strategy",
  diagnose: (evidence) =>
    evidence.deployments.flatMap((deployment) => {
      const { strategy, replicas = 1 } = deployment.spec;
      const out = (deployment.status?.availableReplicas ?? 0) === 0 && replicas > 0;
      if (!out || !takesAllAway(strategy, replicas) || !isTroubled(deployment, evidence)) return [];
      return hypothesis(deployment, evidence);
    }),
};

function takesAllAway(strategy: RolloutStrategy | undefined, replicas: number): boolean {
  // One of one is what the smallest Deployment has to bear.
  if (replicas < 2) return false;
  if (strategy?.type === "Recreate") return true;
  const away = strategy?.rollingUpdate?.maxUnavailable;
  if (away === undefined) return false;
  return typeof away === "number" ? away >= replicas : Number.parseInt(away, 10) >= 100;
}

function hypothesis(deployment: Workload, evidence: Evidence): readonly Hypothesis[] {
  const history = historyOf(deployment, evidence);
  const [best] = history.earlier;
  const wanted = strategyBefore(deployment);
  if (best === undefined || wanted === undefined || deployment.spec.paused === true) return [];
  const name = nameOf(refOf(deployment));
  const back: Action = {
    type: "patch",
    target: targetOf(deployment, evidence),
    operations: [{ op: "replace", path: "/spec/strategy", value: wanted }],
  };
  return [
    {
      cause: rolloutStrategy.name,
      component: refOf(deployment),
      // Above the causes that blame the template alone: this one undoes both.
      confidence: 0.96,
      evidence: [
        `The strategy of ${name} let a rollout take every pod away, and none of the new ones is ready.`,
        ...describeChange(deployment, best),
      ],
      remedies: [
        {
          intent: `Roll ${name} back to revision ${best.number}, and its strategy to one that keeps pods during a rollout.`,
          actions: [back, ...rollback(deployment, best, evidence).actions],
        },
      ],
    },
  ];
}

/** What was applied, or the API's default where the manifest says nothing; undefined when it was like this already, or nobody knows. */
function strategyBefore(deployment: Workload): Json | undefined {
  const manifest = lastApplied(deployment);
  if (manifest === undefined) return undefined;
  const applied = valueAt(manifest, "/spec/strategy");
  const wanted = isJsonObject(applied) ? applied : usual;
  const kept = takesAllAway(wanted as RolloutStrategy, deployment.spec.replicas ?? 1);
  return kept || jsonEqual(wanted, deployment.spec.strategy as unknown as Json) ? undefined : wanted;
}
