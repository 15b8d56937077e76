/**
 * PURE. What Stratus must be permitted in a namespace, as data: to look, and to carry out each action, its inverse
 * included. For the doctor and for whoever writes the Role; the engine asks for itself before each write.
 */
import { kinds } from "../kubernetes/kind.ts";
import type { Kind } from "../kubernetes/kind.ts";
import type { Action } from "./action.ts";

export interface Permission {
  readonly verb: "get" | "list" | "patch";
  readonly kind: Kind;
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

/** The Namespace says whether it is marked as protected. */
const guarded = on("get", "Namespace");

export const permissionsOf: { readonly [T in Action["type"]]: Needed } = {
  scale: { write: [...guarded, ...changing(...scaled), ...on("list", "HorizontalPodAutoscaler")], inverse: changing(...scaled) },
  patch: {
    write: [...guarded, ...changing(...workloads, "Service", "ConfigMap")],
    inverse: changing(...workloads, "Service", "ConfigMap"),
  },
  rollback: {
    write: [...guarded, ...changing(...workloads), ...on("list", "ReplicaSet", "ControllerRevision")],
    inverse: changing(...workloads),
  },
  restart: { write: [...guarded, ...changing(...workloads)], inverse: changing(...workloads) },
};

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
export function describePermission({ verb, kind }: Permission): string {
  const { apiVersion, plural } = kinds[kind];
  const [group, version] = apiVersion.split("/");
  return `${verb} ${plural}${version === undefined ? "" : `.${group ?? ""}`}`;
}
