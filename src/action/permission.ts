/**
 * PURE. What Stratus must be permitted in a namespace, as data: to look, and to carry out each action, its inverse
 * included. For the doctor and for whoever writes the Role; the engine asks for itself before each write.
 */
import { kinds } from "../kubernetes/kind.ts";
import type { Kind } from "../kubernetes/kind.ts";
import type { Action } from "./action.ts";
import type { Writable } from "./writable.ts";

export interface Permission {
  readonly verb: "get" | "list" | "patch" | "create" | "delete";
  readonly kind: Kind;
  readonly subresource?: "eviction";
}

interface Needed {
  readonly write: readonly Permission[];
  readonly inverse: readonly Permission[];
}

const workloads = ["Deployment", "StatefulSet", "DaemonSet"] as const;
const scaled = ["Deployment", "StatefulSet"] as const;

function on(verb: Permission["verb"], ...among: readonly Kind[]): readonly Permission[] {
  return among.map((kind) => ({ verb, kind }));
}

/** A field is read, dry-run and written by PATCH, and taken back the same way. */
function changing(...among: readonly Kind[]): readonly Permission[] {
  return [...on("get", ...among), ...on("patch", ...among)];
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

/** What the policy makes writable, by the action that does it. Kinds that belong to no namespace are left out. */
export function permissionsOf(writable: Writable): Readonly<Partial<Record<Action["type"], Needed>>> {
  const named = (Object.keys(writable) as Kind[]).filter((kind) => Object.hasOwn(kinds, kind) && kinds[kind].namespaced);
  const patched = named.filter((kind) => (writable[kind]?.paths.length ?? 0) > 0);
  const made = named.filter((kind) => writable[kind]?.create === true);
  const removed = named.filter((kind) => writable[kind]?.delete === true);
  const among = <K extends Kind>(of: readonly K[]): readonly K[] => of.filter((kind) => named.includes(kind));
  const both = (...of: readonly Kind[]): readonly Permission[] => [
    ...on("get", ...of),
    ...on("create", ...of),
    ...on("delete", ...of),
    ...on("patch", ...of),
  ];
  const needed = (write: readonly Permission[], inverse: readonly Permission[]): Needed => ({ write: [...guarded, ...write], inverse });
  return {
    scale: needed([...changing(...among(scaled)), ...on("list", "HorizontalPodAutoscaler")], changing(...among(scaled))),
    patch: needed(changing(...patched), [...changing(...patched), ...(patched.includes("StatefulSet") ? unsticking : [])]),
    revert: needed(changing(...patched), [...changing(...patched), ...(patched.includes("StatefulSet") ? unsticking : [])]),
    rollback: needed(
      [...changing(...among(workloads)), ...on("list", "ReplicaSet", "ControllerRevision")],
      [...changing(...among(workloads)), ...unsticking],
    ),
    restart: needed(changing(...among(workloads)), [...changing(...among(workloads)), ...unsticking]),
    ...(named.includes("Pod") ? { evict: needed([...on("get", "Pod"), ...on("list", "Pod"), ...evicting], []) } : {}),
    ...(made.length > 0 ? { create: needed(both(...made), both(...made)) } : {}),
    ...(removed.length > 0 ? { delete: needed(both(...removed), both(...removed)) } : {}),
    ...(named.includes("HorizontalPodAutoscaler")
      ? { "hpa-limits": needed(changing("HorizontalPodAutoscaler"), changing("HorizontalPodAutoscaler")) }
      : {}),
    ...(named.includes("CronJob") ? { suspend: needed(changing("CronJob"), changing("CronJob")) } : {}),
  };
}

/** To resolve whom an alert is about, to measure and to diagnose. */
export const permissionsToLook: readonly Permission[] = [
  ...on("get", ...workloads, "Service"),
  ...on("list", ...workloads, "ReplicaSet", "Pod", "Service", "EndpointSlice", "ConfigMap", "Event"),
];

/** Of the whole cluster: nodes belong to no namespace. */
export const permissionsToLookAnywhere: readonly Permission[] = on("list", "Node");

/** To take our annotations off what controllers copied them to; without it they stay there, and harm nobody. */
export const permissionsToTidy: readonly Permission[] = [
  ...on("list", "ReplicaSet", "ControllerRevision"),
  ...on("get", "ReplicaSet", "ControllerRevision"),
  ...on("patch", "ReplicaSet", "ControllerRevision"),
];

/** `patch deployments.apps`, as `kubectl auth can-i` takes it. */
export function describePermission({ verb, kind, subresource }: Permission): string {
  const { apiVersion, plural } = kinds[kind];
  const [group, version] = apiVersion.split("/");
  return `${verb} ${plural}${version === undefined ? "" : `.${group ?? ""}`}${subresource === undefined ? "" : `/${subresource}`}`;
}
