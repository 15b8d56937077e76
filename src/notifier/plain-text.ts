/** PURE. The report as plain lines without markup: for a log, and for Slack when it will not take the blocks. */
import type { IncidentReport } from "./message.ts";
import { printHiddenPath, printVisiblePath } from "./severity-path.ts";
import { attemptTitle, headline, meaning, oneLine, printDuration, shorten } from "./wording.ts";

const LINE_MAX = 2000;

/** The whole story, outcome first. Lines to be typed by hand are never cut; others are, at 2000 characters. */
export function plainLines(report: IncidentReport): readonly string[] {
  const told = meaning(report);
  return [
    headline(report, 300),
    ...(told === undefined ? [] : [told]),
    ...(report.outcomeReason === undefined ? [] : [line(report.outcomeReason)]),
    ...(report.byHand.length === 0 ? [] : ["Do this by hand, in this order:"]),
    ...report.byHand.map((command) => `  ${oneLine(command)}`),
    line(`Alerts: ${report.alerts.length === 0 ? "none" : report.alerts.join(", ")}`),
    `Severity (before, then after each attempt): ${printVisiblePath(report.visiblePath)}`,
    ...report.diagnosis.map((finding) => line(`Diagnosis: ${finding}`)),
    ...report.attempts.flatMap((attempt) => [
      line(`${attemptTitle(attempt, report)}: ${attempt.intent}`),
      ...attempt.actions.map((action) => `  ${line(action)}`),
      ...(attempt.reason === undefined ? [] : [`  Why: ${line(attempt.reason)}`]),
      ...(attempt.hiddenPath.length === 0 ? [] : [`  Severity during it: ${printHiddenPath(attempt.hiddenPath)}`]),
    ]),
    ...(report.endedAtMs === undefined ? [] : [`Took ${printDuration(report.endedAtMs - report.openedAtMs)}.`]),
  ];
}

function line(text: string): string {
  return shorten(oneLine(text.slice(0, LINE_MAX + 1)), LINE_MAX);
}
