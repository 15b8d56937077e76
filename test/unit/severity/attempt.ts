/**
 * An attempt as it is lived through, by the pure parts alone: a checkpoint, then one reading every ten seconds, each measured
 * against the checkpoint, judged by the oracles, and put to the state machine until it decides.
 */
import { asAtCheckpoint, baselineOf, measure, withoutMuted } from "../../../src/severity/measure.ts";
import { judge } from "../../../src/severity/oracle.ts";
import { defaultWeights, type Baseline, type Readings, type Severity } from "../../../src/severity/severity.ts";
import type { Episode } from "../../../src/severity/trouble.ts";
import { decide } from "../../../src/transaction/decide.ts";
import type { IncidentEvent, Rollout } from "../../../src/transaction/event.ts";
import type { Attempt, Incident } from "../../../src/transaction/incident.ts";
import { defaultLimits, type Limits } from "../../../src/transaction/limits.ts";
import { incident, plan } from "../transaction/incidents.ts";
import { readings } from "./readings.ts";

export interface Lived {
  readonly before: Partial<Readings>;
  /** What is read every ten seconds; the last of them for as long as it takes. */
  readonly after: readonly Partial<Readings>[];
  readonly episodes: readonly Episode[];
  readonly rollout?: Rollout["state"];
  /** What the actions declared that they raise severity by for a while. */
  readonly budget?: number;
  /** As the alert rules tell: range and `for`. */
  readonly horizonMs?: number;
  readonly limits?: Partial<Limits>;
}

const targets = plan.actions.map(({ target }) => target);
const intervalMs = defaultLimits.sampleIntervalMs;
const stepsMax = 400;

export interface Ending {
  /** `mitigated`, `improved`, `unchanged` (kept), `undone: regressed` …; `refused` without a known checkpoint. */
  readonly verdict: string;
  readonly afterS: number;
}

export function live({ before, after, episodes, rollout = "complete", budget = 0, horizonMs, limits = {} }: Lived): Ending {
  const checkpoint = checkpointOf(before);
  if (checkpoint === undefined) return { verdict: "refused", afterS: 0 };
  const within = { ...defaultLimits, ...limits };
  let current = started(checkpoint, episodes, budget, horizonMs);
  for (let step = 1; step <= stepsMax; step += 1) {
    const nowMs = step * intervalMs;
    const now = readings(after[Math.min(step, after.length) - 1] ?? {});
    current = decide(current, measured(current, now, checkpoint.baseline, rollout), nowMs, within).next;
    const verdict = verdictOf(current);
    if (verdict !== undefined) return { verdict, afterS: nowMs / 1000 };
  }
  return { verdict: "never", afterS: stepsMax * (intervalMs / 1000) };
}

interface Known {
  readonly baseline: Baseline;
  readonly severity: Extract<Severity, { kind: "known" }>;
}

function checkpointOf(before: Partial<Readings>): Known | undefined {
  const then = readings(before);
  const severity = measure(then, undefined, defaultWeights);
  const baseline = baselineOf(then);
  return severity.kind === "known" && baseline !== undefined ? { baseline, severity } : undefined;
}

function started({ baseline, severity }: Known, episodes: readonly Episode[], budget: number, horizonMs: number | undefined): Incident {
  const attempt: Attempt = {
    number: 1,
    plan,
    startedAtMs: 0,
    checkpoint: { atMs: 0, mu: severity.mu, baseline, ...(horizonMs === undefined ? {} : { horizonMs }) },
    writes: 1,
    transientBudget: budget,
    samples: [{ atMs: 0, severity, oraclesPass: false, phase: "checkpoint" }],
    oracles: [],
    foreign: [],
    remarks: [],
  };
  const firing = episodes.map(({ name, labels }) => ({ name, labels: { ...labels }, startsAtMs: 0, firing: true }));
  return incident({ name: "settling", sinceMs: 0, deadlineMs: defaultLimits.settleMs }, { attempts: [attempt], episodes: firing });
}

function measured(current: Incident, now: Readings, baseline: Baseline, rollout: Rollout["state"]): IncidentEvent {
  const restartsAtStart = current.state.name === "evaluating" ? current.state.restarts : undefined;
  return {
    type: "measured",
    measurement: {
      severity: measure(now, baseline, defaultWeights),
      oracles: judge({ episodes: current.episodes, readings: now, baseline, restartsAtStart, touched: targets }),
      rollout: { state: rollout, reason: "" },
      restarts: now.workloads.known
        ? Object.fromEntries(now.workloads.value.map(({ workload, restarts }) => [workload, restarts]))
        : undefined,
    },
  };
}

function verdictOf({ state, attempts }: Incident): string | undefined {
  if (state.name === "settling" || state.name === "evaluating") return undefined;
  const attempt = attempts.at(-1);
  if (attempt?.verdict === "resolved") return "mitigated";
  return state.name === "undoing" ? `undone: ${attempt?.verdict ?? ""}` : attempt?.verdict;
}

/** After the undo: whether it is believed to be one, within the time that alerts are given. */
export function undone({ before, after, episodes, horizonMs }: Lived): Ending {
  const checkpoint = checkpointOf(before);
  if (checkpoint === undefined) return { verdict: "refused", afterS: 0 };
  const touched = { targets, vector: checkpoint.severity.vector };
  let current = decide(
    { ...started(checkpoint, episodes, 0, horizonMs), state: { name: "undoing", sinceMs: 0 } },
    { type: "undone", foreign: [], did: ["Put back."] },
    0,
    defaultLimits,
  ).next;
  for (let step = 1; step <= stepsMax; step += 1) {
    const nowMs = step * intervalMs;
    const now = readings(after[Math.min(step, after.length) - 1] ?? {});
    const baseline = withoutMuted(checkpoint.baseline, now);
    const event: IncidentEvent = {
      type: "undo checked",
      differences: [],
      foreign: [],
      severity: measure(now, baseline, defaultWeights),
      comparable: measure(asAtCheckpoint(now, baseline, touched), baseline, defaultWeights),
      byHand: [],
    };
    current = decide(current, event, nowMs, defaultLimits).next;
    if (current.state.name !== "verifying_undo") return { verdict: current.attempts.at(-1)?.ending ?? "?", afterS: nowMs / 1000 };
  }
  return { verdict: "never", afterS: stepsMax * (intervalMs / 1000) };
}
