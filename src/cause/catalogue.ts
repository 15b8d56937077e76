/**
 * PURE. Every built-in cause, and the diagnosis over all of them. The order of the answer is part of the contract: the
 * same evidence always gives the same list.
 */
import { nameOf } from "../kubernetes/object.ts";
import { badProbeAfterChange } from "./bad-probe-after-change.ts";
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

export const causes: readonly Cause[] = [
  changedSinceKnownGood,
  imageCannotBePulled,
  configmapKeyMissing,
  selectorMatchesNoPod,
  targetPortMatchesNoContainerPort,
  scaledToZero,
  unschedulableAfterChange,
  badProbeAfterChange,
  crashAfterChange,
  notReadyAfterChange,
];

/**
 * All hypotheses: the surest first; among equals the nearer to the subject; then in the catalogue's order; then by the
 * component's name. Confidences are rounded to hundredths.
 */
export function diagnose(evidence: Evidence): readonly Hypothesis[] {
  const distanceOf = distances(evidence);
  return causes
    .flatMap((cause, rank) =>
      cause.diagnose(evidence).map((hypothesis) => ({
        rank,
        distance: distanceOf(hypothesis.component) ?? Number.MAX_SAFE_INTEGER,
        hypothesis: { ...hypothesis, confidence: Math.round(hypothesis.confidence * 100) / 100 },
      })),
    )
    .toSorted(
      (left, right) =>
        right.hypothesis.confidence - left.hypothesis.confidence ||
        left.distance - right.distance ||
        left.rank - right.rank ||
        compareText(nameOf(left.hypothesis.component), nameOf(right.hypothesis.component)),
    )
    .map(({ hypothesis }) => hypothesis);
}

/** By code unit: the machine's locale must not decide. */
function compareText(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
