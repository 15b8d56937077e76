/**
 * A cluster as large as it is asked to be, without a kubelet: Deployments and Services through the API, pods by the real
 * controllers, and what kubelets would report (heartbeats, ready pods) by hand. 100 pods a namespace, and 100 a node.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { kubernetesCluster } from "../../src/cluster/kubernetes.ts";
import type { ApiAccess } from "../../src/cluster/request.ts";
import type { JsonObject } from "../../src/kubernetes/json.ts";
import type { Pod, Workload } from "../../src/kubernetes/object.ts";
import { pooled } from "../fidelity/pool.ts";
import { until } from "../cluster/until.ts";

const workloadsPerNamespace = 5;
const podsPerWorkload = 20;
export const podsPerNamespace = workloadsPerNamespace * podsPerWorkload;
const atOnce = 24;
/** Far below the 12 s after which the controllers of the test cluster give a node up. */
const heartbeatMs = 3_000;

export interface LargeCluster {
  /** Until there are so many pods, all ready; a multiple of 100. */
  growTo(pods: number): Promise<void>;
  stop(): Promise<void>;
}

export const namespaceNumber = (number: number): string => `load-${String(number).padStart(3, "0")}`;

export function largeCluster(access: ApiAccess): LargeCluster {
  const cluster = kubernetesCluster(access);
  let namespaces = 0;
  const stopping = new AbortController();
  const beating = beat();

  async function send(method: string, path: string, body: JsonObject, contentType = "application/json"): Promise<void> {
    const headers = { ...(await access.authorize(false)), "content-type": contentType };
    const response = await access.fetch(access.server + path, { method, headers, body: JSON.stringify(body) });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  }
  const merge = (path: string, body: JsonObject): Promise<void> => send("PATCH", path, body, "application/merge-patch+json");

  async function beat(): Promise<void> {
    while (!stopping.signal.aborted) {
      const renewTime = new Date().toISOString().replace("Z", "000Z");
      const nodes = Array.from({ length: namespaces }, (_, number) => namespaceNumber(number));
      const beats = nodes.map((node) => async () => {
        await merge(`${leasesPath}/${node}`, { spec: { renewTime } });
        await merge(`/api/v1/nodes/${node}/status`, { status: { conditions: readyNow() } });
      });
      await pooled(atOnce, beats);
      await sleep(heartbeatMs);
    }
  }

  async function addNamespace(number: number): Promise<void> {
    const name = namespaceNumber(number);
    await send("POST", "/api/v1/nodes", { apiVersion: "v1", kind: "Node", metadata: { name } });
    await send("POST", leasesPath, {
      apiVersion: "coordination.k8s.io/v1",
      kind: "Lease",
      metadata: { name },
      spec: { holderIdentity: name, leaseDurationSeconds: 40 },
    });
    await merge(`/api/v1/nodes/${name}/status`, { status: nodeStatus(number) });
    await send("POST", "/api/v1/namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name } });
    for (let workload = 0; workload < workloadsPerNamespace; workload += 1) {
      await send("POST", `/apis/apps/v1/namespaces/${name}/deployments`, deployment(name, `app-${workload}`));
      await send("POST", `/api/v1/namespaces/${name}/services`, service(`app-${workload}`));
    }
  }

  /** As a kubelet would: each pod runs, is ready, and has an address of its own. */
  async function makeReady(number: number): Promise<void> {
    const namespace = namespaceNumber(number);
    let pods: readonly Pod[] = [];
    await until({ what: `${podsPerNamespace} pods in ${namespace}`, limitMs: 300_000, everyMs: 500 }, async () => {
      const listed = await cluster.list("Pod", namespace);
      if (!listed.ok) return false;
      pods = listed.value as readonly Pod[];
      return pods.length === podsPerNamespace;
    });
    const statuses = pods.map(({ metadata }, index) => () => {
      const status = podStatus(`10.${100 + (number >> 8)}.${number & 255}.${index + 1}`);
      return merge(`/api/v1/namespaces/${namespace}/pods/${metadata.name}/status`, { status });
    });
    await pooled(atOnce, statuses);
  }

  return {
    async growTo(pods) {
      const [from, to] = [namespaces, pods / podsPerNamespace];
      const added = Array.from({ length: to - from }, (_, index) => from + index);
      const adding = added.map((number) => async () => {
        await addNamespace(number);
        namespaces = number + 1;
      });
      await pooled(1, adding);
      await pooled(
        2,
        added.map((number) => () => makeReady(number)),
      );
      await until({ what: `every Deployment is ready at ${pods} pods`, limitMs: 300_000, everyMs: 1_000 }, async () => {
        const listed = await cluster.list("Deployment");
        if (!listed.ok) return listed.failure.reason;
        const ready = (listed.value as readonly Workload[]).filter(({ status }) => status?.readyReplicas === podsPerWorkload).length;
        return ready >= to * workloadsPerNamespace || `${ready} are`;
      });
    },
    async stop() {
      stopping.abort();
      await beating;
    },
  };
}

const leasesPath = "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases";

function readyNow(): JsonObject[] {
  const now = new Date().toISOString();
  const kubelet = { reason: "KubeletReady", message: "kubelet is posting ready status" };
  return [{ type: "Ready", status: "True", ...kubelet, lastHeartbeatTime: now, lastTransitionTime: now }];
}

function nodeStatus(number: number): JsonObject {
  const images = Array.from({ length: 40 }, (_, index) => ({
    names: [
      `registry.example/team-${index}/service@sha256:${String(index).padStart(64, "0")}`,
      `registry.example/team-${index}/service:1.${index}.0`,
    ],
    sizeBytes: 50_000_000 + index,
  }));
  return {
    addresses: [{ type: "InternalIP", address: `10.99.${number >> 8}.${number & 255}` }],
    capacity: { cpu: "32", memory: "128Gi", pods: "250" },
    allocatable: { cpu: "31", memory: "120Gi", pods: "250" },
    conditions: readyNow(),
    images,
  };
}

function deployment(node: string, name: string): JsonObject {
  const env = Array.from({ length: 15 }, (_, index) => ({
    name: `SETTING_${index}`,
    value: `value-${index} of ${name}, as long as values are`,
  }));
  const probe = { httpGet: { path: "/healthz", port: "http" }, periodSeconds: 5, failureThreshold: 3 };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name },
    spec: {
      replicas: podsPerWorkload,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: {
          labels: { app: name, team: "payments", tier: "backend" },
          annotations: { "prometheus.io/scrape": "true", "prometheus.io/port": "9090" },
        },
        spec: {
          nodeName: node,
          tolerations: [{ operator: "Exists" }],
          volumes: [{ name: "tmp", emptyDir: {} }],
          containers: ["app", "proxy"].map((container) => ({
            name: container,
            image: `registry.example/team/${container}:1.4.2`,
            ports: [{ name: container === "app" ? "http" : "proxy", containerPort: container === "app" ? 8_080 : 15_001 }],
            env,
            resources: { requests: { cpu: "1m", memory: "1Mi" }, limits: { memory: "256Mi" } },
            volumeMounts: [{ name: "tmp", mountPath: "/tmp" }],
            ...(container === "app" ? { readinessProbe: probe, livenessProbe: probe } : {}),
          })),
        },
      },
    },
  };
}

function service(name: string): JsonObject {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name },
    spec: { selector: { app: name }, ports: [{ name: "http", port: 80, targetPort: "http" }] },
  };
}

function podStatus(podIP: string): JsonObject {
  const now = new Date().toISOString();
  return {
    phase: "Running",
    podIP,
    podIPs: [{ ip: podIP }],
    hostIP: "10.99.0.1",
    startTime: now,
    conditions: ["PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled"].map((type) => ({
      type,
      status: "True",
      lastTransitionTime: now,
    })),
    containerStatuses: ["app", "proxy"].map((name, index) => ({
      name,
      image: `registry.example/team/${name}:1.4.2`,
      imageID: `registry.example/team/${name}@sha256:${"0".repeat(64)}`,
      containerID: `containerd://${String(index).padStart(64, "0")}`,
      ready: true,
      started: true,
      restartCount: 0,
      state: { running: { startedAt: now } },
    })),
  };
}
