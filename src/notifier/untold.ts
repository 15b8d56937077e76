/**
 * PURE. Which moment of an incident a person has not been told of yet, for adapters that cannot edit what they said: first
 * sight, a question to a person, the end of an attempt, the outcome. Everything else is noise at three in the morning.
 */
import type { AttemptReport, IncidentReport } from "./message.ts";
import type { MessageHandle } from "./notifier.ts";
import { awaitsApproval } from "./wording.ts";

export type Moment =
  | { readonly moment: "opened" }
  | { readonly moment: "approval" }
  | { readonly moment: "attempt ended"; readonly attempts: readonly AttemptReport[] }
  | { readonly moment: "over" };

/** The weightiest moment that the handle does not know; undefined when there is nothing worth a message. */
export function untold(report: IncidentReport, handle: MessageHandle | undefined): Moment | undefined {
  if (report.outcome !== undefined) return handle?.["outcome"] === report.outcome ? undefined : { moment: "over" };
  if (handle === undefined) return { moment: awaitsApproval(report) ? "approval" : "opened" };
  if (awaitsApproval(report) && handle["approval"] !== String(report.attempts.length)) return { moment: "approval" };
  const known = Number(handle["ended"] ?? 0);
  const attempts = ended(report).slice(Number.isInteger(known) && known >= 0 ? known : 0);
  return attempts.length === 0 ? undefined : { moment: "attempt ended", attempts };
}

/** What the handle must remember once the report was told. */
export function told(report: IncidentReport, handle: MessageHandle | undefined): MessageHandle {
  const approval = awaitsApproval(report) ? String(report.attempts.length) : handle?.["approval"];
  return {
    ended: String(ended(report).length),
    ...(approval === undefined ? {} : { approval }),
    ...(report.outcome === undefined ? {} : { outcome: report.outcome }),
  };
}

function ended(report: IncidentReport): readonly AttemptReport[] {
  return report.attempts.filter((attempt) => attempt.ending !== undefined);
}
