/**
 * PURE. Turns readings already taken into one severity: mu = w1*|A| + w2*|V| + w3*|L| (design.md, section 4).
 * It must never read silence as zero, and nothing that was done since the checkpoint (silencing an alert, scaling
 * down or deleting the patient) may lower what it counts.
 */
import { alertIdentity, announcedAlerts, countElsewhere, countedAlerts, inScope, mutedAlerts, reportsTrouble } from "./alerts.ts";
import { holdingNow, objectivesInScope, promisesThatHeld, rememberObjectives, violatedObjectives } from "./objectives.ts";
import { mayBeOurs } from "./ours.ts";
import type { Touched } from "./ours.ts";
import type {
  AlertReading,
  Baseline,
  NodeReading,
  ObjectiveReading,
  Reading,
  Readings,
  ServiceReading,
  Severity,
  SeverityVector,
  Weights,
  WorkloadReading,
} from "./severity.ts";

/** Severity as one number: Infinity when crashed, undefined when unknown. */
export function muOf(severity: Severity): number | undefined {
  switch (severity.kind) {
    case "known":
      return severity.mu;
    case "crashed":
      return Number.POSITIVE_INFINITY;
    case "unknown":
      return undefined;
    default:
      return severity satisfies never;
  }
}

/** How `after` stands to `before`. An unknown one cannot be compared; two crashes are equal. */
export function compareSeverity(after: Severity, before: Severity): "lower" | "equal" | "higher" | "incomparable" {
  const [now, then] = [muOf(after), muOf(before)];
  if (now === undefined || then === undefined) return "incomparable";
  if (now === then) return "equal";
  return now < then ? "lower" : "higher";
}

/** What to remember of this moment; undefined when a configured source, or the API server, did not answer. */
export function baselineOf(readings: Readings): Baseline | undefined {
  const known = everythingKnown(readings);
  if (!readings.apiServerAnswers || "missing" in known) return undefined;
  const nodes = known.nodes.map(({ node }) => node);
  const active = known.alerts.filter((alert) => !alert.silenced && reportsTrouble(alert) && inScope(alert, readings.scope, nodes));
  return {
    activeAlerts: distinct(active.map(alertIdentity)),
    firingAlerts: distinct(active.filter(({ state }) => state === "firing").map(alertIdentity)),
    ...rememberObjectives(known.objectives),
    desired: Object.fromEntries(known.workloads.map(({ workload, desired }) => [workload, desired])),
    servingServices: distinct(known.services.filter(({ readyEndpoints }) => readyEndpoints > 0).map(({ service }) => service)),
    idleServices: distinct(known.services.filter(({ readyEndpoints }) => readyEndpoints === 0).map(({ service }) => service)),
    nodes: distinct(nodes),
    ...(readings.scope.namespaces === "all" ? { wholeCluster: true } : { measured: [...readings.scope.namespaces] }),
  };
}

/**
 * The readings after an undo, without the alerts that the fault may have raised by itself meanwhile: an alert speaks late.
 * What fired at the checkpoint stays, and so does what our change may have brought about (`mayBeOurs`): that one is never
 * forgiven, however long it lasts. Objectives, endpoints and capacity are measured directly and stay.
 */
export function asAtCheckpoint(readings: Readings, baseline: Baseline, touched?: Touched): Readings {
  if (readings.alerts?.known !== true) return readings;
  const value = readings.alerts.value.filter(
    (alert) => baseline.firingAlerts.includes(alertIdentity(alert)) || (touched !== undefined && mayBeOurs(alert, baseline, touched)),
  );
  return { ...readings, alerts: { known: true, value } };
}

/**
 * The baseline as an undo is proven by. Then nothing of ours can be missing any more without being told: an object that is
 * gone or smaller all the same is somebody else's doing, and its alerts went with it.
 */
export function withoutMuted(baseline: Baseline, readings: Readings): Baseline {
  const active = readings.alerts?.known === true ? readings.alerts.value.map(alertIdentity) : [];
  return { ...baseline, firingAlerts: baseline.firingAlerts.filter((alert) => active.includes(alert)) };
}

/** Nothing is wrong that was not, and nothing is missing more of. */
export function isWithin(now: SeverityVector, before: SeverityVector): boolean {
  const lost = new Map(before.lostCapacity.map((each) => [each.what, each.lost]));
  return (
    now.alerts.every((alert) => before.alerts.includes(alert)) &&
    now.violations.every((violation) => before.violations.includes(violation)) &&
    now.lostCapacity.every((each) => each.lost <= (lost.get(each.what) ?? 0))
  );
}

/**
 * Severity of a moment, in the terms of the checkpoint when there is one. A moment measured against its own baseline
 * is as severe as without any. `crashed` comes before `unknown`: what already failed cannot be saved by what is not known.
 */
export function measure(readings: Readings, baseline: Baseline | undefined, weights: Weights): Severity {
  if (!readings.apiServerAnswers) return { kind: "crashed", reason: "the API server does not answer" };
  const held = promisesThatHeld(baseline);
  if (readings.objectives?.known === true && held.length > 0) {
    const holding = holdingNow(objectivesInScope(readings.objectives.value, readings.scope));
    if (held.every((objective) => !holding.has(objective))) {
      return { kind: "crashed", reason: `every objective that held at the checkpoint fails: ${held.join(", ")}` };
    }
  }
  const known = everythingKnown(readings);
  if ("missing" in known) return { kind: "unknown", reason: known.missing };
  const dropped = sourceDropped(readings, baseline);
  if (dropped !== undefined) return { kind: "unknown", reason: dropped };
  const nodes = [...known.nodes.map(({ node }) => node), ...(baseline?.nodes ?? [])];
  const failed = violatedObjectives(known.objectives, baseline);
  const idle = distinct(idleServices(known.services, baseline));
  const vector: SeverityVector = {
    alerts: distinct([...countedAlerts(known.alerts, readings.scope, nodes, baseline), ...mutedAlerts(known.alerts, known, baseline)]),
    violations: distinct([...failed.map(({ what }) => what), ...idle]),
    lostCapacity: [...lostReplicas(known.workloads, baseline), ...lostNodes(known.nodes, baseline)].sort((a, b) =>
      a.what < b.what ? -1 : 1,
    ),
  };
  const lost = vector.lostCapacity.reduce((sum, entry) => sum + entry.lost, 0);
  const violated = failed.reduce((sum, { weight }) => sum + weight, 0) + idle.length;
  const mu = weights.alerts * vector.alerts.length + weights.objectives * violated + weights.capacity * lost;
  const elsewhere = readings.alerts === undefined ? {} : { elsewhere: countElsewhere(known.alerts, readings.scope, nodes) };
  const announced = weights.alerts * announcedAlerts(vector.alerts, baseline).length;
  return Number.isSafeInteger(mu) && mu >= 0
    ? { kind: "known", mu, vector, ...elsewhere, ...(announced === 0 ? {} : { announced }) }
    : { kind: "unknown", reason: "the readings or the weights do not add up to a whole number" };
}

interface EverythingKnown {
  readonly alerts: readonly AlertReading[];
  /** Those of the scope only. */
  readonly objectives: readonly ObjectiveReading[];
  readonly workloads: readonly WorkloadReading[];
  readonly services: readonly ServiceReading[];
  readonly nodes: readonly NodeReading[];
}

function everythingKnown(readings: Readings): EverythingKnown | { readonly missing: string } {
  const { workloads, services, nodes } = readings;
  const alerts = readings.alerts ?? nothingConfigured;
  const objectives = readings.objectives ?? nothingConfigured;
  if (alerts.known && objectives.known && workloads.known && services.known && nodes.known) {
    return {
      alerts: alerts.value,
      objectives: objectivesInScope(objectives.value, readings.scope),
      workloads: workloads.value,
      services: services.value,
      nodes: nodes.value,
    };
  }
  const missing = Object.entries({ alerts, objectives, workloads, services, nodes }).flatMap(([source, reading]) =>
    reading.known ? [] : [`${source} could not be read (${reading.reason})`],
  );
  return { missing: missing.join("; ") };
}

const nothingConfigured: Reading<readonly never[]> = { known: true, value: [] };

/** A source, or a namespace, that was there at the checkpoint and is not looked at any more says nothing about now. */
function sourceDropped(readings: Readings, baseline: Baseline | undefined): string | undefined {
  if (baseline === undefined) return undefined;
  const { namespaces } = readings.scope;
  if (baseline.wholeCluster === true && namespaces !== "all") return "the whole cluster was measured at the checkpoint and is not now";
  const left = namespaces === "all" ? [] : (baseline.measured ?? []).filter((namespace) => !namespaces.includes(namespace));
  if (left.length > 0) return `measured at the checkpoint and not now: ${left.join(", ")}`;
  if (readings.alerts === undefined && baseline.activeAlerts.length > 0)
    return "alerts were active at the checkpoint and no source is left";
  if (readings.objectives !== undefined) return undefined;
  if (baseline.holdingObjectives.length > 0) return "objectives held at the checkpoint and none is configured any more";
  if ((baseline.failingObjectives ?? []).length > 0) return "objectives failed at the checkpoint and none is configured any more";
  return undefined;
}

/**
 * A Service that nothing stands behind counts whenever it is measured, so one whose workload is deliberately at 0
 * replicas counts before and after alike. One that the checkpoint knew and that is gone, or lost its selector, counts.
 */
function idleServices(services: readonly ServiceReading[], baseline: Baseline | undefined): string[] {
  const there = new Set(services.map(({ service }) => service));
  const gone = [...(baseline?.servingServices ?? []), ...(baseline?.idleServices ?? [])].filter((service) => !there.has(service));
  return [...services.filter(({ readyEndpoints }) => readyEndpoints === 0).map(({ service }) => service), ...gone];
}

function lostReplicas(workloads: readonly WorkloadReading[], baseline: Baseline | undefined): SeverityVector["lostCapacity"] {
  const desiredThen = new Map(Object.entries(baseline?.desired ?? {}));
  const there = new Set(workloads.map(({ workload }) => workload));
  const short = workloads.map(({ workload, desired, ready }) => ({
    what: workload,
    lost: Math.max(0, Math.max(desired, desiredThen.get(workload) ?? 0) - ready),
  }));
  const gone = [...desiredThen].filter(([workload]) => !there.has(workload)).map(([what, lost]) => ({ what, lost }));
  return [...short, ...gone].filter(({ lost }) => lost !== 0);
}

function lostNodes(nodes: readonly NodeReading[], baseline: Baseline | undefined): SeverityVector["lostCapacity"] {
  const there = new Set(nodes.map(({ node }) => node));
  const notReady = nodes.filter(({ ready }) => !ready).map(({ node }) => node);
  const gone = (baseline?.nodes ?? []).filter((node) => !there.has(node));
  return distinct([...notReady, ...gone]).map((node) => ({ what: `Node ${node}`, lost: 1 }));
}

function distinct(values: readonly string[]): string[] {
  return [...new Set(values)].sort();
}
