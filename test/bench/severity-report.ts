/** PURE. What a measurement costs in clusters of three sizes, and what that is held to. */
import type { Check } from "./report.ts";
import type { SeverityRow } from "./severity.ts";
import { median } from "./statistics.ts";

export interface SeverityReport {
  readonly checks: readonly Check[];
  readonly rows: readonly SeverityRow[];
}

const wholeMsMax = 3_000;
const wholeMebibytesMax = 300;
/** Of bytes: names in another namespace are a character longer or shorter, and no more. */
const growthMax = 1.02;

export function severityReport(rows: readonly SeverityRow[]): SeverityReport {
  const [own, whole] = (["one namespace", "the whole cluster"] as const).map((scope) => rows.filter((row) => row.scope === scope));
  const [first, last] = [own?.[0], own?.at(-1)];
  const largest = whole?.at(-1);
  if (first === undefined || last === undefined || largest === undefined) throw new Error("nothing was measured");
  const [firstLook, lastLook] = [first.measured.recording, last.measured.recording];
  if (firstLook === undefined || lastLook === undefined) throw new Error("no recording was counted");
  const atMost = (name: string, value: number, max: number): Check => ({
    name,
    value: Math.round(value * 100) / 100,
    bound: `<= ${max}`,
    ok: value <= max,
  });
  return {
    checks: [
      atMost("one namespace, requests more than in the smallest cluster", last.measured.requests - first.measured.requests, 0),
      atMost("one namespace, bytes beside those in the smallest cluster", last.measured.bytes / first.measured.bytes, growthMax),
      atMost("known good of one namespace, requests more than in the smallest cluster", lastLook.requests - firstLook.requests, 0),
      atMost(`${largest.pods} pods, all measured, ms`, median(largest.measured.tookMs), wholeMsMax),
      atMost(`${largest.pods} pods, all measured, peak of the process in MiB`, largest.measured.peakBytes / 2 ** 20, wholeMebibytesMax),
      ...rows.map(({ pods, scope, measured }) => ({
        name: `${pods} pods, ${scope}: pods that it saw ready`,
        value: measured.readyPods,
        bound: `= ${scope === "one namespace" ? 100 : pods}`,
        ok: measured.readyPods === (scope === "one namespace" ? 100 : pods) && measured.mu === 0,
      })),
    ],
    rows,
  };
}

export function printSeverityReport({ rows, checks }: SeverityReport, print: (line: string) => void): void {
  print("one measurement of severity, capacity and endpoints from the API server; medians");
  for (const { pods, scope, measured } of rows) {
    const [took, mebibytes, peak] = [median(measured.tookMs), measured.bytes / 2 ** 20, measured.peakBytes / 2 ** 20];
    print(
      `  ${String(pods).padStart(6)} pods, ${scope.padEnd(17)} ${took.toFixed(0).padStart(6)} ms ${String(measured.requests).padStart(4)} requests ` +
        `${mebibytes.toFixed(2).padStart(7)} MiB read, at most ${peak.toFixed(0)} MiB of memory`,
    );
  }
  for (const { pods, measured } of rows) {
    if (measured.recording === undefined) continue;
    const { requests, bytes } = measured.recording;
    print(
      `  ${String(pods).padStart(6)} pods, keeping what is known good of one namespace: ${requests} requests, ${(bytes / 1_024).toFixed(0)} KiB a minute`,
    );
  }
  print("");
  for (const { name, value, bound, ok } of checks) print(`${ok ? "ok    " : "MISSED"} ${name}: ${value} (${bound})`);
}
