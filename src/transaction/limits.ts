/** PURE. A limit on everything. Defaults are the design's; a deployment may set them, a model or an alert never. */

export interface Limits {
  readonly attemptsMax: number;
  /** K of the paper: writes a transaction, counting retries and re-invocations. */
  readonly writesMax: number;
  /** From opening to the last new piece of work; undo is never cut off by it. */
  readonly wallClockMs: number;
  readonly sampleIntervalMs: number;
  readonly samplesToCommit: number;
  /** How long an evaluation may last when no alert rule says how long its alert takes. */
  readonly evaluationMs: number;
  /** Longest wait for a rollout to end. */
  readonly settleMs: number;
  /** How long severity may stand above `before + transient budget` in flight. */
  readonly graceMs: number;
  /** How long a restored cluster may take to measure as before. */
  readonly verifyMs: number;
  /** First pause after a failure of a port; doubles to `retryMaxMs`. */
  readonly retryMs: number;
  readonly retryMaxMs: number;
  /** How long to wait for a scope that another incident holds before looking again. */
  readonly scopeRetryMs: number;
  /** How long after opening a diagnosis that found no remedy is made again, and how often. */
  readonly evidenceMs: number;
  readonly evidenceRetryMs: number;
  readonly approvalMs: number;
  /** Tries of an undo that is refused (not merely unavailable) before a person is called. */
  readonly undoTriesMax: number;
  readonly commitRule: "improve" | "paper";
}

const minuteMs = 60_000;

export const defaultLimits: Limits = {
  attemptsMax: 5,
  writesMax: 20,
  wallClockMs: 30 * minuteMs,
  sampleIntervalMs: 10_000,
  samplesToCommit: 3,
  evaluationMs: 10 * minuteMs,
  settleMs: 10 * minuteMs,
  graceMs: minuteMs,
  verifyMs: 10 * minuteMs,
  retryMs: 2_000,
  retryMaxMs: minuteMs,
  scopeRetryMs: 15_000,
  evidenceMs: 2 * minuteMs,
  evidenceRetryMs: 20_000,
  approvalMs: 30 * minuteMs,
  undoTriesMax: 5,
  commitRule: "improve",
};
