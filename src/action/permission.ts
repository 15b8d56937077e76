/**
 * PURE. What Stratus must be permitted, as data: to look, and to carry out each action, its inverse included. For the
 * doctor and for whoever writes the roles; the engine asks for itself before each write.
 */
import { noCustomKinds, routeOf } from "../kubernetes/kind.ts";
import type { CustomKinds, Kind } from "../kubernetes/kind.ts";
import type { Action } from "./action.ts";
import { writableOf } from "./writable.ts";
import type { Writable } from "./writable.ts";

export interface Permission {
  readonly verb: "get" | "list" | "patch" | "create" | "delete";
  /** Built-in, or a custom one that the policy names. */
  readonly kind: string;
  readonly subresource?: "eviction" | "log";
}

interface Needed {
  readonly write: readonly Permission[];
  readonly inverse: readonly Permission[];
}

export type NeededByAction = Readonly<Partial<Record<Action["type"], Needed>>>;

const workloads = ["Deployment", "StatefulSet", "DaemonSet"] as const;
const scaled = ["Deployment", "StatefulSet"] as const;

function on(verb: Permission["verb"], ...among: readonly Kind[]): readonly Permission[] {
  return allOn(verb, among);
}

function allOn(verb: Permission["verb"], among: readonly string[]): readonly Permission[] {
  return among.map((kind) => ({ verb, kind }));
}

/** A field is read, dry-run and written by PATCH, and taken back the same way. */
function changing(among: readonly string[]): readonly Permission[] {
  return [...allOn("get", among), ...allOn("patch", among)];
}

/** An object is made, removed, and freed of our marks: which of the first two is the inverse makes no difference. */
function making(among: readonly string[]): readonly Permission[] {
  return [...changing(among), ...allOn("create", among), ...allOn("delete", among)];
}

const evicting: readonly Permission[] = [{ verb: "create", kind: "Pod", subresource: "eviction" }];
/** A StatefulSet does not replace a pod that its template broke: after a restore that pod is evicted (kubernetes#67250). */
const unsticking: readonly Permission[] = [...on("list", "Pod"), ...evicting];

/** The verbs of the write and of its inverse, for this very target: what the engine asks the API server about. */
export function accessNeeded({ type, target }: Action): readonly {
  readonly verb: Permission["verb"];
  readonly kind: string;
  readonly namespace?: string | undefined;
  readonly subresource?: "eviction" | undefined;
}[] {
  const { kind, namespace } = target;
  const verb = (name: Permission["verb"]) => ({ verb: name, kind, namespace });
  const eviction = { verb: "create", kind: "Pod", subresource: "eviction", namespace } as const;
  switch (type) {
    case "evict":
      return [eviction];
    case "create":
    case "delete":
      return [verb("create"), verb("delete"), verb("patch")];
    default:
      return kind === "StatefulSet" && type !== "scale" ? [verb("patch"), eviction] : [verb("patch")];
  }
}

/** The Namespace says whether it is marked as protected. */
const guarded = on("get", "Namespace");

/** What the policy makes writable in a namespace, by the action that does it. */
export function permissionsOf(writable: Writable, custom: CustomKinds = noCustomKinds): NeededByAction {
  const named = kindsOf(writable, custom, true);
  const among = (of: readonly Kind[]): readonly Kind[] => of.filter((kind) => named.includes(kind));
  const patched = patchedOf(writable, named);
  const changed = (action: "restart" | "rollback", of: readonly Kind[], also: readonly Permission[]): NeededByAction =>
    of.length === 0 ? {} : { [action]: needed([...changing(of), ...also], [...changing(of), ...unstickingAmong(of)]) };
  const pods = [...on("get", "Pod"), ...on("list", "Pod"), ...on("get", "ReplicaSet"), ...on("get", ...workloads), ...evicting];
  // Any field of what is known good; pods are nobody's decision.
  const reverted = named.filter((kind) => kind !== "Pod");
  return {
    ...(among(scaled).length === 0
      ? {}
      : { scale: needed([...changing(among(scaled)), ...on("list", "HorizontalPodAutoscaler")], changing(among(scaled))) }),
    ...(patched.length === 0 ? {} : { patch: needed(changing(patched), [...changing(patched), ...unstickingAmong(patched)]) }),
    ...(reverted.length === 0 ? {} : { revert: needed(changing(reverted), [...changing(reverted), ...unstickingAmong(reverted)]) }),
    ...changed("rollback", among(workloads), on("list", "ReplicaSet", "ControllerRevision")),
    ...changed("restart", among(workloads), []),
    ...(named.includes("Pod") ? { evict: needed(pods, []) } : {}),
    ...madeAndRemoved(writable, named, guarded),
    ...(named.includes("HorizontalPodAutoscaler")
      ? {
          "hpa-limits": needed(
            [...changing(["HorizontalPodAutoscaler"]), ...on("list", "StatefulSet")],
            changing(["HorizontalPodAutoscaler"]),
          ),
        }
      : {}),
    ...(named.includes("CronJob") ? { suspend: needed(changing(["CronJob"]), changing(["CronJob"])) } : {}),
  };
}

/** The same for what belongs to no namespace. */
export function permissionsOfCluster(writable: Writable, custom: CustomKinds = noCustomKinds): NeededByAction {
  const named = kindsOf(writable, custom, false);
  const patched = patchedOf(writable, named);
  const node: Needed = { write: changing(["Node"]), inverse: changing(["Node"]) };
  return {
    ...(named.includes("Node")
      ? { cordon: { ...node, write: [...node.write, ...on("list", "Node")] }, uncordon: node, untaint: node }
      : {}),
    ...(patched.length === 0 ? {} : { patch: { write: changing(patched), inverse: changing(patched) } }),
    ...madeAndRemoved(writable, named, []),
  };
}

function kindsOf(writable: Writable, custom: CustomKinds, namespaced: boolean): readonly string[] {
  return Object.keys(writable).filter((kind) => routeOf(kind, custom)?.namespaced === namespaced);
}

function patchedOf(writable: Writable, named: readonly string[]): readonly string[] {
  return named.filter((kind) => (writableOf(writable, kind)?.paths.length ?? 0) > 0);
}

function unstickingAmong(patched: readonly string[]): readonly Permission[] {
  return patched.includes("StatefulSet") ? unsticking : [];
}

function needed(write: readonly Permission[], inverse: readonly Permission[]): Needed {
  return { write: [...guarded, ...write], inverse };
}

function madeAndRemoved(writable: Writable, named: readonly string[], before: readonly Permission[]): NeededByAction {
  const made = named.filter((kind) => writableOf(writable, kind)?.create === true);
  const removed = named.filter((kind) => writableOf(writable, kind)?.delete === true);
  return {
    ...(made.length === 0 ? {} : { create: { write: [...before, ...making(made)], inverse: making(made) } }),
    ...(removed.length === 0 ? {} : { delete: { write: [...before, ...making(removed)], inverse: making(removed) } }),
  };
}

/** To resolve whom an alert is about, to measure and to diagnose. */
export const permissionsToLook: readonly Permission[] = [
  ...on("get", ...workloads, "Service"),
  ...on("list", ...workloads, "ReplicaSet", "Pod", "Service", "EndpointSlice", "ConfigMap", "Event"),
];

/** Of the whole cluster: nodes belong to no namespace. */
export const permissionsToLookAnywhere: readonly Permission[] = [...on("get", "Node"), ...on("list", "Node")];

/** Without these some causes are not seen, and nothing else is missing. */
export const permissionsToLookFurther: readonly Permission[] = on(
  "list",
  "ControllerRevision",
  "CronJob",
  "HorizontalPodAutoscaler",
  "Job",
  "Ingress",
  "IngressClass",
  "LimitRange",
  "MutatingWebhookConfiguration",
  "PersistentVolume",
  "PersistentVolumeClaim",
  "PodDisruptionBudget",
  "PriorityClass",
  "ResourceQuota",
  "StorageClass",
  "ValidatingWebhookConfiguration",
);

/** Of use to a language model alone; one that may not read logs is told so. */
export const permissionsOfModel: readonly Permission[] = [{ verb: "get", kind: "Pod", subresource: "log" }];

/** To take our annotations off what controllers copied them to; without it they stay there, and harm nobody. */
export const permissionsToTidy: readonly Permission[] = [
  ...on("list", "ReplicaSet", "ControllerRevision"),
  ...on("get", "ReplicaSet", "ControllerRevision"),
  ...on("patch", "ReplicaSet", "ControllerRevision"),
];

/** `patch deployments.apps`, as `kubectl auth can-i` takes it. */
export function describePermission({ verb, kind, subresource }: Permission, custom: CustomKinds = noCustomKinds): string {
  const { apiVersion, plural } = routeOf(kind, custom) ?? { apiVersion: "v1", plural: kind };
  const [group, version] = apiVersion.split("/");
  return `${verb} ${plural}${version === undefined ? "" : `.${group ?? ""}`}${subresource === undefined ? "" : `/${subresource}`}`;
}
