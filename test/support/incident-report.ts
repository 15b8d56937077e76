/** Incident reports to tell, from small literals: the story of one Service whose image cannot be pulled. */
import type { AttemptReport, IncidentReport, SeverityPoint } from "../../src/notifier/message.ts";

const OPENED_AT_MS = 1_767_225_600_000;

export function pathOf(...values: readonly (number | undefined)[]): readonly SeverityPoint[] {
  return values.map((mu, at) => ({ atMs: OPENED_AT_MS + at * 10_000, mu }));
}

export function attemptOf(over: Partial<AttemptReport> = {}): AttemptReport {
  return {
    attempt: 1,
    intent: "Put the template of revision 8 back",
    actions: ["kubectl -n shop rollout undo deployment/payment --to-revision=8"],
    verdict: "unchanged",
    ending: "undone",
    reason: "Severity stayed at 6; a change that did nothing must not stay.",
    hiddenPath: pathOf(6, 9, 9, 6),
    ...over,
  };
}

export function reportOf(over: Partial<IncidentReport> = {}): IncidentReport {
  return {
    incidentId: "inc-7f3a",
    cluster: "prod-eu",
    subject: "Service shop/payment",
    alerts: ["ServiceHasNoEndpoints", "KubePodNotReady"],
    state: "observing",
    diagnosis: ["Deployment shop/payment cannot pull image registry/pay:v9"],
    attempts: [],
    visiblePath: pathOf(6),
    byHand: [],
    openedAtMs: OPENED_AT_MS,
    ...over,
  };
}
