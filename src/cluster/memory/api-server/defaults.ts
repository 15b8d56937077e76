/**
 * PURE. What the API server fills into each type that leaves it out. A field that is not there is nothing or zero, which
 * is the same to Go. Source: Kubernetes `pkg/apis/{apps,autoscaling,batch,networking,admissionregistration}/v*\/defaults.go`.
 */
import { isJsonArray, isJsonObject } from "../../../kubernetes/json.ts";
import type { Json, JsonObject } from "../../../kubernetes/json.ts";
import { coreDefaults } from "./defaults-core.ts";

export type Defaults = (object: JsonObject) => JsonObject;

/** By type; children have theirs already. */
export const defaultsOf: Readonly<Record<string, Defaults | undefined>> = {
  ...coreDefaults,
  DeploymentSpec: (spec) => ({
    replicas: 1,
    revisionHistoryLimit: 10,
    progressDeadlineSeconds: 600,
    ...spec,
    strategy: rolling(spec["strategy"], { maxSurge: "25%", maxUnavailable: "25%" }),
  }),
  ReplicaSetSpec: (spec) => ({ replicas: 1, ...spec }),
  StatefulSetSpec: (spec) => ({
    replicas: 1,
    revisionHistoryLimit: 10,
    podManagementPolicy: "OrderedReady",
    ...spec,
    ...(isJsonArray(spec["volumeClaimTemplates"]) ? { volumeClaimTemplates: spec["volumeClaimTemplates"].map(asClaim) } : {}),
    persistentVolumeClaimRetentionPolicy: {
      whenDeleted: "Retain",
      whenScaled: "Retain",
      ...mapIn(spec["persistentVolumeClaimRetentionPolicy"]),
    },
    updateStrategy: ordered(spec["updateStrategy"]),
  }),
  DaemonSetSpec: (spec) => ({
    revisionHistoryLimit: 10,
    ...spec,
    updateStrategy: rolling(spec["updateStrategy"], { maxSurge: 0, maxUnavailable: 1 }),
  }),
  CronJobSpec: (spec) => ({
    concurrencyPolicy: "Allow",
    suspend: false,
    successfulJobsHistoryLimit: 3,
    failedJobsHistoryLimit: 1,
    ...spec,
  }),
  PodFailurePolicyOnPodConditionsPattern: (pattern) => ({ status: "True", ...pattern }),
  HorizontalPodAutoscalerSpec: (spec) => ({ minReplicas: 1, metrics: cpuAtEightyPercent, ...withoutEmpty(spec, "metrics") }),
  HorizontalPodAutoscalerBehavior: ({ scaleUp, scaleDown }) => ({
    scaleUp: { ...scalingUp, ...rules(scaleUp) },
    scaleDown: { ...scalingDown, ...rules(scaleDown) },
  }),
  NetworkPolicyPort: (port) => ({ protocol: "TCP", ...port }),
  NetworkPolicySpec: (spec) => ({
    policyTypes: isFilled(spec["egress"]) ? ["Ingress", "Egress"] : ["Ingress"],
    ...withoutEmpty(spec, "policyTypes"),
  }),
  MutatingWebhook: (webhook) => ({ reinvocationPolicy: "Never", ...webhookDefaults, ...webhook }),
  ValidatingWebhook: (webhook) => ({ ...webhookDefaults, ...webhook }),
  RuleWithOperations: (rule) => ({ scope: "*", ...rule }),
  ServiceReference: (service) => ({ port: 443, ...service }),
};

const webhookDefaults: JsonObject = {
  failurePolicy: "Fail",
  matchPolicy: "Equivalent",
  namespaceSelector: {},
  objectSelector: {},
  timeoutSeconds: 10,
};

const cpuAtEightyPercent: Json = [{ type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 80 } } }];

const scalingUp: JsonObject = {
  stabilizationWindowSeconds: 0,
  selectPolicy: "Max",
  policies: [
    { type: "Pods", value: 4, periodSeconds: 15 },
    { type: "Percent", value: 100, periodSeconds: 15 },
  ],
};
const scalingDown: JsonObject = { selectPolicy: "Max", policies: [{ type: "Percent", value: 100, periodSeconds: 15 }] };

function rules(given: Json | undefined): JsonObject {
  return withoutEmpty(mapIn(given), "policies");
}

/** Of a Deployment and a DaemonSet: a rolling update has both of its limits. */
function rolling(strategy: Json | undefined, limits: JsonObject): JsonObject {
  const given = mapIn(strategy);
  const type = given["type"] || "RollingUpdate";
  return type === "RollingUpdate" ? { ...given, type, rollingUpdate: { ...limits, ...mapIn(given["rollingUpdate"]) } } : { ...given, type };
}

/** Of a StatefulSet: its partition is set only when it is asked for, or nothing at all is. */
function ordered(strategy: Json | undefined): JsonObject {
  const { type = "", rollingUpdate } = mapIn(strategy);
  if (type === "") return { type: "RollingUpdate", rollingUpdate: { partition: 0, ...mapIn(rollingUpdate) } };
  if (type !== "RollingUpdate" || rollingUpdate === undefined) return mapIn(strategy);
  return { type, rollingUpdate: { partition: 0, ...mapIn(rollingUpdate) } };
}

function asClaim(template: Json): Json {
  return { ...mapIn(template), apiVersion: "v1", kind: "PersistentVolumeClaim" };
}

function mapIn(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

function isFilled(list: Json | undefined): boolean {
  return isJsonArray(list) && list.length > 0;
}

/** An empty list is nothing, and so it is filled in. */
function withoutEmpty(object: JsonObject, key: string): JsonObject {
  const { [key]: list, ...rest } = object;
  return isFilled(list) ? object : rest;
}
