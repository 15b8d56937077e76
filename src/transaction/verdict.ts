/** PURE. Commit or abort: the one place where a transaction's measurements become a verdict. */
import type { Limits } from "./limits.ts";
import type { Rollout } from "./event.ts";
import type { Sample, Verdict } from "./incident.ts";

export type Judgement =
  | { readonly kind: "wait" }
  | { readonly kind: "commit"; readonly verdict: "resolved" | "improved" | "unchanged" }
  | { readonly kind: "abort"; readonly verdict: Verdict; readonly reason: string };

export interface Measured {
  /** mu at the checkpoint. */
  readonly before: number;
  /** Samples since the soak began, oldest first. */
  readonly samples: readonly Sample[];
  readonly nowMs: number;
  readonly deadlineMs: number;
  /** Of what the attempt touched: only a complete one is settled; after a failed one waiting longer cannot help. */
  readonly rollout: Rollout["state"];
}

/**
 * Commits early only when the last samples in a row hold the rule and all oracles pass; otherwise decides on the last
 * ones at the deadline. Unknown never commits.
 */
export function judgeSamples(measured: Measured, limits: Limits): Judgement {
  const last = measured.samples.slice(-limits.samplesToCommit);
  const enough = last.length === limits.samplesToCommit;
  const values = last.map((sample) => muOfSample(sample));
  const known = values.filter((mu) => mu !== undefined);
  const holds = enough && known.length === last.length && known.every((mu) => mu <= measured.before);
  // The old pods go on serving while a rollout of ours hangs: that it hurts nobody yet does not make it good.
  if (holds && measured.rollout === "complete" && last.every((sample) => sample.oraclesPass)) {
    return { kind: "commit", verdict: "resolved" };
  }
  // What is measured was wrong for another reason, and no alert can tell: the fault itself was seen, and is seen no more.
  if (holds && measured.rollout === "complete" && last.every((sample) => sample.findingGone === true))
    return { kind: "commit", verdict: "improved" };
  const hopeless = measured.rollout === "failed" && enough && known.length === last.length && known.every((mu) => mu >= measured.before);
  // A deadline that passed while nobody was there to measure decides nothing: unknown samples count, so this ends.
  if (!enough || (measured.nowMs < measured.deadlineMs && !hopeless)) return { kind: "wait" };
  return atTheEnd(measured, last, limits);
}

function atTheEnd({ before, rollout }: Measured, last: readonly Sample[], limits: Limits): Judgement {
  const values = last.map(muOfSample);
  const known = values.filter((mu) => mu !== undefined);
  if (known.some((mu) => mu > before)) {
    const worst = Math.max(...known);
    const isOurs = last.some((sample) => (addedSince(sample) ?? 0) > before);
    return {
      kind: "abort",
      verdict: isOurs ? "regressed" : "unchanged",
      reason: worst === Infinity ? "the cluster is down" : `severity is ${worst}, it was ${before} before`,
    };
  }
  if (known.length < values.length)
    return { kind: "abort", verdict: "inconclusive", reason: "severity could not be measured often enough to be sure" };
  const lower = known.every((mu) => mu < before);
  if (rollout !== "complete" && (lower || limits.commitRule === "paper"))
    return { kind: "abort", verdict: "inconclusive", reason: "the rollout did not settle, and only what is settled may stay" };
  if (lower) return { kind: "commit", verdict: "improved" };
  if (limits.commitRule === "paper") return { kind: "commit", verdict: "unchanged" };
  return { kind: "abort", verdict: "unchanged", reason: `severity is still ${before}: a change that does nothing must not stay` };
}

/**
 * The guard in flight: since when severity has stood above `before + budget`, given since when it did before this
 * sample. An unknown sample neither starts nor ends it.
 */
export function worseSince(sample: Sample, threshold: number, sinceMs: number | undefined): number | undefined {
  const mu = addedSince(sample);
  if (mu === undefined) return sinceMs;
  return mu > threshold ? (sinceMs ?? sample.atMs) : undefined;
}

/**
 * Severity without what was on its way before the first write: an alert that was pending then and fires now is the fault's
 * own, and no reason to take a change back at once. It still keeps the change from being kept.
 */
function addedSince(sample: Sample): number | undefined {
  const mu = muOfSample(sample);
  return mu === undefined || sample.severity.kind !== "known" ? mu : mu - (sample.severity.announced ?? 0);
}

/** Infinity when crashed, undefined when unknown. */
export function muOfSample(sample: Sample): number | undefined {
  switch (sample.severity.kind) {
    case "known":
      return sample.severity.mu;
    case "crashed":
      return Infinity;
    case "unknown":
      return undefined;
    default:
      return sample.severity satisfies never;
  }
}
