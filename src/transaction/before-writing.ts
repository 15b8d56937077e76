/** PURE. From the alert to the checkpoint: nothing has been written yet, so stopping is always safe. */
import { asKubectl } from "../action/catalogue.ts";
import { noticer } from "../severity/silent-trouble.ts";
import { needsWholeCluster } from "../action/policy.ts";
import { nameOf } from "../kubernetes/object.ts";
import type { IncidentEvent } from "./event.ts";
import { alertsOf, isByHand, isOnlySeen } from "./incident.ts";
import type { Attempt, Incident, StoredHypothesis } from "./incident.ts";
import type { Limits } from "./limits.ts";
import { ageMs, close, closeByHistory, closeResolved, enter, isOutOfTime, outOfTime, say, showSeverity } from "./step.ts";

type EventOf<T extends IncidentEvent["type"]> = Extract<IncidentEvent, { type: T }>;

/** Why a guess is not tried. */
export const untold = "severity is 0 and no source of alerts is configured: whether a change that is only a guess helps could not be told";

export function begun(incident: Incident, nowMs: number): Incident {
  const names = [...new Set(alertsOf(incident).map((episode) => episode.name))].join(", ");
  const asked = incident.episodes.flatMap((episode) => episode.asked ?? []);
  const lines = [
    ...(names === "" ? [] : [`${names} fires for ${incident.subjectKey}.`]),
    ...asked.map(({ by, words }) =>
      by === noticer
        ? `Noticed without an alert at ${incident.subjectKey}: ${words}.`
        : `Started by hand for ${incident.subjectKey}, by ${by}: "${words}"`,
    ),
  ];
  return lines.reduce((current, line) => say(current, nowMs, line), enter(incident, { name: "observing" }));
}

export function observed(incident: Incident, event: EventOf<"observed">, nowMs: number, limits: Limits): Incident {
  // Nothing resolved where nothing was wrong: somebody asked, and this is the answer.
  if (event.firing === "no" && isByHand(incident) && incident.attempts.length === 0) return close(incident, nowMs, "no_action", event.why);
  if (event.firing === "no") return closeResolved(incident, nowMs, event.why);
  const known: Incident = {
    ...incident,
    namespaces: [...event.namespaces],
    ...(event.subject === undefined ? {} : { subject: event.subject }),
  };
  if (event.namespaces.length === 0)
    return closeByHistory(known, nowMs, "the alerts name no namespace and no object, so there is nothing to look at");
  if (isOutOfTime(known, nowMs, limits)) return closeByHistory(known, nowMs, outOfTime(limits));
  return enter(known, { name: "diagnosing", ...(event.onlySeen === true ? { onlySeen: true } : {}) });
}

export function diagnosed(incident: Incident, event: EventOf<"diagnosed">, nowMs: number): Incident {
  const lines = event.hypotheses.map(describeHypothesis);
  const state = { name: "planning" as const, hypotheses: [...event.hypotheses], ...(isOnlySeen(incident) ? { onlySeen: true } : {}) };
  const next = enter({ ...incident, diagnosis: lines }, state);
  const [best] = event.hypotheses;
  // The same finding is told once, in whatever words it comes again: a container's reasons take turns.
  if (best === undefined || incident.diagnosis[0]?.startsWith(`${findingOf(best)}: `) === true) return next;
  return say(next, nowMs, `Diagnosis: ${lines[0]}`);
}

function findingOf({ cause, component, confidence }: StoredHypothesis): string {
  return `${cause} at ${nameOf(component)} (${Math.round(confidence * 100)} %)`;
}

function describeHypothesis(hypothesis: StoredHypothesis): string {
  return `${findingOf(hypothesis)}: ${hypothesis.evidence.join("; ")}`;
}

export function planned(incident: Incident, event: EventOf<"planned">, nowMs: number, limits: Limits): Incident {
  // While a scope is busy the same is planned again and again: each note is told once.
  const noted = event.notes
    .filter((note) => !incident.timeline.some((line) => line.text === note))
    .reduce((current, note) => say(current, nowMs, note), incident);
  const { plan } = event;
  if (plan === undefined)
    return mayRipen(incident, event, nowMs, limits) ? lookAgain(noted, nowMs, limits) : closeByHistory(noted, nowMs, event.why);
  const lines = plan.actions.map(asKubectl).join("; ");
  switch (event.mode) {
    case "observe":
      return close(
        noted,
        nowMs,
        "no_action",
        `${needsWholeCluster(plan) ? "what belongs to no namespace" : noted.namespaces.join(", ")} is in observe mode; it would have tried "${plan.intent}" with ${lines}`,
      );
    case "approve":
      return say(
        enter(noted, { name: "awaiting_approval", plan, expiresAtMs: nowMs + limits.approvalMs }),
        nowMs,
        `Asking for approval: ${plan.intent} (${lines}).`,
      );
    case "auto":
      return enter(noted, { name: "checkpointing", plan });
    default:
      return event.mode satisfies never;
  }
}

/** An alert may be faster than the evidence: a probe needs its failures, a pull its back-off. What was refused waits for better, too. */
function mayRipen(incident: Incident, event: EventOf<"planned">, nowMs: number, limits: Limits): boolean {
  if (event.final === true) return false;
  const hypotheses = incident.state.name === "planning" ? incident.state.hypotheses : [];
  if (event.notes.length > 0) return incident.attempts.length === 0 && ageMs(incident, nowMs) < limits.evidenceMs;
  return !isRipe(incident, hypotheses, nowMs, limits);
}

/** Whether what is known is all that there will be. */
export function isRipe(incident: Incident, hypotheses: readonly StoredHypothesis[], nowMs: number, limits: Limits): boolean {
  const useful = hypotheses.filter(({ guess }) => guess !== true || !isOnlySeen(incident));
  const something = useful.some(({ remedies }) => remedies.length > 0) || incident.attempts.length > 0;
  return something || ageMs(incident, nowMs) >= limits.evidenceMs;
}

function lookAgain(incident: Incident, nowMs: number, limits: Limits): Incident {
  const text = "No remedy is known for what is seen so far; looking again.";
  const waiting = enter(incident, { name: "observing" }, nowMs + limits.evidenceRetryMs);
  return incident.timeline.some((line) => line.text === text) ? waiting : say(waiting, nowMs, text);
}

export function scopeBusy(incident: Incident, event: EventOf<"scope busy">, nowMs: number, limits: Limits): Incident {
  if (isOutOfTime(incident, nowMs, limits))
    return closeByHistory(incident, nowMs, `incident ${event.holder} has held ${incident.namespaces.join(", ")} all the time`);
  const text = `Waiting: incident ${event.holder} is at work in ${incident.namespaces.join(", ")}.`;
  const waiting = enter(incident, { name: "observing" }, nowMs + limits.scopeRetryMs);
  return incident.timeline.at(-1)?.text === text ? waiting : say(waiting, nowMs, text);
}

export function checkpointed(incident: Incident, event: EventOf<"checkpointed">, plan: Attempt["plan"], nowMs: number): Incident {
  // A commit would prove nothing: whatever is done, severity is no higher afterwards.
  if (isByHand(incident) && event.checkpoint.mu === 0) return closeByHistory(incident, nowMs, "nothing that is measured is wrong any more");
  if (event.checkpoint.onlySeen === true && plan.seenAt === undefined) return closeByHistory(incident, nowMs, untold);
  const attempt: Attempt = {
    number: incident.attempts.length + 1,
    plan,
    startedAtMs: nowMs,
    checkpoint: event.checkpoint,
    writes: 0,
    transientBudget: 0,
    samples: [{ atMs: event.checkpoint.atMs, severity: event.severity, oraclesPass: false, phase: "checkpoint" }],
    oracles: [],
    foreign: [],
    remarks: [],
  };
  const begunAttempt = enter({ ...incident, attempts: [...incident.attempts, attempt] }, { name: "acting", nextAction: 0 });
  const shown = showSeverity(begunAttempt, event.checkpoint.atMs, event.checkpoint.mu);
  return say(shown, nowMs, `Attempt ${attempt.number}: ${plan.intent} Severity before: ${event.checkpoint.mu}.`);
}

/** The alerts have resolved by themselves: never start new work. */
export function resolvedBeforeWriting(incident: Incident, nowMs: number): Incident {
  return closeResolved(incident, nowMs, "the alerts have resolved");
}

export function stoppedByPerson(incident: Incident, by: string, nowMs: number): Incident {
  return closeByHistory(incident, nowMs, `stopped by ${by}`);
}

export function approvalExpired(incident: Incident, nowMs: number): Incident {
  return closeByHistory(incident, nowMs, "nobody approved the plan in time");
}
