/** A small shop in the in-memory cluster, with a clock that only the test moves. */
import { memoryCluster } from "../../../../src/cluster/memory/memory.ts";
import type { MemoryCluster, MemoryClusterOptions } from "../../../../src/cluster/memory/memory.ts";
import type { Json, JsonObject, PatchOperation } from "../../../../src/kubernetes/json.ts";
import type { ContainerStatus, Event, KubernetesObject, ObjectRef, Pod, Workload } from "../../../../src/kubernetes/object.ts";

export interface Shop {
  readonly cluster: MemoryCluster;
  readonly pass: (durationSeconds: number) => void;
  /** Of one kind in the namespace `shop`, in the order of creation. */
  readonly objects: (kind: string) => readonly KubernetesObject[];
  readonly pods: () => readonly Pod[];
  /** The status of each pod's first container. */
  readonly containers: () => readonly (ContainerStatus | undefined)[];
  readonly events: (reason: string) => readonly Event[];
  readonly workload: (kind: string, name: string) => Workload;
  readonly set: (ref: ObjectRef, path: string, value: Json) => void;
}

export function shop(options: Partial<MemoryClusterOptions> = {}): Shop {
  let nowMs = Date.parse("2026-03-01T09:00:00Z");
  const cluster = memoryCluster({ clock: { nowMs: () => nowMs }, namespaces: ["shop"], ...options });
  const objects = (kind: string): readonly KubernetesObject[] =>
    cluster.observe().filter((object) => object.kind === kind && object.metadata.namespace === "shop");
  const pods = (): readonly Pod[] => objects("Pod") as readonly Pod[];
  return {
    cluster,
    pass: (durationSeconds) => {
      nowMs += durationSeconds * 1000;
    },
    objects,
    pods,
    containers: () => pods().map((pod) => pod.status?.containerStatuses?.[0]),
    events: (reason) => (objects("Event") as readonly Event[]).filter((event) => event.reason === reason),
    workload(kind, name) {
      const found = objects(kind).find((object) => object.metadata.name === name);
      if (found === undefined) throw new Error(`${kind} ${name} is not there`);
      return found as Workload;
    },
    set(ref, path, value) {
      const operation: PatchOperation = { op: "add", path, value };
      const answer = cluster.edit(ref, [operation]);
      if (!answer.ok) throw new Error(JSON.stringify(answer.failure));
    },
  };
}

export const web: ObjectRef = { kind: "Deployment", namespace: "shop", name: "web" };
export const template = "/spec/template/spec/containers/0";

/** A Deployment, StatefulSet or DaemonSet named `web`, with one container on port 8080. */
export function workload(kind: string, spec: JsonObject = {}, container: JsonObject = {}, podSpec: JsonObject = {}): JsonObject {
  const containers = [{ name: "web", image: "web:1", ports: [{ name: "http", containerPort: 8080 }], ...container }];
  return {
    apiVersion: "apps/v1",
    kind,
    metadata: { name: "web", namespace: "shop" },
    spec: {
      selector: { matchLabels: { app: "web" } },
      template: { metadata: { labels: { app: "web" } }, spec: { containers, ...podSpec } },
      ...spec,
    },
  };
}

export function service(port: JsonObject): JsonObject {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "web", namespace: "shop" },
    spec: { selector: { app: "web" }, ports: [port] },
  };
}

export function configMap(data: Readonly<Record<string, string>>): JsonObject {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "settings", namespace: "shop" }, data };
}

export function node(name: string, more: { readonly cpu?: string; readonly labels?: Readonly<Record<string, string>> } = {}): JsonObject {
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name, labels: { "kubernetes.io/hostname": name, ...more.labels } },
    spec: {},
    status: {
      allocatable: { cpu: more.cpu ?? "4", memory: "8Gi" },
      conditions: [{ type: "Ready", status: "True", reason: "KubeletReady" }],
    },
  };
}
