/**
 * Objectives that nobody wrote: of every call into a Service of the scope at most one in twenty fails. Read where Prometheus
 * has service-graph or Istio metrics; elsewhere there are none. Whether one counts is severity's business: nobody promised
 * it, so it must have been seen at the checkpoint.
 */
import { describeFailure } from "../failure.ts";
import { objectiveIdentity } from "../severity/objectives.ts";
import type { ObjectiveReading, Reading } from "../severity/severity.ts";
import { edgeOf, errorRatioQueries } from "./edge.ts";
import type { MetricSource } from "./telemetry.ts";

const errorRatioMax = 0.05;

export interface AutomaticOptions {
  /** Two scrapes must fit into it, and what failed is remembered as long: a minute suits most. */
  readonly windowMs: number;
  /** Its name, where several clusters share a Prometheus. */
  readonly cluster?: string | undefined;
}

/**
 * One for each edge into these Services (`shop/payment`) that has traffic now, held or violated. 2 requests, whose answers
 * grow with the edges into the scope alone; none without Services.
 */
export async function readAutomaticObjectives(
  source: MetricSource,
  services: readonly string[],
  { windowMs, cluster }: AutomaticOptions,
): Promise<Reading<readonly ObjectiveReading[]>> {
  if (services.length === 0) return { known: true, value: [] };
  const sorted = [...services].sort();
  const queries = errorRatioQueries(sorted, `${Math.round(windowMs / 1000)}s`, cluster);
  const answers = await Promise.all(queries.map(async (query) => ({ query, answer: await source.query(query.promql) })));
  const byName = new Map<string, string[]>();
  for (const service of sorted) {
    const name = service.slice(service.indexOf("/") + 1);
    byName.set(name, [...(byName.get(name) ?? []), service]);
  }
  const readings = new Map<string, ObjectiveReading>();
  for (const { query, answer } of answers) {
    if (!answer.ok) return { known: false, reason: `automatic objectives: ${describeFailure(answer.failure)}` };
    for (const sample of answer.value) {
      const edge = edgeOf(query.source, sample);
      const server = edge?.to[0];
      const service = server === undefined ? undefined : byName.get(nameIn(server.name))?.find((one) => isServer(one, server));
      if (edge === undefined || service === undefined || Number.isNaN(sample.value)) continue;
      const reading = readingOf(edge.from, service, sample.value);
      // Two families, or two replicas, that disagree about an edge: the worse one.
      if (readings.get(objectiveIdentity(reading))?.state !== "violated") readings.set(objectiveIdentity(reading), reading);
    }
  }
  return { known: true, value: [...readings.values()] };
}

/** `payment` of itself, of `payment.shop.svc` and of `shop/payment`. */
function nameIn(server: string): string {
  return server.slice(server.indexOf("/") + 1).split(".")[0] ?? "";
}

/** The query has chosen by name; of a namespace that is told, only the Service there is meant. */
function isServer(service: string, server: { readonly name: string; readonly namespace?: string | undefined }): boolean {
  const [namespace = "", name = ""] = service.split("/");
  if (server.namespace !== undefined) return server.namespace === namespace && server.name === name;
  return server.name === name || server.name === service || `${server.name}.`.startsWith(`${name}.${namespace}.`);
}

function readingOf(
  caller: { readonly name: string; readonly namespace?: string | undefined },
  service: string,
  errorRatio: number,
): ObjectiveReading {
  const [namespace = "", name = ""] = service.split("/");
  const from = caller.namespace === undefined || caller.namespace === namespace ? caller.name : `${caller.namespace}/${caller.name}`;
  return {
    name: `calls from ${from} to ${name}`,
    namespace,
    state: errorRatio <= errorRatioMax ? "holds" : "violated",
    automatic: true,
  };
}
