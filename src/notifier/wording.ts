/**
 * PURE. The sentences a person on call reads, without any markup: what is it, is it over, must I get up. The outcome
 * always comes first. Text from outside is made one harmless line here, but not escaped: that is each markup's own.
 */
import type { AttemptReport, IncidentReport } from "./message.ts";
import { printSeverity } from "./severity-path.ts";

type Outcome = NonNullable<IncidentReport["outcome"]>;

const OUTCOMES: Record<Outcome, { readonly mark: string; readonly title: string; readonly meaning: string }> = {
  mitigated: { mark: "✅", title: "Mitigated", meaning: "Fixed, and the fix held while it was watched." },
  improved: { mark: "🟡", title: "Improved, not over", meaning: "Better than before, but not over. Please look." },
  restored: {
    mark: "↩️",
    title: "Not fixed, all put back",
    meaning: "Every change was undone, and that was checked. The problem may still be there: please look.",
  },
  no_action: {
    mark: "⚪",
    title: "Nothing was changed",
    meaning: "Nothing was changed in the cluster. The problem may still be there: please look.",
  },
  self_resolved: { mark: "✅", title: "Resolved by itself", meaning: "The problem went away by itself." },
  stuck: { mark: "🆘", title: "A person is needed", meaning: "Stratus has stopped and does nothing more here. Please take over." },
};

const VERDICTS: Record<NonNullable<AttemptReport["verdict"]>, string> = {
  resolved: "resolved",
  improved: "improved",
  unchanged: "changed nothing",
  regressed: "made it worse",
  inconclusive: "could not be measured",
};

const ENDINGS: Record<NonNullable<AttemptReport["ending"]>, string> = {
  committed: "committed",
  undone: "undone, proven",
  "undo not proven": "undo NOT PROVEN",
};

/**
 * Any text as one visible line: white space becomes a space, and characters that steer a terminal or reorder text
 * (controls, bidi marks, zero widths) are printed as `[U+202E]`.
 */
export function oneLine(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[\s\u2028\u2029]+/gu, " ")
    .replaceAll(/[\p{Cc}\p{Cf}]/gu, (character) => `[U+${character.codePointAt(0)?.toString(16).toUpperCase().padStart(4, "0")}]`)
    .trim();
}

/** Whether a person must answer before anything happens. */
export function awaitsApproval(report: IncidentReport): boolean {
  return report.outcome === undefined && report.state === "awaiting_approval";
}

/** The first line: how it stands, what it is about, where. At most `lengthMax` UTF-16 units; the subject gives way. */
export function headline(report: IncidentReport, lengthMax = 150): string {
  const start = `${standing(report)}: `;
  const path = report.visiblePath;
  const first = path[0];
  const last = path.at(-1);
  const severity =
    first === undefined || last === undefined
      ? ""
      : path.length === 1
        ? `, severity ${printSeverity(first.mu)}`
        : `, severity ${printSeverity(first.mu)} → ${printSeverity(last.mu)}`;
  const where = oneLine(`${report.subject} on ${report.cluster}`);
  return `${start}${shorten(where, lengthMax - start.length - severity.length)}${severity}`;
}

function standing(report: IncidentReport): string {
  if (report.outcome !== undefined) return `${OUTCOMES[report.outcome].mark} ${OUTCOMES[report.outcome].title}`;
  const current = report.attempts.at(-1);
  if (awaitsApproval(report)) return "✋ Waiting for your approval";
  if (current === undefined) return "🚨 Incident, looking into it";
  if (current.ending === undefined) return `🔧 Attempt ${current.attempt} under way`;
  if (current.ending === "undo not proven") return `⚠️ Attempt ${current.attempt}: undo NOT PROVEN`;
  return `🔧 Attempt ${current.attempt} ${current.ending}, going on`;
}

/** What the outcome means for the reader; undefined while the incident is open. */
export function meaning(report: IncidentReport): string | undefined {
  if (report.outcome !== undefined) return OUTCOMES[report.outcome].meaning;
  return awaitsApproval(report) ? "Nothing is changed until somebody approves the plan below." : undefined;
}

/** `↩️ Attempt 1: made it worse → undone, proven`. */
export function attemptTitle(attempt: AttemptReport, report: IncidentReport): string {
  const verdict = attempt.verdict === undefined ? undefined : VERDICTS[attempt.verdict];
  if (attempt.ending !== undefined) {
    const mark = attempt.ending === "committed" ? "✅" : attempt.ending === "undone" ? "↩️" : "⚠️";
    return `${mark} Attempt ${attempt.attempt}: ${verdict === undefined ? "" : `${verdict} → `}${ENDINGS[attempt.ending]}`;
  }
  if (report.outcome !== undefined) {
    const proposed = report.outcome === "no_action" ? "proposed, not carried out" : "not finished";
    return `▫️ Attempt ${attempt.attempt}: ${verdict ?? proposed}`;
  }
  if (awaitsApproval(report)) return `✋ Attempt ${attempt.attempt}: waits for approval`;
  return `🔧 Attempt ${attempt.attempt}: ${verdict === undefined ? "under way" : `${verdict}, being ended`}`;
}

/** `45 s`, `4 min 12 s`, `2 h 5 min`. */
export function printDuration(durationMs: number): string {
  const seconds = Math.max(0, Math.round(durationMs / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** Cut with a dot-dot-dot, never inside a surrogate pair. */
export function shorten(text: string, lengthMax: number): string {
  if (text.length <= lengthMax) return text;
  return `${text.slice(0, Math.max(0, lengthMax - 1)).replace(/[\uD800-\uDBFF]$/, "")}…`;
}

/** `1 more line`, `3 more lines`. */
export function plural(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}
