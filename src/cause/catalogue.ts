/**
 * PURE. Every built-in cause, and the diagnosis over all of them. The order of the answer is part of the contract: the
 * same evidence always gives the same list.
 */
import { nameOf } from "../kubernetes/object.ts";
import { badProbeAfterChange } from "./bad-probe-after-change.ts";
import { addressLeadsNowhere } from "./address-leads-nowhere.ts";
import { admissionWebhookUnreachable } from "./admission-webhook-unreachable.ts";
import { argumentNotFilledIn } from "./argument-not-filled-in.ts";
import { changedBeforeTheAlert } from "./changed-before-the-alert.ts";
import { commandNotOfTheImage } from "./command-not-of-the-image.ts";
import { dnsSettings } from "./dns-settings.ts";
import { environmentVariableMissing } from "./environment-variable-missing.ts";
import { flagMisspelt } from "./flag-misspelt.ts";
import { ingressLeadsNowhere } from "./ingress-leads-nowhere.ts";
import { initContainerWaits } from "./init-container-waits.ts";
import { jobNeverCompletes } from "./job-never-completes.ts";
import { limitRangeForbids } from "./limit-range-forbids.ts";
import { listensElsewhere } from "./listens-elsewhere.ts";
import { nodeClosed } from "./node-closed.ts";
import { nodeSelectorFitsNoNode } from "./node-selector-fits-no-node.ts";
import { outOfMemory } from "./out-of-memory.ts";
import { priorityClassMissing } from "./priority-class-missing.ts";
import { probeDiffersFromWorkingOne } from "./probe-differs-from-working-one.ts";
import { quotaDemandsResources } from "./quota-demands-resources.ts";
import { quotaExhausted } from "./quota-exhausted.ts";
import { referenceMissing } from "./reference-missing.ts";
import { referenceMisspelt } from "./reference-misspelt.ts";
import { requestInWrongUnit } from "./request-in-wrong-unit.ts";
import { rolloutPaused } from "./rollout-paused.ts";
import { rolloutStrategy } from "./rollout-strategy.ts";
import { serviceMissing } from "./service-missing.ts";
import { serviceSelectsAnother } from "./service-selects-another.ts";
import { storageClaimPending } from "./storage-claim-pending.ts";
import { stuckStatefulPod } from "./stuck-stateful-pod.ts";
import { changedSinceLastApplied } from "./changed-since-last-applied.ts";
import { changedSinceKnownGood } from "./changed-since-known-good.ts";
import type { Cause, Evidence, Hypothesis } from "./cause.ts";
import { configmapKeyMissing } from "./configmap-key-missing.ts";
import { crashAfterChange } from "./crash-after-change.ts";
import { imageCannotBePulled } from "./image-cannot-be-pulled.ts";
import { notReadyAfterChange } from "./not-ready-after-change.ts";
import { distances } from "./relation.ts";
import { scaledToZero } from "./scaled-to-zero.ts";
import { selectorMatchesNoPod } from "./selector-matches-no-pod.ts";
import { targetPortMatchesNoContainerPort } from "./target-port-matches-no-container-port.ts";
import { unschedulableAfterChange } from "./unschedulable-after-change.ts";

/** What is seen to be wrong before what is only suspected. */
export const causes: readonly Cause[] = [
  changedSinceKnownGood,
  rolloutStrategy,
  stuckStatefulPod,
  rolloutPaused,
  imageCannotBePulled,
  referenceMisspelt,
  configmapKeyMissing,
  referenceMissing,
  admissionWebhookUnreachable,
  quotaDemandsResources,
  quotaExhausted,
  limitRangeForbids,
  priorityClassMissing,
  selectorMatchesNoPod,
  serviceSelectsAnother,
  targetPortMatchesNoContainerPort,
  serviceMissing,
  addressLeadsNowhere,
  argumentNotFilledIn,
  ingressLeadsNowhere,
  scaledToZero,
  outOfMemory,
  commandNotOfTheImage,
  flagMisspelt,
  environmentVariableMissing,
  unschedulableAfterChange,
  requestInWrongUnit,
  nodeSelectorFitsNoNode,
  nodeClosed,
  storageClaimPending,
  badProbeAfterChange,
  probeDiffersFromWorkingOne,
  listensElsewhere,
  dnsSettings,
  jobNeverCompletes,
  initContainerWaits,
  crashAfterChange,
  notReadyAfterChange,
  changedSinceLastApplied,
  changedBeforeTheAlert,
];

/** What nothing connects with the subject was broken before, or is another incident's: much surer it must be to come first. */
const unrelatedShare = 0.6;

/**
 * All hypotheses, the likeliest first: what changed since all was well and also looks like a known cause; then by how sure
 * they are, less so what the subject has nothing to do with; among equals the nearer, the smaller change, the catalogue's
 * order, the component's name. Confidences are rounded to hundredths.
 */
export function diagnose(evidence: Evidence): readonly Hypothesis[] {
  const distanceOf = distances(evidence);
  const found = causes.flatMap((cause, rank) => cause.diagnose(evidence).map((hypothesis) => ({ rank, hypothesis })));
  const explained = new Set(
    found.filter(({ hypothesis }) => hypothesis.cause !== changedSinceKnownGood.name).map(({ hypothesis }) => nameOf(hypothesis.component)),
  );
  return found
    .map(({ rank, hypothesis }) => {
      const confidence = Math.round(hypothesis.confidence * 100) / 100;
      const distance = distanceOf(hypothesis.component);
      const changed = hypothesis.cause === changedSinceKnownGood.name && explained.has(nameOf(hypothesis.component));
      return {
        hypothesis: { ...hypothesis, confidence },
        rank,
        score: distance === undefined ? confidence * unrelatedShare : confidence + (changed ? 1 : 0),
        distance: distance ?? Number.MAX_SAFE_INTEGER,
        size: sizeOf(hypothesis),
      };
    })
    .toSorted(
      (left, right) =>
        right.score - left.score ||
        left.distance - right.distance ||
        left.size - right.size ||
        left.rank - right.rank ||
        compareText(nameOf(left.hypothesis.component), nameOf(right.hypothesis.component)),
    )
    .map(({ hypothesis }) => hypothesis);
}

/** How much the first remedy would change; a diagnosis without one comes after those that have one. */
function sizeOf({ remedies }: Hypothesis): number {
  const [first] = remedies;
  if (first === undefined) return Number.MAX_SAFE_INTEGER;
  return first.actions.length;
}

/** By code unit: the machine's locale must not decide. */
function compareText(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
