/** PURE. From the first write to the verdict: every way out leads to a commit or to undoing. */
import type { IncidentEvent, Measurement } from "./event.ts";
import type { Incident, Sample, State, Verdict } from "./incident.ts";
import { isFiring } from "./incident.ts";
import type { Limits } from "./limits.ts";
import { alertsSettleMs, changeAttempt, close, currentAttempt, enter, nextAttempt, say, showSeverity } from "./step.ts";
import { judgeSamples, muOfSample, worseSince } from "./verdict.ts";

type EventOf<T extends IncidentEvent["type"]> = Extract<IncidentEvent, { type: T }>;
type StateOf<T extends State["name"]> = Extract<State, { name: T }>;

export function acted(incident: Incident, event: EventOf<"acted">, nowMs: number, limits: Limits): Incident {
  const attempt = currentAttempt(incident);
  const done = changeAttempt(incident, {
    writes: event.writes,
    transientBudget: attempt.transientBudget + event.budget,
    remarks: event.remark === undefined ? attempt.remarks : [...attempt.remarks, event.remark],
  });
  const told = say(done, nowMs, event.did);
  const next = event.action + 1;
  // Resolved meanwhile: what is begun is evaluated, nothing more is started.
  if (next < attempt.plan.actions.length && isFiring(told)) return enter(told, { name: "acting", nextAction: next });
  return enter(told, { name: "settling", sinceMs: nowMs, deadlineMs: nowMs + limits.settleMs }, nowMs + limits.sampleIntervalMs);
}

export function actionRefused(incident: Incident, event: EventOf<"action refused">, nowMs: number, limits: Limits): Incident {
  const counted = changeAttempt(incident, { writes: event.writes });
  if (event.writes > 0) return abort(counted, "inconclusive", event.reason, nowMs);
  const ended = changeAttempt(counted, { verdict: "inconclusive", ending: "undone", reason: event.reason });
  return nextAttempt(say(ended, nowMs, `Attempt ${currentAttempt(incident).number} was not carried out: ${event.reason}.`), nowMs, limits);
}

export function settled(incident: Incident, state: StateOf<"settling">, measurement: Measurement, nowMs: number, limits: Limits): Incident {
  const { next, worseSinceMs, tooLong } = sampled(incident, state, measurement, "settling", nowMs, limits);
  if (tooLong) return abort(next, "regressed", worseReason(next, nowMs), nowMs);
  const waitMs = nowMs + limits.sampleIntervalMs;
  const ready = measurement.rollout.state !== "under way" && measurement.restarts !== undefined;
  if (!ready && nowMs < state.deadlineMs) {
    return enter(next, { ...withWorse({ name: "settling", sinceMs: state.sinceMs, deadlineMs: state.deadlineMs }, worseSinceMs) }, waitMs);
  }
  const deadlineMs = nowMs + alertsSettleMs(next, limits);
  return enter(
    next,
    { ...withWorse({ name: "evaluating", sinceMs: nowMs, deadlineMs, restarts: { ...measurement.restarts } }, worseSinceMs) },
    waitMs,
  );
}

export function evaluated(
  incident: Incident,
  state: StateOf<"evaluating">,
  measurement: Measurement,
  nowMs: number,
  limits: Limits,
): Incident {
  const { next, worseSinceMs, tooLong } = sampled(incident, state, measurement, "evaluating", nowMs, limits);
  if (tooLong) return abort(next, "regressed", worseReason(next, nowMs), nowMs);
  const attempt = currentAttempt(next);
  const judgement = judgeSamples(
    {
      before: attempt.checkpoint?.mu ?? 0,
      samples: attempt.samples.filter((sample) => sample.phase === "evaluating" && sample.atMs > state.sinceMs),
      nowMs,
      deadlineMs: state.deadlineMs,
      rollout: measurement.rollout.state,
    },
    limits,
  );
  switch (judgement.kind) {
    case "wait":
      return enter(next, { ...withWorse(state, worseSinceMs) }, nowMs + limits.sampleIntervalMs);
    case "commit":
      return commit(next, judgement.verdict, nowMs, limits);
    case "abort":
      return abort(
        next,
        judgement.verdict,
        measurement.rollout.state === "failed" ? `${judgement.reason}; ${measurement.rollout.reason}` : judgement.reason,
        nowMs,
      );
    default:
      return judgement satisfies never;
  }
}

function commit(incident: Incident, verdict: "resolved" | "improved" | "unchanged", nowMs: number, limits: Limits): Incident {
  const attempt = currentAttempt(incident);
  const last = attempt.samples.at(-1);
  const mu = last === undefined ? undefined : muOfSample(last);
  const ended = showSeverity(changeAttempt(incident, { verdict, ending: "committed" }), nowMs, mu);
  const told = say(
    ended,
    nowMs,
    `Attempt ${attempt.number} is kept: severity went from ${attempt.checkpoint?.mu ?? "?"} to ${mu ?? "?"} (${verdict}).`,
  );
  if (verdict !== "resolved") {
    const gone = "What was seen to be wrong is gone; what is measured to be wrong was so before.";
    return nextAttempt(last?.findingGone === true ? say(told, nowMs, gone) : told, nowMs, limits);
  }
  const unmeasured = attempt.oracles.filter((oracle) => oracle.state === "not measured").map((oracle) => oracle.oracle);
  const gone = attempt.oracles.filter(({ oracle }) => oracle === "finding").map((finding) => finding.reason);
  const remark = [...gone, ...(unmeasured.length === 0 ? [] : [`not measured: ${unmeasured.join(", ")}`]), ...attempt.remarks].join("; ");
  return close(told, nowMs, "mitigated", `${attempt.plan.intent}${remark === "" ? "" : ` (${remark})`}`.replace(/\.$/, ""));
}

/** The decision is stored before the first inverse is sent: whoever picks this up next goes on undoing. */
export function abort(incident: Incident, verdict: Verdict, reason: string, nowMs: number): Incident {
  const attempt = currentAttempt(incident);
  const decided = changeAttempt(incident, { verdict, reason });
  return say(enter(decided, { name: "undoing", sinceMs: nowMs }), nowMs, `Attempt ${attempt.number} is undone (${verdict}): ${reason}.`);
}

interface Sampled {
  readonly next: Incident;
  readonly worseSinceMs: number | undefined;
  readonly tooLong: boolean;
}

function sampled(
  incident: Incident,
  state: StateOf<"settling" | "evaluating">,
  measurement: Measurement,
  phase: Sample["phase"],
  nowMs: number,
  limits: Limits,
): Sampled {
  const attempt = currentAttempt(incident);
  const sample: Sample = {
    atMs: nowMs,
    severity: measurement.severity,
    oraclesPass: measurement.oracles.every((oracle) => oracle.state !== "fails"),
    ...(measurement.findingGone === undefined ? {} : { findingGone: measurement.findingGone }),
    phase,
  };
  const next = changeAttempt(incident, { samples: [...attempt.samples, sample], oracles: [...measurement.oracles] });
  const since = worseSince(sample, (attempt.checkpoint?.mu ?? 0) + attempt.transientBudget, state.worseSinceMs);
  return { next, worseSinceMs: since, tooLong: since !== undefined && nowMs - since >= limits.graceMs };
}

function withWorse<S extends StateOf<"settling" | "evaluating">>(state: S, worseSinceMs: number | undefined): S {
  const { worseSinceMs: _before, ...rest } = state;
  return { ...rest, ...(worseSinceMs === undefined ? {} : { worseSinceMs }) } as S;
}

function worseReason(incident: Incident, nowMs: number): string {
  const attempt = currentAttempt(incident);
  const mu = attempt.samples.map(muOfSample).findLast((each) => each !== undefined);
  const seconds = Math.round((nowMs - attempt.startedAtMs) / 1000);
  return mu === Infinity
    ? "the cluster is down"
    : `severity rose from ${attempt.checkpoint?.mu ?? "?"} to ${mu ?? "?"} and stayed there (${seconds} s into the attempt)`;
}
