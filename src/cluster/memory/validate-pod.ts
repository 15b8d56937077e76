/**
 * PURE. The API server's rules for a pod spec, those that a wrong mitigation could break. Each broken rule is one
 * sentence in the server's own words. Source: Kubernetes `pkg/apis/core/validation/validation.go`.
 */
import { isJsonArray, isJsonObject } from "../../kubernetes/json.ts";
import type { Json, JsonObject } from "../../kubernetes/json.ts";
import { quantityNanos } from "./quantity.ts";

export function invalid(path: string, value: Json | undefined, rule: string): string {
  return `${path}: Invalid value: ${JSON.stringify(value ?? null)}: ${rule}`;
}

export function validPort(value: Json | undefined): boolean {
  return typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= 65535;
}

export function isDnsLabel(value: Json | undefined): boolean {
  return typeof value === "string" && /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(value);
}

export function objectsIn(list: Json | undefined): readonly JsonObject[] {
  return isJsonArray(list) ? list.filter(isJsonObject) : [];
}

function textOf(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}

const portRule = "must be between 1 and 65535, inclusive";

export function podSpecFaults(spec: JsonObject, path: string): readonly string[] {
  const containers = objectsIn(spec["containers"]);
  const volumes = new Set(objectsIn(spec["volumes"]).map((volume) => volume["name"]));
  const faults: string[] = containers.length === 0 ? [`${path}.containers: Required value`] : [];
  const names = new Set<Json>();
  for (const kind of ["initContainers", "containers"])
    for (const [index, container] of objectsIn(spec[kind]).entries()) {
      const at = `${path}.${kind}[${index}]`;
      faults.push(...containerFaults(container, at, volumes));
      const name = container["name"];
      if (name !== undefined && names.has(name)) faults.push(`${at}.name: Duplicate value: ${JSON.stringify(name)}`);
      if (name !== undefined) names.add(name);
    }
  const grace = spec["terminationGracePeriodSeconds"];
  if (typeof grace === "number" && grace < 0)
    faults.push(invalid(`${path}.terminationGracePeriodSeconds`, grace, "must be greater than or equal to 0"));
  return faults;
}

function containerFaults(container: JsonObject, path: string, volumes: ReadonlySet<Json | undefined>): readonly string[] {
  const faults: string[] = [];
  if (container["name"] === undefined || container["name"] === "") faults.push(`${path}.name: Required value`);
  else if (!isDnsLabel(container["name"]))
    faults.push(invalid(`${path}.name`, container["name"], "a lowercase RFC 1123 label is required"));
  const image = container["image"];
  if (image === undefined || image === "") faults.push(`${path}.image: Required value`);
  else if (typeof image !== "string" || image.trim() !== image)
    faults.push(invalid(`${path}.image`, image, "must not have leading or trailing whitespace"));
  for (const [index, port] of objectsIn(container["ports"]).entries())
    if (!validPort(port["containerPort"])) faults.push(invalid(`${path}.ports[${index}].containerPort`, port["containerPort"], portRule));
  for (const [index, env] of objectsIn(container["env"]).entries()) {
    if (typeof env["name"] !== "string" || env["name"] === "") faults.push(`${path}.env[${index}].name: Required value`);
    if (env["value"] !== undefined && typeof env["value"] !== "string")
      faults.push(invalid(`${path}.env[${index}].value`, env["value"], "must be a string"));
  }
  for (const [index, mount] of objectsIn(container["volumeMounts"]).entries())
    if (!volumes.has(mount["name"])) faults.push(`${path}.volumeMounts[${index}].name: Not found: ${JSON.stringify(mount["name"] ?? "")}`);
  for (const probe of ["livenessProbe", "readinessProbe", "startupProbe"])
    faults.push(...probeFaults(container[probe], `${path}.${probe}`));
  return [...faults, ...resourceFaults(container["resources"], `${path}.resources`)];
}

function probeFaults(probe: Json | undefined, path: string): readonly string[] {
  if (!isJsonObject(probe)) return [];
  const handlers = ["exec", "grpc", "httpGet", "tcpSocket"].filter((handler) => probe[handler] !== undefined);
  const faults: string[] = [];
  if (handlers.length === 0) faults.push(`${path}: Required value: must specify a handler type`);
  if (handlers.length > 1) faults.push(`${path}.${handlers[1]}: Forbidden: may not specify more than 1 handler type`);
  for (const handler of ["httpGet", "tcpSocket"]) {
    const given = probe[handler];
    if (!isJsonObject(given)) continue;
    const port = given["port"];
    if (typeof port !== "string" && !validPort(port)) faults.push(invalid(`${path}.${handler}.port`, port, portRule));
  }
  for (const field of ["initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold"]) {
    const value = probe[field];
    if (typeof value === "number" && value < 0) faults.push(invalid(`${path}.${field}`, value, "must be greater than or equal to 0"));
  }
  return faults;
}

function resourceFaults(resources: Json | undefined, path: string): readonly string[] {
  if (!isJsonObject(resources)) return [];
  const faults: string[] = [];
  const limits = isJsonObject(resources["limits"]) ? resources["limits"] : {};
  for (const part of ["limits", "requests"]) {
    const amounts = resources[part];
    for (const [name, amount] of Object.entries(isJsonObject(amounts) ? amounts : {})) {
      const nanos = quantityNanos(textOf(amount));
      const at = `${path}.${part}[${name}]`;
      if (nanos === undefined) faults.push(invalid(at, amount, "quantities must match the regular expression of a quantity"));
      else if (nanos < 0n) faults.push(invalid(at, amount, "must be greater than or equal to 0"));
      const limit = part === "requests" ? quantityNanos(textOf(limits[name])) : undefined;
      if (nanos !== undefined && limit !== undefined && nanos > limit)
        faults.push(invalid(`${path}.requests`, amount, `must be less than or equal to ${name} limit of ${textOf(limits[name])}`));
    }
  }
  return faults;
}
