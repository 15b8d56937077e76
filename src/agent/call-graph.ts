/**
 * Reads who calls whom from every source that knows, and places it among the objects of some namespaces. Read once for an
 * attempt and once for a diagnosis, never with a sample: it grows with the edges of the cluster.
 */
import { success } from "../failure.ts";
import type { Result } from "../failure.ts";
import type { Kind } from "../kubernetes/kind.ts";
import type { KubernetesObject } from "../kubernetes/object.ts";
import { measuredNamespaces, placeCalls } from "../severity/call-graph.ts";
import type { SeenCall } from "../severity/call-graph.ts";
import type { Site } from "./site.ts";

/** What was declared comes first, so it is what an edge is known by. 3 requests at most. One source that fails fails it all. */
export async function seenCalls(site: Site): Promise<Result<readonly SeenCall[]>> {
  const { sources, declared } = site.callGraph ?? { sources: [], declared: [] };
  const answers = await Promise.all(sources.map((source) => source.calls()));
  const bad = answers.find((answer) => !answer.ok);
  if (bad !== undefined && !bad.ok) return bad;
  return success([...declared, ...answers.flatMap((answer) => (answer.ok ? answer.value : []))]);
}

/** `shop/frontend` of each object: what a tracer's bare name may stand for. */
export function nodesOf(objects: readonly KubernetesObject[]): readonly string[] {
  return [...new Set(objects.map(({ metadata }) => `${metadata.namespace ?? ""}/${metadata.name}`))];
}

const named: readonly Kind[] = ["Service", "Deployment", "StatefulSet", "DaemonSet"];

/**
 * The namespaces to measure for an incident of these: they and those that call into them. Beside the graph itself 4 list
 * requests a namespace, when some source does not tell namespaces.
 */
export async function namespacesToMeasure(site: Site, namespaces: readonly string[]): Promise<Result<readonly string[]>> {
  const seen = await seenCalls(site);
  if (!seen.ok) return seen;
  const isBare = seen.value.some(({ from, to }) => from.namespace === undefined || to.namespace === undefined);
  const known = isBare ? await namesIn(site, namespaces) : success<readonly string[]>([]);
  if (!known.ok) return known;
  return success(measuredNamespaces(placeCalls(seen.value, known.value), namespaces));
}

async function namesIn(site: Site, namespaces: readonly string[]): Promise<Result<readonly string[]>> {
  const lists = await Promise.all(namespaces.flatMap((namespace) => named.map((kind) => site.cluster.list(kind, namespace))));
  const bad = lists.find((list) => !list.ok);
  if (bad !== undefined && !bad.ok) return bad;
  return success(nodesOf(lists.flatMap((list) => (list.ok ? list.value : []))));
}
