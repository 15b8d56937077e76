/** PURE. The rules for Ingresses and NetworkPolicies. Source: Kubernetes `pkg/apis/networking/validation/validation.go`. */
import type { Json, JsonObject } from "../../../kubernetes/json.ts";
import { broken, forbidden, invalid, listOf, mapOf, numberOf, objectsIn, oneOf, required, textOf, unsupported } from "./fault.ts";
import type { Faults } from "./fault.ts";
import { isAddress, isWithin, label1035Faults, networkFaults, portFaults, portNameFaults, subdomainFaults } from "./names.ts";
import { selectorFaults } from "./validate-metadata.ts";

export function ingressFaults(spec: JsonObject): Faults {
  const rules = objectsIn(spec["rules"]);
  const { defaultBackend, ingressClassName } = spec;
  return [
    ...(rules.length === 0 && defaultBackend === undefined
      ? [invalid("spec", null, "either `defaultBackend` or `rules` must be specified")]
      : []),
    ...(defaultBackend === undefined ? [] : backendFaults(mapOf(defaultBackend), "spec.defaultBackend")),
    ...rules.flatMap((rule, index) => ruleFaults(rule, `spec.rules[${index}]`)),
    ...objectsIn(spec["tls"]).flatMap((tls, index) =>
      listOf(tls["hosts"]).flatMap((host, position) => hostFaults(textOf(host), `spec.tls[${index}].hosts[${position}]`)),
    ),
    ...(ingressClassName === undefined ? [] : broken("spec.ingressClassName", ingressClassName, subdomainFaults(textOf(ingressClassName)))),
  ];
}

function hostFaults(host: string, path: string): Faults {
  if (!host.includes("*")) return broken(path, host, subdomainFaults(host));
  return broken(
    path,
    host,
    host.startsWith("*.") ? subdomainFaults(host.slice(2)) : ["a wildcard DNS-1123 subdomain must start with '*.'"],
  );
}

function ruleFaults(rule: JsonObject, at: string): Faults {
  const host = textOf(rule["host"]);
  const paths = objectsIn(mapOf(rule["http"])["paths"]);
  return [
    ...(isAddress(host) ? [invalid(`${at}.host`, host, "must be a DNS name, not an IP address")] : []),
    ...(host === "" ? [] : hostFaults(host, `${at}.host`)),
    ...(rule["http"] !== undefined && paths.length === 0 ? [required(`${at}.http.paths`)] : []),
    ...paths.flatMap((path, index) => pathFaults(path, `${at}.http.paths[${index}]`)),
  ];
}

const pathTypes: readonly string[] = ["Exact", "ImplementationSpecific", "Prefix"];

function pathFaults(path: JsonObject, at: string): Faults {
  const { pathType } = path;
  const text = textOf(path["path"]);
  if (pathType === undefined || pathType === null) return [required(`${at}.pathType`, "pathType must be specified")];
  const mustBeAbsolute = pathType === "ImplementationSpecific" ? text !== "" : pathTypes.includes(textOf(pathType));
  return [
    ...(mustBeAbsolute && !text.startsWith("/") ? [invalid(`${at}.path`, text, "must be an absolute path")] : []),
    ...oneOf(`${at}.pathType`, pathType, pathTypes),
    ...backendFaults(mapOf(path["backend"]), `${at}.backend`),
  ];
}

function backendFaults({ resource, service }: JsonObject, at: string): Faults {
  if (resource !== undefined) return service === undefined ? [] : [invalid(at, "", "cannot set both resource and service backends")];
  if (service === undefined) return [invalid(at, "", "resource or service backend is required")];
  const { name, port } = mapOf(service);
  const { name: portName, number } = mapOf(port);
  const [text, called] = [textOf(name), textOf(portName)];
  const ofName = text === "" ? [required(`${at}.service.name`)] : broken(`${at}.service.name`, text, label1035Faults(text));
  if (called !== "" && numberOf(number) !== 0) return [...ofName, invalid(at, "", "cannot set both port name & port number")];
  if (called !== "") return [...ofName, ...broken(`${at}.service.port.name`, called, portNameFaults(called))];
  if (numberOf(number) === 0) return [...ofName, required(at, "port name or number is required")];
  return [...ofName, ...broken(`${at}.service.port.number`, number, portFaults(numberOf(number)))];
}

const directions: readonly string[] = ["Ingress", "Egress"];

export function networkPolicyFaults(spec: JsonObject): Faults {
  return [
    ...selectorFaults(spec["podSelector"], "spec.podSelector"),
    ...objectsIn(spec["ingress"]).flatMap((rule, index) => trafficFaults(rule, "from", `spec.ingress[${index}]`)),
    ...objectsIn(spec["egress"]).flatMap((rule, index) => trafficFaults(rule, "to", `spec.egress[${index}]`)),
    ...listOf(spec["policyTypes"]).flatMap((type, index) => oneOf(`spec.policyTypes[${index}]`, type, directions)),
  ];
}

function trafficFaults(rule: JsonObject, side: "from" | "to", at: string): Faults {
  return [
    ...objectsIn(rule["ports"]).flatMap((port, index) => portAndRangeFaults(port, `${at}.ports[${index}]`)),
    ...objectsIn(rule[side]).flatMap((peer, index) => peerFaults(peer, `${at}.${side}[${index}]`)),
  ];
}

function portAndRangeFaults({ port, protocol, endPort }: JsonObject, at: string): Faults {
  const known = ["TCP", "UDP", "SCTP"];
  const ofProtocol = known.includes(textOf(protocol)) ? [] : [unsupported(`${at}.protocol`, protocol, known)];
  const whyNoRange =
    port === undefined ? "may not be specified when `port` is not specified" : "may not be specified when `port` is non-numeric";
  if (port === undefined || typeof port === "string")
    return [
      ...ofProtocol,
      ...(endPort === undefined ? [] : [invalid(`${at}.endPort`, endPort, whyNoRange)]),
      ...(port === undefined ? [] : broken(`${at}.port`, port, portNameFaults(port))),
    ];
  return [
    ...ofProtocol,
    ...broken(`${at}.port`, port, portFaults(numberOf(port))),
    ...(endPort !== undefined && numberOf(endPort) < numberOf(port)
      ? [invalid(`${at}.endPort`, port, "must be greater than or equal to `port`")]
      : []),
    ...(endPort === undefined ? [] : broken(`${at}.endPort`, endPort, portFaults(numberOf(endPort)))),
  ];
}

function peerFaults({ podSelector, namespaceSelector, ipBlock }: JsonObject, at: string): Faults {
  const selectors = [podSelector, namespaceSelector].filter((selector) => selector !== undefined);
  return [
    ...selectorFaults(podSelector, `${at}.podSelector`),
    ...selectorFaults(namespaceSelector, `${at}.namespaceSelector`),
    ...blockFaults(ipBlock, `${at}.ipBlock`),
    ...(selectors.length === 0 && ipBlock === undefined ? [required(at, "must specify a peer")] : []),
    ...(selectors.length > 0 && ipBlock !== undefined ? [forbidden(at, "may not specify both ipBlock and another peer")] : []),
  ];
}

function blockFaults(block: Json | undefined, path: string): Faults {
  if (block === undefined) return [];
  const cidr = textOf(mapOf(block)["cidr"]);
  if (cidr === "") return [required(`${path}.cidr`)];
  const faults = networkFaults(cidr);
  if (faults.length > 0) return broken(`${path}.cidr`, cidr, faults);
  return listOf(mapOf(block)["except"]).flatMap((except, index) => {
    const at = `${path}.except[${index}]`;
    const text = textOf(except);
    const wrong = networkFaults(text);
    return broken(at, text, wrong.length > 0 || isWithin(text, cidr) ? wrong : ["must be a strict subset of `cidr`"]);
  });
}
