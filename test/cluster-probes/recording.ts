/** What a real API server came to for every probe: one line a probe, in a file that a person can compare line by line. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Outcome } from "./outcome.ts";

export interface Recorded {
  readonly case: string;
  readonly probe: string;
  readonly outcome: Outcome;
}

export interface Recording {
  /** Of the API server. */
  readonly version: string;
  readonly probes: readonly Recorded[];
}

export const recordingPath = join(import.meta.dirname, "..", "fixtures", "cluster-probes.jsonl");

export function writeRecording({ version, probes }: Recording): void {
  const lines = [JSON.stringify({ version }), ...probes.map((one) => JSON.stringify(one))];
  writeFileSync(recordingPath, `${lines.join("\n")}\n`);
}

export function readRecording(): Recording {
  const [head = "{}", ...lines] = readFileSync(recordingPath, "utf8").trimEnd().split("\n");
  const { version } = JSON.parse(head) as { version: string };
  return { version, probes: lines.map((line) => JSON.parse(line) as Recorded) };
}
