/**
 * PURE. Which alerts count: those that speak about the scope and report trouble, firing or new since the checkpoint. A
 * silence hides an alert from people, never from here when it came after the checkpoint.
 */
import { labelsIn, names, namespacesNamedIn, targetIn } from "./named.ts";
import { senderLabels } from "./trouble.ts";
import type { AlertReading, Baseline, Scope, ServiceReading, WorkloadReading } from "./severity.ts";

/** Shipped to be always firing, or to inhibit others (kubernetes-monitoring/kubernetes-mixin, kube-prometheus): they report no trouble. */
const quietAlerts: readonly string[] = ["Watchdog", "InfoInhibitor"];
const quietSeverities: readonly string[] = ["info", "none"];

/**
 * One alert, as text that is equal for equal alerts: `Name{a="x",b="y"}`, labels sorted. `alertname` is the name
 * already; `prometheus` and `prometheus_replica` are left out, so that a fail-over of a pair makes no new alert.
 */
export function alertIdentity(alert: Pick<AlertReading, "name" | "labels">): string {
  const labels = Object.entries(alert.labels)
    .filter(([label, value]) => value !== "" && label !== "alertname" && !senderLabels.includes(label))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([label, value]) => `${label}=${JSON.stringify(value)}`);
  return `${alert.name}{${labels.join(",")}}`;
}

/**
 * Whether an alert speaks about the scope. With labels of namespaces: when one is of the scope. Without, but with a node
 * label: when the node is one of those under the scope (`nodes`). Any other is outside, except for the scope "all".
 */
export function inScope(alert: Pick<AlertReading, "labels">, scope: Scope, nodes: readonly string[]): boolean {
  const { namespaces } = scope;
  if (namespaces === "all") return true;
  const named = namespacesNamedIn(alert.labels);
  if (named.length > 0) return named.some((namespace) => namespaces.includes(namespace));
  const { node } = alert.labels;
  return node !== undefined && nodes.includes(node);
}

export function reportsTrouble(alert: AlertReading): boolean {
  return !quietAlerts.includes(alert.name) && !quietSeverities.includes(alert.labels["severity"] ?? "");
}

/**
 * Firing ones; of the pending ones those that were not pending at the checkpoint. One that fired then and is pending now
 * was seen again: its condition broke off for a moment, or Prometheus was restarted, and neither makes it less.
 */
export function countedAlerts(
  alerts: readonly AlertReading[],
  scope: Scope,
  nodes: readonly string[],
  baseline: Baseline | undefined,
): string[] {
  const activeThen = new Set(baseline?.activeAlerts);
  const firedThen = new Set(baseline?.firingAlerts);
  const counted = alerts
    .filter((alert) => reportsTrouble(alert) && inScope(alert, scope, nodes))
    .filter((alert) => {
      const identity = alertIdentity(alert);
      if (alert.silenced && !activeThen.has(identity)) return false;
      return alert.state === "firing" || (baseline !== undefined && (!activeThen.has(identity) || firedThen.has(identity)));
    });
  return distinct(counted.map(alertIdentity));
}

/** Of those that count now, the ones that were pending at the checkpoint: their condition held before the first write. */
export function announcedAlerts(counted: readonly string[], baseline: Baseline | undefined): readonly string[] {
  if (baseline === undefined) return [];
  return counted.filter((identity) => baseline.activeAlerts.includes(identity) && !baseline.firingAlerts.includes(identity));
}

/**
 * Alerts that fired at the checkpoint and are gone together with what they spoke of: the object that they name was deleted,
 * shrunk, or lost its last endpoint since. Who is not there makes no errors; that mends nothing, so they count on.
 */
export function mutedAlerts(
  alerts: readonly AlertReading[],
  present: { readonly workloads: readonly WorkloadReading[]; readonly services: readonly ServiceReading[] },
  baseline: Baseline | undefined,
): string[] {
  if (baseline === undefined) return [];
  const active = new Set(alerts.map(alertIdentity));
  const gone = baseline.firingAlerts.filter((identity) => !active.has(identity));
  if (gone.length === 0) return [];
  const less = diminished(present, baseline).map(targetIn);
  return gone.filter((identity) => less.some((target) => names(labelsIn(identity), target)));
}

function diminished(
  { workloads, services }: { readonly workloads: readonly WorkloadReading[]; readonly services: readonly ServiceReading[] },
  baseline: Baseline,
): readonly string[] {
  const desired = new Map(workloads.map((now) => [now.workload, now.desired]));
  const there = new Set(services.map(({ service }) => service));
  const serving = new Set(services.filter(({ readyEndpoints }) => readyEndpoints > 0).map(({ service }) => service));
  return [
    ...Object.entries(baseline.desired).flatMap(([workload, then]) => ((desired.get(workload) ?? 0) < then ? [workload] : [])),
    ...baseline.servingServices.filter((service) => !serving.has(service)),
    ...baseline.idleServices.filter((service) => !there.has(service)),
  ];
}

/** How many fire outside the scope. Whose trouble they are is not asked: they are neither ours nor of what calls us. */
export function countElsewhere(alerts: readonly AlertReading[], scope: Scope, nodes: readonly string[]): number {
  const outside = alerts.filter(
    (alert) => alert.state === "firing" && !alert.silenced && reportsTrouble(alert) && !inScope(alert, scope, nodes),
  );
  return distinct(outside.map(alertIdentity)).length;
}

function distinct(values: readonly string[]): string[] {
  return [...new Set(values)].sort();
}
