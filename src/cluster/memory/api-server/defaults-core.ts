/**
 * PURE. What the API server fills into the types of core/v1 that leave it out, and into pods in particular. Source:
 * Kubernetes `pkg/apis/core/v1/{defaults,conversion}.go`, and measured on 1.34.
 */
import { isJsonArray, isJsonObject } from "../../../kubernetes/json.ts";
import type { Json, JsonObject } from "../../../kubernetes/json.ts";

type Defaults = (object: JsonObject) => JsonObject;

const octal644: Defaults = (source) => ({ defaultMode: 420, ...source });

export const coreDefaults: Readonly<Record<string, Defaults>> = {
  Container: (container) => ({
    ...container,
    terminationMessagePath: container["terminationMessagePath"] || "/dev/termination-log",
    terminationMessagePolicy: container["terminationMessagePolicy"] || "File",
    imagePullPolicy: container["imagePullPolicy"] || pullPolicy(container["image"]),
  }),
  ContainerPort: (port) => ({ ...port, protocol: port["protocol"] || "TCP" }),
  HTTPGetAction: (action) => ({ ...action, path: action["path"] || "/", scheme: action["scheme"] || "HTTP" }),
  GRPCAction: (action) => ({ service: "", ...action }),
  Probe: (probe) => ({
    ...probe,
    timeoutSeconds: probe["timeoutSeconds"] || 1,
    periodSeconds: probe["periodSeconds"] || 10,
    successThreshold: probe["successThreshold"] || 1,
    failureThreshold: probe["failureThreshold"] || 3,
  }),
  ObjectFieldSelector: (selector) => ({ ...selector, apiVersion: selector["apiVersion"] || "v1" }),
  Volume: (volume) => (Object.keys(volume).some((key) => key !== "name") ? volume : { ...volume, emptyDir: {} }),
  ConfigMapVolumeSource: octal644,
  SecretVolumeSource: octal644,
  DownwardAPIVolumeSource: octal644,
  ProjectedVolumeSource: octal644,
  HostPathVolumeSource: (source) => ({ type: "", ...source }),
  ServiceAccountTokenProjection: (projection) => ({ expirationSeconds: 3600, ...projection }),
  PodSpec: defaultPodSpec,
  Pod: (pod) => (isJsonObject(pod["spec"]) ? { ...pod, spec: requestsFromLimits({ enableServiceLinks: true, ...pod["spec"] }) } : pod),
  PersistentVolumeClaim: (claim) => ({ ...claim, status: { phase: "Pending", ...mapIn(claim["status"]) } }),
  PersistentVolumeClaimSpec: (spec) => ({ volumeMode: "Filesystem", ...spec }),
  LimitRangeItem: defaultLimits,
  Namespace: (namespace) => {
    const metadata = mapIn(namespace["metadata"]);
    const { name = "" } = metadata;
    return { ...namespace, metadata: { ...metadata, labels: { ...mapIn(metadata["labels"]), "kubernetes.io/metadata.name": name } } };
  },
  NodeSpec: (spec) => {
    const { podCIDR, podCIDRs } = spec;
    const followed = podCIDR === undefined || (isJsonArray(podCIDRs) && podCIDRs[0] === podCIDR);
    return followed ? spec : { ...spec, podCIDRs: [podCIDR] };
  },
  NodeStatus: (status) => ({ ...(status["capacity"] === undefined ? {} : { allocatable: status["capacity"] }), ...status }),
  ServiceSpec: defaultService,
  ServicePort: (port) => ({
    ...port,
    protocol: port["protocol"] || "TCP",
    targetPort: port["targetPort"] || port["port"] || 0,
  }),
};

function mapIn(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

/** An untagged or `latest` image is pulled always; one with a digest and no tag counts as untagged to nobody. */
function pullPolicy(image: Json | undefined): string {
  if (typeof image !== "string" || image.includes("@")) return "IfNotPresent";
  const tag = /:([^/:]+)$/.exec(image)?.[1];
  return tag === undefined || tag === "latest" ? "Always" : "IfNotPresent";
}

function defaultPodSpec(spec: JsonObject): JsonObject {
  const account = spec["serviceAccountName"] || spec["serviceAccount"];
  return {
    securityContext: {},
    terminationGracePeriodSeconds: 30,
    ...spec,
    restartPolicy: spec["restartPolicy"] || "Always",
    dnsPolicy: spec["dnsPolicy"] || "ClusterFirst",
    schedulerName: spec["schedulerName"] || "default-scheduler",
    ...(account === undefined ? {} : { serviceAccountName: account, serviceAccount: account }),
  };
}

/** Only a Pod itself, never a template, takes its missing requests from its limits. */
function requestsFromLimits(spec: JsonObject): JsonObject {
  const lists = ["containers", "initContainers"].flatMap((field): [string, Json][] => {
    const list = spec[field];
    return isJsonArray(list) ? [[field, list.map(withRequests)]] : [];
  });
  return { ...spec, ...Object.fromEntries(lists) };
}

function withRequests(container: Json): Json {
  const resources = mapIn(mapIn(container)["resources"]);
  const { limits } = resources;
  if (!isJsonObject(container) || !isJsonObject(limits)) return container;
  return { ...container, resources: { ...resources, requests: { ...limits, ...mapIn(resources["requests"]) } } };
}

/** For containers: what is not limited otherwise may be as much as the maximum, and asks for as much as it may have. */
function defaultLimits(item: JsonObject): JsonObject {
  if (item["type"] !== "Container") return item;
  const most = { ...mapIn(item["max"]), ...mapIn(item["default"]) };
  return { ...item, default: most, defaultRequest: { ...mapIn(item["min"]), ...most, ...mapIn(item["defaultRequest"]) } };
}

function defaultService(spec: JsonObject): JsonObject {
  const type = spec["type"] || "ClusterIP";
  const affinity = spec["sessionAffinity"] || "None";
  const { sessionAffinityConfig, ...rest } = spec;
  const outside = type === "NodePort" || type === "LoadBalancer" || (type === "ClusterIP" && isJsonArray(spec["externalIPs"]));
  return {
    ...(type === "ExternalName" ? {} : { internalTrafficPolicy: "Cluster" }),
    ...(type === "LoadBalancer" ? { allocateLoadBalancerNodePorts: true } : {}),
    ...rest,
    type,
    sessionAffinity: affinity,
    ...(affinity === "ClientIP" ? { sessionAffinityConfig: sessionAffinityConfig ?? { clientIP: { timeoutSeconds: 10_800 } } } : {}),
    ...(outside ? { externalTrafficPolicy: spec["externalTrafficPolicy"] || "Cluster" } : {}),
  };
}
