/** PURE. The API server's rules for containers. Source: Kubernetes `pkg/apis/core/validation/validation.go`. */
import type { Json, JsonObject } from "../../../kubernetes/json.ts";
import {
  broken,
  duplicate,
  forbidden,
  invalid,
  listOf,
  mapOf,
  negative,
  notFound,
  numberOf,
  objectsIn,
  oneOf,
  required,
  textOf,
  unsupported,
} from "./fault.ts";
import type { Faults } from "./fault.ts";
import { configKeyFaults, labelFaults, portFaults, portNameFaults, subdomainFaults, variableFaults } from "./names.ts";
import { resourcesFaults } from "./validate-resources.ts";

export const protocols: readonly string[] = ["SCTP", "TCP", "UDP"];
const pullPolicies: readonly string[] = ["Always", "IfNotPresent", "Never"];
const messagePolicies: readonly string[] = ["File", "FallbackToLogsOnError"];

/** `volumes`: the names of those that the pod has. */
export function containersFaults(list: Json | undefined, path: string, volumes: ReadonlySet<string>): Faults {
  const names = new Set<string>();
  return objectsIn(list).flatMap((container, index) => {
    const at = `${path}[${index}]`;
    const name = textOf(container["name"]);
    const twice = names.has(name);
    names.add(name);
    return [
      ...containerFaults(container, at, volumes),
      ...(twice ? [duplicate(`${at}.name`, name)] : []),
      ...["postStart", "preStop"].flatMap((hook) => hookFaults(mapOf(container["lifecycle"])[hook], `${at}.lifecycle.${hook}`)),
      ...probeFaults(container["livenessProbe"], `${at}.livenessProbe`, true),
      ...probeFaults(container["readinessProbe"], `${at}.readinessProbe`, false),
      ...probeFaults(container["startupProbe"], `${at}.startupProbe`, true),
    ];
  });
}

function containerFaults(container: JsonObject, at: string, volumes: ReadonlySet<string>): Faults {
  const name = textOf(container["name"]);
  return [
    ...(name === "" ? [required(`${at}.name`)] : broken(`${at}.name`, name, labelFaults(name))),
    ...(textOf(container["image"]) === "" ? [required(`${at}.image`)] : []),
    ...oneOf(`${at}.terminationMessagePolicy`, container["terminationMessagePolicy"], messagePolicies),
    ...portsFaults(container["ports"], `${at}.ports`),
    ...objectsIn(container["env"]).flatMap((variable, index) => variableFaultsAt(variable, `${at}.env[${index}]`)),
    ...objectsIn(container["envFrom"]).flatMap((source, index) => sourceFaults(source, `${at}.envFrom`, index)),
    ...mountsFaults(container["volumeMounts"], `${at}.volumeMounts`, volumes),
    ...oneOf(`${at}.imagePullPolicy`, container["imagePullPolicy"], pullPolicies),
    ...resourcesFaults(container["resources"], `${at}.resources`),
  ];
}

function portsFaults(ports: Json | undefined, path: string): Faults {
  const names = new Set<string>();
  return objectsIn(ports).flatMap((port, index) => {
    const at = `${path}[${index}]`;
    const name = textOf(port["name"]);
    const number = numberOf(port["containerPort"]);
    const ofName = name === "" ? [] : broken(`${at}.name`, name, portNameFaults(name));
    const twice = ofName.length === 0 && names.has(name);
    if (name !== "") names.add(name);
    return [
      ...ofName,
      ...(twice ? [duplicate(`${at}.name`, name)] : []),
      ...(number === 0 ? [required(`${at}.containerPort`)] : broken(`${at}.containerPort`, number, portFaults(number))),
      ...(protocols.includes(textOf(port["protocol"])) ? [] : [unsupported(`${at}.protocol`, port["protocol"], protocols)]),
    ];
  });
}

const fieldPaths: readonly string[] = [
  "metadata.name",
  "metadata.namespace",
  "metadata.uid",
  "spec.nodeName",
  "spec.serviceAccountName",
  "status.hostIP",
  "status.hostIPs",
  "status.podIP",
  "status.podIPs",
];
const variableSources: readonly string[] = ["fieldRef", "resourceFieldRef", "configMapKeyRef", "secretKeyRef"];

function variableFaultsAt(variable: JsonObject, at: string): Faults {
  const name = textOf(variable["name"]);
  const ofName = name === "" ? [required(`${at}.name`)] : broken(`${at}.name`, name, variableFaults(name));
  if (variable["valueFrom"] === undefined) return ofName;
  const from = mapOf(variable["valueFrom"]);
  const path = `${at}.valueFrom`;
  const sources = variableSources.filter((source) => from[source] !== undefined);
  const rule =
    sources.length === 0
      ? "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`"
      : textOf(variable["value"]) !== ""
        ? "may not be specified when `value` is not empty"
        : sources.length > 1
          ? "may not have more than one field specified at a time"
          : undefined;
  return [
    ...ofName,
    ...fieldRefFaults(from["fieldRef"], `${path}.fieldRef`),
    ...["configMapKeyRef", "secretKeyRef"].flatMap((source) => keyRefFaults(from[source], `${path}.${source}`)),
    ...(rule === undefined ? [] : [invalid(path, "", rule)]),
  ];
}

function fieldRefFaults(ref: Json | undefined, path: string): Faults {
  if (ref === undefined) return [];
  const field = textOf(mapOf(ref)["fieldPath"]);
  if (field === "") return [required(`${path}.fieldPath`)];
  if (fieldPaths.includes(field) || /^metadata\.(labels|annotations)\['.+'\]$/.test(field)) return [];
  return [invalid(`${path}.fieldPath`, field, `error converting fieldPath: field label not supported: ${field}`)];
}

function keyRefFaults(ref: Json | undefined, path: string): Faults {
  if (ref === undefined) return [];
  const { name, key } = mapOf(ref);
  return [
    ...broken(`${path}.name`, textOf(name), subdomainFaults(textOf(name))),
    ...(textOf(key) === "" ? [required(`${path}.key`)] : broken(`${path}.key`, key, configKeyFaults(textOf(key)))),
  ];
}

function sourceFaults(source: JsonObject, path: string, index: number): Faults {
  const given = ["configMapRef", "secretRef"].filter((kind) => source[kind] !== undefined);
  const rule =
    given.length === 0
      ? "must specify one of: `configMapRef` or `secretRef`"
      : given.length > 1
        ? "may not have more than one field specified at a time"
        : undefined;
  const names = given.flatMap((kind) => {
    const name = textOf(mapOf(source[kind])["name"]);
    const at = `${path}[${index}].${kind}.name`;
    return name === "" ? [required(at)] : broken(at, name, subdomainFaults(name));
  });
  return [...names, ...(rule === undefined ? [] : [invalid(path, "", rule)])];
}

function mountsFaults(mounts: Json | undefined, path: string, volumes: ReadonlySet<string>): Faults {
  const paths = new Set<string>();
  return objectsIn(mounts).flatMap((mount, index) => {
    const at = `${path}[${index}]`;
    const name = textOf(mount["name"]);
    const mountPath = textOf(mount["mountPath"]);
    const twice = paths.has(mountPath);
    paths.add(mountPath);
    return [
      ...(name === "" ? [required(`${at}.name`)] : []),
      ...(volumes.has(name) ? [] : [notFound(`${at}.name`, name)]),
      ...(mountPath === "" ? [required(`${at}.mountPath`)] : []),
      ...(twice ? [invalid(`${at}.mountPath`, mountPath, "must be unique")] : []),
    ];
  });
}

const handlers: readonly string[] = ["exec", "httpGet", "tcpSocket", "grpc", "sleep"];

/** Exactly one handler, and that one right. */
function handledFaults(given: JsonObject, path: string): Faults {
  const [first, ...others] = handlers.filter((handler) => given[handler] !== undefined);
  if (first === undefined) return [required(path, "must specify a handler type")];
  return [
    ...handlerFaults(first, mapOf(given[first]), `${path}.${first}`),
    ...others.map((handler) => forbidden(`${path}.${handler}`, "may not specify more than 1 handler type")),
  ];
}

function hookFaults(hook: Json | undefined, path: string): Faults {
  return hook === undefined ? [] : handledFaults(mapOf(hook), path);
}

/** `once`: the probe must pass just once, as those that kill a container must. */
function probeFaults(given: Json | undefined, path: string, once: boolean): Faults {
  if (given === undefined) return [];
  const probe = mapOf(given);
  const numbers = ["initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold"];
  return [
    ...handledFaults(probe, path),
    ...numbers.flatMap((field) => negative(`${path}.${field}`, probe[field])),
    ...(once && numberOf(probe["successThreshold"]) !== 1
      ? [invalid(`${path}.successThreshold`, probe["successThreshold"], "must be 1")]
      : []),
  ];
}

function handlerFaults(handler: string, action: JsonObject, path: string): Faults {
  if (handler === "sleep") return [];
  if (handler === "exec") return listOf(action["command"]).length === 0 ? [required(`${path}.command`)] : [];
  const ofPort = portOrNameFaults(action["port"], `${path}.port`);
  if (handler !== "httpGet") return ofPort;
  return [...ofPort, ...oneOf(`${path}.scheme`, action["scheme"], ["HTTP", "HTTPS"])];
}

export function portOrNameFaults(port: Json | undefined, path: string): Faults {
  return typeof port === "string" ? broken(path, port, portNameFaults(port)) : broken(path, numberOf(port), portFaults(numberOf(port)));
}
