/**
 * PURE. Slack's mrkdwn, made so that text from outside (alert labels, log lines, a model) can neither ping a channel, forge a
 * link nor break out of a code fence, and so that every piece keeps to a length. Lengths are of the escaped text, as
 * Slack counts it.
 */
import { oneLine, plural } from "./wording.ts";

const FENCE = "```";
/** Looks like a backtick, is none to Slack, and means nothing to a shell. */
const LOOKALIKE = "ˋ";

/** Slack's three control characters (docs.slack.dev: formatting message text); without them nothing is a mention or a link. */
export function escapeMrkdwn(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** One line of prose, at most `lengthMax` characters after escaping; a cut says how much it left out. */
export function prose(text: string, lengthMax: number): string {
  return cutEscaped(
    oneLine(text).replaceAll(/`{2,}/g, (run) => LOOKALIKE.repeat(run.length)),
    lengthMax,
  );
}

/** One `inline code`. */
export function inlineCode(text: string, lengthMax: number): string {
  return `\`${cutEscaped(oneLine(text).replaceAll("`", LOOKALIKE), lengthMax - 2) || " "}\``;
}

/** What a fence shows, and how many of the lines it had to leave out. */
export interface Fenced {
  readonly text: string;
  readonly leftOut: number;
}

/**
 * A code fence of whole lines from the first on. It stops at the first line that does not fit rather than skip or cut it:
 * half a command, or a list with a hole, must not be pasted into a shell.
 */
export function fence(lines: readonly string[], lengthMax: number): Fenced {
  const shown: string[] = [];
  let used = 2 * FENCE.length + 1;
  for (const line of lines) {
    const escaped = escapeMrkdwn(oneLine(line).replaceAll(/`{3,}/g, (run) => LOOKALIKE.repeat(run.length)));
    if (used + escaped.length + 1 > lengthMax) break;
    used += escaped.length + 1;
    shown.push(escaped);
  }
  return { text: shown.length === 0 ? "" : `${FENCE}\n${shown.join("\n")}\n${FENCE}`, leftOut: lines.length - shown.length };
}

/** Lines joined while they fit, then a plain remark about the rest. The lines are mrkdwn already. */
export function joinWithin(lines: readonly string[], lengthMax: number, what: string): string {
  const whole = lines.join("\n");
  if (whole.length <= lengthMax) return whole;
  const shown: string[] = [];
  let used = 0;
  for (const line of lines) {
    if (used + line.length + 1 > lengthMax - 60) break;
    used += line.length + 1;
    shown.push(line);
  }
  return [...shown, `… ${plural(lines.length - shown.length, `more ${what}`)} left out`].join("\n");
}

function cutEscaped(text: string, lengthMax: number): string {
  const whole = escapeMrkdwn(text);
  if (whole.length <= lengthMax) return whole;
  const room = Math.max(0, lengthMax - `… (+${text.length} characters)`.length);
  let kept = "";
  let shown = 0;
  for (const character of text) {
    const escaped = escapeMrkdwn(character);
    if (kept.length + escaped.length > room) break;
    kept += escaped;
    shown += character.length;
  }
  return `${kept}… (+${text.length - shown} characters)`;
}
