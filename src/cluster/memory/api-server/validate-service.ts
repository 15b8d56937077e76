/** PURE. The rules for Services and ConfigMaps. Source: Kubernetes `pkg/apis/core/validation/validation.go`. */
import { jsonEqual } from "../../../kubernetes/json.ts";
import type { Json, JsonObject } from "../../../kubernetes/json.ts";
import {
  broken,
  bytesIn,
  duplicate,
  forbidden,
  invalid,
  listOf,
  mapOf,
  numberOf,
  objectsIn,
  oneOf,
  required,
  textOf,
  tooLong,
} from "./fault.ts";
import type { Faults } from "./fault.ts";
import { addressFaults, configKeyFaults, labelFaults, portFaults, subdomainFaults } from "./names.ts";
import { portOrNameFaults, protocols } from "./validate-container.ts";
import { labelsFaults } from "./validate-metadata.ts";

/** `before`: the spec as it was; undefined when the object is new. */
export function serviceFaults(spec: JsonObject, before: JsonObject | undefined): Faults {
  const ports = objectsIn(spec["ports"]);
  const type = textOf(spec["type"]);
  const headless = spec["clusterIP"] === "None";
  return [
    ...movedAddress(spec, before),
    ...(ports.length === 0 && !headless && type !== "ExternalName" ? [required("spec.ports")] : []),
    ...(type === "ExternalName" ? outsideNameFaults(textOf(spec["externalName"])) : []),
    ...portsFaults(ports),
    ...labelsFaults(spec["selector"], "spec.selector"),
    ...oneOf("spec.sessionAffinity", spec["sessionAffinity"], ["ClientIP", "None"]),
    ...listOf(spec["clusterIPs"]).flatMap((address, index) =>
      address === "None" ? [] : broken(`spec.clusterIPs[${index}]`, address, addressFaults(textOf(address))),
    ),
    ...listOf(spec["externalIPs"]).flatMap((address, index) =>
      broken(`spec.externalIPs[${index}]`, address, addressFaults(textOf(address))),
    ),
    ...oneOf("spec.type", type, ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"]),
    ...(type === "ClusterIP" ? nodePortFaults(ports) : []),
    ...doubledPorts(ports),
    ...policyFaults(spec, type),
  ];
}

function movedAddress(spec: JsonObject, before: JsonObject | undefined): Faults {
  const had = listOf(before?.["clusterIPs"])[0];
  if (had === undefined || spec["type"] === "ExternalName" || before?.["type"] === "ExternalName") return [];
  if (listOf(spec["clusterIPs"])[0] === had) return [];
  return addressFaults(textOf(spec["clusterIP"])).length > 0 && spec["clusterIP"] !== "None"
    ? []
    : [invalid("spec.clusterIPs[0]", spec["clusterIPs"], "may not change once set")];
}

function outsideNameFaults(name: string): Faults {
  const plain = name.replace(/\.$/, "");
  return plain === "" ? [required("spec.externalName")] : broken("spec.externalName", plain, subdomainFaults(plain));
}

function portsFaults(ports: readonly JsonObject[]): Faults {
  const names = new Set<string>();
  return ports.flatMap((port, index) => {
    const at = `spec.ports[${index}]`;
    const name = textOf(port["name"]);
    const twice = names.has(name);
    if (name !== "") names.add(name);
    return [
      ...(name === "" ? (ports.length > 1 ? [required(`${at}.name`)] : []) : broken(`${at}.name`, name, labelFaults(name))),
      ...(twice ? [duplicate(`${at}.name`, name)] : []),
      ...broken(`${at}.port`, port["port"], portFaults(numberOf(port["port"]))),
      ...oneOf(`${at}.protocol`, port["protocol"], protocols),
      ...portOrNameFaults(port["targetPort"], `${at}.targetPort`),
    ];
  });
}

function nodePortFaults(ports: readonly JsonObject[]): Faults {
  return ports.flatMap((port, index) =>
    numberOf(port["nodePort"]) === 0 ? [] : [forbidden(`spec.ports[${index}].nodePort`, "may not be used when `type` is 'ClusterIP'")],
  );
}

function doubledPorts(ports: readonly JsonObject[]): Faults {
  const seen = new Set<string>();
  return ports.flatMap((port, index) => {
    const key = `${textOf(port["protocol"])} ${numberOf(port["port"])}`;
    const twice = seen.has(key);
    seen.add(key);
    return twice ? [duplicate(`spec.ports[${index}]`, { port: port["port"] ?? 0, protocol: port["protocol"] ?? "" })] : [];
  });
}

function policyFaults(spec: JsonObject, type: string): Faults {
  const outside = textOf(spec["externalTrafficPolicy"]);
  const accessible = type === "NodePort" || type === "LoadBalancer" || (type === "ClusterIP" && listOf(spec["externalIPs"]).length > 0);
  const ofOutside = accessible
    ? oneOf("spec.externalTrafficPolicy", outside, ["Cluster", "Local"])
    : outside === ""
      ? []
      : [invalid("spec.externalTrafficPolicy", outside, "may only be set for externally-accessible services")];
  const inside = spec["internalTrafficPolicy"];
  return [...ofOutside, ...(inside === undefined ? [] : oneOf("spec.internalTrafficPolicy", inside, ["Cluster", "Local"]))];
}

const bytesMax = 1_048_576;

export function configMapFaults(object: JsonObject, before: JsonObject | undefined): Faults {
  const [data, binary] = [mapOf(object["data"]), mapOf(object["binaryData"])];
  const size = [...Object.values(data).map((value) => bytesIn(textOf(value))), ...Object.values(binary).map(bytesOf)];
  return [
    ...(before?.["immutable"] === true ? fixedFaults(object, before) : []),
    ...Object.keys(data).flatMap((key) => [
      ...broken(`data[${key}]`, key, configKeyFaults(key)),
      ...(Object.hasOwn(binary, key) ? [invalid(`data[${key}]`, key, "duplicate of key present in binaryData")] : []),
    ]),
    ...Object.keys(binary).flatMap((key) => broken(`binaryData[${key}]`, key, configKeyFaults(key))),
    // The whole object, and not one of its fields.
    ...(size.reduce((sum, bytes) => sum + bytes, 0) > bytesMax ? [tooLong("[]", bytesMax)] : []),
  ];
}

/** Of text in base64. */
function bytesOf(value: Json): number {
  return Math.floor((textOf(value).replace(/=+$/, "").length * 3) / 4);
}

function fixedFaults(object: JsonObject, before: JsonObject): Faults {
  const rule = "field is immutable when `immutable` is set";
  return [
    ...(object["immutable"] === true ? [] : [forbidden("immutable", rule)]),
    ...["data", "binaryData"].filter((field) => !jsonEqual(object[field], before[field])).map((field) => forbidden(field, rule)),
  ];
}
