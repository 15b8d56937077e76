/** PURE. Taking a transaction back, and believing it only when it is proven. */
import type { IncidentEvent } from "./event.ts";
import type { Incident, Sample, State } from "./incident.ts";
import type { Limits } from "./limits.ts";
import { alertsSettleMs, changeAttempt, currentAttempt, enter, getStuck, nextAttempt, say, showSeverity } from "./step.ts";
import { muOf } from "../severity/measure.ts";
import { muOfSample } from "./verdict.ts";

type EventOf<T extends IncidentEvent["type"]> = Extract<IncidentEvent, { type: T }>;

/** Samples in a row that must be back at or under the checkpoint's severity. */
const samplesToBelieve = 2;

export function undone(incident: Incident, event: EventOf<"undone">, nowMs: number, limits: Limits): Incident {
  const attempt = currentAttempt(incident);
  const noted = changeAttempt(incident, {
    foreign: unique([...attempt.foreign, ...event.foreign]),
    // A write whose effect was not known when the undo began has turned out to be one.
    writes: Math.max(attempt.writes, event.did.length, event.foreign.length > 0 ? 1 : 0),
  });
  const told = [...event.did, ...event.foreign].reduce((current, line) => say(current, nowMs, line), noted);
  const patientUntilMs = nowMs + alertsSettleMs(incident, limits);
  const deadlineMs = Math.max(nowMs + limits.verifyMs, patientUntilMs + 2 * samplesToBelieve * limits.sampleIntervalMs);
  return enter(told, { name: "verifying_undo", sinceMs: nowMs, patientUntilMs, comparableBack: 0, deadlineMs });
}

export function undoChecked(
  incident: Incident,
  event: EventOf<"undo checked">,
  state: Extract<State, { name: "verifying_undo" }>,
  nowMs: number,
  limits: Limits,
): Incident {
  const attempt = currentAttempt(incident);
  const before = attempt.checkpoint?.mu ?? 0;
  const sample: Sample = { atMs: nowMs, severity: event.severity, oraclesPass: false, phase: "undone" };
  const samples = [...attempt.samples, sample];
  const foreign = unique([...attempt.foreign, ...event.foreign]);
  const next = event.foreign
    .filter((line) => !attempt.foreign.includes(line))
    .reduce((current, line) => say(current, nowMs, line), changeAttempt(incident, { samples, foreign }));
  const last = samples.filter(({ phase }) => phase === "undone").slice(-samplesToBelieve);
  const back = last.length === samplesToBelieve && last.every((each) => (muOfSample(each) ?? Infinity) <= before);
  // Whatever happened to the cluster meanwhile, an attempt that wrote nothing has nothing to take back.
  if (event.differences.length === 0 && attempt.writes === 0) {
    const ended = changeAttempt(next, { ending: "undone" });
    return nextAttempt(say(ended, nowMs, `Attempt ${attempt.number} ended before anything was written.`), nowMs, limits);
  }
  const comparable = muOf(event.comparable);
  const comparableBack = comparable !== undefined && comparable <= before ? state.comparableBack + 1 : 0;
  const enough = back || (comparableBack >= samplesToBelieve && nowMs >= state.patientUntilMs);
  if (event.differences.length === 0 && enough) {
    // All is as it was at the checkpoint, so what measures less is only late: the fault's alerts come back with the fault.
    const shown = comparable === undefined ? undefined : Math.max(comparable, before);
    const proven = showSeverity(changeAttempt(next, { ending: "undone" }), nowMs, shown);
    const rest = back
      ? ""
      : ` Alerts that began since bring it to ${muOfSample(sample) ?? "?"}: what was wrong before the attempt still is.`;
    const text = `Attempt ${attempt.number} is taken back, proven: every field we wrote is as before, severity is ${comparable ?? "?"} (before: ${before}).${rest}`;
    return nextAttempt(say(proven, nowMs, text), nowMs, limits);
  }
  const mu = muOfSample(sample);
  // After an outage the first good sample may come late: it deserves its second.
  const mayBeBack = event.differences.length === 0 && ((mu !== undefined && mu <= before) || comparableBack > 0);
  if (nowMs < state.deadlineMs || mayBeBack) return enter(next, { ...state, comparableBack }, nowMs + limits.sampleIntervalMs);
  const missing = event.differences.length > 0 ? event.differences.join("; ") : `severity is ${mu ?? "unknown"}, it was ${before} before`;
  return getStuck(
    changeAttempt(next, { ending: "undo not proven" }),
    nowMs,
    `attempt ${attempt.number} could not be proven to be taken back: ${missing}`,
    event.byHand,
  );
}

export function undoImpossible(incident: Incident, event: EventOf<"undo impossible">, nowMs: number): Incident {
  const ended = changeAttempt(incident, { ending: "undo not proven" });
  return getStuck(ended, nowMs, `attempt ${currentAttempt(incident).number} could not be taken back: ${event.reason}`, event.byHand);
}

function unique(lines: readonly string[]): string[] {
  return [...new Set(lines)];
}
