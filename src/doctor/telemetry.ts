/** Whether those who watch a cluster answer, and whether what is promised there can be read. Only asks. */
import { describeFailure } from "../failure.ts";
import type { Failure } from "../failure.ts";
import { readObjectives } from "../telemetry/objective.ts";
import { tooShort } from "../telemetry/objective-list.ts";
import { prometheusCallGraph } from "../telemetry/call-graph.ts";
import type { AlertSource, CallGraphSource, MetricSource } from "../telemetry/telemetry.ts";
import type { ClusterPatient } from "./doctor.ts";
import type { Finding } from "./finding.ts";
import { untested, well, wrong } from "./finding.ts";

export async function examineTelemetry({ config, prometheus, alertmanager, traces }: ClusterPatient): Promise<readonly Finding[]> {
  const about = `cluster ${config.name}`;
  const declared = config.calls.length === 0 ? [] : [well(about, `${counted(config.calls.length, "call")} declared`)];
  const ofTraces = traces === undefined ? [] : [await examineCallGraph(about, traces)];
  if (prometheus.length === 0 && alertmanager.length === 0)
    return [
      untested(about, "neither Prometheus nor Alertmanager is configured: an alert is taken at its word, and nothing new is noticed"),
      ...ofTraces,
      ...declared,
    ];
  const [metrics] = prometheus;
  const findings = await Promise.all([
    ...(metrics === undefined
      ? [untested(about, "no Prometheus is configured: pending alerts and objectives are not measured")]
      : prometheus.map((source) => examineSource(about, source, prometheus.length))),
    ...(alertmanager.length === 0
      ? [untested(about, "no Alertmanager is configured: silences are not known")]
      : alertmanager.map((source) => examineSource(about, source, alertmanager.length))),
    ...(metrics === undefined ? [] : [examineObjectives(about, config.objectives, metrics), examineSeenCalls(about, metrics)]),
  ]);
  return [...findings.flatMap((finding) => finding ?? []), ...ofTraces, ...declared];
}

async function examineSource(about: string, source: AlertSource, replicas: number): Promise<Finding> {
  const read = await source.alerts();
  if (read.ok)
    return well(about, `${source.name} answers: ${read.value.length === 0 ? "no alert is" : counted(read.value.length, "alert")} active`);
  const until =
    replicas === 1
      ? "until it answers, severity is unknown and nothing is committed"
      : "meanwhile its replicas are relied on; when none answers, severity is unknown";
  return wrong(about, describeFailure(read.failure), `${whatToCheck(read.failure)}: ${until}`);
}

function whatToCheck(failure: Failure): string {
  return failure.kind === "unavailable"
    ? "check its address, and that it can be reached from here"
    : "check its address (the part before /api) and its token";
}

async function examineObjectives(
  about: string,
  objectives: ClusterPatient["config"]["objectives"],
  metrics: MetricSource,
): Promise<Finding | undefined> {
  if (objectives.length === 0) return undefined;
  const short = await objectivesTooShort(objectives, metrics);
  if (short !== undefined) return wrong(about, short, "give it a window of four scrapes or more: rate needs two of them in it");
  const read = await readObjectives(metrics, objectives);
  if (!read.known) return wrong(about, read.reason, "correct the query in the objectives of this cluster");
  const named = (state: "vanished" | "violated"): readonly string[] =>
    read.value.filter((objective) => objective.state === state).map(({ name }) => name);
  const vanished = named("vanished");
  if (vanished.length > 0)
    return wrong(
      about,
      `no data for ${counted(vanished.length, "objective")}: ${vanished.join(", ")}`,
      "correct the query: an objective without data counts as violated",
    );
  const violated = named("violated");
  return well(
    about,
    `${counted(read.value.length, "objective")} can be read${violated.length === 0 ? "" : `, violated now: ${violated.join(", ")}`}`,
  );
}

/**
 * How often the most often scraped target was in ten minutes, by what Prometheus writes with each scrape. Only targets that
 * were there ten minutes ago: one that was just found has too few, and would look rarely scraped.
 */
const scrapesQuery = "max(count_over_time(up[10m]) and up offset 10m)";
const scrapesInMs = 600_000;

/** Undefined where it cannot be told. */
async function objectivesTooShort(objectives: ClusterPatient["config"]["objectives"], metrics: MetricSource): Promise<string | undefined> {
  const answer = await metrics.query(scrapesQuery);
  const scrapes = answer.ok ? Math.max(0, ...answer.value.map(({ value }) => value)) : 0;
  if (!(scrapes >= 2)) return undefined;
  const intervalMs = scrapesInMs / scrapes;
  const short = tooShort(objectives, intervalMs);
  if (short.length === 0) return undefined;
  const names = short.map(({ name }) => name).join(", ");
  return `the window of ${counted(short.length, "objective")} is shorter than two scrapes (${Math.round(intervalMs / 1000)} s apart): ${names}`;
}

/** That a Prometheus does not answer is told already. */
async function examineSeenCalls(about: string, metrics: MetricSource): Promise<Finding | undefined> {
  const found = await examineCallGraph(about, prometheusCallGraph(metrics));
  return found.verdict === "wrong" ? undefined : found;
}

/** No calls are nothing wrong: then a scope is its own namespaces. */
async function examineCallGraph(about: string, source: CallGraphSource): Promise<Finding> {
  const seen = await source.calls();
  if (!seen.ok)
    return wrong(about, describeFailure(seen.failure), `${whatToCheck(seen.failure)}: without the call graph nothing is changed`);
  if (seen.value.length === 0) return untested(about, `${source.name} knows of no calls: a scope is measured by its own namespaces alone`);
  return well(about, `${source.name} knows ${counted(seen.value.length, "call")} between services`);
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
