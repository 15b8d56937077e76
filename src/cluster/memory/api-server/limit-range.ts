/**
 * What LimitRanges do to a pod that is created: its containers get the amounts that they leave out, and one that asks for
 * too much or too little is refused. Source: Kubernetes `plugin/pkg/admission/limitranger`.
 */
import { isJsonArray } from "../../../kubernetes/json.ts";
import type { Json, JsonObject } from "../../../kubernetes/json.ts";
import { asJson } from "../../../kubernetes/object.ts";
import { mapOf, objectsIn, textOf } from "./fault.ts";
import { quantityText } from "./quantity.ts";
import type { Store } from "./store.ts";
import { nanosOf } from "./validate-resources.ts";

function limitsIn(store: Store, namespace: string | undefined): readonly JsonObject[] {
  return store.list("LimitRange", namespace).flatMap((range) => objectsIn(mapOf(asJson(range)["spec"])["limits"]));
}

export function withLimits(store: Store, pod: JsonObject): JsonObject {
  const metadata = mapOf(pod["metadata"]);
  const usual = limitsIn(store, textOf(metadata["namespace"])).filter((limit) => limit["type"] === "Container");
  if (usual.length === 0) return pod;
  const defaults = {
    requests: Object.assign({}, ...usual.map((limit) => mapOf(limit["defaultRequest"]))) as JsonObject,
    limits: Object.assign({}, ...usual.map((limit) => mapOf(limit["default"]))) as JsonObject,
  };
  const said: string[] = [];
  const spec = mapOf(pod["spec"]);
  const filled: Record<string, Json> = { ...spec };
  for (const [field, what] of [
    ["containers", "container"],
    ["initContainers", "init container"],
  ] as const)
    if (isJsonArray(spec[field])) filled[field] = objectsIn(spec[field]).map((container) => withDefaults(container, defaults, what, said));
  if (said.length === 0) return pod;
  const annotations = { ...mapOf(metadata["annotations"]), "kubernetes.io/limit-ranger": `LimitRanger plugin set: ${said.join("; ")}` };
  return { ...pod, metadata: { ...metadata, annotations }, spec: filled };
}

function withDefaults(
  container: JsonObject,
  defaults: { readonly requests: JsonObject; readonly limits: JsonObject },
  what: string,
  said: string[],
): JsonObject {
  const resources = mapOf(container["resources"]);
  const merged: Record<string, Json> = { ...resources };
  for (const part of ["requests", "limits"] as const) {
    const given = mapOf(resources[part]);
    const missing = Object.keys(defaults[part])
      .filter((name) => given[name] === undefined)
      .toSorted();
    if (missing.length > 0) said.push(`${missing.join(", ")} ${part.slice(0, -1)} for ${what} ${textOf(container["name"])}`);
    merged[part] = { ...defaults[part], ...given };
  }
  return { ...container, resources: merged };
}

/** Undefined when the pod keeps all limits; else why not, in the server's words. */
export function whyBeyondLimits(store: Store, pod: JsonObject): string | undefined {
  const spec = mapOf(pod["spec"]);
  const containers = [...objectsIn(spec["containers"]), ...objectsIn(spec["initContainers"])];
  const reasons = limitsIn(store, textOf(mapOf(pod["metadata"])["namespace"])).flatMap((limit) => {
    if (limit["type"] === "Container") return containers.flatMap((container) => beyond("Container", limit, mapOf(container["resources"])));
    return limit["type"] === "Pod" ? beyond("Pod", limit, sumOf(objectsIn(spec["containers"]))) : [];
  });
  return reasons.length > 1 ? `[${reasons.join(", ")}]` : reasons[0];
}

function beyond(type: string, limit: JsonObject, resources: JsonObject): readonly string[] {
  const [requests, limits] = [mapOf(resources["requests"]), mapOf(resources["limits"])];
  const tooLittle = Object.entries(mapOf(limit["min"])).flatMap(([name, least]) => {
    const said = `minimum ${name} usage per ${type} is ${textOf(least)}`;
    if (requests[name] === undefined) return [`${said}.  No request is specified`];
    if (nanosOf(requests[name]) < nanosOf(least)) return [`${said}, but request is ${textOf(requests[name])}`];
    const low = limits[name] !== undefined && nanosOf(limits[name]) < nanosOf(least);
    return low ? [`${said}, but limit is ${textOf(limits[name])}`] : [];
  });
  const tooMuch = Object.entries(mapOf(limit["max"])).flatMap(([name, most]) => {
    const said = `maximum ${name} usage per ${type} is ${textOf(most)}`;
    if (limits[name] === undefined) return [`${said}.  No limit is specified`];
    if (nanosOf(limits[name]) > nanosOf(most)) return [`${said}, but limit is ${textOf(limits[name])}`];
    const high = requests[name] !== undefined && nanosOf(requests[name]) > nanosOf(most);
    return high ? [`${said}, but request is ${textOf(requests[name])}`] : [];
  });
  return [...tooLittle, ...tooMuch];
}

/** Of all containers together, in nano-units as text that is a quantity too. */
function sumOf(containers: readonly JsonObject[]): JsonObject {
  const sums: Record<string, Record<string, bigint>> = { requests: {}, limits: {} };
  for (const container of containers)
    for (const part of ["requests", "limits"] as const)
      for (const [name, amount] of Object.entries(mapOf(mapOf(container["resources"])[part]))) {
        const sum = sums[part] ?? {};
        sum[name] = (sum[name] ?? 0n) + nanosOf(amount);
        sums[part] = sum;
      }
  return Object.fromEntries(
    Object.entries(sums).map(([part, amounts]) => [
      part,
      Object.fromEntries(Object.entries(amounts).map(([name, nanos]) => [name, quantityText(nanos)])),
    ]),
  );
}
