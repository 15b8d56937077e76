// What is attempted with the token of the pod: what its role forbids (403), and what the admission policy lets through or
// refuses (422) among the writes that the role permits.

export const wrongTarget = { op: "replace", path: "/spec/ports/0/targetPort", value: 9999 };
export const services = "/api/v1/namespaces/shop/services";
export const configMaps = "/api/v1/namespaces/shop/configmaps";
export const workloads = "/apis/apps/v1/namespaces/shop";
export const image = { op: "replace", path: "/spec/template/spec/containers/0/image", value: "test.local/relay:2" };
const pod = "/spec/template/spec";

type Request = readonly [what: string, method: string, path: string, body?: unknown];
type Write = readonly [what: string, path: string, operation: object];

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
  ["evicting a pod", "POST", "/api/v1/namespaces/shop/pods/cart-0/eviction", {}],
  ["deleting a Deployment", "DELETE", `${workloads}/deployments/payment`],
  ["deleting a Service", "DELETE", `${services}/payment`],
  ["deleting a ConfigMap", "DELETE", `${configMaps}/payment-config`],
  ["deleting a ReplicaSet", "DELETE", `${workloads}/replicasets/any`],
  ["deleting a collection", "DELETE", `${workloads}/deployments`],
  ["deleting a namespace", "DELETE", "/api/v1/namespaces/bystander"],
  ["creating a pod", "POST", "/api/v1/namespaces/shop/pods", {}],
  ["replacing an object", "PUT", `${services}/payment`, {}],
  ["patching in another namespace", "PATCH", "/apis/apps/v1/namespaces/bystander/deployments/bystander", []],
  ["patching its own settings", "PATCH", "/api/v1/namespaces/stratus/configmaps/stratus-settings", []],
  ["patching in kube-system", "PATCH", "/apis/apps/v1/namespaces/kube-system/deployments/coredns", []],
  ["patching a scale subresource", "PATCH", `${workloads}/deployments/payment/scale`, []],
  ["patching a status", "PATCH", `${workloads}/deployments/payment/status`, []],
  ["patching a pod", "PATCH", "/api/v1/namespaces/shop/pods/cart-0", []],
  ["patching a node", "PATCH", "/api/v1/nodes/node-1", []],
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
  ["a strategy", `${workloads}/deployments/payment`, { op: "replace", path: "/spec/strategy", value: { type: "Recreate" } }, "spec"],
  ["a pause", `${workloads}/deployments/payment`, { op: "add", path: "/spec/paused", value: true }, "of the spec"],
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
];
