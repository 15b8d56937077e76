/** PURE. What twenty writes and their undo cost, and what that is held to. */
import type { Check } from "./report.ts";
import { median } from "./statistics.ts";
import type { TransactionRound } from "./transaction.ts";

export interface TransactionReport {
  readonly checks: readonly Check[];
  /** Medians, in ms. */
  readonly engineMs: number;
  readonly bareMs: number;
  readonly scriptMs: number;
  readonly requests: number;
  readonly processes: number;
  readonly rounds: readonly TransactionRound[];
}

const timesFasterMin = 5;
const bareRatioMax = 1.5;

export function transactionReport(rounds: readonly TransactionRound[]): TransactionReport {
  const pairs = rounds.flatMap((round) => round.pairs);
  const faster = median(rounds.map((round) => round.scriptMs / median(round.pairs.map(({ engineMs }) => engineMs))));
  const dearer = median(pairs.map(({ engineMs, bareMs }) => engineMs / bareMs));
  return {
    checks: [
      {
        name: "20 writes and their undo, times faster than a careful kubectl script",
        value: rounded(faster),
        bound: `>= ${timesFasterMin}`,
        ok: faster >= timesFasterMin,
      },
      {
        name: "20 writes and their undo, share of the time of the same API requests sent bare",
        value: rounded(dearer),
        bound: `<= ${bareRatioMax}`,
        ok: dearer <= bareRatioMax,
      },
    ],
    engineMs: median(pairs.map(({ engineMs }) => engineMs)),
    bareMs: median(pairs.map(({ bareMs }) => bareMs)),
    scriptMs: median(rounds.map(({ scriptMs }) => scriptMs)),
    requests: median(pairs.map(({ requests }) => requests)),
    processes: median(rounds.map(({ processes }) => processes)),
    rounds,
  };
}

export function printTransactionReport(report: TransactionReport, print: (line: string) => void): void {
  const { engineMs, bareMs, scriptMs, requests, processes, rounds, checks } = report;
  const ratios = rounds.flatMap((round) => round.pairs.map((pair) => (pair.engineMs / pair.bareMs).toFixed(2)));
  print("20 writes on 5 objects and their undo, proven and tidied up; medians");
  print(`  through the engine     ${engineMs.toFixed(0).padStart(6)} ms   ${requests} API requests, SQLite ledger`);
  print(`  the same sent bare     ${bareMs.toFixed(0).padStart(6)} ms   one after the other over one kept connection`);
  print(`  a kubectl script       ${scriptMs.toFixed(0).padStart(6)} ms   ${processes} processes: get, dry run, patch, verify`);
  print(`  engine to bare, pair by pair: ${ratios.join(" ")}`);
  print("");
  for (const { name, value, bound, ok } of checks) print(`${ok ? "ok    " : "MISSED"} ${name}: ${value} (${bound})`);
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
