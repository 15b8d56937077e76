/**
 * PURE. An incident taken up by a process whose wall clock is not the one by which it was saved: set since, another
 * machine's, or the same after a long time in which nobody looked after it. Time that nobody attended decides nothing, so
 * what the incident waits for moves along with the clock.
 */
import type { Incident, State } from "./incident.ts";

/** A sweep comes every minute, and a queue may be slow: so late is in the ordinary course. */
const lateMs = 60_000;

/**
 * By how much the clock is ahead of where it would be if the incident had been taken up when it was due; below zero when
 * it is behind the moment of the last save. 0 in the ordinary course.
 */
export function clockShift(incident: Incident, nowMs: number): number {
  const { savedAtMs, lease, state, waitUntilMs } = incident;
  if (savedAtMs === undefined || state.name === "closed") return 0;
  if (nowMs < savedAtMs) return nowMs - savedAtMs;
  const dueMs = lease?.expiresAtMs ?? (state.name === "awaiting_approval" ? state.expiresAtMs : waitUntilMs);
  const expectedMs = Math.max(savedAtMs, dueMs);
  return nowMs > expectedMs + lateMs ? nowMs - expectedMs : 0;
}

/** The incident with its times moved to the clock that says `nowMs`. What people read (the story, the samples) stays. */
export function resume(incident: Incident, nowMs: number): Incident {
  const byMs = clockShift(incident, nowMs);
  if (byMs === 0) return incident;
  return {
    ...incident,
    state: moveState(incident.state, byMs),
    attempts: incident.attempts.map((attempt, index) =>
      index === incident.attempts.length - 1 ? { ...attempt, startedAtMs: sinceThen(attempt.startedAtMs, byMs) } : attempt,
    ),
    waitUntilMs: incident.waitUntilMs === 0 ? 0 : incident.waitUntilMs + byMs,
    notifyAfterMs: incident.notifyAfterMs === 0 ? 0 : incident.notifyAfterMs + byMs,
    unattendedMs: (incident.unattendedMs ?? 0) + byMs,
  };
}

function moveState(state: State, byMs: number): State {
  switch (state.name) {
    case "awaiting_approval":
      return { ...state, expiresAtMs: state.expiresAtMs + byMs };
    case "settling":
    case "evaluating":
      return {
        ...state,
        sinceMs: state.sinceMs + byMs,
        deadlineMs: state.deadlineMs + byMs,
        ...(state.worseSinceMs === undefined ? {} : { worseSinceMs: sinceThen(state.worseSinceMs, byMs) }),
      };
    case "verifying_undo":
      return {
        ...state,
        sinceMs: state.sinceMs + byMs,
        patientUntilMs: state.patientUntilMs + byMs,
        deadlineMs: state.deadlineMs + byMs,
      };
    case "undoing":
      return { ...state, sinceMs: state.sinceMs + byMs };
    case "opened":
    case "observing":
    case "diagnosing":
    case "planning":
    case "checkpointing":
    case "acting":
    case "closing":
    case "closed":
      return state;
    default:
      return state satisfies never;
  }
}

/** Since when something has been bad: as long as nobody was there to see it end, it went on. */
function sinceThen(sinceMs: number, byMs: number): number {
  return sinceMs + Math.min(0, byMs);
}
