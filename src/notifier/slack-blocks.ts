/**
 * PURE. The report as Slack blocks: outcome first, then what a person must do, then what was seen, thought and tried.
 * Keeps to Slack's limits by leaving things out and saying so; what a person must type goes last.
 */
import type { ContextBlock, HeaderBlock, KnownBlock, SectionBlock } from "@slack/types";
import type { AttemptReport, IncidentReport } from "./message.ts";
import { escapeMrkdwn, fence, inlineCode, joinWithin, prose } from "./mrkdwn.ts";
import { printHiddenPath, printVisiblePath } from "./severity-path.ts";
import { attemptTitle, headline, meaning, oneLine, plural, printDuration, shorten } from "./wording.ts";

export interface SlackText {
  /** What a phone shows as notification. mrkdwn. */
  readonly text: string;
  readonly blocks: readonly KnownBlock[];
}

/** docs.slack.dev: 3000 characters a section; a little less, so that no miscount matters. */
const SECTION_MAX = 2900;
const HEADER_MAX = 150;
const ATTEMPT_MIN = 400;
const ATTEMPTS_MAX = 8;
/**
 * Slack refuses messages (msg_blocks_too_long) from about 13,200 characters on by a count it does not document
 * (github.com/slackapi/bolt-js/issues/2509, 2867: once at 11,341 of text). Counted here as JSON, the highest way to count.
 */
const BLOCKS_JSON_MAX = 11_000;
/** Tried in turn until the blocks fit: attempts give way before what a person must type. */
const SHARES = [
  { byHand: 2 * SECTION_MAX, attempts: 5500 },
  { byHand: 2 * SECTION_MAX, attempts: 3000 },
  { byHand: 2 * SECTION_MAX, attempts: 1200 },
  { byHand: SECTION_MAX, attempts: 600 },
  { byHand: 1400, attempts: 400 },
] as const;

/** The whole story, within Slack's limits for one message. */
export function slackMessage(report: IncidentReport): SlackText {
  const first = headline(report, HEADER_MAX);
  const why = report.outcomeReason === undefined ? "" : `. ${report.outcomeReason}`;
  const text = prose(`${first}${why}`, 500);
  let blocks: KnownBlock[] = [];
  for (const share of SHARES) {
    blocks = blocksWithin(report, share);
    if (JSON.stringify(blocks).length <= BLOCKS_JSON_MAX) break;
  }
  return { text, blocks };
}

/** What is new, one line each, as one message in a thread. `first` is the headline when the message must stand alone. */
export function slackThreadLines(news: readonly string[], first?: string): SlackText {
  const lines = news.map((line) => prose(line, 600));
  const told = joinWithin(newestWithin(lines, SECTION_MAX - 400), SECTION_MAX - 300, "line");
  const text = [...(first === undefined ? [] : [`*${prose(first, 200)}*`]), ...(told === "" ? [] : [told])].join("\n") || "No news.";
  return { text: first === undefined ? (lines.at(-1) ?? "No news.") : prose(first, 200), blocks: [section(text)] };
}

function blocksWithin(report: IncidentReport, share: { readonly byHand: number; readonly attempts: number }): KnownBlock[] {
  return [
    header(headline(report, HEADER_MAX)),
    ...outcomeSection(report),
    ...byHandSections(report, share.byHand),
    section(seen(report)),
    ...diagnosisSection(report),
    ...attemptSections(report, share.attempts),
    footer(report),
  ];
}

function outcomeSection(report: IncidentReport): SectionBlock[] {
  const lines = [
    ...(meaning(report) === undefined ? [] : [`*${meaning(report)}*`]),
    ...(report.outcomeReason === undefined ? [] : [prose(report.outcomeReason, 900)]),
  ];
  return lines.length === 0 ? [] : [section(lines.join("\n"))];
}

function byHandSections(report: IncidentReport, lengthMax: number): SectionBlock[] {
  if (report.byHand.length === 0) return [];
  const sections: SectionBlock[] = [];
  let rest = report.byHand;
  for (let left = lengthMax; rest.length > 0 && left >= 400; left -= SECTION_MAX) {
    const fenced = fence(rest, Math.min(left, SECTION_MAX) - 250);
    const last = left < SECTION_MAX + 400 || fenced.leftOut === 0 || fenced.text === "";
    const title = sections.length === 0 ? "*Do this by hand, in this order:*" : "*then:*";
    const remark = last && fenced.leftOut > 0 ? [leftOutByHand(fenced.leftOut, report)] : [];
    sections.push(section([title, ...(fenced.text === "" ? [] : [fenced.text]), ...remark].join("\n")));
    if (last) break;
    rest = rest.slice(rest.length - fenced.leftOut);
  }
  return sections;
}

function leftOutByHand(leftOut: number, report: IncidentReport): string {
  return `⚠️ Not all of it fits into Slack, ${plural(leftOut, "more line")}: take them from incident ${inlineCode(report.incidentId, 80)}.`;
}

function seen(report: IncidentReport): string {
  const alerts = report.alerts.slice(0, 10).map((alert) => inlineCode(alert, 120));
  const more = report.alerts.length > 10 ? ` and ${report.alerts.length - 10} more` : "";
  return [
    `*Alerts:* ${alerts.length === 0 ? "none" : alerts.join(" ")}${more}`,
    `*On:* ${inlineCode(report.subject, 200)} in cluster ${inlineCode(report.cluster, 100)}`,
    `*Severity* (before, then after each attempt)*:* ${printVisiblePath(report.visiblePath)}`,
  ].join("\n");
}

function diagnosisSection(report: IncidentReport): SectionBlock[] {
  if (report.diagnosis.length === 0) return [];
  const lines = report.diagnosis.map((line) => `• ${prose(line, 300)}`);
  return [section(joinWithin(["*Diagnosis:*", ...lines], 1400, "finding"))];
}

function attemptSections(report: IncidentReport, lengthMax: number): SectionBlock[] {
  if (report.attempts.length === 0) return [];
  const count = Math.min(report.attempts.length, ATTEMPTS_MAX, Math.max(1, Math.floor(lengthMax / ATTEMPT_MIN)));
  const shown = report.attempts.slice(-count);
  const each = Math.min(SECTION_MAX, Math.floor(lengthMax / count));
  const earlier = report.attempts.length - count;
  return [
    ...(earlier === 0 ? [] : [section(`… ${plural(earlier, "earlier attempt")} left out`)]),
    ...shown.map((attempt) => section(attemptText(attempt, report, each))),
  ];
}

function attemptText(attempt: AttemptReport, report: IncidentReport, lengthMax: number): string {
  const tight = Math.floor(lengthMax / 4);
  const before = [`*${attemptTitle(attempt, report)}*`, prose(attempt.intent, Math.min(250, tight))];
  const after = [
    ...(attempt.reason === undefined ? [] : [`Why: ${prose(attempt.reason, Math.min(300, tight))}`]),
    ...(attempt.hiddenPath.length === 0 ? [] : [`Severity during it: ${printHiddenPath(attempt.hiddenPath)}`]),
  ];
  const used = [...before, ...after].join("\n").length;
  const room = lengthMax - used - 50;
  const actions = attempt.actions.map((action) => shorten(oneLine(action), Math.min(300, Math.floor(room / 3))));
  const fenced = fence(actions, room);
  const remark = fenced.leftOut === 0 ? [] : [`… ${plural(fenced.leftOut, "more action")} left out`];
  return [...before, ...(fenced.text === "" ? [] : [fenced.text]), ...remark, ...after].join("\n");
}

function footer(report: IncidentReport): ContextBlock {
  const opened = new Date(report.openedAtMs).toISOString();
  const time = `<!date^${Math.floor(report.openedAtMs / 1000)}^{date_short_pretty} {time_secs}|${opened}>`;
  const state = report.outcome === undefined ? `now ${prose(report.state.replaceAll("_", " "), 60)}` : undefined;
  const took = report.endedAtMs === undefined ? undefined : `took ${printDuration(report.endedAtMs - report.openedAtMs)}`;
  const parts = [`Opened ${time}`, took, state, `incident ${inlineCode(report.incidentId, 120)}`];
  const text = parts.filter((part) => part !== undefined).join(" · ");
  return { type: "context", elements: [{ type: "mrkdwn", text, verbatim: true }] };
}

/** The newest lines that fit: after a long outage what happened last matters most. */
function newestWithin(lines: readonly string[], lengthMax: number): readonly string[] {
  let used = 0;
  let from = lines.length;
  while (from > 0 && used + (lines[from - 1]?.length ?? 0) + 1 <= lengthMax) {
    from -= 1;
    used += (lines[from]?.length ?? 0) + 1;
  }
  return from === 0 ? lines : [`… ${plural(from, "earlier line")} left out`, ...lines.slice(from)];
}

function header(text: string): HeaderBlock {
  const escaped = escapeMrkdwn(text);
  return {
    type: "header",
    text: { type: "plain_text", text: escaped.length <= HEADER_MAX ? escaped : prose(text, HEADER_MAX), emoji: false },
  };
}

/** `verbatim`: Slack must not turn plain `@channel`, names or addresses into mentions and links. */
function section(text: string): SectionBlock {
  return { type: "section", text: { type: "mrkdwn", text, verbatim: true } };
}
