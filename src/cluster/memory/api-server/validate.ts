/** PURE. What the API server refuses to store, by kind. Each rule lives with the kinds that it is about. */
import type { JsonObject } from "../../../kubernetes/json.ts";
import { mapOf } from "./fault.ts";
import type { Faults } from "./fault.ts";
import { changedMetadataFaults, newMetadataFaults } from "./validate-metadata.ts";
import { ingressFaults, networkPolicyFaults } from "./validate-network.ts";
import { autoscalerFaults, budgetFaults, cronJobFaults, nodeFaults, webhooksFaults } from "./validate-policy.ts";
import { podChangeFaults, podSpecFaults } from "./validate-pod.ts";
import { limitRangeFaults, quotaFaults } from "./validate-resources.ts";
import { configMapFaults, serviceFaults } from "./validate-service.ts";
import { daemonSetFaults, deploymentFaults, replicaSetFaults, statefulSetFaults } from "./validate-workload.ts";

/** `before`: the spec as it was; undefined when the object is new. */
const specRules: Readonly<Record<string, ((spec: JsonObject, before: JsonObject | undefined) => Faults) | undefined>> = {
  CronJob: cronJobFaults,
  DaemonSet: daemonSetFaults,
  Deployment: deploymentFaults,
  HorizontalPodAutoscaler: autoscalerFaults,
  Ingress: ingressFaults,
  LimitRange: limitRangeFaults,
  NetworkPolicy: networkPolicyFaults,
  Node: nodeFaults,
  Pod: (spec, before) => [...podSpecFaults(spec, "spec"), ...(before === undefined ? [] : podChangeFaults(spec, before))],
  PodDisruptionBudget: budgetFaults,
  ReplicaSet: replicaSetFaults,
  ResourceQuota: quotaFaults,
  Service: serviceFaults,
  StatefulSet: statefulSetFaults,
};

/** An empty list: the object may be stored. Each rule is told once. */
export function faultsOf(kind: string, object: JsonObject, before: JsonObject | undefined): Faults {
  const metadata = mapOf(object["metadata"]);
  const ofMetadata = before === undefined ? newMetadataFaults(kind, metadata) : changedMetadataFaults(metadata, mapOf(before["metadata"]));
  const ofSpec = specRules[kind]?.(mapOf(object["spec"]), before === undefined ? undefined : mapOf(before["spec"])) ?? [];
  return [...new Set([...ofMetadata, ...ofSpec, ...restFaults(kind, object, before)])];
}

/** Of kinds that keep what they are about beside their metadata. */
function restFaults(kind: string, object: JsonObject, before: JsonObject | undefined): Faults {
  switch (kind) {
    case "ConfigMap":
      return configMapFaults(object, before);
    case "MutatingWebhookConfiguration":
    case "ValidatingWebhookConfiguration":
      return webhooksFaults(object["webhooks"], kind === "MutatingWebhookConfiguration");
    default:
      return [];
  }
}
