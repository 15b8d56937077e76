// The objects that the lines of the differential test change: no pod needs to run, no image to be pulled.

import type { JsonObject } from "../../src/kubernetes/json.ts";

export interface Place {
  readonly name: string;
  readonly namespace: string;
}

const selector = { matchLabels: { app: "web" } };

/** With what makes patches hard: keyed lists, values from elsewhere, defaults, two protocols, init containers. */
const template: JsonObject = {
  metadata: { labels: { app: "web" }, annotations: { note: "template" } },
  spec: {
    initContainers: [{ name: "init", image: "init:1", env: [{ name: "A", value: "i" }] }],
    containers: [
      {
        name: "app",
        image: "app:1",
        command: ["run"],
        args: ["x", "y", "z"],
        env: [
          { name: "A", value: "1" },
          { name: "B", valueFrom: { configMapKeyRef: { name: "settings", key: "b" } } },
          { name: "C", value: "3" },
        ],
        ports: [
          { name: "http", containerPort: 8080 },
          { name: "dns", containerPort: 53, protocol: "UDP" },
        ],
        resources: { limits: { cpu: "1", memory: "256Mi" }, requests: { cpu: "100m" } },
        volumeMounts: [
          { name: "data", mountPath: "/data" },
          { name: "conf", mountPath: "/conf" },
        ],
        readinessProbe: { httpGet: { path: "/ready", port: "http" }, periodSeconds: 5 },
      },
      { name: "sidecar", image: "sidecar:1", env: [{ name: "A", value: "s" }] },
    ],
    volumes: [
      { name: "data", emptyDir: {} },
      { name: "conf", configMap: { name: "settings" } },
    ],
    nodeSelector: { "example.com/none": "true" },
    tolerations: [{ key: "a", operator: "Exists" }],
    imagePullSecrets: [{ name: "one" }, { name: "two" }],
    hostAliases: [{ ip: "10.0.0.1", hostnames: ["a"] }],
  },
};

const plainTemplate: JsonObject = { metadata: { labels: { app: "web" } }, spec: { containers: [{ name: "app", image: "app:1" }] } };

function object(apiVersion: string, kind: string, { name, namespace }: Place, body: JsonObject, metadata: JsonObject = {}): JsonObject {
  return { apiVersion, kind, metadata: { name, namespace, ...metadata }, ...body };
}

const marked = { labels: { tier: "front", "example.com/team": "shop" }, annotations: { note: "it is so" } };

export const makers = {
  deployment: (place: Place) => object("apps/v1", "Deployment", place, { spec: { replicas: 0, selector, template } }, marked),
  plain: (place: Place) => object("apps/v1", "Deployment", place, { spec: { replicas: 0, selector, template: plainTemplate } }),
  scaled: (place: Place) => object("apps/v1", "Deployment", place, { spec: { replicas: 0, selector, template: plainTemplate } }),
  statefulSet: (place: Place) =>
    object("apps/v1", "StatefulSet", place, { spec: { replicas: 0, selector, serviceName: "none", template: plainTemplate } }),
  daemonSet: (place: Place) => object("apps/v1", "DaemonSet", place, { spec: { selector, template } }),
  cronJob: (place: Place) =>
    object("batch/v1", "CronJob", place, {
      spec: {
        schedule: "0 0 1 1 *",
        suspend: true,
        jobTemplate: { spec: { template: { spec: { restartPolicy: "Never", containers: [{ name: "app", image: "app:1" }] } } } },
      },
    }),
  service: (place: Place) =>
    object(
      "v1",
      "Service",
      place,
      {
        spec: {
          clusterIP: "None",
          selector: { app: "web" },
          ports: [
            { name: "http", port: 80, targetPort: "http" },
            { name: "metrics", port: 9090, targetPort: 9090 },
          ],
        },
      },
      marked,
    ),
  dns: (place: Place) =>
    object("v1", "Service", place, {
      spec: {
        clusterIP: "None",
        selector: { app: "dns" },
        ports: [
          { name: "tcp", port: 53, protocol: "TCP" },
          { name: "udp", port: 53, protocol: "UDP" },
        ],
      },
    }),
  configMap: (place: Place) => object("v1", "ConfigMap", place, { data: { a: "1", b: "2", "c.txt": "x\ny\n" } }, marked),
  immutable: (place: Place) => object("v1", "ConfigMap", place, { data: { a: "1" }, immutable: true }),
  empty: (place: Place) => object("v1", "ConfigMap", place, {}),
  autoscaler: (place: Place) =>
    object("autoscaling/v2", "HorizontalPodAutoscaler", place, {
      spec: {
        scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "nobody" },
        minReplicas: 2,
        maxReplicas: 5,
        metrics: [{ type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 80 } } }],
      },
    }),
  quota: (place: Place) => object("v1", "ResourceQuota", place, { spec: { hard: { pods: "100", "requests.cpu": "1000m" } } }),
  limits: (place: Place) =>
    object("v1", "LimitRange", place, {
      spec: { limits: [{ type: "Container", default: { cpu: "1" }, defaultRequest: { cpu: "500m" } }] },
    }),
  networkPolicy: (place: Place) =>
    object("networking.k8s.io/v1", "NetworkPolicy", place, {
      spec: {
        podSelector: { matchLabels: { app: "web" } },
        policyTypes: ["Ingress"],
        ingress: [{ ports: [{ port: 80, protocol: "TCP" }] }],
      },
    }),
  budget: (place: Place) =>
    object("policy/v1", "PodDisruptionBudget", place, {
      spec: { minAvailable: 1, selector: { matchLabels: { app: "none", tier: "front" } } },
    }),
  ingress: (place: Place) =>
    object("networking.k8s.io/v1", "Ingress", place, {
      spec: {
        rules: [
          {
            host: "a.example.com",
            http: { paths: [{ path: "/", pathType: "Prefix", backend: { service: { name: "front", port: { number: 80 } } } }] },
          },
        ],
      },
    }),
  node: ({ name }: Place): JsonObject => ({
    apiVersion: "v1",
    kind: "Node",
    metadata: { name, labels: { zone: "a" } },
    spec: {
      taints: [
        { key: "dedicated", value: "web", effect: "NoSchedule" },
        { key: "dedicated", value: "web", effect: "NoExecute" },
        { key: "example.com/gpu", effect: "PreferNoSchedule" },
      ],
    },
  }),
  cordoned: ({ name }: Place): JsonObject => ({ apiVersion: "v1", kind: "Node", metadata: { name }, spec: { unschedulable: true } }),
} as const satisfies Record<string, (place: Place) => JsonObject>;

export type Made = keyof typeof makers;

/** As kubectl leaves an object that it applied: the annotation holds the manifest. */
export function applied(manifest: JsonObject): JsonObject {
  const metadata = manifest["metadata"] as JsonObject;
  const record = JSON.stringify({ ...manifest, metadata: { annotations: {}, ...metadata } });
  const annotations = {
    ...(metadata["annotations"] as JsonObject | undefined),
    "kubectl.kubernetes.io/last-applied-configuration": record,
  };
  return { ...manifest, metadata: { ...metadata, annotations } };
}
