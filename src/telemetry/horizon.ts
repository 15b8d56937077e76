/**
 * PURE. How far a PromQL expression looks back: after a change it takes that long until what it answers speaks of the
 * time after the change only. An estimate from the text, never too short for what rules usually hold; no parser.
 */

const unitMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  y: 31_536_000_000,
};

/** Recording rules that read recording rules: deeper than this is not followed. */
const depthMax = 5;

/**
 * Milliseconds: the longest range selector, plus every subquery's range (they look back from inside one another), plus
 * the longest offset; of the recording rules that it names (`recording`: name -> expressions) as well, on top.
 */
export function horizonMs(promql: string, recording: ReadonlyMap<string, readonly string[]> = new Map(), depth = 0): number {
  const text = withoutStrings(promql);
  const brackets = [...text.matchAll(/\[([^\][:]*)(:?)[^\][]*\]/g)];
  const ranges = rangesMs(text);
  const subqueries = brackets.filter(([, , colon]) => colon === ":").map(([, range]) => durationMs(range ?? ""));
  const offsets = [...text.matchAll(/\boffset\s+([0-9a-z.]+)/gi)].map(([, offset]) => durationMs(offset ?? ""));
  const names = depth < depthMax && recording.size > 0 ? new Set(text.match(/[a-zA-Z_:][a-zA-Z0-9_:]*/g)) : new Set<string>();
  const expressions = [...names].flatMap((name) => recording.get(name) ?? []);
  const read = expressions.map((expression) => horizonMs(expression, recording, depth + 1));
  const subqueriesMs = subqueries.reduce((sum, range) => sum + range, 0);
  return Math.max(0, ...ranges) + subqueriesMs + Math.max(0, ...offsets) + Math.max(0, ...read);
}

/** Milliseconds of the shortest range selector, subqueries left out; undefined when there is none, or one is zero. */
export function shortestRangeMs(promql: string): number | undefined {
  const ranges = rangesMs(withoutStrings(promql));
  return ranges.length === 0 || ranges.includes(0) ? undefined : Math.min(...ranges);
}

function rangesMs(text: string): readonly number[] {
  return [...text.matchAll(/\[([^\][:]*)\]/g)].map(([, range]) => durationMs(range ?? ""));
}

function withoutStrings(promql: string): string {
  return promql.replace(/"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`[^`]*`|#.*/g, '""');
}

/** `1h30m`, or a number of seconds; 0 for what is neither. */
function durationMs(text: string): number {
  const trimmed = text.trim();
  if (/^[0-9.]+$/.test(trimmed)) return Number(trimmed) * 1000;
  const parts = [...trimmed.matchAll(/([0-9]+)(ms|s|m|h|d|w|y)/g)];
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * (unitMs[unit ?? ""] ?? 0), 0);
}
