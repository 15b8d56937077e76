/**
 * PURE. A pod that would exceed a ResourceQuota is not made: `exceeded quota: Q, requested: pods=1, used: pods=4, limited:
 * pods=4` (kubernetes.io, Resource Quotas). Either the workload asks for more than before, which its history shows; or the quota
 * is smaller than what ran before it came, which its status shows, as admission lets nothing in that would exceed it; or others
 * use it up: how much a namespace may use is a person's decision.
 */
import type { Workload } from "../kubernetes/object.ts";
import { nameOf, refOf } from "../kubernetes/object.ts";
import type { Cause, Evidence, Hypothesis } from "./cause.ts";
import { changesBetween } from "./difference.ts";
import type { Change } from "./difference.ts";
import { failedCreates } from "./failed-create.ts";
import { blameOfChange, historyOf } from "./history.ts";
import { makeRoom } from "./quota-room.ts";
import { describeChange, putBack } from "./remedy.ts";
import { quoted } from "./wording.ts";

export const quotaExhausted: Cause = {
  name: "quota-exhausted",
  diagnose: (evidence) =>
    failedCreates(evidence).flatMap(({ workload, message }) => {
      const found = /exceeded quota: ([a-z0-9.-]{1,253}), requested: (.{1,200}?), used: (.{1,200}?), limited: (.{1,200})$/.exec(message);
      if (found === null) return [];
      const [, quota = "", requested = "", used = "", limited = ""] = found;
      const text = `${quoted(requested)} more, with ${quoted(used)} in use of ${quoted(limited)}`;
      return [hypothesis(workload, { quota, text }, evidence)];
    }),
};

function isResources({ what }: Change): boolean {
  return what.endsWith(": resources") || what === "containers";
}

function hypothesis(
  workload: Workload,
  { quota, text }: { readonly quota: string; readonly text: string },
  evidence: Evidence,
): Hypothesis {
  const history = historyOf(workload, evidence);
  const revisions = history.earlier.filter(({ template }) =>
    changesBetween(template, workload.spec.template).some(({ path }) => /\/resources(?:\/|$)/.test(path)),
  );
  const [best] = revisions;
  const quotaRef = { kind: "ResourceQuota", namespace: evidence.namespace, name: quota };
  const seen = `No further pod of ${nameOf(refOf(workload))} can be made: ${nameOf(quotaRef)} has no room for ${text}.`;
  if (best === undefined) {
    const remedies = makeRoom(quota, evidence);
    const more =
      remedies.length > 0
        ? "More is in use than it allows, so that it came, or became smaller, after what runs here."
        : "Its template asks for no more than before: raise the quota, or free what others use of it.";
    return { cause: quotaExhausted.name, component: quotaRef, confidence: 0.85, evidence: [seen, more], remedies };
  }
  return {
    cause: quotaExhausted.name,
    component: refOf(workload),
    confidence: blameOfChange(workload, history, evidence.atMs),
    evidence: [seen, ...describeChange(workload, best)],
    remedies: putBack(workload, revisions, evidence, (change) => isResources(change) || /\/resources(?:\/|$)/.test(change.path)),
  };
}
