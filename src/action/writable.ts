/**
 * PURE. What may be written of each kind when nothing else is configured. Short on purpose: what is not here cannot be
 * written, whatever a model, an alert or an annotation says. What nobody can make writable is in never.ts.
 */
import { pointer } from "../kubernetes/json.ts";
import type { Change } from "./change.ts";
import { whyNeverChange } from "./never.ts";
import { matchesPattern } from "./path-pattern.ts";

export interface WritableKind {
  /** Patterns of `path-pattern.ts` that `patch`, `merge` and `apply` may change. */
  readonly paths: readonly string[];
  /** Patterns of what may be taken away, and neither changed nor put there. */
  readonly removes?: readonly string[];
  readonly create: boolean;
  readonly delete: boolean;
}

/** By kind; one that is not named cannot be written at all. */
export type Writable = Readonly<Record<string, WritableKind>>;

/** Of a pod template at `pod`: what its program is told, what it needs and where it may run. */
const template = (pod: string): readonly string[] => [
  `${pod}/containers/*/image`,
  `${pod}/containers/*/command/**`,
  `${pod}/containers/*/args/**`,
  `${pod}/containers/*/env/**`,
  `${pod}/containers/*/envFrom`,
  `${pod}/containers/*/resources/**`,
  `${pod}/containers/*/readinessProbe/**`,
  `${pod}/containers/*/livenessProbe/**`,
  `${pod}/containers/*/startupProbe/**`,
  `${pod}/initContainers/**`,
  `${pod}/volumes/*/configMap/name`,
  `${pod}/volumes/*/configMap/items/**`,
  `${pod}/nodeSelector/**`,
  `${pod}/affinity/**`,
  `${pod}/tolerations/**`,
  `${pod}/topologySpreadConstraints/**`,
  `${pod}/priorityClassName`,
  `${pod}/dnsPolicy`,
  `${pod}/dnsConfig/**`,
];
const pods = template("/spec/template/spec");

/** A container that hangs keeps a Job from ending, and a hook that fails a container from running; none is put there. */
const withContainers = (kind: WritableKind, pod: string): WritableKind => ({
  ...kind,
  removes: [`${pod}/containers/*`, `${pod}/containers/*/lifecycle/**`],
});

const fields = (...paths: readonly string[]): WritableKind => ({ paths, create: false, delete: false });
const whole = (...paths: readonly string[]): WritableKind => ({ paths, create: true, delete: true });
const kept = (...paths: readonly string[]): WritableKind => ({ paths, create: true, delete: false });

export const defaultWritable: Writable = {
  Deployment: withContainers(fields(...pods, "/spec/strategy/**", "/spec/paused"), "/spec/template/spec"),
  StatefulSet: withContainers(fields(...pods, "/spec/updateStrategy/**"), "/spec/template/spec"),
  DaemonSet: withContainers(fields(...pods, "/spec/updateStrategy/**"), "/spec/template/spec"),
  CronJob: withContainers(fields(...template("/spec/jobTemplate/spec/template/spec")), "/spec/jobTemplate/spec/template/spec"),
  // A run that hangs is ended; its template cannot be changed anyway.
  Job: fields("/spec/activeDeadlineSeconds"),
  // Evicted, never changed.
  Pod: fields(),
  Node: fields(),
  // Others may be using what is deleted here, without an owner reference that would tell.
  ConfigMap: kept("/data/*"),
  Service: kept("/spec/selector/**", "/spec/ports/*/targetPort"),
  Ingress: kept("/spec/rules/**", "/spec/defaultBackend/**", "/spec/ingressClassName"),
  NetworkPolicy: whole("/spec/**"),
  ResourceQuota: whole("/spec/hard/**"),
  LimitRange: whole("/spec/limits/**"),
  HorizontalPodAutoscaler: whole(),
  PodDisruptionBudget: whole("/spec/minAvailable", "/spec/maxUnavailable"),
};

/** The entry of a kind, whatever the kind is called: `constructor` has none. */
export function writableOf(writable: Writable, kind: string): WritableKind | undefined {
  return Object.hasOwn(writable, kind) ? writable[kind] : undefined;
}

/** Undefined when the policy lets this field of this kind be changed; else why not. */
export function whyNotChange(writable: Writable, kind: string, change: Change): string | undefined {
  const path = pathOf(change);
  // A map (`data: {}`) may come with its first entry. Taking it away takes all of them, which is more than one field.
  const places = change.container && change.after !== null ? [path, `${path}/x`] : [path];
  const entry = writableOf(writable, kind);
  const patterns = [...(entry?.paths ?? []), ...(change.after === null ? (entry?.removes ?? []) : [])];
  if (!patterns.some((pattern) => places.some((place) => matchesPattern(place, pattern)))) return "is not on the list of writable fields";
  return whyNeverChange(kind, change, path);
}

/** Which entry of a list it is, is no question of policy. */
export function pathOf({ path }: Change): string {
  return pointer(...path.map((segment) => (typeof segment === "string" ? segment : "0")));
}
