/**
 * Any notifier, told nothing that is a secret: an event may quote a password, and the kubectl line of a change says the value
 * that is put back. The whole story, as it is, stays behind the door of GET /incidents.
 */
import type { Redactor } from "../redaction/redaction.ts";
import type { AttemptReport, IncidentReport } from "./message.ts";
import type { NotifierPort } from "./notifier.ts";

/** `redactorFor`: the one of an incident, by its id. */
export function redactedNotifier(notifier: NotifierPort, redactorFor: (incidentId: string) => Redactor): NotifierPort {
  return {
    name: notifier.name,
    async notify({ report, news, handle }) {
      const { text } = redactorFor(report.incidentId);
      const all = (lines: readonly string[]): Promise<readonly string[]> => Promise.all(lines.map(text));
      return notifier.notify({ report: await redacted(report, text, all), news: await all(news), handle });
    },
  };
}

type Text = Redactor["text"];
type Texts = (lines: readonly string[]) => Promise<readonly string[]>;

async function redacted(report: IncidentReport, text: Text, all: Texts): Promise<IncidentReport> {
  return {
    ...report,
    subject: await text(report.subject),
    alerts: await all(report.alerts),
    outcomeReason: report.outcomeReason === undefined ? undefined : await text(report.outcomeReason),
    diagnosis: await all(report.diagnosis),
    attempts: await Promise.all(report.attempts.map((attempt) => redactedAttempt(attempt, text, all))),
    byHand: await all(report.byHand),
  };
}

async function redactedAttempt(attempt: AttemptReport, text: Text, all: Texts): Promise<AttemptReport> {
  return {
    ...attempt,
    intent: await text(attempt.intent),
    actions: await all(attempt.actions),
    reason: attempt.reason === undefined ? undefined : await text(attempt.reason),
  };
}
