/**
 * Alert sources of different kinds read as one: Prometheus knows what is pending, Alertmanager what is silenced. It must
 * not let one that failed look like one without alerts. (Several of one kind are replicas, see replicas.ts.)
 */
import { failed, success, type Failure } from "../failure.ts";
import { alertIdentity } from "../severity/alerts.ts";
import type { AlertReading } from "../severity/severity.ts";
import type { AlertSource, Answered } from "./telemetry.ts";

/**
 * The union by identity; undefined without sources. An alert whose labels are a part of another source's alert of the
 * same name is the same one (Prometheus adds external labels only when it sends), and keeps the fewer labels, so that
 * its identity does not change when it turns from pending to firing. It fires when any source says so, and is silenced
 * when a source has it silenced in every copy. When one source fails, the answer is that failure.
 */
export function mergeAlertSources(sources: readonly AlertSource[]): AlertSource | undefined {
  const [only] = sources;
  if (only === undefined) return undefined;
  if (sources.length === 1) return only;
  return {
    name: sources.map(({ name }) => name).join(" and "),
    blindTo: (only.blindTo ?? []).filter((what) => sources.every(({ blindTo = [] }) => blindTo.includes(what))),
    async alerts(of) {
      const answers = await Promise.all(sources.map(async (source) => ({ source: source.name, answer: await source.alerts(of) })));
      const failures = answers.flatMap(({ source, answer }) => (answer.ok ? [] : [naming(source, answer.failure)]));
      if (failures[0] !== undefined) return failed(failures[0]);
      const lacks = answers.flatMap(({ answer }) => (answer.ok ? (answer.lacks ?? []) : []));
      return { ...success(mergeReadings(answers)), ...(lacks.length === 0 ? {} : { lacks }) };
    },
  };
}

function naming(source: string, failure: Failure): Failure {
  // Replicas are named one by one already.
  const parts = source.split(" and ");
  const named = parts.some((part) => failure.reason.includes(part) || (failure.kind === "malformed" && failure.source.includes(part)));
  return named ? failure : { ...failure, reason: `${source}: ${failure.reason}` };
}

interface Copy {
  readonly sourceIndex: number;
  readonly reading: AlertReading;
}

/** One alert, as the source with the fewest labels tells it (the first copy), and its other copies. */
type Copies = [Copy, ...Copy[]];

function mergeReadings(answers: readonly { readonly answer: Answered<readonly AlertReading[]> }[]): readonly AlertReading[] {
  const copies = answers
    .flatMap(({ answer }, sourceIndex) => (answer.ok ? answer.value.map((reading) => ({ sourceIndex, reading })) : []))
    .sort((a, b) => labelCount(a.reading) - labelCount(b.reading));
  const byName = new Map<string, Copies[]>();
  for (const copy of copies) {
    const ofName = byName.get(copy.reading.name) ?? [];
    byName.set(copy.reading.name, ofName);
    // The most labels first: of two alerts that it could be a copy of, the one that says more.
    const same = ofName.toReversed().find(([first]) => isCopy(copy, first));
    if (same === undefined) ofName.push([copy]);
    else same.push(copy);
  }
  return [...byName.values()].flat().map(oneOf);
}

function isCopy(copy: Copy, first: Copy): boolean {
  if (alertIdentity(copy.reading) === alertIdentity(first.reading)) return true;
  if (copy.sourceIndex === first.sourceIndex) return false;
  return Object.entries(first.reading.labels).every(([label, value]) => copy.reading.labels[label] === value);
}

function oneOf(copies: Copies): AlertReading {
  const sources = new Set(copies.map(({ sourceIndex }) => sourceIndex));
  const silencedIn = (index: number): boolean => copies.every(({ sourceIndex, reading }) => sourceIndex !== index || reading.silenced);
  const { name, labels } = copies[0].reading;
  return {
    name,
    labels,
    state: copies.some(({ reading }) => reading.state === "firing") ? "firing" : "pending",
    silenced: [...sources].some(silencedIn),
  };
}

function labelCount(reading: AlertReading): number {
  return Object.keys(reading.labels).length;
}
