/** PURE. What a run is held to, and how it is told. */
import { ratioOf } from "./compare.ts";
import type { Comparison } from "./compare.ts";
import type { FloodResult } from "./flood.ts";
import type { Speed } from "./statistics.ts";

export interface Check {
  readonly name: string;
  readonly value: number;
  /** `>= 0.7` */
  readonly bound: string;
  readonly ok: boolean;
}

const ratioMin = 0.7;
const p99MsMax = 50;
/** From the end of the first third to the end of the last. */
const growthShareMax = 0.1;

export function checksOf(comparisons: readonly Comparison[], flood: FloodResult): readonly Check[] {
  return [
    ...comparisons.flatMap(({ ledger, door, freshRatios, knownRatios }) => [
      atLeast(`new alerts, share of the bare handler's throughput (${ledger}, ${door})`, ratioOf(freshRatios), ratioMin),
      atLeast(`known alerts, share of the bare handler's throughput (${ledger}, ${door})`, ratioOf(knownRatios), ratioMin),
    ]),
    below("flood: p99 in ms", flood.p99Ms, p99MsMax),
    none("flood: answers other than 202", flood.refused),
    none("flood: alerts lost", flood.lost),
    none("flood: alerts or incidents doubled", flood.doubled),
    none("flood: subjects without an incident", flood.unopened),
    below("flood: memory growth from the first third to the last, share of RSS", growthOf(flood), growthShareMax),
  ];
}

export function printReport(
  comparisons: readonly Comparison[],
  flood: FloodResult,
  checks: readonly Check[],
  print: (line: string) => void,
): void {
  print("POST /alerts beside a bare handler; medians of the rounds, 16 in flight");
  print(row("ledger", "door", "handler", "requests/s", "p50 ms", "p99 ms", "ratio by round"));
  for (const { ledger, door, bare, fresh, known, freshRatios, knownRatios } of comparisons) {
    print(speedRow(ledger, door, "bare", bare, []));
    print(speedRow(ledger, door, "new alerts", fresh, freshRatios));
    print(speedRow(ledger, door, "known alerts", known, knownRatios));
  }
  const megabytes = flood.memory.map(({ rssBytes, heapBytes }) => `${mebi(rssBytes)} (${mebi(heapBytes)})`).join(", ");
  print("");
  print(`Flood of ${flood.seconds} s: ${flood.alerts} alerts about ${flood.subjects} subjects in ${flood.deliveries} deliveries`);
  print(`  p50 ${flood.p50Ms.toFixed(1)} ms, p99 ${flood.p99Ms.toFixed(1)} ms, runner on: ${flood.incidents} incidents`);
  print(`  RSS (heap) in MiB, before and at the thirds: ${megabytes}`);
  print("");
  for (const { name, value, bound, ok } of checks) print(`${ok ? "ok    " : "MISSED"} ${name}: ${rounded(value)} (${bound})`);
}

function growthOf({ memory }: FloodResult): number {
  const [, first, , last] = memory;
  return first === undefined || last === undefined ? Infinity : last.rssBytes / first.rssBytes - 1;
}

function atLeast(name: string, value: number, bound: number): Check {
  return { name, value: rounded(value), bound: `>= ${bound}`, ok: value >= bound };
}

function below(name: string, value: number, bound: number): Check {
  return { name, value: rounded(value), bound: `< ${bound}`, ok: value < bound };
}

function none(name: string, value: number): Check {
  return { name, value, bound: "= 0", ok: value === 0 };
}

function speedRow(ledger: string, door: string, handler: string, speed: Speed, ratios: readonly number[]): string {
  const told = ratios.map((ratio) => ratio.toFixed(2)).join(" ");
  return row(ledger, door, handler, speed.perSecond.toFixed(0), speed.p50Ms.toFixed(2), speed.p99Ms.toFixed(2), told);
}

function row(...[ledger = "", door = "", handler = "", perSecond = "", p50 = "", p99 = "", ratios = ""]: readonly string[]): string {
  const texts = `${ledger.padEnd(9)} ${door.padEnd(11)} ${handler.padEnd(13)}`;
  return `${texts}${perSecond.padStart(11)}${p50.padStart(9)}${p99.padStart(9)}   ${ratios}`.trimEnd();
}

function mebi(bytes: number): string {
  return (bytes / 1_048_576).toFixed(0);
}

function rounded(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}
