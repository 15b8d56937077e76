// What is attempted with the token of the pod: what its role forbids (403), and what the admission policies let through or
// refuse (422) among the writes that the role permits.

export const wrongTarget = { op: "replace", path: "/spec/ports/0/targetPort", value: 9999 };
export const services = "/api/v1/namespaces/shop/services";
export const configMaps = "/api/v1/namespaces/shop/configmaps";
export const workloads = "/apis/apps/v1/namespaces/shop";
export const image = { op: "replace", path: "/spec/template/spec/containers/0/image", value: "test.local/relay:2" };
export const cronJob = "/apis/batch/v1/namespaces/shop/cronjobs/nightly";
export const networking = "/apis/networking.k8s.io/v1/namespaces/shop";
export const autoscalers = "/apis/autoscaling/v2/namespaces/shop/horizontalpodautoscalers";
export const budgets = "/apis/policy/v1/namespaces/shop/poddisruptionbudgets";
export const quotas = "/api/v1/namespaces/shop/resourcequotas";
export const limitRanges = "/api/v1/namespaces/shop/limitranges";
const pod = "/spec/template/spec";

type Request = readonly [what: string, method: string, path: string, body?: unknown];
type Write = readonly [what: string, path: string, operation: object];
type Manifest = Readonly<Record<string, unknown>> & { readonly metadata: Readonly<Record<string, unknown>> };

const metadata = (name: string): Manifest["metadata"] => ({ name, namespace: "shop", labels: { app: name } });
const backend = { service: { name: "frontend", port: { number: 9898 } } };
const quota: Manifest = { apiVersion: "v1", kind: "ResourceQuota", metadata: metadata("few"), spec: { hard: { pods: "100" } } };
const limits: Manifest = {
  apiVersion: "v1",
  kind: "LimitRange",
  metadata: metadata("small"),
  spec: { limits: [{ type: "PersistentVolumeClaim", max: { storage: "1Gi" } }] },
};
const closed: Manifest = {
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: metadata("closed"),
  spec: { podSelector: { matchLabels: { app: "nobody" } }, policyTypes: ["Ingress"] },
};
const budget: Manifest = {
  apiVersion: "policy/v1",
  kind: "PodDisruptionBudget",
  metadata: metadata("calm"),
  spec: { minAvailable: 1, selector: { matchLabels: { app: "nobody" } } },
};
const autoscaler: Manifest = {
  apiVersion: "autoscaling/v2",
  kind: "HorizontalPodAutoscaler",
  metadata: metadata("auto"),
  spec: { minReplicas: 1, maxReplicas: 2, scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "nobody" } },
};
const door: Manifest = {
  apiVersion: "networking.k8s.io/v1",
  kind: "Ingress",
  metadata: metadata("door"),
  spec: { rules: [{ http: { paths: [{ path: "/", pathType: "Prefix", backend }] } }] },
};
const nightly: Manifest = {
  apiVersion: "batch/v1",
  kind: "CronJob",
  metadata: metadata("nightly"),
  spec: {
    schedule: "0 3 * * *",
    suspend: true,
    jobTemplate: { spec: { template: { spec: { restartPolicy: "Never", containers: [{ name: "app", image: "test.local/busybox:1" }] } } } },
  },
};

/** What the shop has none of, and Stratus may change all the same. It disturbs nothing that runs there. */
export const beside: readonly Manifest[] = [quota, limits, closed, budget, autoscaler, door, nightly];

/** `POD`: the name of the pod of Stratus. */
export const forbiddenRequests: readonly Request[] = [
  ["reading a Secret", "GET", "/api/v1/namespaces/stratus/secrets/stratus"],
  ["listing the Secrets of all namespaces", "GET", "/api/v1/secrets"],
  ["listing the Secrets of the namespace it acts in", "GET", "/api/v1/namespaces/shop/secrets"],
  ["reading a log", "GET", "/api/v1/namespaces/shop/pods/cart-0/log"],
  ["watching", "GET", "/api/v1/pods?watch=true"],
  ["exec", "POST", "/api/v1/namespaces/shop/pods/cart-0/exec?command=id&stdout=true"],
  ["exec in its own pod", "POST", "/api/v1/namespaces/stratus/pods/POD/exec?command=id&stdout=true"],
  ["port-forward", "POST", "/api/v1/namespaces/shop/pods/cart-0/portforward?ports=80"],
  ["the node's proxy", "GET", "/api/v1/nodes/node-1/proxy/pods"],
  ["deleting a pod", "DELETE", "/api/v1/namespaces/shop/pods/cart-0"],
  ["deleting a Deployment", "DELETE", `${workloads}/deployments/payment`],
  ["deleting a ReplicaSet", "DELETE", `${workloads}/replicasets/any`],
  ["deleting a CronJob", "DELETE", cronJob],
  ["deleting a collection", "DELETE", `${workloads}/deployments`],
  ["deleting all ConfigMaps", "DELETE", configMaps],
  ["deleting a namespace", "DELETE", "/api/v1/namespaces/bystander"],
  ["deleting a node", "DELETE", "/api/v1/nodes/node-1"],
  ["deleting a Service of another namespace", "DELETE", "/api/v1/namespaces/bystander/services/bystander"],
  ["evicting a pod of another namespace", "POST", "/api/v1/namespaces/bystander/pods/any/eviction", {}],
  ["creating a pod", "POST", "/api/v1/namespaces/shop/pods", {}],
  ["creating a Deployment", "POST", `${workloads}/deployments`, {}],
  ["creating a ConfigMap in another namespace", "POST", "/api/v1/namespaces/bystander/configmaps", {}],
  ["creating a ConfigMap in its own namespace", "POST", "/api/v1/namespaces/stratus/configmaps", {}],
  ["creating a Secret", "POST", "/api/v1/namespaces/shop/secrets", {}],
  ["replacing an object", "PUT", `${services}/payment`, {}],
  ["patching in another namespace", "PATCH", "/apis/apps/v1/namespaces/bystander/deployments/bystander", []],
  ["patching its own settings", "PATCH", "/api/v1/namespaces/stratus/configmaps/stratus-settings", []],
  ["patching in kube-system", "PATCH", "/apis/apps/v1/namespaces/kube-system/deployments/coredns", []],
  ["patching a scale subresource", "PATCH", `${workloads}/deployments/payment/scale`, []],
  ["patching a status", "PATCH", `${workloads}/deployments/payment/status`, []],
  ["patching a pod", "PATCH", "/api/v1/namespaces/shop/pods/cart-0", []],
  ["patching a node", "PATCH", "/api/v1/nodes/node-1", []],
  ["patching a webhook", "PATCH", "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/any", []],
  ["patching a Secret", "PATCH", "/api/v1/namespaces/shop/secrets/any", []],
  ["giving itself a role", "POST", "/apis/rbac.authorization.k8s.io/v1/namespaces/shop/rolebindings", {}],
  ["asking for another token", "POST", "/api/v1/namespaces/stratus/serviceaccounts/stratus/token", {}],
  ["switching the policy off", "DELETE", "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies/stratus-writes"],
];

export const allowedWrites: readonly Write[] = [
  ["a target port", `${services}/payment`, wrongTarget],
  ["a selector", `${services}/payment`, { op: "replace", path: "/spec/selector/app", value: "checkout" }],
  ["a setting", `${configMaps}/payment-config`, { op: "replace", path: "/data/DELAY_MS", value: "1" }],
  ["replicas", `${workloads}/deployments/payment`, { op: "replace", path: "/spec/replicas", value: 3 }],
  ["an image", `${workloads}/deployments/payment`, image],
  ["an image of a StatefulSet", `${workloads}/statefulsets/cart`, image],
  ["an image of a DaemonSet", `${workloads}/daemonsets/collector`, image],
  ["a restart", `${workloads}/deployments/payment`, { op: "add", path: "/spec/template/metadata/annotations", value: { at: "1" } }],
  [
    "an earlier template with a harmless security context",
    `${workloads}/deployments/payment`,
    { op: "add", path: `${pod}/containers/0/securityContext`, value: { allowPrivilegeEscalation: false } },
  ],
  ["a strategy", `${workloads}/deployments/payment`, { op: "replace", path: "/spec/strategy", value: { type: "Recreate" } }],
  ["a pause", `${workloads}/deployments/payment`, { op: "add", path: "/spec/paused", value: true }],
  [
    "an image of a CronJob",
    cronJob,
    { op: "replace", path: "/spec/jobTemplate/spec/template/spec/containers/0/image", value: "test.local/relay:1" },
  ],
  ["the class of an Ingress", `${networking}/ingresses/door`, { op: "add", path: "/spec/ingressClassName", value: "other" }],
  ["letting a CronJob go on", cronJob, { op: "replace", path: "/spec/suspend", value: false }],
  ["the most replicas", `${autoscalers}/auto`, { op: "replace", path: "/spec/maxReplicas", value: 5 }],
  ["the least replicas", `${autoscalers}/auto`, { op: "replace", path: "/spec/minReplicas", value: 2 }],
  ["who may connect", `${networking}/networkpolicies/closed`, { op: "add", path: "/spec/ingress", value: [{}] }],
  ["where a path leads", `${networking}/ingresses/door`, { op: "replace", path: "/spec/rules/0/http/paths/0/path", value: "/shop" }],
  ["a quota", `${quotas}/few`, { op: "replace", path: "/spec/hard/pods", value: "200" }],
  ["a limit", `${limitRanges}/small`, { op: "replace", path: "/spec/limits/0/max/storage", value: "2Gi" }],
  ["a budget of disruption", `${budgets}/calm`, { op: "replace", path: "/spec/minAvailable", value: 0 }],
];

/** With a part of the sentence that the refusal carries. */
export const refusedWrites: readonly (readonly [...Write, reason: string])[] = [
  ["a label", `${services}/payment`, { op: "add", path: "/metadata/labels/team", value: "red" }, "labels"],
  ["a finalizer", `${services}/payment`, { op: "add", path: "/metadata/finalizers", value: ["example.com/x"] }, "finalizers"],
  ["a foreign annotation", `${services}/payment`, { op: "add", path: "/metadata/annotations/team", value: "red" }, "annotations"],
  ["the port of a Service", `${services}/payment`, { op: "replace", path: "/spec/ports/0/port", value: 80 }, "targetPort"],
  ["the type of a Service", `${services}/payment`, { op: "replace", path: "/spec/type", value: "NodePort" }, "of the spec"],
  ["external addresses", `${services}/payment`, { op: "add", path: "/spec/externalIPs", value: ["192.0.2.1"] }, "of the spec"],
  ["immutable", `${configMaps}/payment-config`, { op: "add", path: "/immutable", value: true }, "outside"],
  ["binary data", `${configMaps}/payment-config`, { op: "add", path: "/binaryData", value: { a: "YQ==" } }, "outside"],
  ["the history", `${workloads}/deployments/payment`, { op: "replace", path: "/spec/revisionHistoryLimit", value: 0 }, "of the spec"],
  ["how long a pod must be ready", `${workloads}/statefulsets/cart`, { op: "add", path: "/spec/minReadySeconds", value: 9 }, "of the spec"],
  [
    "a service account",
    `${workloads}/deployments/payment`,
    { op: "add", path: `${pod}/serviceAccountName`, value: "x" },
    "service account",
  ],
  ["the node's network", `${workloads}/deployments/payment`, { op: "add", path: `${pod}/hostNetwork`, value: true }, "host access"],
  [
    "a path of the node",
    `${workloads}/deployments/payment`,
    { op: "add", path: `${pod}/volumes`, value: [{ name: "root", hostPath: { path: "/" } }] },
    "paths of the node",
  ],
  [
    "a privileged container",
    `${workloads}/daemonsets/collector`,
    { op: "add", path: `${pod}/containers/0/securityContext`, value: { privileged: true } },
    "privileged containers",
  ],
  ["the schedule of a CronJob", cronJob, { op: "replace", path: "/spec/schedule", value: "* * * * *" }, "of the spec"],
  [
    "the node's network for a CronJob",
    cronJob,
    { op: "add", path: "/spec/jobTemplate/spec/template/spec/hostNetwork", value: true },
    "host access",
  ],
  [
    "whom an autoscaler scales",
    `${autoscalers}/auto`,
    { op: "replace", path: "/spec/scaleTargetRef/name", value: "payment" },
    "of the spec",
  ],
  ["whom a budget guards", `${budgets}/calm`, { op: "replace", path: "/spec/selector/matchLabels/app", value: "cart" }, "of the spec"],
  [
    "the certificate of an Ingress",
    `${networking}/ingresses/door`,
    { op: "add", path: "/spec/tls", value: [{ secretName: "any" }] },
    "of the spec",
  ],
  ["what a quota counts", `${quotas}/few`, { op: "add", path: "/metadata/labels/team", value: "red" }, "labels"],
];

export const allowedOnNodes: readonly Write[] = [
  ["closing it", "/api/v1/nodes/node-1", { op: "add", path: "/spec/unschedulable", value: true }],
  ["its taints", "/api/v1/nodes/node-1", { op: "add", path: "/spec/taints", value: [{ key: "team", effect: "PreferNoSchedule" }] }],
];

export const refusedOnNodes: readonly (readonly [...Write, reason: string])[] = [
  ["a label", "/api/v1/nodes/node-1", { op: "add", path: "/metadata/labels/team", value: "red" }, "labels"],
  ["an annotation", "/api/v1/nodes/node-1", { op: "add", path: "/metadata/annotations/team", value: "red" }, "annotations"],
  ["its provider", "/api/v1/nodes/node-1", { op: "add", path: "/spec/providerID", value: "other://1" }, "of the spec"],
];

/** Marked, or there is nothing to tell whose it is. */
function made(manifest: Manifest, change: Readonly<Record<string, unknown>> = {}, notes: Readonly<Record<string, string>> = {}): Manifest {
  const annotations = { "stratus.dev/fence": "1", "stratus.dev/write": "test/1/1", ...notes };
  const name = `${String(manifest.metadata["name"])}-again`;
  return { ...manifest, ...change, metadata: { ...manifest.metadata, name, annotations, ...(change["metadata"] as object | undefined) } };
}

const settings: Manifest = { apiVersion: "v1", kind: "ConfigMap", metadata: metadata("settings"), data: { LEVEL: "info" } };
const service: Manifest = {
  apiVersion: "v1",
  kind: "Service",
  metadata: metadata("inside"),
  spec: { selector: { app: "nobody" }, ports: [{ port: 80 }] },
};
export const madeByStratus = made(settings);

export const allowedCreations: readonly (readonly [what: string, path: string, manifest: Manifest])[] = [
  ["a ConfigMap", configMaps, madeByStratus],
  ["a Service", services, made(service)],
  ["an Ingress", `${networking}/ingresses`, made(door)],
  ["a NetworkPolicy", `${networking}/networkpolicies`, made(closed)],
  ["a ResourceQuota", quotas, made(quota)],
  ["a LimitRange", limitRanges, made(limits)],
  ["an autoscaler", autoscalers, made(autoscaler)],
  ["a budget of disruption", budgets, made(budget)],
];

const owner = { apiVersion: "v1", kind: "ConfigMap", name: "payment-config", uid: "00000000-0000-4000-8000-000000000001" };
const carries = "carries its fence";
export const refusedCreations: readonly (readonly [what: string, path: string, manifest: Manifest, reason: string])[] = [
  ["without marks", configMaps, { ...settings, metadata: metadata("unmarked") }, carries],
  ["with a fence that is no number", configMaps, made(settings, {}, { "stratus.dev/fence": "x" }), carries],
  ["without the name of the write", configMaps, made(settings, { metadata: { annotations: { "stratus.dev/fence": "1" } } }), carries],
  ["with a finalizer", quotas, made(quota, { metadata: { finalizers: ["example.com/x"] } }), "owners or finalizers"],
  ["with an owner", quotas, made(quota, { metadata: { ownerReferences: [owner] } }), "owners or finalizers"],
  ["that could not be put right", configMaps, made(settings, { immutable: true }), "immutable"],
  [
    "that opens a port of the nodes",
    services,
    made(service, { spec: { type: "NodePort", ports: [{ port: 80 }] } }),
    "reachable from outside",
  ],
  [
    "that leads out of the cluster",
    services,
    made(service, { spec: { type: "ExternalName", externalName: "example.com" } }),
    "reachable from outside",
  ],
  [
    "with a proxy's configuration",
    `${networking}/ingresses`,
    made(door, {}, { "nginx.ingress.kubernetes.io/server-snippet": "return 200;" }),
    "proxy",
  ],
];

/** Of these kinds anything may be deleted, and comes back from its snapshot. */
export const deletable: readonly (readonly [what: string, path: string])[] = [
  ["a NetworkPolicy", `${networking}/networkpolicies/closed`],
  ["a ResourceQuota", `${quotas}/few`],
  ["a LimitRange", `${limitRanges}/small`],
  ["an autoscaler", `${autoscalers}/auto`],
  ["a budget of disruption", `${budgets}/calm`],
];

/** Of these only what Stratus made. */
export const kept: readonly (readonly [what: string, path: string])[] = [
  ["a ConfigMap", `${configMaps}/payment-config`],
  ["a Service", `${services}/payment`],
  ["an Ingress", `${networking}/ingresses/door`],
];
