/**
 * PURE. Whether an alert that began after our change, and is still there after the change was taken back, may be our
 * doing. Two things raise alerts late: the fault that nobody has mended yet, and what we did. Time cannot tell them apart,
 * but objects can: an object that was well until we changed it, and is complained about since, is on us.
 */
import { alertIdentity } from "./alerts.ts";
import { ownersOf, podLabels } from "./trouble.ts";
import type { AlertReading, Baseline, SeverityVector } from "./severity.ts";

/** As actions name their targets. */
interface Target {
  readonly kind: string;
  readonly namespace?: string | undefined;
  readonly name: string;
}

export interface Touched {
  /** What the attempt's actions name. */
  readonly targets: readonly Target[];
  /** Of the checkpoint; without it nothing is known to have been well. */
  readonly vector: SeverityVector | undefined;
}

/** Labels whose value is an object's name. */
const objectLabels: readonly string[] = [
  "deployment",
  "statefulset",
  "daemonset",
  "service",
  "app",
  "workload",
  "destination_workload",
  "destination_service_name",
];

/**
 * Neither pending nor firing at the checkpoint, about an object that the attempt touched, and nothing was wrong with that
 * object then: no active alert names it, it had lost no capacity, and it served.
 */
export function mayBeOurs(alert: AlertReading, baseline: Baseline, { targets, vector }: Touched): boolean {
  if (vector === undefined || baseline.activeAlerts.includes(alertIdentity(alert))) return false;
  return targets.some((target) => names(alert.labels, target) && !wasIll(target, baseline, vector));
}

function wasIll(target: Target, baseline: Baseline, vector: SeverityVector): boolean {
  const sameName = `${target.namespace === undefined ? "" : `${target.namespace}/`}${target.name}`;
  const named = [...vector.violations, ...vector.lostCapacity.map(({ what }) => what)];
  // A Service and its workload usually share a name: one of them in trouble is enough to be in doubt.
  if (named.some((what) => what.split(" ")[1] === sameName)) return true;
  return baseline.activeAlerts.some((identity) => names(labelsIn(identity), target));
}

/** In the target's namespace, or in none: by its own name, or by the name of a pod that it may own. */
function names(labels: AlertReading["labels"], { namespace, name }: Target): boolean {
  if (namespace !== undefined && labels["namespace"] !== undefined && labels["namespace"] !== namespace) return false;
  if (objectLabels.some((label) => labels[label] === name)) return true;
  return podLabels.some((label) => ownersOf(labels[label] ?? "").includes(name));
}

/** What `alertIdentity` wrote. */
function labelsIn(identity: string): Readonly<Record<string, string>> {
  const pairs = [...identity.matchAll(/[{,]([a-zA-Z_][a-zA-Z0-9_]*)=("(?:\\.|[^"\\])*")/g)];
  return Object.fromEntries(pairs.map(([, label, value]) => [label ?? "", JSON.parse(value ?? '""') as string]));
}
