/**
 * PURE. An object as the API server would store it: nothings dropped, quantities in canonical form, the commonly
 * defaulted fields filled in. Source: Kubernetes `defaults.go` of apps, core and autoscaling.
 */
import { isJsonArray, isJsonObject } from "../../kubernetes/json.ts";
import type { Json, JsonObject } from "../../kubernetes/json.ts";
import { canonicalQuantities, defaultPodSpec, defaultPodTemplate, mapObjects, requestsFromLimits, withField } from "./pod-defaults.ts";

/** Maps that the API leaves out when they are empty. An empty `{}` elsewhere (emptyDir, securityContext) means something. */
const omittedWhenEmpty = new Set([
  "labels",
  "annotations",
  "nodeSelector",
  "matchLabels",
  "data",
  "binaryData",
  "limits",
  "requests",
  "selector",
]);

/** Lists that mean something even when they are empty. */
const keptWhenEmpty = new Set(["containers", "ingress", "egress"]);

export function defaulted(object: JsonObject): JsonObject {
  const pruned = prune(object);
  const spec = pruned["spec"];
  if (pruned["kind"] === "Node" && isJsonObject(pruned["status"])) return { ...pruned, status: nodeStatus(pruned["status"]) };
  if (!isJsonObject(spec)) return pruned;
  return { ...pruned, spec: defaultSpec(pruned["kind"], spec) };
}

function prune(object: JsonObject): JsonObject {
  const entries: [string, Json][] = [];
  for (const [key, value] of Object.entries(object)) {
    if (value === null || (isJsonArray(value) && value.length === 0 && !keptWhenEmpty.has(key))) continue;
    if (isJsonObject(value) && Object.keys(value).length === 0 && omittedWhenEmpty.has(key)) continue;
    entries.push([key, key === "managedFields" ? value : pruneValue(value)]);
  }
  return Object.fromEntries(entries);
}

function pruneValue(value: Json): Json {
  if (isJsonArray(value)) return value.map(pruneValue);
  return isJsonObject(value) ? prune(value) : value;
}

function nodeStatus(status: JsonObject): JsonObject {
  const { allocatable, capacity } = status;
  return {
    ...status,
    ...(isJsonObject(allocatable) ? { allocatable: canonicalQuantities(allocatable) } : {}),
    ...(isJsonObject(capacity) ? { capacity: canonicalQuantities(capacity) } : {}),
  };
}

function defaultSpec(kind: Json | undefined, spec: JsonObject): JsonObject {
  switch (kind) {
    case "Pod":
      return {
        enableServiceLinks: true,
        preemptionPolicy: "PreemptLowerPriority",
        priority: 0,
        ...requestsFromLimits(defaultPodSpec(spec)),
      };
    case "Deployment":
      return workload({
        replicas: 1,
        revisionHistoryLimit: 10,
        progressDeadlineSeconds: 600,
        ...spec,
        strategy: rolling(spec["strategy"], { maxSurge: "25%", maxUnavailable: "25%" }),
      });
    case "ReplicaSet":
      return workload({ replicas: 1, ...spec });
    case "StatefulSet":
      return workload({
        replicas: 1,
        revisionHistoryLimit: 10,
        podManagementPolicy: "OrderedReady",
        persistentVolumeClaimRetentionPolicy: { whenDeleted: "Retain", whenScaled: "Retain" },
        ...spec,
        updateStrategy: rolling(spec["updateStrategy"], { partition: 0 }),
      });
    case "DaemonSet":
      return workload({
        revisionHistoryLimit: 10,
        ...spec,
        updateStrategy: rolling(spec["updateStrategy"], { maxSurge: 0, maxUnavailable: 1 }),
      });
    case "Service":
      return defaultService(spec);
    case "HorizontalPodAutoscaler":
      return { minReplicas: 1, ...spec };
    default:
      return spec;
  }
}

function workload(spec: JsonObject): JsonObject {
  return isJsonObject(spec["template"]) ? { ...spec, template: defaultPodTemplate(spec["template"]) } : spec;
}

function rolling(strategy: Json | undefined, limits: JsonObject): Json {
  const given = isJsonObject(strategy) ? strategy : {};
  const type = given["type"] ?? "RollingUpdate";
  if (type !== "RollingUpdate") return { ...given, type };
  const parameters = isJsonObject(given["rollingUpdate"]) ? given["rollingUpdate"] : {};
  return { ...given, type, rollingUpdate: { ...limits, ...parameters } };
}

function defaultService(spec: JsonObject): JsonObject {
  const type = spec["type"] ?? "ClusterIP";
  const ports = mapObjects(spec["ports"], (port) => {
    const target = port["targetPort"] === 0 || port["targetPort"] === "" ? undefined : port["targetPort"];
    return withField({ protocol: "TCP", ...port }, "targetPort", target ?? port["port"]);
  });
  const common: JsonObject = { type, sessionAffinity: "None", ...withField(spec, "ports", ports) };
  if (type === "ExternalName") return common;
  return {
    internalTrafficPolicy: "Cluster",
    ipFamilies: ["IPv4"],
    ipFamilyPolicy: "SingleStack",
    ...(type === "ClusterIP" ? {} : { externalTrafficPolicy: "Cluster" }),
    ...(spec["clusterIP"] === undefined ? {} : { clusterIPs: [spec["clusterIP"]] }),
    ...common,
  };
}
