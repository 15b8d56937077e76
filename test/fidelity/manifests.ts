/** PURE. The objects of the cases, as a person would write them: most fields are left to the server's defaults. */
import type { Json, JsonObject } from "../../src/kubernetes/json.ts";
import { mergePatch } from "../../src/kubernetes/merge-patch.ts";
import type { Place } from "./case.ts";

/** Small, quickly ready, and on the node already. */
export const image = "test.local/relay:1";
export const noSuchImage = "test.local/relay:no-such-tag";

const labels = { app: "web" };

export function container(more: JsonObject = {}): JsonObject {
  return { name: "app", image, ...more };
}

/** Its readiness is looked at once a second. */
export function servingContainer(more: JsonObject = {}): JsonObject {
  return container({
    ports: [{ name: "http", containerPort: 9898 }],
    readinessProbe: { httpGet: { path: "/readyz", port: "http" }, periodSeconds: 1 },
    ...more,
  });
}

function template(place: Place, containers: readonly JsonObject[]): JsonObject {
  return {
    metadata: { labels },
    spec: { terminationGracePeriodSeconds: 0, ...(place.scheduled ? {} : { schedulerName: "nobody" }), containers },
  };
}

/** `more`: a merge patch on it. */
export function deployment(place: Place, containers: readonly JsonObject[] = [container()], more: JsonObject = {}): JsonObject {
  const spec = { replicas: 2, selector: { matchLabels: labels }, template: template(place, containers) };
  return merged({ apiVersion: "apps/v1", kind: "Deployment", metadata: named(place, "web"), spec }, more);
}

export function statefulSet(place: Place, containers: readonly JsonObject[] = [container()], more: JsonObject = {}): JsonObject {
  const spec = { replicas: 2, serviceName: "db", selector: { matchLabels: labels }, template: template(place, containers) };
  return merged({ apiVersion: "apps/v1", kind: "StatefulSet", metadata: named(place, "db"), spec }, more);
}

/** On one node a DaemonSet has one pod: a surge keeps it ready while it is replaced. */
export function daemonSet(place: Place, containers: readonly JsonObject[] = [container()], more: JsonObject = {}): JsonObject {
  const spec = {
    selector: { matchLabels: labels },
    updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
    // Its controller chooses the node, but the pod waits for the scheduler all the same.
    template: template(place, containers),
  };
  // The nodes of other cases have no kubelet, and not this label.
  const onKubelets = { spec: { template: { spec: place.scheduled ? { nodeSelector: { "kubernetes.io/os": "linux" } } : {} } } };
  return merged(
    mergePatch({ apiVersion: "apps/v1", kind: "DaemonSet", metadata: named(place, "agent"), spec }, onKubelets) as JsonObject,
    more,
  );
}

export function configMap(place: Place, data: Json, more: JsonObject = {}): JsonObject {
  const settings = { apiVersion: "v1", kind: "ConfigMap", metadata: named(place, "settings") };
  return merged(data === null ? settings : { ...settings, data }, more);
}

export function service(place: Place, spec: JsonObject = {}): JsonObject {
  const usual = { selector: labels, ports: [{ name: "http", port: 80, targetPort: 9898 }] };
  return { apiVersion: "v1", kind: "Service", metadata: named(place, "web"), spec: { ...usual, ...spec } };
}

export function node(place: Place, spec: JsonObject = {}): JsonObject {
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name: `${place.namespace}-node`, labels: { fidelity: "yes" } },
    spec,
  };
}

/** Any other kind, of one version and with one spec. */
export function object(place: Place, apiVersion: string, kind: string, name: string, spec: JsonObject): JsonObject {
  return { apiVersion, kind, metadata: named(place, name), spec };
}

export function named(place: Place, name: string): JsonObject {
  return { name, namespace: place.namespace, labels };
}

function merged(manifest: JsonObject, more: JsonObject): JsonObject {
  return mergePatch(manifest, more) as JsonObject;
}
