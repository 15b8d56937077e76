/** Compares a namespace, as it is now, with what is recorded from when all was well. Only reads. */
import { differencesSince } from "../known-good/difference.ts";
import type { Difference } from "../known-good/difference.ts";
import { recordedKinds } from "../known-good/form.ts";
import type { KubernetesObject } from "../kubernetes/object.ts";
import type { Site } from "./site.ts";

/** 1 query of the ledger for the namespace and one for the nodes; lists of the kinds that diagnosis does not read anyway. */
export async function sinceKnownGood(
  site: Site,
  namespace: string,
  read: readonly KubernetesObject[],
  kindsRead: readonly string[],
): Promise<{ readonly differences: readonly Difference[]; readonly present: readonly KubernetesObject[] }> {
  const [records, nodes] = await Promise.all([site.knownGood?.(namespace), site.knownGood?.(undefined)]);
  if (records?.ok !== true) return { differences: [], present: read };
  const more = recordedKinds.filter((kind) => !kindsRead.includes(kind));
  const lists = await Promise.all(more.map(async (kind) => ({ kind, list: await site.cluster.list(kind, namespace) })));
  // Of a kind that may not be listed nothing can be said to be gone.
  const seen = new Set([...kindsRead, ...lists.flatMap(({ kind, list }) => (list.ok ? [kind] : []))]);
  const known = [...records.value, ...(nodes?.ok === true ? nodes.value : [])].filter(({ kind }) => seen.has(kind));
  const recorded = new Set<string>(["Node", ...recordedKinds]);
  const present = [...read, ...lists.flatMap(({ list }) => (list.ok ? list.value : []))].filter(({ kind }) => recorded.has(kind));
  return { differences: differencesSince(known, present, namespace), present };
}
