/** The objects that probes are made on. Workloads have no replicas and name no image that could be pulled. */
import type { JsonObject } from "../../src/kubernetes/json.ts";
import type { Manifest } from "./probe.ts";

export const containerAt = "/spec/template/spec/containers/0";

export function configMap(name: string, data: JsonObject, more: JsonObject = {}): Manifest {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name }, data, ...more };
}

export function workload(kind: string, name: string, spec: JsonObject = {}, podSpec: JsonObject = {}): Manifest {
  return {
    apiVersion: "apps/v1",
    kind,
    metadata: { name },
    spec: {
      ...(kind === "DaemonSet" ? {} : { replicas: 0 }),
      ...(kind === "StatefulSet" ? { serviceName: name } : {}),
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: { containers: [{ name: "app", image: "registry.example/app:1", ports: [{ containerPort: 8080 }] }], ...podSpec },
      },
      ...spec,
    },
  };
}

export function service(name: string, spec: JsonObject = {}): Manifest {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name },
    spec: { selector: { app: name }, ports: [{ name: "http", port: 80, targetPort: 8080 }], ...spec },
  };
}

/** Bound to a node that does not exist, so that no kubelet answers for it. */
export function pod(name: string, spec: JsonObject = {}, more: JsonObject = {}): Manifest {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, labels: { app: "web" } },
    spec: {
      nodeName: "nowhere",
      automountServiceAccountToken: false,
      containers: [{ name: "app", image: "registry.example/app:1" }],
      ...spec,
    },
    ...more,
  };
}

export function runningPod(name: string, ready: boolean, spec: JsonObject = {}): Manifest {
  const status = ready ? "True" : "False";
  return pod(name, spec, {
    status: { phase: "Running", conditions: [{ type: "Ready", status, lastProbeTime: null, lastTransitionTime: null }] },
  });
}

/** `observed`: whether its controller has seen it. */
export function budget(name: string, spec: JsonObject, status: JsonObject | undefined, observed = true): Manifest {
  const counts = { currentHealthy: 0, desiredHealthy: 0, disruptionsAllowed: 0, expectedPods: 0 };
  return {
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    metadata: { name },
    spec: { selector: { matchLabels: { app: "web" } }, ...spec },
    ...(status === undefined ? {} : { status: { ...counts, ...status, observedGeneration: observed ? 1 : 0 } }),
  };
}

export function node(name: string, spec: JsonObject = {}): Manifest {
  return { apiVersion: "v1", kind: "Node", metadata: { name, labels: { disk: "ssd" } }, spec };
}

export function webhookConfiguration(kind: string, name: string, webhooks: readonly JsonObject[]): Manifest {
  return { apiVersion: "admissionregistration.k8s.io/v1", kind, metadata: { name }, webhooks };
}

/** For objects of a group that nobody serves. */
export function webhook(name: string, more: JsonObject = {}): JsonObject {
  return {
    name,
    clientConfig: { service: { namespace: "default", name: "nobody" } },
    rules: [{ apiGroups: ["nothing.stratus.dev"], apiVersions: ["v1"], operations: ["CREATE"], resources: ["things"] }],
    failurePolicy: "Ignore",
    sideEffects: "None",
    admissionReviewVersions: ["v1"],
    ...more,
  };
}
