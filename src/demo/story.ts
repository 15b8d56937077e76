/** PURE. An incident as a readable timeline with its severity path. */
import { isJsonArray, isJsonObject, valueAt } from "../kubernetes/json.ts";
import type { Json, JsonObject } from "../kubernetes/json.ts";

const barMax = 20;

export function tellStory(incident: JsonObject, startMs: number): string[] {
  const timeline = listAt(incident, "/timeline").map((line) => ({ atMs: numberAt(line, "/atMs"), text: textAt(line, "/text") }));
  const samples = listAt(incident, "/attempts").flatMap((attempt) =>
    listAt(attempt, "/hiddenPath").map((point) => ({ atMs: numberAt(point, "/atMs"), text: severityLine(valueAt(point, "/mu")) })),
  );
  const story = [...timeline, ...withoutRepeats(samples)].toSorted((left, right) => left.atMs - right.atMs);
  const visible = listAt(incident, "/visiblePath").map((point) => String(numberAt(point, "/mu")));
  return [
    ...story.flatMap(({ atMs, text }) => wrap(`${clock(atMs - startMs)}  `, text)),
    "",
    `Outcome: ${textAt(incident, "/outcome")}. Severity at the ends of transactions (never rises): ${visible.join(" -> ")}.`,
  ];
}

function severityLine(mu: Json | undefined): string {
  if (typeof mu !== "number") return `  severity ${mu === "infinite" ? "infinite" : "unknown"}`;
  return `  severity ${String(mu).padStart(2)} ${"#".repeat(Math.min(mu, barMax))}`;
}

function withoutRepeats<T extends { readonly text: string }>(samples: readonly T[]): T[] {
  return samples.filter((sample, index) => sample.text !== samples[index - 1]?.text);
}

function clock(elapsedMs: number): string {
  const seconds = Math.round(elapsedMs / 1000);
  return `${String(Math.floor(seconds / 60)).padStart(2, "0")}:${String(seconds % 60).padStart(2, "0")}`;
}

const columns = 110;

function wrap(label: string, text: string): string[] {
  const lines: string[] = [];
  let line = label;
  for (const word of text.split(/(?<=\s)/)) {
    if (line.length + word.length > columns && line.trim() !== label.trim()) {
      lines.push(line.trimEnd());
      line = " ".repeat(label.length);
    }
    line += word;
  }
  return [...lines, line.trimEnd()];
}

function listAt(of: Json, path: string): readonly Json[] {
  const value = valueAt(of, path);
  return isJsonArray(value) ? value : [];
}

function textAt(of: Json, path: string): string {
  const value = isJsonObject(of) ? valueAt(of, path) : undefined;
  return typeof value === "string" ? value : "";
}

function numberAt(of: Json, path: string): number {
  const value = isJsonObject(of) ? valueAt(of, path) : undefined;
  return typeof value === "number" ? value : 0;
}
