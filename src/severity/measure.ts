/**
 * PURE. Turns readings already taken into one severity: mu = w1*|A| + w2*|V| + w3*|L| (design.md, section 4).
 * It must never read silence as zero, and nothing that was done since the checkpoint (silencing an alert, scaling
 * down or deleting the patient) may lower what it counts.
 */
import { senderLabels } from "./trouble.ts";
import type {
  AlertReading,
  Baseline,
  NodeReading,
  ObjectiveReading,
  Reading,
  Readings,
  Scope,
  ServiceReading,
  Severity,
  SeverityVector,
  Weights,
  WorkloadReading,
} from "./severity.ts";

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
 * Whether an alert speaks about the scope. With a namespace label: when it is one of the scope's. Without, but with a
 * node label: when the node is one of those under the scope (`nodes`). Any other is outside, except for the scope "all".
 */
export function inScope(alert: Pick<AlertReading, "labels">, scope: Scope, nodes: readonly string[]): boolean {
  if (scope.namespaces === "all") return true;
  const { namespace, node } = alert.labels;
  if (namespace) return scope.namespaces.includes(namespace);
  return node !== undefined && nodes.includes(node);
}

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
    holdingObjectives: distinct(known.objectives.filter(({ state }) => state === "holds").map(objectiveIdentity)),
    desired: Object.fromEntries(known.workloads.map(({ workload, desired }) => [workload, desired])),
    servingServices: distinct(known.services.filter(({ readyEndpoints }) => readyEndpoints > 0).map(({ service }) => service)),
    idleServices: distinct(known.services.filter(({ readyEndpoints }) => readyEndpoints === 0).map(({ service }) => service)),
    nodes: distinct(nodes),
  };
}

/**
 * The readings with only those alerts that fired at the checkpoint. An alert speaks late: the fault that is still there
 * after an undo raises more of them by itself. Objectives, endpoints and capacity are measured directly and stay.
 */
export function asAtCheckpoint(readings: Readings, baseline: Baseline): Readings {
  if (readings.alerts?.known !== true) return readings;
  const value = readings.alerts.value.filter((alert) => baseline.firingAlerts.includes(alertIdentity(alert)));
  return { ...readings, alerts: { known: true, value } };
}

/**
 * Severity of a moment, in the terms of the checkpoint when there is one. A moment measured against its own baseline
 * is as severe as without any. `crashed` comes before `unknown`: what already failed cannot be saved by what is not known.
 */
export function measure(readings: Readings, baseline: Baseline | undefined, weights: Weights): Severity {
  if (!readings.apiServerAnswers) return { kind: "crashed", reason: "the API server does not answer" };
  const held = baseline?.holdingObjectives ?? [];
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
  const vector: SeverityVector = {
    alerts: countedAlerts(known, readings.scope, baseline),
    violations: distinct([...failedObjectives(known.objectives, held), ...idleServices(known.services, baseline)]),
    lostCapacity: [...lostReplicas(known.workloads, baseline), ...lostNodes(known.nodes, baseline)].sort((a, b) =>
      a.what < b.what ? -1 : 1,
    ),
  };
  const lost = vector.lostCapacity.reduce((sum, entry) => sum + entry.lost, 0);
  const mu = weights.alerts * vector.alerts.length + weights.objectives * vector.violations.length + weights.capacity * lost;
  return Number.isSafeInteger(mu) && mu >= 0
    ? { kind: "known", mu, vector }
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

/** A source that was there at the checkpoint and is not configured any more says nothing about now. */
function sourceDropped(readings: Readings, baseline: Baseline | undefined): string | undefined {
  if (baseline === undefined) return undefined;
  if (readings.alerts === undefined && baseline.activeAlerts.length > 0)
    return "alerts were active at the checkpoint and no source is left";
  if (readings.objectives === undefined && baseline.holdingObjectives.length > 0) {
    return "objectives held at the checkpoint and none is configured any more";
  }
  return undefined;
}

function countedAlerts(known: EverythingKnown, scope: Scope, baseline: Baseline | undefined): string[] {
  const activeThen = new Set(baseline?.activeAlerts);
  const nodes = [...known.nodes.map(({ node }) => node), ...(baseline?.nodes ?? [])];
  const counted = known.alerts.filter((alert) => {
    if (!reportsTrouble(alert) || !inScope(alert, scope, nodes)) return false;
    const wasActive = activeThen.has(alertIdentity(alert));
    if (alert.silenced && !wasActive) return false;
    return alert.state === "firing" || (baseline !== undefined && !wasActive);
  });
  return distinct(counted.map(alertIdentity));
}

function reportsTrouble(alert: AlertReading): boolean {
  return !quietAlerts.includes(alert.name) && !quietSeverities.includes(alert.labels["severity"] ?? "");
}

/** Those of the scope's namespaces, and those that name none. */
export function objectivesInScope(objectives: readonly ObjectiveReading[], scope: Scope): readonly ObjectiveReading[] {
  const { namespaces } = scope;
  return namespaces === "all"
    ? objectives
    : objectives.filter(({ namespace }) => namespace === undefined || namespaces.includes(namespace));
}

function objectiveIdentity(objective: ObjectiveReading): string {
  return objective.namespace === undefined ? objective.name : `${objective.namespace}/${objective.name}`;
}

function holdingNow(objectives: readonly ObjectiveReading[]): ReadonlySet<string> {
  return new Set(objectives.filter(({ state }) => state === "holds").map(objectiveIdentity));
}

/** Those that do not hold, and those that held at the checkpoint and are not spoken of any more. */
function failedObjectives(objectives: readonly ObjectiveReading[], held: readonly string[]): string[] {
  const holding = holdingNow(objectives);
  const failing = objectives.filter(({ state }) => state !== "holds").map(objectiveIdentity);
  return [...failing, ...held.filter((objective) => !holding.has(objective))].map((objective) => `objective ${objective}`);
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
