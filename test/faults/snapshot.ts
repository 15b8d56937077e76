/** What people decided in a shop, and on the nodes, at one time; and what is different later. Pods and status are left out. */
import { changesBetween, describePath, normalise } from "../../src/action/change.ts";
import type { JsonObject } from "../../src/kubernetes/json.ts";
import { asJson } from "../../src/kubernetes/object.ts";
import type { Shop } from "./shop.ts";

const kinds = [
  "Deployment",
  "StatefulSet",
  "DaemonSet",
  "Service",
  "ConfigMap",
  "ResourceQuota",
  "LimitRange",
  "HorizontalPodAutoscaler",
  "PodDisruptionBudget",
  "NetworkPolicy",
  "Ingress",
  "PersistentVolumeClaim",
  "CronJob",
  "Job",
];

/** By `Kind name`. */
export type Snapshot = ReadonlyMap<string, JsonObject>;

export async function takeSnapshot(shop: Shop): Promise<Snapshot> {
  const lists = await Promise.all([...kinds.map((kind) => shop.list(kind)), shop.hands.list("Node", "")]);
  return new Map(lists.flat().map((object) => [`${object.kind} ${object.metadata.name}`, marked(asJson(object))]));
}

/** `normalise` leaves out our own marks, which must be gone too. */
function marked(object: JsonObject): JsonObject {
  const marks = /"stratus\.dev\/[a-z-]+":"[^"]*"/g.exec(JSON.stringify(object["metadata"]));
  const decided = normalise(object);
  return marks === null ? decided : { ...decided, "mark of Stratus": marks[0] };
}

/** `Deployment stock: spec.replicas`, sorted; an object that came or went is one line. */
export function differences(before: Snapshot, after: Snapshot): readonly string[] {
  const names = [...new Set([...before.keys(), ...after.keys()])].toSorted();
  return names.flatMap((name) => {
    const [was, is] = [before.get(name), after.get(name)];
    if (was === undefined || is === undefined) return [`${name}: ${was === undefined ? "came" : "gone"}`];
    return changesBetween(was, is)
      .filter(({ container }) => !container)
      .map(({ path }) => `${name}: ${describePath(path)}`);
  });
}
