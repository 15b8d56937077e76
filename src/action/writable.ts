/**
 * PURE. What may be written of each kind when nothing else is configured. Short on purpose: what is not here cannot be
 * written, whatever a model, an alert or an annotation says. No names, labels, ownership, security context, service
 * account or host access.
 */
import { isJsonArray, isJsonObject, pointer } from "../kubernetes/json.ts";
import type { Json } from "../kubernetes/json.ts";
import type { Change } from "./change.ts";
import { matchesPattern } from "./path-pattern.ts";

export interface WritableKind {
  /** Patterns of `path-pattern.ts` that `patch`, `merge` and `apply` may change. */
  readonly paths: readonly string[];
  readonly create: boolean;
  readonly delete: boolean;
}

/** By kind; one that is not named cannot be written at all. */
export type Writable = Readonly<Record<string, WritableKind>>;

const container = [
  "/spec/template/spec/containers/*/image",
  "/spec/template/spec/containers/*/command/**",
  "/spec/template/spec/containers/*/args/**",
  "/spec/template/spec/containers/*/env/**",
  "/spec/template/spec/containers/*/resources/**",
  "/spec/template/spec/containers/*/readinessProbe/**",
  "/spec/template/spec/containers/*/livenessProbe/**",
  "/spec/template/spec/containers/*/startupProbe/**",
  "/spec/template/spec/nodeSelector/**",
];

const fields = (...paths: readonly string[]): WritableKind => ({ paths, create: false, delete: false });
const whole = (...paths: readonly string[]): WritableKind => ({ paths, create: true, delete: true });
const kept = (...paths: readonly string[]): WritableKind => ({ paths, create: true, delete: false });

export const defaultWritable: Writable = {
  Deployment: fields(...container),
  StatefulSet: fields(...container),
  DaemonSet: fields(...container),
  CronJob: fields(),
  // Evicted, never changed.
  Pod: fields(),
  Node: fields(),
  // Others may be using what is deleted here, without an owner reference that would tell.
  ConfigMap: kept("/data/*"),
  Service: kept("/spec/selector/**", "/spec/ports/*/targetPort"),
  Ingress: kept("/spec/rules/**", "/spec/defaultBackend/**"),
  NetworkPolicy: whole("/spec/**"),
  ResourceQuota: whole("/spec/hard/**"),
  LimitRange: whole("/spec/limits/**"),
  HorizontalPodAutoscaler: whole(),
  PodDisruptionBudget: whole("/spec/minAvailable", "/spec/maxUnavailable"),
};

/** Not even a configured policy makes these writable. `*ontainers` stands for the three lists of containers. */
const never = [
  "/apiVersion",
  "/kind",
  "/metadata/name",
  "/metadata/namespace",
  "/metadata/generateName",
  "/metadata/finalizers/**",
  "/metadata/ownerReferences/**",
  "/immutable",
  "/spec/externalIPs/**",
  "/spec/clusterIP",
  "/spec/clusterIPs/**",
  ...["/spec/template/spec", "/spec/jobTemplate/spec/template/spec"].flatMap((pod) => [
    `${pod}/serviceAccountName`,
    `${pod}/serviceAccount`,
    `${pod}/automountServiceAccountToken`,
    `${pod}/hostNetwork`,
    `${pod}/hostPID`,
    `${pod}/hostIPC`,
    `${pod}/hostUsers`,
    `${pod}/securityContext/**`,
    `${pod}/containers/*/securityContext/**`,
    `${pod}/initContainers/*/securityContext/**`,
    `${pod}/ephemeralContainers/**`,
  ]),
];

/** Fields inside a writable one that lead elsewhere: a Secret into the environment, a command into a probe, the node's files. */
const farReaching = ["secretKeyRef", "secretRef", "secret", "exec", "hostPath", "projected", "securityContext"];

/** Undefined when the policy lets this field of this kind be changed; else why not. */
export function whyNotChange(writable: WritableKind | undefined, change: Change): string | undefined {
  const path = pathOf(change);
  // A container (`env: []`) may come or go with its only entry.
  const places = change.container ? [path, `${path}/x`] : [path];
  if (!(writable?.paths ?? []).some((pattern) => places.some((place) => matchesPattern(place, pattern))))
    return "is not on the list of writable fields";
  if (never.some((pattern) => matchesPattern(path, pattern))) return "is never written";
  const deep = change.path.some((segment) => typeof segment === "string" && farReaching.includes(segment));
  if (change.after !== null && (deep || reachesTooFar(change.after.value))) return "would read a Secret or run a command of its own";
  return undefined;
}

/** Entries of lists as any: which one is no question of policy. */
export function pathOf({ path }: Change): string {
  return pointer(...path.map((segment) => (typeof segment === "string" ? segment : "0")));
}

function reachesTooFar(value: Json): boolean {
  if (isJsonArray(value)) return value.some(reachesTooFar);
  return isJsonObject(value) && Object.entries(value).some(([key, inner]) => farReaching.includes(key) || reachesTooFar(inner));
}
