/**
 * PURE. Whether an alert that began after our change may be our doing. Two things raise alerts late: the fault that nobody
 * has mended yet, and what we did. Time cannot tell them apart, but objects can.
 */
import { alertIdentity } from "./alerts.ts";
import { labelsIn, names, objectsNamedIn } from "./named.ts";
import type { Target } from "./named.ts";
import type { Episode } from "./trouble.ts";
import type { AlertReading, Baseline, SeverityVector } from "./severity.ts";

export interface Touched {
  /** What the attempt's actions name. */
  readonly targets: readonly Target[];
  /** Of the checkpoint; without it nothing is known to have been well. */
  readonly vector: SeverityVector | undefined;
}

/**
 * After an undo: neither pending nor firing at the checkpoint, about an object that the attempt touched, and nothing was
 * wrong with that object then: no active alert named it, it had lost no capacity, and it served.
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

/**
 * Before a commit, where doubt speaks against us: whether an alert that was not active at the checkpoint may be the same
 * trouble in another guise. It is another one only when it is of another rule and names other objects than the incident's
 * alerts and the attempt's actions do.
 */
export function mayBeSameTrouble(alert: AlertReading, episodes: readonly Episode[], targets: readonly Target[]): boolean {
  if (episodes.some(({ name }) => name === alert.name)) return true;
  const named = objectsNamedIn(alert.labels);
  if (named.length === 0) return true;
  const ours = episodes.flatMap(({ labels }) => objectsNamedIn(labels));
  return named.some((name) => ours.includes(name)) || targets.some((target) => names(alert.labels, target));
}
