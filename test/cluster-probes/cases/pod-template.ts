/** Pod templates: defaults, quantities, probes, volumes, and the mistakes that people make in them. */
import type { Json, JsonObject } from "../../../src/kubernetes/json.ts";
import { containerAt, workload } from "../manifest.ts";
import { add, json, merge, remove, replace, strategic } from "../probe.ts";
import type { Case, Probe } from "../probe.ts";

const podAt = "/spec/template/spec";
const web = workload("Deployment", "web");

function strategicOnContainers(name: string, ...containers: readonly JsonObject[]): Probe {
  return strategic(name, { spec: { template: { spec: { containers } } } });
}

function onContainer(name: string, field: string, value: Json): Probe {
  return json(name, add(`${containerAt}/${field}`, value));
}

function nodeAffinity(expression: JsonObject): JsonObject {
  const terms = { nodeSelectorTerms: [{ matchExpressions: [expression] }] };
  return { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: terms } };
}

export const podTemplateCases: readonly Case[] = [
  {
    name: "Pod template",
    objects: [web],
    probes: [
      onContainer("another image", "image", "registry.example/app:2"),
      onContainer("an image by digest", "image", `registry.example/app@sha256:${"a".repeat(64)}`),
      onContainer("a command", "command", ["/bin/app", ""]),
      onContainer("arguments", "args", ["--level", "info"]),
      onContainer("no arguments", "args", []),
      onContainer("a variable", "env", [{ name: "LEVEL", value: "info" }]),
      onContainer("a variable without a value", "env/0/value", ""),
      onContainer("a variable from a ConfigMap", "env/-", {
        name: "MODE",
        valueFrom: { configMapKeyRef: { name: "settings", key: "mode" } },
      }),
      onContainer("a variable from a field", "env/-", { name: "POD", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } }),
      onContainer("variables from a ConfigMap", "envFrom", [{ configMapRef: { name: "settings" } }]),
      onContainer("quantities", "resources", { requests: { cpu: "1000m", memory: "1024Mi" }, limits: { cpu: "1.5", memory: "2048Mi" } }),
      onContainer("quantities as numbers", "resources", { requests: { cpu: 1, memory: 1073741824 } }),
      onContainer("small and odd quantities", "resources", { requests: { cpu: "0.25", memory: "1500k", "ephemeral-storage": "1e3" } }),
      onContainer("a quantity below the smallest", "resources", { requests: { cpu: "0.0001" } }),
      onContainer("no quantities", "resources", { requests: {}, limits: {} }),
      json("no resources", remove(`${containerAt}/resources`)),
      onContainer("an HTTP probe", "readinessProbe", { httpGet: { port: 8080 } }),
      onContainer("the same probe with its defaults", "readinessProbe", {
        httpGet: { port: 8080, path: "/", scheme: "HTTP" },
        timeoutSeconds: 1,
        periodSeconds: 10,
        successThreshold: 1,
        failureThreshold: 3,
      }),
      onContainer("an HTTP probe by the name of a port", "livenessProbe", {
        httpGet: { port: "http", path: "/healthz" },
        periodSeconds: 5,
      }),
      onContainer("a TCP probe", "startupProbe", { tcpSocket: { port: 8080 }, failureThreshold: 30 }),
      onContainer("a gRPC probe", "livenessProbe", { grpc: { port: 9000 } }),
      onContainer("a probe that runs a command", "livenessProbe", { exec: { command: ["true"] } }),
      json(
        "no probes",
        remove(`${containerAt}/livenessProbe`),
        remove(`${containerAt}/readinessProbe`),
        remove(`${containerAt}/startupProbe`),
      ),
      onContainer("a second port", "ports/-", { name: "metrics", containerPort: 9090 }),
      onContainer("a port by UDP", "ports/-", { name: "dns", containerPort: 5353, protocol: "UDP" }),
      onContainer("an untagged image", "image", "app"),
      onContainer("a security context", "securityContext", { runAsNonRoot: true, capabilities: { drop: ["ALL"] } }),
      onContainer("an empty security context", "securityContext", {}),
      onContainer("a hook before it stops", "lifecycle", { preStop: { exec: { command: ["sleep", "5"] } } }),
      json("a node selector", add(`${podAt}/nodeSelector`, { disk: "ssd" })),
      json("an empty node selector", replace(`${podAt}/nodeSelector`, {})),
      json("a toleration", add(`${podAt}/tolerations`, [{ key: "dedicated", operator: "Equal", value: "web", effect: "NoSchedule" }])),
      json("a service account", add(`${podAt}/serviceAccountName`, "web")),
      json("annotations of the template", add("/spec/template/metadata/annotations", { "kubectl.kubernetes.io/restartedAt": "now" })),
      json(
        "volumes",
        add(`${podAt}/volumes`, [
          { name: "settings", configMap: { name: "settings" } },
          { name: "scratch", emptyDir: {} },
          { name: "nothing" },
          { name: "host", hostPath: { path: "/srv" } },
          { name: "key", secret: { secretName: "key", optional: true } },
        ]),
        add(`${containerAt}/volumeMounts`, [{ name: "settings", mountPath: "/etc/app", readOnly: true }]),
      ),
      json(
        "a volume of several sources",
        add(`${podAt}/volumes/-`, {
          name: "all",
          projected: { sources: [{ configMap: { name: "settings" } }, { serviceAccountToken: { path: "token" } }] },
        }),
      ),
      json("a first container", add(`${podAt}/initContainers`, [{ name: "first", image: "registry.example/first:1" }])),
      json("a grace period", replace(`${podAt}/terminationGracePeriodSeconds`, 0)),
      json("the grace period left out", remove(`${podAt}/terminationGracePeriodSeconds`)),
      json(
        "an affinity",
        add(`${podAt}/affinity`, {
          nodeAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: {
              nodeSelectorTerms: [{ matchExpressions: [{ key: "disk", operator: "In", values: ["ssd"] }] }],
            },
          },
        }),
      ),
      json(
        "a spread over zones",
        add(`${podAt}/topologySpreadConstraints`, [
          { maxSkew: 1, topologyKey: "zone", whenUnsatisfiable: "ScheduleAnyway", labelSelector: { matchLabels: { app: "web" } } },
        ]),
      ),
      json("the network of the host", add(`${podAt}/hostNetwork`, false)),
      json("an unknown field of the container", add(`${containerAt}/colour`, "blue")),
      json("a security context of the pod", replace(`${podAt}/securityContext`, { runAsUser: 1000, fsGroup: 2000 })),
    ],
  },
  {
    name: "Pod template refused",
    objects: [web],
    probes: [
      onContainer("no image", "image", ""),
      json("without an image", remove(`${containerAt}/image`)),
      onContainer("an image with a space before it", "image", " app:1"),
      onContainer("a pull policy that there is not", "imagePullPolicy", "Sometimes"),
      onContainer("a name in capitals", "name", "App"),
      json("without a name", remove(`${containerAt}/name`)),
      json("two containers of one name", add(`${podAt}/containers/-`, { name: "app", image: "x:1" })),
      json("no containers", replace(`${podAt}/containers`, [])),
      onContainer("a port out of range", "ports/0/containerPort", 70_000),
      onContainer("a port of zero", "ports/0/containerPort", 0),
      onContainer("a port as text", "ports/0/containerPort", "http"),
      onContainer("a port's name that is too long", "ports/0/name", "a-name-of-a-port-x"),
      onContainer("a port's name in capitals", "ports/0/name", "HTTP"),
      onContainer("a protocol that there is not", "ports/0/protocol", "HTTP"),
      onContainer("two ports of one name", "ports", [
        { name: "http", containerPort: 80 },
        { name: "http", containerPort: 81 },
      ]),
      onContainer("a variable without a name", "env", [{ value: "x" }]),
      onContainer("a variable's name with a space", "env", [{ name: "A B", value: "x" }]),
      onContainer("a variable that is a number", "env", [{ name: "A", value: 1 }]),
      onContainer("a variable with a value and a source", "env", [
        { name: "A", value: "x", valueFrom: { configMapKeyRef: { name: "settings", key: "mode" } } },
      ]),
      onContainer("a variable from nowhere", "env", [{ name: "A", valueFrom: {} }]),
      onContainer("a variable from a ConfigMap without a key", "env", [
        { name: "A", valueFrom: { configMapKeyRef: { name: "settings" } } },
      ]),
      onContainer("a variable from a field that there is not", "env", [
        { name: "A", valueFrom: { fieldRef: { fieldPath: "spec.colour" } } },
      ]),
      onContainer("variables from nowhere", "envFrom", [{}]),
      onContainer("no quantity", "resources", { limits: { cpu: "lots" } }),
      onContainer("a quantity below zero", "resources", { limits: { cpu: "-1" } }),
      onContainer("a request above its limit", "resources", { limits: { cpu: "1" }, requests: { cpu: "2" } }),
      onContainer("a resource that there is not", "resources", { limits: { colour: "1" } }),
      onContainer("an unknown resource without its limit", "resources", { requests: { "example.com/gpu": "1" } }),
      onContainer("a probe without a handler", "readinessProbe", { periodSeconds: 5 }),
      onContainer("a probe with two handlers", "readinessProbe", { httpGet: { port: 80 }, tcpSocket: { port: 80 } }),
      onContainer("a probe without a port", "readinessProbe", { httpGet: { path: "/" } }),
      onContainer("a probe of a port out of range", "readinessProbe", { tcpSocket: { port: 70_000 } }),
      onContainer("a probe of a port with a bad name", "readinessProbe", { tcpSocket: { port: "Http_1" } }),
      onContainer("a probe every minus five seconds", "readinessProbe", { tcpSocket: { port: 80 }, periodSeconds: -5 }),
      onContainer("a liveness probe that must pass twice", "livenessProbe", { tcpSocket: { port: 80 }, successThreshold: 2 }),
      onContainer("a probe by a scheme that there is not", "readinessProbe", { httpGet: { port: 80, scheme: "ftp" } }),
      onContainer("a probe that runs nothing", "readinessProbe", { exec: {} }),
      onContainer("a mount of a volume that is not there", "volumeMounts", [{ name: "nowhere", mountPath: "/x" }]),
      onContainer("a mount without a path", "volumeMounts", [{ name: "nowhere" }]),
      json(
        "two mounts at one path",
        add(`${podAt}/volumes`, [{ name: "a", emptyDir: {} }]),
        add(`${containerAt}/volumeMounts`, [
          { name: "a", mountPath: "/x" },
          { name: "a", mountPath: "/x" },
        ]),
      ),
      json("two volumes of one name", add(`${podAt}/volumes`, [{ name: "a" }, { name: "a" }])),
      json("a volume of two sources", add(`${podAt}/volumes`, [{ name: "a", emptyDir: {}, configMap: { name: "x" } }])),
      json("a volume of a ConfigMap without a name", add(`${podAt}/volumes`, [{ name: "a", configMap: {} }])),
      json("a pod that is not started again", replace(`${podAt}/restartPolicy`, "Never")),
      json("a restart policy that there is not", replace(`${podAt}/restartPolicy`, "Sometimes")),
      json("a DNS policy that there is not", replace(`${podAt}/dnsPolicy`, "Random")),
      json("a grace period below zero", replace(`${podAt}/terminationGracePeriodSeconds`, -1)),
      json("a deadline for the pod", add(`${podAt}/activeDeadlineSeconds`, 5)),
      json("a node selector with a bad value", add(`${podAt}/nodeSelector`, { disk: "a b" })),
      json("a toleration with a bad operator", add(`${podAt}/tolerations`, [{ key: "a", operator: "Like", value: "b" }])),
      json("a toleration of everything with a value", add(`${podAt}/tolerations`, [{ key: "a", operator: "Exists", value: "b" }])),
      json("a toleration with a bad effect", add(`${podAt}/tolerations`, [{ key: "a", operator: "Exists", effect: "Never" }])),
      json("a service account with a bad name", add(`${podAt}/serviceAccountName`, "Web_1")),
      json("a label of the template with a bad value", add("/spec/template/metadata/labels/tier", "a b")),
      onContainer("a hook that does nothing", "lifecycle", { preStop: {} }),
      onContainer("a hook with two handlers", "lifecycle", {
        postStart: { exec: { command: ["true"] }, httpGet: { port: 80 } },
      }),
      json(
        "a spread that may be or not",
        add(`${podAt}/topologySpreadConstraints`, [{ maxSkew: 1, topologyKey: "zone", whenUnsatisfiable: "Maybe" }]),
      ),
      json(
        "a spread without a skew and a key",
        add(`${podAt}/topologySpreadConstraints`, [{ maxSkew: 0, topologyKey: "", whenUnsatisfiable: "ScheduleAnyway" }]),
      ),
      json(
        "an affinity to nodes by a bad operator",
        add(`${podAt}/affinity`, nodeAffinity({ key: "disk", operator: "Like", values: ["ssd"] })),
      ),
      json("an affinity to nodes without values", add(`${podAt}/affinity`, nodeAffinity({ key: "disk", operator: "In" }))),
      json("ephemeral containers", add(`${podAt}/ephemeralContainers`, [{ name: "debug", image: "x:1" }])),
    ],
  },
  {
    name: "Pod template by strategic merge",
    objects: [web],
    probes: [
      strategicOnContainers("an image by the container's name", { name: "app", image: "registry.example/app:2" }),
      strategicOnContainers("the same image again", { name: "app", image: "registry.example/app:2" }),
      strategicOnContainers("a second container", { name: "side", image: "registry.example/side:1" }),
      strategicOnContainers("a variable", { name: "app", env: [{ name: "LEVEL", value: "info" }] }),
      strategicOnContainers("another variable", { name: "app", env: [{ name: "MODE", value: "fast" }] }),
      strategicOnContainers("another value of the first one", { name: "app", env: [{ name: "LEVEL", value: "debug" }] }),
      strategicOnContainers("a variable taken away", { name: "app", env: [{ name: "LEVEL", $patch: "delete" }] }),
      strategicOnContainers("a port by its number", { name: "app", ports: [{ containerPort: 8080, name: "http" }] }),
      strategicOnContainers("another port", { name: "app", ports: [{ containerPort: 9090, name: "metrics" }] }),
      strategicOnContainers("arguments", { name: "app", args: ["--a"] }),
      strategicOnContainers("arguments replaced as a whole", { name: "app", args: ["--b", "--c"] }),
      strategicOnContainers("a limit", { name: "app", resources: { limits: { cpu: "1" } } }),
      strategicOnContainers("another limit", { name: "app", resources: { limits: { memory: "1Gi" } } }),
      strategicOnContainers("a limit taken away", { name: "app", resources: { limits: { cpu: null } } }),
      strategicOnContainers("a probe", { name: "app", readinessProbe: { httpGet: { port: 8080 } } }),
      strategicOnContainers("one field of the probe", { name: "app", readinessProbe: { periodSeconds: 3 } }),
      strategicOnContainers("the probe taken away", { name: "app", readinessProbe: null }),
      strategicOnContainers("a container taken away", { name: "side", $patch: "delete" }),
      strategicOnContainers("a container that is not there taken away", { name: "side", $patch: "delete" }),
      strategicOnContainers("a container without its name", { image: "x:1" }),
      strategic("a volume and its mount", {
        spec: {
          template: {
            spec: {
              volumes: [{ name: "settings", configMap: { name: "settings" } }],
              containers: [{ name: "app", volumeMounts: [{ name: "settings", mountPath: "/etc/app" }] }],
            },
          },
        },
      }),
      strategic("a second volume", { spec: { template: { spec: { volumes: [{ name: "scratch", emptyDir: {} }] } } } }),
      strategic("a node selector", { spec: { template: { spec: { nodeSelector: { disk: "ssd" } } } } }),
      strategic("a second label of the node selector", { spec: { template: { spec: { nodeSelector: { zone: "a" } } } } }),
      strategic("a toleration", { spec: { template: { spec: { tolerations: [{ key: "a", operator: "Exists" }] } } } }),
      strategic("a toleration in place of the other", {
        spec: { template: { spec: { tolerations: [{ key: "b", operator: "Exists" }] } } },
      }),
      strategic("an annotation of the template", { spec: { template: { metadata: { annotations: { a: "b" } } } } }),
      strategic("the strategy by the keys that stay", { spec: { strategy: { $retainKeys: ["type"], type: "Recreate" } } }),
      strategic("a map in place of the other", { spec: { template: { spec: { nodeSelector: { $patch: "replace", zone: "b" } } } } }),
      strategicOnContainers("the variables in place of the others", {
        name: "app",
        env: [{ $patch: "replace" }, { name: "ONLY", value: "1" }],
      }),
      strategic("containers in an order", {
        spec: {
          template: {
            spec: {
              "$setElementOrder/containers": [{ name: "app" }, { name: "late" }],
              containers: [{ name: "late", image: "registry.example/late:1" }],
            },
          },
        },
      }),
      merge("a list replaced as a whole", {
        spec: { template: { spec: { containers: [{ name: "app", image: "registry.example/app:3" }] } } },
      }),
    ],
  },
];
