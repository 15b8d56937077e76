/**
 * PURE. What nobody can make writable, neither a policy that is configured nor a plan: kinds that hold data, secrets or
 * rights, fields that name an object or give its pods power over their node or the API, and our own marks. Names that
 * give power count wherever they stand: pod templates occur at many places, and in custom resources too.
 */
import { isJsonArray, isJsonObject, segmentsOf } from "../kubernetes/json.ts";
import type { Json, JsonObject } from "../kubernetes/json.ts";
import type { Change } from "./change.ts";
import { matchesPattern } from "./path-pattern.ts";

const heldData = "holds data or rights that no undo brings back";
const made = "is made by a controller: change what it is made from";
const neverKinds: Readonly<Record<string, string>> = {
  ...everyOne(heldData, "Secret", "Namespace", "PersistentVolumeClaim", "PersistentVolume", "StorageClass", "VolumeAttachment"),
  ...everyOne(heldData, "CSIDriver", "CSINode", "VolumeAttributesClass", "CustomResourceDefinition", "APIService", "PriorityClass"),
  ...everyOne(heldData, "Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding", "ServiceAccount", "CertificateSigningRequest"),
  ...everyOne(heldData, "ClusterTrustBundle", "RuntimeClass", "FlowSchema", "PriorityLevelConfiguration"),
  ...everyOne(heldData, "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"),
  ...everyOne(heldData, "MutatingAdmissionPolicy", "MutatingAdmissionPolicyBinding"),
  ...everyOne(made, "ReplicaSet", "ControllerRevision", "Endpoints", "EndpointSlice", "Event", "Lease"),
};

/** Kinds without dependants and data, of which an object may be made or removed. Custom resources are the policy's to judge. */
const makeable = [
  "ConfigMap",
  "Service",
  "Ingress",
  "NetworkPolicy",
  "ResourceQuota",
  "LimitRange",
  "HorizontalPodAutoscaler",
  "PodDisruptionBudget",
];
/** Removed, and brought back, but never made: one of these sees, or turns away, every request of the cluster. */
const onlyRemovable = ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"];

const everyKind = [
  "/apiVersion/**",
  "/kind/**",
  "/status/**",
  "/immutable/**",
  ...["name", "namespace", "generateName", "finalizers", "ownerReferences", "uid", "resourceVersion", "generation"].map(
    (field) => `/metadata/${field}/**`,
  ),
  ...["creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "selfLink", "managedFields"].map(
    (field) => `/metadata/${field}/**`,
  ),
  "/spec/externalIPs/**",
  "/spec/clusterIP/**",
  "/spec/clusterIPs/**",
];
const ofKind: Readonly<Record<string, readonly string[]>> = {
  // Opens the cluster to others, or leads its traffic elsewhere.
  Service: ["type", "externalName", "loadBalancerIP", "loadBalancerClass", "loadBalancerSourceRanges", "ports/*/nodePort"].map(
    (field) => `/spec/${field}/**`,
  ),
  // Says whether volumes are deleted with their pods.
  StatefulSet: ["/spec/persistentVolumeClaimRetentionPolicy/**", "/spec/volumeClaimTemplates/**"],
  Pod: ["/spec/**"],
  MutatingWebhookConfiguration: ["/webhooks/*/clientConfig/**"],
  ValidatingWebhookConfiguration: ["/webhooks/*/clientConfig/**"],
};

/** Fields with an action of their own, which has limits that a patch would not keep to. */
const byAction: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Deployment: { "/spec/replicas/**": "scale" },
  StatefulSet: { "/spec/replicas/**": "scale" },
  HorizontalPodAutoscaler: { "/spec/minReplicas/**": "hpa-limits", "/spec/maxReplicas/**": "hpa-limits" },
  CronJob: { "/spec/suspend/**": "suspend" },
  Node: { "/spec/**": "cordon, uncordon and untaint" },
};

/** Names that give pods power over their node, or in the API. */
const powerful = [
  "serviceAccountName",
  "serviceAccount",
  "automountServiceAccountToken",
  "hostNetwork",
  "hostPID",
  "hostIPC",
  "hostUsers",
  "securityContext",
  "ephemeralContainers",
];
/** Names that lead elsewhere: a Secret into the environment, a command into a probe, the node's files, another's driver. */
const farReaching = [
  "secretKeyRef",
  "secretRef",
  "secret",
  "nodePublishSecretRef",
  "exec",
  "hostPath",
  "projected",
  "csi",
  "flexVolume",
  "clientConfig",
];
const ourMarks = "stratus.dev/";

/** Undefined when a policy may let objects of this kind be written. */
export function whyNeverKind(kind: string): string | undefined {
  if (Object.hasOwn(neverKinds, kind)) return neverKinds[kind];
  return /secret/i.test(kind) ? "is about Secrets" : undefined;
}

/** Undefined when a policy may let objects of this built-in kind be made, or deleted. */
export function whyNeverWhole(kind: string, verb: "create" | "delete"): string | undefined {
  if (makeable.includes(kind) || (verb === "delete" && onlyRemovable.includes(kind))) return undefined;
  return onlyRemovable.includes(kind) ? "would see every request of the cluster" : "has dependants or data";
}

/**
 * What watches over a program, or holds it back: without its probe a broken one counts as ready, and without its limits it
 * takes from its neighbours. An alert ends that way, and nobody is helped. A rollback or a revert may still do it, where the
 * workload had none before.
 */
function takesGuardAway(names: readonly string[]): boolean {
  const [last, parent] = [names.at(-1) ?? "", names.at(-2) ?? ""];
  return (
    ["readinessProbe", "livenessProbe", "startupProbe", "resources"].includes(last) ||
    [last, parent].some((name) => name === "limits" || name === "requests")
  );
}

/** `path`: of the change, whichever entry of a list it is. Undefined when it is for the policy to say. */
export function whyNeverChange(kind: string, change: Change, path: string): string | undefined {
  const names = change.path.filter((segment) => typeof segment === "string");
  const never = whyNeverPath(kind, path, names);
  if (never !== undefined) return never;
  if (change.after === null) return takesGuardAway(names) ? "is put right, never taken away" : undefined;
  const isNewContainer = change.before === null && typeof change.path.at(-1) === "object" && containerLists.includes(names.at(-1) ?? "");
  const reach = whyNeverIn(names, change.after.value) ?? whyNeverPlaced(names, change);
  return reach ?? (isNewContainer ? "would be a program that was not there" : undefined);
}

/** Pods that push others off their nodes, or run where the control plane does, are felt far outside of any namespace. */
function whyNeverPlaced(names: readonly string[], { before, after }: Change): string | undefined {
  const last = names.at(-1);
  if (last === "priorityClassName" && typeof after?.value === "string" && after.value.startsWith("system-"))
    return "would push other pods off their nodes";
  const opens = names.includes("tolerations") && toleratesControlPlane(after?.value) && !toleratesControlPlane(before?.value);
  return opens ? "would let pods run where the control plane does" : undefined;
}

/** Without a key a toleration is for every taint. Source: Taints and Tolerations, kubernetes.io. */
function toleratesControlPlane(value: Json | undefined): boolean {
  if (isJsonArray(value)) return value.some(toleratesControlPlane);
  if (!isJsonObject(value)) return false;
  const { key, operator } = value;
  return typeof key === "string" && key !== "" ? key.startsWith("node-role.kubernetes.io/") : operator === "Exists";
}

/** A container may be corrected, or taken away when it is the trouble; a new one is no correction. */
const containerLists: readonly string[] = ["containers", "initContainers"];

/** Undefined unless everything that this pattern stands for is barred: of a wider one, the part that is not remains. */
export function whyNeverPattern(kind: string, pattern: string): string | undefined {
  return whyNeverPath(kind, pattern, segmentsOf(pattern)) ?? whyNeverIn(segmentsOf(pattern), null);
}

/** Undefined when an object like this may be made; else what it has. */
export function whyNeverObject(object: JsonObject): string | undefined {
  // The data of a ConfigMap is text of its owner's, with names of its owner's.
  const { data: _data, binaryData: _binary, metadata: _metadata, ...rest } = object;
  return whyNeverIn([], rest);
}

function whyNeverPath(kind: string, path: string, names: readonly string[]): string | undefined {
  const own = Object.hasOwn(ofKind, kind) ? ofKind[kind] : undefined;
  if ([...everyKind, ...(own ?? [])].some((pattern) => matchesPattern(path, pattern))) return "is never written";
  const actions = Object.hasOwn(byAction, kind) ? byAction[kind] : undefined;
  const action = Object.entries(actions ?? {}).find(([pattern]) => matchesPattern(path, pattern))?.[1];
  if (action !== undefined) return `is changed by ${action} only`;
  if (!isText(names) && names.some((name) => powerful.includes(name))) return "is never written";
  return names[0] === "metadata" && names.some((name) => name.startsWith(ourMarks)) ? "is never written" : undefined;
}

function whyNeverIn(names: readonly string[], value: Json): string | undefined {
  if (isText(names)) return undefined;
  if (names.some((name) => farReaching.includes(name)) || has(value, farReaching)) return "would read a Secret or run a command of its own";
  return has(value, powerful) ? "would give power over the node or in the API" : undefined;
}

function isText([first]: readonly string[]): boolean {
  return first === "data" || first === "binaryData";
}

/** Empty ones are what the API server fills in by itself (`securityContext: {}`). */
function has(value: Json, names: readonly string[]): boolean {
  if (isJsonArray(value)) return value.some((inner) => has(inner, names));
  if (!isJsonObject(value)) return false;
  return Object.entries(value).some(([key, inner]) => (names.includes(key) && !isEmpty(inner)) || has(inner, names));
}

function isEmpty(value: Json): boolean {
  return isJsonObject(value) && Object.keys(value).length === 0;
}

function everyOne(why: string, ...kinds: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(kinds.map((kind) => [kind, why]));
}
