/**
 * PURE. What the API server refuses to store, in its own words: the rules that a wrong mitigation could break, not all of
 * them. Source: Kubernetes `pkg/apis/{apps,core,autoscaling}/validation`.
 */
import { isJsonObject, jsonEqual, valueAt } from "../../kubernetes/json.ts";
import type { Json, JsonObject } from "../../kubernetes/json.ts";
import { matchesSelector } from "./selector.ts";
import { asObject } from "../../kubernetes/object.ts";
import { invalid, isDnsLabel, objectsIn, podSpecFaults, validPort } from "./validate-pod.ts";

const workloads = new Set(["Deployment", "ReplicaSet", "StatefulSet", "DaemonSet"]);

/** `before` is absent when the object is new. An empty list: the object may be stored. */
export function faultsOf(object: JsonObject, before?: JsonObject): readonly string[] {
  const { kind } = asObject(object);
  const faults = [...metadataFaults(object), ...(before === undefined ? [] : immutableFaults(kind, object, before))];
  const spec = object["spec"];
  if (workloads.has(kind)) return isJsonObject(spec) ? [...faults, ...workloadFaults(spec)] : [...faults, "spec: Required value"];
  switch (kind) {
    case "Pod":
      return isJsonObject(spec) ? [...faults, ...podSpecFaults(spec, "spec")] : [...faults, "spec: Required value"];
    case "Service":
      return isJsonObject(spec) ? [...faults, ...serviceFaults(spec)] : [...faults, "spec: Required value"];
    case "ConfigMap":
      return [...faults, ...configMapFaults(object["data"])];
    case "HorizontalPodAutoscaler":
      return isJsonObject(spec) ? [...faults, ...autoscalerFaults(spec)] : [...faults, "spec: Required value"];
    default:
      return faults;
  }
}

function metadataFaults(object: JsonObject): readonly string[] {
  const name = valueAt(object, "/metadata/name");
  const faults: string[] = [];
  if (typeof name !== "string" || name === "") faults.push("metadata.name: Required value: name or generateName is required");
  for (const map of ["labels", "annotations"]) {
    const entries = valueAt(object, `/metadata/${map}`);
    if (entries !== undefined && !isJsonObject(entries)) faults.push(invalid(`metadata.${map}`, entries, "must be a map"));
    for (const [key, value] of Object.entries(isJsonObject(entries) ? entries : {}))
      if (typeof value !== "string") faults.push(invalid(`metadata.${map}.${key}`, value, "must be a string"));
      else if (map === "labels" && !/^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/.test(value))
        faults.push(invalid("metadata.labels", value, "a valid label must be an empty string or consist of alphanumeric characters"));
  }
  return faults;
}

const immutable = "field is immutable";
const statefulSetMutable = new Set([
  "replicas",
  "ordinals",
  "template",
  "updateStrategy",
  "revisionHistoryLimit",
  "persistentVolumeClaimRetentionPolicy",
  "minReadySeconds",
]);

function immutableFaults(kind: string, object: JsonObject, before: JsonObject): readonly string[] {
  const faults: string[] = [];
  const unchanged = (path: string): boolean => jsonEqual(valueAt(object, path), valueAt(before, path));
  for (const field of ["uid", "creationTimestamp", "deletionTimestamp"])
    if (!unchanged(`/metadata/${field}`)) faults.push(invalid(`metadata.${field}`, valueAt(object, `/metadata/${field}`), immutable));
  if (workloads.has(kind) && kind !== "StatefulSet" && !unchanged("/spec/selector"))
    faults.push(invalid("spec.selector", valueAt(object, "/spec/selector"), immutable));
  if (kind === "StatefulSet" && !specUnchangedExcept(object, before, statefulSetMutable))
    faults.push(`spec: Forbidden: updates to statefulset spec for fields other than ${[...statefulSetMutable].join(", ")} are forbidden`);
  if (kind === "Service" && valueAt(before, "/spec/clusterIP") !== undefined && !unchanged("/spec/clusterIP"))
    faults.push(invalid("spec.clusterIPs[0]", valueAt(object, "/spec/clusterIP"), "may not change once set"));
  if (kind === "ConfigMap" && before["immutable"] === true && !(unchanged("/data") && unchanged("/immutable")))
    faults.push("data: Forbidden: field is immutable when `immutable` is set");
  if (kind === "Pod" && !jsonEqual(changeable(object), changeable(before)))
    faults.push(
      "spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)",
    );
  return faults;
}

function specUnchangedExcept(object: JsonObject, before: JsonObject, except: ReadonlySet<string>): boolean {
  const fixed = (whole: JsonObject): Json =>
    Object.fromEntries(Object.entries(isJsonObject(whole["spec"]) ? whole["spec"] : {}).filter(([key]) => !except.has(key)));
  return jsonEqual(fixed(object), fixed(before));
}

/** A pod's spec without the fields that may change. */
function changeable(pod: JsonObject): Json {
  const spec = isJsonObject(pod["spec"]) ? pod["spec"] : {};
  const { activeDeadlineSeconds: _deadline, tolerations: _tolerations, nodeName: _node, ...rest } = spec;
  return { ...rest, containers: objectsIn(spec["containers"]).map((container) => ({ ...container, image: "" })) };
}

function workloadFaults(spec: JsonObject): readonly string[] {
  const faults: string[] = [];
  const { replicas, selector, template } = spec;
  if (replicas !== undefined && (typeof replicas !== "number" || !Number.isInteger(replicas) || replicas < 0))
    faults.push(invalid("spec.replicas", replicas, "must be greater than or equal to 0"));
  if (!isJsonObject(template)) return [...faults, "spec.template: Required value"];
  const labels = valueAt(template, "/metadata/labels");
  if (!isJsonObject(selector) || Object.keys(selector).length === 0) faults.push("spec.selector: Required value");
  else if (!matchesSelector(selector, labels as Readonly<Record<string, string>> | undefined))
    faults.push(invalid("spec.template.metadata.labels", labels, "`selector` does not match template `labels`"));
  const podSpec = template["spec"];
  if (!isJsonObject(podSpec)) return [...faults, "spec.template.spec: Required value"];
  if (podSpec["restartPolicy"] !== "Always")
    faults.push(
      `spec.template.spec.restartPolicy: Unsupported value: ${JSON.stringify(podSpec["restartPolicy"])}: supported values: "Always"`,
    );
  return [...faults, ...podSpecFaults(podSpec, "spec.template.spec")];
}

const portRule = "must be between 1 and 65535, inclusive";

function serviceFaults(spec: JsonObject): readonly string[] {
  const ports = objectsIn(spec["ports"]);
  const faults: string[] = [];
  if (ports.length === 0 && spec["type"] !== "ExternalName" && spec["clusterIP"] !== "None") faults.push("spec.ports: Required value");
  for (const [index, port] of ports.entries()) {
    const at = `spec.ports[${index}]`;
    if (!validPort(port["port"])) faults.push(invalid(`${at}.port`, port["port"], portRule));
    const target = port["targetPort"];
    if (typeof target === "string" ? !isDnsLabel(target) || target.length > 15 : !validPort(target))
      faults.push(invalid(`${at}.targetPort`, target, typeof target === "string" ? "must be a valid port name" : portRule));
    if (ports.length > 1 && port["name"] === undefined) faults.push(`${at}.name: Required value`);
  }
  for (const [key, value] of Object.entries(isJsonObject(spec["selector"]) ? spec["selector"] : {}))
    if (typeof value !== "string") faults.push(invalid(`spec.selector.${key}`, value, "must be a string"));
  return faults;
}

function configMapFaults(data: Json | undefined): readonly string[] {
  if (data === undefined) return [];
  if (!isJsonObject(data)) return [invalid("data", data, "must be a map")];
  return Object.entries(data).flatMap(([key, value]) => {
    if (typeof value !== "string") return [invalid(`data[${key}]`, value, "must be a string")];
    return /^[-._a-zA-Z0-9]{1,253}$/.test(key)
      ? []
      : [invalid("data", key, "a valid config key must consist of alphanumeric characters, '-', '_' or '.'")];
  });
}

function autoscalerFaults(spec: JsonObject): readonly string[] {
  const { minReplicas, maxReplicas } = spec;
  if (typeof minReplicas !== "number" || minReplicas < 1)
    return [invalid("spec.minReplicas", minReplicas, "must be greater than or equal to 1")];
  if (typeof maxReplicas !== "number" || maxReplicas < minReplicas)
    return [invalid("spec.maxReplicas", maxReplicas, "must be greater than or equal to `minReplicas`")];
  return [];
}
