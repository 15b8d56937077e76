/** PURE. Where the secrets of a text are. Spans do not overlap and come in order; the longer of two that do wins. */
import { randomIn } from "./random.ts";
import { shapes } from "./shapes.ts";
import type { Shape } from "./shapes.ts";
import { isTelling } from "./telling-name.ts";

export interface Span {
  readonly start: number;
  readonly end: number;
  readonly kind: string;
}

/**
 * `password=x`, `"password": "x"`, `:password=>"x"`, `--password x`. Groups: the name, then the value in one of four forms. What
 * opens with a quote of JSON inside of JSON closes with one. A quote that was cut off with its line is closed by the line's end.
 * Without quotes the value reaches to the next space: rather too much than a part of it.
 */
const assignment =
  /(?<![\w.-])(-{0,2}[A-Za-z][\w.-]{1,80})(?:\\?["'])?(?:\s{0,3}(?:=>?|:(?!\/\/))\s{0,3}|(?<=--[\w.-]{2,80})\s{1,3})(?:\\"((?:[^"\\\n]|\\(?!")[^\n])+)(?:\\?"|\\?(?=\n|$))|"((?:[^"\\\n]|\\[^\n])+)(?:"|\\?(?=\n|$))|\\?'([^'\\\n]+)(?:\\?'|\\?(?=\n|$))|((?:(?!<redacted:)[^\s"'`\\])+))/g;
/** One entry of an environment, in JSON or YAML, inside of a text. */
const entry =
  /\bname\\?["']?\s{0,3}:\s{0,3}\\?["']?([\w.-]{2,80})\\?["']?,?\s{1,40}?-?\s{0,40}\\?["']?value\\?["']?\s{0,3}:\s{0,3}(?:\\?"([^"\\\n]+)|'([^'\n]+)|([^\s"',}]+))/g;
const entryInOneLine = /\bname\\?":\s?\\?"([\w.-]{2,80})\\?",\s?\\?"value\\?":\s?\\?"([^"\\\n]+)/g;
const marker = /<redacted:[a-z-]+:[0-9a-f]{8}>/g;

/** `more`: besides those of credentials. */
export function secretsIn(text: string, more: readonly Shape[] = []): readonly Span[] {
  const markers = spansOf(text, marker, "marker");
  const found = [...shaped(text, shapes), ...shaped(text, more), ...assigned(text), ...randomIn(text)];
  return apart(found.filter(({ start, end }) => end > start && !markers.some((each) => start < each.end && each.start < end)));
}

function shaped(text: string, of: readonly Shape[]): Span[] {
  return of.flatMap(({ kind, pattern }) => spansOf(text, pattern, kind));
}

/** Of a pattern with groups, the first that matched; otherwise the whole. */
function spansOf(text: string, pattern: RegExp, kind: string): Span[] {
  return [...text.matchAll(pattern)].flatMap((hit) => {
    const group = hit.slice(1).find((each) => each !== undefined);
    const secret = group ?? hit[0];
    const start = hit.index + hit[0].lastIndexOf(secret);
    return secret === "" ? [] : [{ start, end: start + secret.length, kind }];
  });
}

/** A value that is another name (`<nil>`, `true`, `null`) hides nothing, nor does MySQL's `(using password: YES)`. */
const nothing =
  /^(?:true|false|yes|no|null|nil|none|undefined|invalid|required|missing|expired|not|is|and|or|must|\*+|""|\d{1,2})[).,;]{0,2}$/i;

/** A part of every telling name (telling-name.ts): most texts have none, and to look is ten times as fast. */
const mayTell = /pass|pw|secret|token|key|cred|auth|cookie|dsn|jwt|conn\w{0,20}.?string/i;

function assigned(text: string): Span[] {
  if (!mayTell.test(text)) return [];
  return [assignment, entry, entryInOneLine].flatMap((pattern) => {
    const found: Span[] = [];
    const scan = new RegExp(pattern);
    for (let hit = scan.exec(text); hit !== null; hit = scan.exec(text)) {
      const [all, name = ""] = hit;
      const value = hit.slice(2).find((each) => each !== undefined) ?? "";
      if (isTelling(name) && !nothing.test(value)) {
        const start = hit.index + all.lastIndexOf(value);
        found.push({ start, end: start + value.length, kind: "value" });
        // What follows the name of something harmless may be a name itself: `--from-literal=password=x`.
      } else scan.lastIndex = hit.index + all.indexOf(name) + Math.max(1, name.length);
    }
    return found;
  });
}

function apart(spans: readonly Span[]): readonly Span[] {
  const sorted = spans.toSorted((left, right) => left.start - right.start || right.end - left.end);
  const result: Span[] = [];
  for (const span of sorted) {
    const last = result.at(-1);
    if (last === undefined || span.start >= last.end) result.push(span);
    // What begins inside of another and reaches beyond it is one secret with it. The end of a password and a host,
    // `postgres://app:x@db.shop`, only look like an address.
    else if (span.end > last.end && !(last.kind === "url" && span.kind === "email")) result[result.length - 1] = { ...last, end: span.end };
  }
  return result;
}
