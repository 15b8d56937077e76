/** PURE. The incident as people are told about it: in Slack, over HTTP, in the log. */
import { asKubectl } from "../action/catalogue.ts";
import { nameOf } from "../kubernetes/object.ts";
import type { AttemptReport, IncidentReport } from "../notifier/message.ts";
import { alertsOf } from "../transaction/incident.ts";
import type { Attempt, Incident } from "../transaction/incident.ts";
import { muOfSample } from "../transaction/verdict.ts";

export function reportOf(incident: Incident): IncidentReport {
  const { state } = incident;
  const over = state.name === "closed" || state.name === "closing" ? state : undefined;
  return {
    incidentId: incident.id,
    cluster: incident.cluster,
    subject: incident.subject === undefined ? incident.subjectKey : nameOf(incident.subject),
    alerts: [...new Set(alertsOf(incident).map((episode) => episode.name))],
    state: state.name,
    outcome: over?.outcome,
    outcomeReason: over?.reason,
    diagnosis: incident.diagnosis,
    attempts: incident.attempts.map(reportAttempt),
    visiblePath: incident.visiblePath.map(({ atMs, mu }) => ({ atMs, mu: mu ?? undefined })),
    byHand: over?.byHand ?? [],
    openedAtMs: incident.openedAtMs,
    endedAtMs: state.name === "closed" ? state.endedAtMs : undefined,
  };
}

function reportAttempt(attempt: Attempt): AttemptReport {
  return {
    attempt: attempt.number,
    intent: attempt.plan.intent,
    actions: attempt.plan.actions.map(asKubectl),
    verdict: attempt.verdict,
    ending: attempt.ending,
    reason: attempt.reason,
    hiddenPath: attempt.samples.map((sample) => ({ atMs: sample.atMs, mu: muOfSample(sample) })),
  };
}
