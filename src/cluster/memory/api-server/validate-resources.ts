/** PURE. The rules for amounts of resources, and for quotas and limits. Source: `pkg/apis/core/validation`. */
import { jsonEqual } from "../../../kubernetes/json.ts";
import type { Json, JsonObject } from "../../../kubernetes/json.ts";
import { broken, duplicate, forbidden, immutable, invalid, listOf, mapOf, objectsIn, required, textOf } from "./fault.ts";
import type { Faults } from "./fault.ts";
import { qualifiedNameFaults } from "./names.ts";
import { quantityNanos } from "./quantity.ts";

const standard: readonly string[] = ["cpu", "memory", "ephemeral-storage"];
const countable: readonly string[] = [
  "pods",
  "services",
  "replicationcontrollers",
  "resourcequotas",
  "secrets",
  "configmaps",
  "persistentvolumeclaims",
  "services.nodeports",
  "services.loadbalancers",
];
const quotaResources: readonly string[] = [
  ...standard,
  ...standard.flatMap((name) => [`requests.${name}`, `limits.${name}`]),
  "requests.storage",
  ...countable,
];

export function nanosOf(amount: Json | undefined): bigint {
  return quantityNanos(textOf(amount)) ?? 0n;
}

/** Of a container. */
export function resourcesFaults(resources: Json | undefined, path: string): Faults {
  const { limits, requests } = mapOf(resources);
  return [
    ...Object.entries(mapOf(limits)).flatMap(([name, amount]) => [
      ...containerResourceFaults(name, `${path}.limits[${name}]`),
      ...amountFaults(name, amount, `${path}.limits[${name}]`),
    ]),
    ...Object.entries(mapOf(requests)).flatMap(([name, amount]) => [
      ...containerResourceFaults(name, `${path}.requests[${name}]`),
      ...amountFaults(name, amount, `${path}.requests[${name}]`),
      ...beyondLimit(name, amount, mapOf(limits)[name], path),
    ]),
  ];
}

/** Only what belongs to the node itself may be promised more often than it is there. */
function beyondLimit(name: string, amount: Json, limit: Json | undefined, path: string): Faults {
  const exact = name.includes("/") || name.startsWith("hugepages-");
  if (limit === undefined) return exact ? [required(`${path}.limits`, "Limit must be set for non overcommitable resources")] : [];
  const [asked, most] = [nanosOf(amount), nanosOf(limit)];
  if (exact && asked !== most) return [invalid(`${path}.requests`, amount, `must be equal to ${name} limit of ${textOf(limit)}`)];
  return asked > most ? [invalid(`${path}.requests`, amount, `must be less than or equal to ${name} limit of ${textOf(limit)}`)] : [];
}

function resourceFaults(name: string, path: string, known: readonly string[]): Faults {
  const faults = broken(path, name, qualifiedNameFaults(name));
  if (faults.length > 0 || name.includes("/")) return faults;
  const standardHere = standard.includes(name) || quotaResources.includes(name) || name === "storage" || known.includes(name);
  return standardHere || name.startsWith("hugepages-") ? [] : [invalid(path, name, "must be a standard resource type or fully qualified")];
}

function containerResourceFaults(name: string, path: string): Faults {
  const faults = resourceFaults(name, path, []);
  if (name.includes("/") || standard.includes(name) || name.startsWith("hugepages-")) return faults;
  return [...faults, invalid(path, name, "must be a standard resource for containers")];
}

function amountFaults(name: string, amount: Json, path: string): Faults {
  const nanos = nanosOf(amount);
  const whole = countable.includes(name) || name.includes("/");
  return [
    ...(nanos < 0n ? [invalid(path, amount, "must be greater than or equal to 0")] : []),
    ...(whole && nanos % 1_000_000_000n !== 0n ? [invalid(path, amount, "must be an integer")] : []),
  ];
}

const scopes: readonly string[] = [
  "Terminating",
  "NotTerminating",
  "BestEffort",
  "NotBestEffort",
  "PriorityClass",
  "CrossNamespacePodAffinity",
];
const opposites: readonly (readonly [string, string])[] = [
  ["BestEffort", "NotBestEffort"],
  ["Terminating", "NotTerminating"],
];

export function quotaFaults(spec: JsonObject, before: JsonObject | undefined): Faults {
  const path = "spec.scopes";
  const given = listOf(spec["scopes"]).map(textOf);
  return [
    ...Object.entries(mapOf(spec["hard"])).flatMap(([name, amount]) => [
      ...quotaResourceFaults(name, `spec.hard[${name}]`),
      ...amountFaults(name, amount, `spec.hard[${name}]`),
    ]),
    ...given.filter((scope) => !scopes.includes(scope)).map(() => invalid(path, spec["scopes"], "unsupported scope")),
    ...opposites
      .filter(([left, right]) => given.includes(left) && given.includes(right))
      .map(() => invalid(path, spec["scopes"], "conflicting scopes")),
    ...(before === undefined || jsonEqual(spec["scopes"], before["scopes"]) ? [] : [immutable(path, spec["scopes"])]),
  ];
}

function quotaResourceFaults(name: string, path: string): Faults {
  const faults = resourceFaults(name, path, quotaResources);
  if (name.includes("/") || quotaResources.includes(name) || /^(requests\.)?hugepages-/.test(name)) return faults;
  return [...faults, invalid(path, name, "must be a standard resource for quota")];
}

const limitTypes: readonly string[] = ["Pod", "Container", "PersistentVolumeClaim"];

export function limitRangeFaults(spec: JsonObject): Faults {
  const types = new Set<string>();
  return objectsIn(spec["limits"]).flatMap((item, index) => {
    const at = `spec.limits[${index}]`;
    const type = textOf(item["type"]);
    const twice = types.has(type);
    types.add(type);
    return [...limitTypeFaults(type, `${at}.type`), ...(twice ? [duplicate(`${at}.type`, type)] : []), ...limitFaults(item, type, at)];
  });
}

function limitTypeFaults(type: string, path: string): Faults {
  const faults = broken(path, type, qualifiedNameFaults(type));
  if (faults.length > 0 || type.includes("/") || limitTypes.includes(type)) return faults;
  return [invalid(path, type, "must be a standard limit type or fully qualified")];
}

function limitFaults(item: JsonObject, type: string, at: string): Faults {
  const ofPod = type === "Pod" ? ["default", "defaultRequest"].filter((field) => Object.keys(mapOf(item[field])).length > 0) : [];
  const fields = ["max", "min", "default", "defaultRequest", "maxLimitRequestRatio"].filter((field) => !ofPod.includes(field));
  const names = new Set(fields.flatMap((field) => Object.keys(mapOf(item[field]))));
  const nameFaults =
    type === "Pod" || type === "Container" ? containerResourceFaults : (name: string, path: string) => resourceFaults(name, path, []);
  return [
    ...fields.flatMap((field) => Object.keys(mapOf(item[field])).flatMap((name) => nameFaults(name, `${at}.${field}[${name}]`))),
    ...ofPod.map((field) => forbidden(`${at}.${field}`, "may not be specified when `type` is 'Pod'")),
    ...[...names].flatMap((name) => orderFaults(name, item, at)),
  ];
}

/** Each amount must lie between the others: min, default request, default, max. */
function orderFaults(name: string, item: JsonObject, at: string): Faults {
  const amount = (field: string): string | undefined => {
    const found = mapOf(item[field])[name];
    return found === undefined ? undefined : textOf(found);
  };
  const [min, max, usual, request, ratio] = [
    amount("min"),
    amount("max"),
    amount("default"),
    amount("defaultRequest"),
    amount("maxLimitRequestRatio"),
  ];
  const told = (field: string, value: string | undefined, rule: string): string => invalid(`${at}.${field}[${name}]`, value, rule);
  return [
    ...(above(min, max) ? [told("min", min, `min value ${min} is greater than max value ${max}`)] : []),
    ...(above(min, request) ? [told("defaultRequest", request, `min value ${min} is greater than default request value ${request}`)] : []),
    ...(above(request, max) ? [told("defaultRequest", request, `default request value ${request} is greater than max value ${max}`)] : []),
    ...(above(request, usual)
      ? [told("defaultRequest", request, `default request value ${request} is greater than default limit value ${usual}`)]
      : []),
    ...(above(min, usual) ? [told("default", min, `min value ${min} is greater than default value ${usual}`)] : []),
    ...(above(usual, max) ? [told("default", max, `default value ${usual} is greater than max value ${max}`)] : []),
    ...(above("1", ratio) ? [told("maxLimitRequestRatio", ratio, `ratio ${ratio} is less than 1`)] : []),
  ];
}

/** Neither is when one of them is not there. */
function above(left: string | undefined, right: string | undefined): boolean {
  return left !== undefined && right !== undefined && nanosOf(left) > nanosOf(right);
}
