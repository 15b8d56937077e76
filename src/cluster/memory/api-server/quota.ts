/**
 * ResourceQuotas: what an object uses of one, and whether there is room for it. What is used is counted by the quota
 * controller; an admission adds to it at once. Source: apiserver `admission/plugin/resourcequota`, `pkg/quota/v1/evaluator`.
 */
import type { Json, JsonObject } from "../../../kubernetes/json.ts";
import { routeOf } from "../../../kubernetes/kind.ts";
import type { CustomKinds } from "../../../kubernetes/kind.ts";
import { asJson } from "../../../kubernetes/object.ts";
import type { KubernetesObject } from "../../../kubernetes/object.ts";
import { listOf, mapOf, objectsIn, textOf } from "./fault.ts";
import { quantityText } from "./quantity.ts";
import type { Store } from "./store.ts";
import { nanosOf } from "./validate-resources.ts";

const unit = 1_000_000_000n;
type Amounts = ReadonlyMap<string, bigint>;

/** Nano-units by resource: what one object of its kind takes. */
export function usageOf(object: JsonObject, custom: CustomKinds): Amounts {
  const kind = textOf(object["kind"]);
  const route = routeOf(kind, custom);
  if (route === undefined) return new Map();
  const [group, version] = route.apiVersion.split("/");
  const counted = version === undefined ? route.plural : `${route.plural}.${group ?? ""}`;
  const usage = new Map([[`count/${counted}`, unit]]);
  if (kind === "Pod") return new Map([...usage, ...podUsage(object)]);
  if (version === undefined) usage.set(route.plural, unit);
  const type = kind === "Service" ? mapOf(object["spec"])["type"] : undefined;
  if (type === "LoadBalancer") usage.set("services.loadbalancers", unit);
  if (type === "NodePort" || type === "LoadBalancer")
    usage.set("services.nodeports", unit * BigInt(objectsIn(mapOf(object["spec"])["ports"]).length));
  return usage;
}

/** A pod that has ended uses nothing but its own record. */
function podUsage(pod: JsonObject): Amounts {
  const phase = mapOf(pod["status"])["phase"];
  const usage = new Map<string, bigint>();
  if (phase === "Succeeded" || phase === "Failed") return usage;
  usage.set("pods", unit);
  const add = (name: string, nanos: bigint): void => void usage.set(name, (usage.get(name) ?? 0n) + nanos);
  for (const container of objectsIn(mapOf(pod["spec"])["containers"])) {
    const { requests, limits } = mapOf(container["resources"]);
    for (const [name, amount] of Object.entries(mapOf(requests))) {
      add(`requests.${name}`, nanosOf(amount));
      add(name, nanosOf(amount));
    }
    for (const [name, amount] of Object.entries(mapOf(limits))) add(`limits.${name}`, nanosOf(amount));
  }
  return usage;
}

/** Whether the quota is about this object at all. */
export function covers(quota: JsonObject, object: JsonObject): boolean {
  const scopes = listOf(mapOf(quota["spec"])["scopes"]).map(textOf);
  if (scopes.length === 0) return true;
  const spec = mapOf(object["spec"]);
  const best = objectsIn(spec["containers"]).every((container) => {
    const { requests, limits } = mapOf(container["resources"]);
    return [...Object.values(mapOf(requests)), ...Object.values(mapOf(limits))].every((amount) => nanosOf(amount) === 0n);
  });
  const holds: Readonly<Record<string, boolean>> = {
    BestEffort: best,
    NotBestEffort: !best,
    Terminating: spec["activeDeadlineSeconds"] !== undefined,
    NotTerminating: spec["activeDeadlineSeconds"] === undefined,
  };
  return object["kind"] === "Pod" && scopes.every((scope) => holds[scope] ?? false);
}

const needed = /^(requests\.|limits\.)?(cpu|memory)$/;

/** Undefined when every quota has room; else why not, in the server's words. */
export function whyBeyondQuota(store: Store, object: JsonObject, custom: CustomKinds): string | undefined {
  const usage = usageOf(object, custom);
  for (const quota of quotasOver(store, object)) {
    const { name } = quota.metadata;
    const status = mapOf(asJson(quota)["status"]);
    const [hard, used] = [mapOf(status["hard"]), mapOf(status["used"])];
    const silent = object["kind"] === "Pod" ? unsaid(object, Object.keys(hard)) : "";
    if (silent !== "") return `failed quota: ${name}: must specify ${silent}`;
    const restricted = Object.keys(hard)
      .filter((resource) => usage.has(resource))
      .toSorted();
    const uncounted = restricted.filter((resource) => used[resource] === undefined);
    if (uncounted.length > 0) return `status unknown for quota: ${name}, resources: ${restricted.join(",")}`;
    const over = restricted.filter((resource) => nanosOf(used[resource]) + (usage.get(resource) ?? 0n) > nanosOf(hard[resource]));
    if (over.length === 0) continue;
    const told = (amount: (resource: string) => string): string => over.map((resource) => `${resource}=${amount(resource)}`).join(",");
    const asked = told((resource) => quantityText(usage.get(resource) ?? 0n));
    return `exceeded quota: ${name}, requested: ${asked}, used: ${told((resource) => textOf(used[resource]))}, limited: ${told((resource) => textOf(hard[resource]))}`;
  }
  return undefined;
}

/** The resources that the quota limits and that not every container says its need of. */
function unsaid(pod: JsonObject, hard: readonly string[]): string {
  return hard
    .filter((name) => needed.test(name))
    .toSorted()
    .flatMap((name) => {
      const part = name.startsWith("limits.") ? "limits" : "requests";
      const resource = name.replace(/^(requests|limits)\./, "");
      const silent = objectsIn(mapOf(pod["spec"])["containers"]).filter(
        (container) => mapOf(mapOf(container["resources"])[part])[resource] === undefined,
      );
      return silent.length === 0 ? [] : [`${name} for: ${silent.map((container) => textOf(container["name"])).join(",")}`];
    })
    .join("; ");
}

function quotasOver(store: Store, object: JsonObject): readonly KubernetesObject[] {
  const namespace = mapOf(object["metadata"])["namespace"];
  return typeof namespace === "string" ? store.list("ResourceQuota", namespace).filter((quota) => covers(asJson(quota), object)) : [];
}

/** Counts a new object in every quota that is about it. */
export function charge(store: Store, object: JsonObject, custom: CustomKinds): void {
  const usage = usageOf(object, custom);
  for (const quota of quotasOver(store, object)) {
    const status = mapOf(asJson(quota)["status"]);
    const used = Object.fromEntries(
      Object.entries(mapOf(status["used"])).map(([name, amount]): [string, Json] => [
        name,
        usage.has(name) ? quantityText(nanosOf(amount) + (usage.get(name) ?? 0n)) : amount,
      ]),
    );
    if (Object.keys(used).length > 0) store.replace(quota, { ...asJson(quota), status: { ...status, used } });
  }
}
