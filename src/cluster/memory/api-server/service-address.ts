/**
 * PURE. The addresses and ports that the API server gives to Services. IPv4 alone, as in a cluster with one range. Source:
 * Kubernetes `pkg/registry/core/service`.
 */
import { jsonEqual } from "../../../kubernetes/json.ts";
import type { Json, JsonObject } from "../../../kubernetes/json.ts";
import { listOf, mapOf, numberOf, objectsIn, textOf } from "./fault.ts";

export interface Allocator {
  nextAddress(): string;
  nextPort(): number;
}

/** `before`: the spec as it was; undefined when the Service is new. */
export function withAddresses(spec: JsonObject, before: JsonObject | undefined, allocator: Allocator): JsonObject {
  if (spec["type"] === "ExternalName") return before === undefined ? spec : without(spec, unchanged(spec, before, addressFields));
  const had = before?.["type"] === "ExternalName" ? undefined : before;
  const kept = synchronized({ ...pick(had, addressFields), ...spec }, had);
  const addressed = kept["clusterIP"] === undefined ? { ...kept, ...addressOf(allocator.nextAddress()) } : kept;
  return withPorts({ ...familyOf(addressed), ...addressed }, before, allocator);
}

const addressFields = ["clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"];

function addressOf(address: string): JsonObject {
  return { clusterIP: address, clusterIPs: [address] };
}

/** `clusterIP` and the first of `clusterIPs` are the same address; who changes one means both. */
function synchronized(spec: JsonObject, before: JsonObject | undefined): JsonObject {
  const { clusterIP, clusterIPs } = spec;
  if (clusterIP === undefined) return spec;
  const stale = clusterIPs === undefined || (jsonEqual(clusterIPs, before?.["clusterIPs"]) && clusterIP !== before?.["clusterIP"]);
  return stale ? { ...spec, clusterIPs: [clusterIP] } : spec;
}

function familyOf(spec: JsonObject): JsonObject {
  const anywhere = spec["clusterIP"] === "None" && spec["selector"] === undefined;
  return anywhere
    ? { ipFamilies: ["IPv4", "IPv6"], ipFamilyPolicy: "RequireDualStack" }
    : { ipFamilies: ["IPv4"], ipFamilyPolicy: "SingleStack" };
}

function withPorts(spec: JsonObject, before: JsonObject | undefined, allocator: Allocator): JsonObject {
  const outside = spec["type"] === "NodePort" || spec["type"] === "LoadBalancer";
  const had = objectsIn(before?.["ports"]);
  const was = before?.["type"] === "NodePort" || before?.["type"] === "LoadBalancer";
  if (!outside && !was) return spec;
  const ports = objectsIn(spec["ports"]).map((port): JsonObject => {
    const same = had.find((one) => one["port"] === port["port"] && one["protocol"] === port["protocol"]);
    if (outside) return { ...port, nodePort: numberOf(port["nodePort"]) || numberOf(same?.["nodePort"]) || allocator.nextPort() };
    return port["nodePort"] === same?.["nodePort"] ? without(port, ["nodePort"]) : port;
  });
  const left = outside || before === undefined ? spec : without(spec, unchanged(spec, before, ["externalTrafficPolicy"]));
  return { ...left, ports };
}

/** Whether an address that somebody asked for is one that can be given. */
export function whyNotAddress(spec: JsonObject): string | undefined {
  const asked = listOf(spec["clusterIPs"])
    .map(textOf)
    .find((address) => address !== "None" && !address.startsWith("10.96."));
  const given = JSON.stringify(spec["clusterIPs"] ?? null);
  return asked === undefined
    ? undefined
    : `spec.clusterIPs: Invalid value: ${given}: failed to allocate IP ${asked}: the provided network does not match the current range`;
}

function unchanged(spec: JsonObject, before: JsonObject, fields: readonly string[]): readonly string[] {
  return fields.filter((field) => jsonEqual(spec[field], before[field]));
}

function without(map: JsonObject, fields: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(map).filter(([field]) => !fields.includes(field)));
}

function pick(map: JsonObject | undefined, fields: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(mapOf(map as Json | undefined)).filter(([field]) => fields.includes(field)));
}
