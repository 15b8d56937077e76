/**
 * PURE. What the API server fills into a pod spec or pod template that leaves it out. Source: Kubernetes
 * `pkg/apis/core/v1/defaults.go`, and measured on 1.34.
 */
import { isJsonArray, isJsonObject } from "../../kubernetes/json.ts";
import type { Json, JsonObject } from "../../kubernetes/json.ts";
import { canonicalQuantity } from "./quantity.ts";

/** The list's objects mapped; anything that is no object stays for validation to refuse. */
export function mapObjects(list: Json | undefined, change: (item: JsonObject) => JsonObject): Json | undefined {
  return isJsonArray(list) ? list.map((item) => (isJsonObject(item) ? change(item) : item)) : list;
}

/** `object` with the field replaced, or without it when the value is undefined. */
export function withField(object: JsonObject, key: string, value: Json | undefined): JsonObject {
  if (value !== undefined) return { ...object, [key]: value };
  const { [key]: _gone, ...rest } = object;
  return rest;
}

function objectAt(object: JsonObject, key: string): JsonObject | undefined {
  const value = object[key];
  return isJsonObject(value) ? value : undefined;
}

export function defaultPodTemplate(template: JsonObject): JsonObject {
  const spec = objectAt(template, "spec");
  return spec === undefined ? template : { ...template, spec: defaultPodSpec(spec) };
}

export function defaultPodSpec(spec: JsonObject): JsonObject {
  const account = spec["serviceAccountName"] ?? spec["serviceAccount"];
  let result: JsonObject = {
    restartPolicy: "Always",
    dnsPolicy: "ClusterFirst",
    schedulerName: "default-scheduler",
    securityContext: {},
    terminationGracePeriodSeconds: 30,
    ...spec,
    ...(account === undefined ? {} : { serviceAccountName: account, serviceAccount: account }),
  };
  result = withField(result, "containers", mapObjects(spec["containers"], defaultContainer));
  result = withField(result, "initContainers", mapObjects(spec["initContainers"], defaultContainer));
  return withField(result, "volumes", mapObjects(spec["volumes"], defaultVolume));
}

/** An untagged or `latest` image is pulled always. */
function pullPolicy(image: Json | undefined): string {
  if (typeof image !== "string" || image.includes("@")) return "IfNotPresent";
  const tag = /:([^/:]+)$/.exec(image)?.[1];
  return tag === undefined || tag === "latest" ? "Always" : "IfNotPresent";
}

function defaultContainer(container: JsonObject): JsonObject {
  let result: JsonObject = {
    terminationMessagePath: "/dev/termination-log",
    terminationMessagePolicy: "File",
    imagePullPolicy: pullPolicy(container["image"]),
    resources: {},
    ...container,
  };
  result = withField(
    result,
    "ports",
    mapObjects(container["ports"], (port) => ({ protocol: "TCP", ...port })),
  );
  result = withField(result, "env", mapObjects(container["env"], defaultEnv));
  for (const probe of ["livenessProbe", "readinessProbe", "startupProbe"]) {
    const given = objectAt(container, probe);
    if (given !== undefined) result = { ...result, [probe]: defaultProbe(given) };
  }
  const resources = objectAt(result, "resources");
  return resources === undefined ? result : { ...result, resources: canonicalResources(resources) };
}

/** `value: ""` is not kept; a fieldRef names its API version. */
function defaultEnv(env: JsonObject): JsonObject {
  const from = objectAt(env, "valueFrom");
  const field = from === undefined ? undefined : objectAt(from, "fieldRef");
  if (field !== undefined) return { ...env, valueFrom: { ...from, fieldRef: { apiVersion: "v1", ...field } } };
  return env["value"] === "" ? withField(env, "value", undefined) : env;
}

function defaultProbe(probe: JsonObject): JsonObject {
  const http = objectAt(probe, "httpGet");
  return {
    timeoutSeconds: 1,
    periodSeconds: 10,
    successThreshold: 1,
    failureThreshold: 3,
    ...probe,
    ...(http === undefined ? {} : { httpGet: { path: "/", scheme: "HTTP", ...http } }),
  };
}

function canonicalResources(resources: JsonObject): JsonObject {
  let result = resources;
  for (const key of ["limits", "requests"]) {
    const given = objectAt(resources, key);
    if (given !== undefined) result = { ...result, [key]: canonicalQuantities(given) };
  }
  return result;
}

export function canonicalQuantities(amounts: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(amounts).map(([name, amount]) => [name, canonicalAmount(amount)]));
}

/** What is no quantity stays as it is, for validation to refuse. */
function canonicalAmount(amount: Json): Json {
  if (typeof amount !== "string" && typeof amount !== "number") return amount;
  return canonicalQuantity(String(amount)) ?? amount;
}

function defaultVolume(volume: JsonObject): JsonObject {
  let result = volume;
  for (const source of ["configMap", "secret", "projected", "downwardAPI"]) {
    const given = objectAt(volume, source);
    if (given !== undefined) result = { ...result, [source]: { defaultMode: 420, ...given } };
  }
  return result;
}

/** Only a Pod itself, never a template, takes its missing requests from its limits. */
export function requestsFromLimits(spec: JsonObject): JsonObject {
  return withField(
    spec,
    "containers",
    mapObjects(spec["containers"], (container) => {
      const resources = objectAt(container, "resources");
      const limits = resources === undefined ? undefined : objectAt(resources, "limits");
      if (resources === undefined || limits === undefined) return container;
      return { ...container, resources: { ...resources, requests: { ...limits, ...objectAt(resources, "requests") } } };
    }),
  );
}
