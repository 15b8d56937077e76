/** What can be seen of the in-memory cluster from outside: what people made, what was changed in it, what is left of ours. */
import { normalise } from "../../src/action/change.ts";
import type { MemoryCluster } from "../../src/cluster/memory/memory.ts";
import type { JsonObject } from "../../src/kubernetes/json.ts";
import { asJson, nameOf, refOf } from "../../src/kubernetes/object.ts";

export type Landscape = Readonly<Record<string, JsonObject>>;

/** What people made and own; the rest is made from it by controllers. */
const madeByPeople = new Set([
  "Deployment",
  "StatefulSet",
  "DaemonSet",
  "Service",
  "ConfigMap",
  "HorizontalPodAutoscaler",
  "Namespace",
  "ResourceQuota",
]);

/** Everything that people made, as they would recognise it, by name. */
export function landscapeOf(cluster: MemoryCluster): Landscape {
  const objects = cluster.observe().filter((object) => madeByPeople.has(object.kind));
  return Object.fromEntries(objects.map((object) => [nameOf(refOf(object)), normalise(asJson(object))]));
}

/**
 * Each change that was meant, in order: `Service shop/payment /spec/ports/0/targetPort`, `evict Pod shop/cart-0`. Dry runs and
 * writes that only take our marks off are left out.
 */
export function changesOn(cluster: MemoryCluster): string[] {
  return cluster.writes.flatMap(({ dryRun, verb, ref, operations }) => {
    if (!dryRun && verb !== "patch") return [`${verb} ${nameOf(ref)}`];
    const paths = operations.filter(({ op, path }) => op !== "test" && path.startsWith("/spec")).map(({ path }) => path);
    return dryRun || paths.length === 0 ? [] : [[nameOf(ref), ...paths].join(" ")];
  });
}

/** Objects that still carry annotations of ours. */
export function marksOn(cluster: MemoryCluster): string[] {
  return cluster
    .observe()
    .filter(({ metadata }) => Object.keys(metadata.annotations ?? {}).some((key) => key.startsWith("stratus.dev/")))
    .map((object) => nameOf(refOf(object)));
}
