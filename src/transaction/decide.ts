/**
 * PURE. The state machine: what an event makes of an incident, and what is to be done next. Executes nothing, reads no
 * clock. The work that a state asks for follows from the state alone, so a fresh process goes on where another stopped.
 */
import { BrokenInvariant } from "../failure.ts";
import {
  approvalExpired,
  begun,
  checkpointed,
  diagnosed,
  observed,
  planned,
  resolvedBeforeWriting,
  scopeBusy,
  stoppedByPerson,
} from "./before-writing.ts";
import type { Effect, IncidentEvent } from "./event.ts";
import { abort, acted, actionRefused, evaluated, settled } from "./in-flight.ts";
import type { Incident, State } from "./incident.ts";
import { attemptOf, isFiring } from "./incident.ts";
import type { Limits } from "./limits.ts";
import { changeAttempt, closeByHistory, enter, isOutOfTime, say } from "./step.ts";
import { undoChecked, undoImpossible, undone } from "./undoing.ts";

export interface Decision {
  readonly next: Incident;
  readonly effect: Effect;
}

export function decide(incident: Incident, event: IncidentEvent, nowMs: number, limits: Limits): Decision {
  const next = transition(incident, event, nowMs, limits);
  return { next, effect: effectOf(next, nowMs) };
}

/** What the state asks for at this moment. */
export function effectOf({ state, waitUntilMs }: Incident, nowMs: number): Effect {
  if (state.name === "closed") return { type: "nothing" };
  if (state.name === "awaiting_approval")
    return nowMs < state.expiresAtMs ? { type: "wait", untilMs: state.expiresAtMs } : { type: "turn", event: { type: "expired" } };
  if (nowMs < waitUntilMs) return { type: "wait", untilMs: waitUntilMs };
  switch (state.name) {
    case "opened":
      return { type: "turn", event: { type: "begun" } };
    case "observing":
      return { type: "observe" };
    case "diagnosing":
      return { type: "diagnose" };
    case "planning":
      return { type: "plan" };
    case "checkpointing":
      return { type: "checkpoint" };
    case "acting":
      return { type: "act", action: state.nextAction };
    case "settling":
    case "evaluating":
      return { type: "measure" };
    case "undoing":
      return { type: "undo" };
    case "verifying_undo":
      return { type: "check undo" };
    case "closing":
      return { type: "tidy" };
    default:
      return state satisfies never;
  }
}

function transition(incident: Incident, event: IncidentEvent, nowMs: number, limits: Limits): Incident {
  const { state } = incident;
  switch (event.type) {
    case "begun":
      need(state, "opened");
      return begun(incident, nowMs);
    case "episodes":
      return episodesChanged({ ...incident, episodes: [...event.episodes] }, nowMs);
    case "approved":
    case "rejected":
    case "aborted":
    case "acknowledged":
      return personSaid(incident, event.type, event.by, nowMs);
    case "expired":
      need(state, "awaiting_approval");
      return approvalExpired(incident, nowMs);
    case "observed":
      need(state, "observing");
      return observed(incident, event, nowMs, limits);
    case "diagnosed":
      need(state, "diagnosing");
      return diagnosed(incident, event, nowMs);
    case "planned":
      need(state, "planning");
      return planned(incident, event, nowMs, limits);
    case "scope busy":
      if (state.name !== "planning") need(state, "checkpointing");
      return scopeBusy(incident, event, nowMs, limits);
    case "checkpointed":
      return checkpointed(incident, event, need(state, "checkpointing").plan, nowMs);
    case "acted":
      need(state, "acting");
      return acted(incident, event, nowMs, limits);
    case "action refused":
      need(state, "acting");
      return actionRefused(incident, event, nowMs, limits);
    case "measured":
      if (state.name === "settling") return settled(incident, state, event.measurement, nowMs, limits);
      return evaluated(incident, need(state, "evaluating"), event.measurement, nowMs, limits);
    case "undone":
      need(state, "undoing");
      return undone(incident, event, nowMs, limits);
    case "undo impossible":
      need(state, "undoing");
      return undoImpossible(incident, event, nowMs);
    case "undo checked":
      return undoChecked(incident, event, need(state, "verifying_undo"), nowMs, limits);
    case "tidied":
      return tidied(incident, nowMs);
    case "failed":
      return workFailed(incident, event.reason, event.retryAfterMs, nowMs, limits);
    default:
      return event satisfies never;
  }
}

function need<N extends State["name"]>(state: State, name: N): Extract<State, { name: N }> {
  if (state.name !== name) throw new BrokenInvariant(`an event for ${name} came in ${state.name}`);
  return state as Extract<State, { name: N }>;
}

/** States in which nothing can have been written. In `acting` a write may be under way even when none is counted yet. */
function isBeforeWriting(incident: Incident): boolean {
  const { name } = incident.state;
  return (
    name === "opened" ||
    name === "observing" ||
    name === "diagnosing" ||
    name === "planning" ||
    name === "awaiting_approval" ||
    name === "checkpointing"
  );
}

function episodesChanged(incident: Incident, nowMs: number): Incident {
  if (isFiring(incident) || !isBeforeWriting(incident)) return incident;
  return resolvedBeforeWriting(incident, nowMs);
}

function personSaid(incident: Incident, what: "approved" | "rejected" | "aborted" | "acknowledged", by: string, nowMs: number): Incident {
  const { state } = incident;
  if (what === "acknowledged") {
    if (state.name !== "closed" || state.outcome !== "stuck" || state.acknowledged) return incident;
    const { outcome, reason, byHand } = state;
    return say(enter(incident, { name: "closing", outcome, reason, byHand }), nowMs, `Acknowledged by ${by}: the scope is free again.`);
  }
  if (state.name === "awaiting_approval" && what === "approved" && nowMs < state.expiresAtMs) {
    return say(enter(incident, { name: "checkpointing", plan: state.plan }), nowMs, `Approved by ${by}.`);
  }
  if (what === "approved") return incident;
  if (isBeforeWriting(incident)) return stoppedByPerson(incident, by, nowMs);
  if (what !== "aborted") return incident;
  if (state.name === "acting" || state.name === "settling" || state.name === "evaluating")
    return abort(changeAttempt(incident, { stoppedBy: by }), "inconclusive", `stopped by ${by}`, nowMs);
  return state.name === "undoing" || state.name === "verifying_undo" ? changeAttempt(incident, { stoppedBy: by }) : incident;
}

function tidied(incident: Incident, nowMs: number): Incident {
  const { outcome, reason, byHand } = need(incident.state, "closing");
  return enter(incident, { name: "closed", outcome, reason, byHand, endedAtMs: nowMs, acknowledged: true });
}

/** Failures in a row that are more than a hiccup. */
const failuresToTell = 3;

/** A port failed. Before writing: until time is up. In flight: then undo. Undoing: for as long as it takes. */
function workFailed(incident: Incident, reason: string, retryAfterMs: number | undefined, nowMs: number, limits: Limits): Incident {
  const failures = incident.failures + 1;
  // No server's Retry-After may keep an undo waiting for longer than our own longest pause.
  const pauseMs = Math.min(Math.max(limits.retryMs * 2 ** Math.min(failures - 1, 10), retryAfterMs ?? 0), limits.retryMaxMs);
  const retrying: Incident = { ...incident, failures, waitUntilMs: nowMs + pauseMs };
  const told =
    failures === failuresToTell ? say(retrying, nowMs, `Having trouble (${incident.state.name}): ${reason}. Trying again.`) : retrying;
  const { state } = incident;
  const outOfTime = isOutOfTime(incident, nowMs, limits);
  if (isBeforeWriting(incident)) return outOfTime ? closeByHistory(incident, nowMs, reason) : told;
  if (state.name === "acting" && (outOfTime || isHalfDone(told, nowMs, limits))) return abort(incident, "inconclusive", reason, nowMs);
  if ((state.name === "settling" || state.name === "evaluating") && nowMs >= state.deadlineMs)
    return abort(incident, "inconclusive", reason, nowMs);
  return told;
}

/** Part of a plan is written and the rest cannot be: nobody measures meanwhile, so it may not last. */
function isHalfDone(incident: Incident, nowMs: number, limits: Limits): boolean {
  const { state, failures } = incident;
  const sinceMs = attemptOf(incident)?.startedAtMs ?? nowMs;
  return state.name === "acting" && state.nextAction > 0 && failures >= failuresToTell && nowMs - sinceMs >= limits.graceMs;
}
