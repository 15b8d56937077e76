/** PURE. The small moves that every transition is made of. */
import type { Attempt, Incident, Outcome, State } from "./incident.ts";
import { attemptOf, isByHand, isFiring } from "./incident.ts";
import type { Limits } from "./limits.ts";
import { BrokenInvariant } from "../failure.ts";

/** Lines of one incident's story; attempts, writes and failures are bounded, so only a flood of news could exceed it. */
const timelineMax = 400;

export function enter(incident: Incident, state: State, waitUntilMs = 0): Incident {
  return { ...incident, state, failures: 0, waitUntilMs };
}

export function say(incident: Incident, nowMs: number, text: string): Incident {
  if (incident.timeline.length >= timelineMax) return incident;
  return { ...incident, timeline: [...incident.timeline, { atMs: nowMs, text }] };
}

export function currentAttempt(incident: Incident): Attempt {
  const attempt = attemptOf(incident);
  if (attempt === undefined) throw new BrokenInvariant(`incident ${incident.id} is ${incident.state.name} without an attempt`);
  return attempt;
}

export function changeAttempt(incident: Incident, change: Partial<Attempt>): Incident {
  return { ...incident, attempts: [...incident.attempts.slice(0, -1), { ...currentAttempt(incident), ...change }] };
}

/** Adds one end of a transaction to the visible path; `undefined` is a severity that was not known. */
export function showSeverity(incident: Incident, nowMs: number, mu: number | undefined): Incident {
  const value = mu === undefined || mu === Infinity ? null : mu;
  const last = incident.visiblePath.at(-1);
  if (last !== undefined && last.mu === value) return incident;
  return { ...incident, visiblePath: [...incident.visiblePath, { atMs: nowMs, mu: value }] };
}

export function close(incident: Incident, nowMs: number, outcome: Outcome, reason: string): Incident {
  return say(enter(incident, { name: "closing", outcome, reason, byHand: [] }), nowMs, `${headline[outcome]}: ${reason}.`);
}

/** A person is needed. The scope stays taken and nothing further is started there until somebody acknowledges. */
export function getStuck(incident: Incident, nowMs: number, reason: string, byHand: readonly string[]): Incident {
  const state: State = { name: "closed", outcome: "stuck", reason, byHand: [...byHand], endedAtMs: nowMs, acknowledged: false };
  return say(enter(incident, state), nowMs, `${headline.stuck}: ${reason}.`);
}

const headline: Readonly<Record<Outcome, string>> = {
  mitigated: "Mitigated",
  improved: "Improved, not solved",
  restored: "Everything was put back",
  no_action: "Nothing was changed",
  self_resolved: "Resolved without us",
  stuck: "A person is needed",
};

/** When nothing more will be tried, the attempts so far say what it came to. */
export function closeByHistory(incident: Incident, nowMs: number, reason: string): Incident {
  if (incident.attempts.some((attempt) => attempt.ending === "committed")) return close(incident, nowMs, "improved", reason);
  if (incident.attempts.some((attempt) => attempt.ending === "undone" && attempt.writes > 0))
    return close(incident, nowMs, "restored", reason);
  return close(incident, nowMs, "no_action", reason);
}

/** The alerts are gone: ours if we committed something, else they went by themselves. */
export function closeResolved(incident: Incident, nowMs: number, why: string): Incident {
  const committed = incident.attempts.some((attempt) => attempt.ending === "committed");
  return close(incident, nowMs, committed ? "mitigated" : "self_resolved", why);
}

/** After an attempt has ended: look again, unless the limits say that it is enough. */
export function nextAttempt(incident: Incident, nowMs: number, limits: Limits): Incident {
  const again = mayFireAgain(incident);
  if (!again && !isFiring(incident)) return closeResolved(incident, nowMs, "the alerts have resolved");
  const stoppedBy = attemptOf(incident)?.stoppedBy;
  if (stoppedBy !== undefined) return closeByHistory(incident, nowMs, `stopped by ${stoppedBy}`);
  // One that was refused before anything was written costs nothing; three times as many are proposed at most.
  const carriedOut = incident.attempts.filter((attempt) => attempt.writes > 0).length;
  if (carriedOut >= limits.attemptsMax || incident.attempts.length >= 3 * limits.attemptsMax)
    return closeByHistory(incident, nowMs, `all ${limits.attemptsMax} attempts are used up`);
  if (isOutOfTime(incident, nowMs, limits)) return closeByHistory(incident, nowMs, outOfTime(limits));
  return enter(incident, { name: "observing" }, again ? nowMs + alertsSettleMs(incident, limits) : 0);
}

/**
 * The alerts went quiet while a change was in place that has been taken back since: that they are quiet now says nothing
 * until they have had the time to fire again.
 */
export function mayFireAgain(incident: Incident): boolean {
  const attempt = attemptOf(incident);
  if (attempt === undefined || attempt.ending !== "undone" || attempt.writes === 0 || isByHand(incident)) return false;
  return !isFiring(incident) || attempt.oracles.some(({ oracle, state }) => oracle === "alerts" && state === "passes");
}

export function isOutOfTime(incident: Incident, nowMs: number, limits: Limits): boolean {
  return ageMs(incident, nowMs) >= limits.wallClockMs;
}

/** Since it was opened, as far as somebody looked after it. */
export function ageMs({ openedAtMs, unattendedMs = 0 }: Incident, nowMs: number): number {
  return nowMs - openedAtMs - unattendedMs;
}

export function outOfTime(limits: Limits): string {
  return `${Math.round(limits.wallClockMs / 60_000)} minutes have passed, more is not spent on one incident`;
}

/** How long alerts may take to show what a change did: their rules' range and `for` when known, and a few samples more. */
export function alertsSettleMs(incident: Incident, limits: Limits): number {
  const horizonMs = currentAttempt(incident).checkpoint?.horizonMs;
  return horizonMs === undefined
    ? limits.evaluationMs
    : Math.min(horizonMs, limits.wallClockMs) + limits.samplesToCommit * 2 * limits.sampleIntervalMs;
}
