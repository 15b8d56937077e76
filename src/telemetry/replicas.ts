/**
 * Several sources that should all say the same, read as one: the peers of an Alertmanager cluster, a pair of Prometheus
 * with the same rules and targets. One that is silent is named and forgiven while another one speaks; only when none does
 * is there no answer. So sources that watch different things must not be listed as replicas of one another.
 */
import { describeFailure, failed, unavailable, type Failure, type Result } from "../failure.ts";
import { alertIdentity } from "../severity/alerts.ts";
import type { AlertReading } from "../severity/severity.ts";
import type { AlertSource, Answered, MetricSample, MetricSource } from "./telemetry.ts";

/** Undefined without sources. An alert is told once: it fires when one says so, and is silenced when all who know it do. */
export function alertReplicas(sources: readonly AlertSource[]): AlertSource | undefined {
  const [first] = sources;
  if (first === undefined || sources.length === 1) return first;
  return {
    name: nameOf(sources),
    ...(first.blindTo === undefined ? {} : { blindTo: first.blindTo }),
    alerts: (of) =>
      askAll(
        sources,
        (source) => source.alerts(of),
        (answers) => mergeCopies(answers.flat()),
      ),
  };
}

function mergeCopies(readings: readonly AlertReading[]): readonly AlertReading[] {
  const copies = new Map<string, AlertReading>();
  for (const reading of readings) {
    const identity = alertIdentity(reading);
    const other = copies.get(identity) ?? reading;
    const state = reading.state === "firing" || other.state === "firing" ? "firing" : "pending";
    copies.set(identity, { ...other, state, silenced: reading.silenced && other.silenced });
  }
  return [...copies.values()];
}

/**
 * Undefined without sources. A series has every number that a replica knows for it: two that differ are both told, so
 * that an objective is violated when it is for one of them. No number (NaN) is told when none has one.
 */
export function metricReplicas(sources: readonly MetricSource[]): MetricSource | undefined {
  const [first] = sources;
  if (first === undefined || sources.length === 1) return first;
  return {
    name: nameOf(sources),
    query: (promql) =>
      askAll(
        sources,
        (source) => source.query(promql),
        (answers) => mergeSamples(answers.flat()),
      ),
  };
}

function mergeSamples(samples: readonly MetricSample[]): readonly MetricSample[] {
  const bySeries = new Map<string, Map<string, MetricSample>>();
  for (const sample of samples) {
    const series = JSON.stringify(Object.entries(sample.labels).toSorted(([a], [b]) => (a < b ? -1 : 1)));
    const values = bySeries.get(series) ?? new Map<string, MetricSample>();
    bySeries.set(series, values.set(String(sample.value), sample));
  }
  return [...bySeries.values()].flatMap((values) => {
    if (values.size > 1) values.delete("NaN");
    return [...values.values()];
  });
}

/** Of replicas with the same rules the first one that can tell. 1 request, more only where one is silent. */
export async function firstHorizon(
  sources: readonly { readonly ruleHorizonMs: (alertNames: readonly string[]) => Promise<Result<number>> }[],
  alertNames: readonly string[],
): Promise<Result<number>> {
  let told: Result<number> = unavailable("no Prometheus is configured");
  for (const source of sources) {
    told = await source.ruleHorizonMs(alertNames);
    if (told.ok) return told;
  }
  return told;
}

interface Named {
  readonly name: string;
}

/** One request to each of them. When none answers, the failure is the first one's, and its reason has all of them. */
async function askAll<Source extends Named, T>(
  sources: readonly Source[],
  ask: (source: Source) => Promise<Answered<T>>,
  merge: (answers: readonly T[]) => T,
): Promise<Answered<T>> {
  const answers = await Promise.all(sources.map(async (source) => ({ source, answer: await ask(source) })));
  const values = answers.flatMap(({ answer }) => (answer.ok ? [answer.value] : []));
  const failures = answers.flatMap(({ source, answer }) => (answer.ok ? [] : [{ source, failure: answer.failure }]));
  const lacks = failures.map(({ source, failure }) => sentence(source.name, failure));
  const [first] = failures;
  if (values.length === 0 && first !== undefined) return failed({ ...first.failure, reason: reasonOf(first.failure, lacks) });
  const value = merge(values);
  return lacks.length === 0 ? { ok: true, value } : { ok: true, value, lacks };
}

function reasonOf(failure: Failure, sentences: readonly string[]): string {
  const all = sentences.join("; ");
  // A malformed one names its source by itself.
  return failure.kind === "malformed" && all.startsWith(`${failure.source}: `) ? all.slice(failure.source.length + 2) : all;
}

function sentence(name: string, failure: Failure): string {
  const described = describeFailure(failure);
  return described.includes(name) ? described : `${name}: ${described}`;
}

function nameOf(sources: readonly Named[]): string {
  return sources.map(({ name }) => name).join(" and ");
}
