/**
 * alphaD. Confirms that an incident's alerts are real and current, resolves whom they are about, and measures. Only
 * reads. An alert that nobody can confirm is never acted on.
 */
import { workloadKinds } from "../action/kind-of-action.ts";
import { describeFailure, success, unavailable } from "../failure.ts";
import type { Result } from "../failure.ts";
import type { Kind } from "../kubernetes/kind.ts";
import { nameOf } from "../kubernetes/object.ts";
import type { KubernetesObject, ObjectRef, Pod } from "../kubernetes/object.ts";
import { currentReplicaSet, isWorkload, rolloutOf, templateHashLabel } from "../kubernetes/rollout.ts";
import type { Workload } from "../kubernetes/object.ts";
import { asAtCheckpoint, baselineOf, isWithin, measure, withoutMuted } from "../severity/measure.ts";
import { judgeByHand } from "../severity/by-hand.ts";
import { judge } from "../severity/oracle.ts";
import { objectiveIdentity } from "../severity/objectives.ts";
import type { Baseline, Readings, Severity } from "../severity/severity.ts";
import { sameTrouble } from "../severity/trouble.ts";
import type { IncidentEvent, Measurement, Rollout } from "../transaction/event.ts";
import type { Attempt, Incident } from "../transaction/incident.ts";
import { alertsOf, isByHand, isFiring } from "../transaction/incident.ts";
import { mayFireAgain } from "../transaction/step.ts";
import { horizonMs as promqlHorizonMs } from "../telemetry/horizon.ts";
import { namespacesToMeasure } from "./call-graph.ts";
import { judgeFinding } from "./finding.ts";
import { objectivesOf, takeReadings } from "./readings.ts";
import type { Site } from "./site.ts";

export async function observe(site: Site, incident: Incident): Promise<Result<IncidentEvent>> {
  if (isByHand(incident)) return observeByHand(site, incident);
  // After an undo, "resolved" may be news of the time when the change was in place: then the source is asked.
  const unsure = mayFireAgain(incident) && site.alerts !== undefined;
  if (!isFiring(incident) && !unsure) return observed(incident, "no", "the alerts have resolved");
  const found = await resolveSubject(site, incident);
  if (!found.ok) return found;
  const namespaces = namespacesOf(incident, found.value);
  const readings = await takeReadings(site, namespaces, { alertsOf: alertNamespaces(incident) });
  const severity = measure(readings, undefined, site.weights);
  if (readings.alerts !== undefined) {
    if (!readings.alerts.known) return unavailable(`the alert could not be confirmed: ${readings.alerts.reason}`);
    const active = readings.alerts.value.filter((alert) =>
      alertsOf(incident).some((episode) => (episode.firing || unsure) && sameTrouble(episode, alert)),
    );
    if (active.length === 0) return observed(incident, "no", "none of the incident's alerts is active any more");
    if (!isFiring(incident)) return unavailable("the alert is active again, and Alertmanager has not said so yet");
  }
  return success({ type: "observed", firing: "yes", severity, subject: found.value, namespaces, why: "", ...onlySeen(readings, severity) });
}

/** Present where nothing that is measured is wrong and no alert can tell when it is mended. */
function onlySeen({ alerts }: Readings, severity: Severity): { readonly onlySeen?: true } {
  return alerts === undefined && severity.kind === "known" && severity.mu === 0 ? { onlySeen: true } : {};
}

/** Nobody reported it but a person, so what is measured must show it: severity takes the place of the alert. */
async function observeByHand(site: Site, incident: Incident): Promise<Result<IncidentEvent>> {
  const found = await resolveSubject(site, incident);
  if (!found.ok) return found;
  const namespaces = namespacesOf(incident, found.value);
  const readings = await takeReadings(site, namespaces, { alertsOf: alertNamespaces(incident) });
  const severity = measure(readings, undefined, site.weights);
  if (severity.kind !== "known") return unavailable(`severity could not be measured: ${severity.reason}`);
  if (severity.mu === 0) return observed(incident, "no", nothingWrong(namespaces, readings));
  return success({ type: "observed", firing: "yes", severity, subject: found.value, namespaces, why: "" });
}

function nothingWrong(namespaces: readonly string[], { alerts, objectives }: Readings): string {
  const without = [...(alerts === undefined ? ["alerts"] : []), ...(objectives === undefined ? ["objectives"] : [])];
  const measured = ["no Service is without endpoints, no replica is missing", ...(alerts === undefined ? [] : ["no alert is active"])];
  const rest = without.length === 0 ? "" : ` (not measured, for none are configured: ${without.join(", ")})`;
  return `nothing that is measured is wrong in ${namespaces.join(", ")}: ${measured.join(", ")}${rest}`;
}

function observed(incident: Incident, firing: "no", why: string): Result<IncidentEvent> {
  return success({
    type: "observed",
    firing,
    severity: { kind: "unknown", reason: why },
    subject: incident.subject,
    namespaces: incident.namespaces,
    why,
  });
}

function namespacesOf(incident: Incident, subject: ObjectRef | undefined): string[] {
  if (subject?.namespace !== undefined) return [subject.namespace];
  const named = incident.episodes.filter((episode) => episode.firing).flatMap((episode) => episode.labels["namespace"] ?? []);
  return incident.namespaces.length > 0 ? incident.namespaces : [...new Set(named)].slice(0, 5);
}

const guesses: readonly Kind[] = ["Deployment", "StatefulSet", "DaemonSet", "Service"];

/** The object that the alert names; a pod's top controller; a bare name is looked for among the usual kinds. At most 5 requests. */
async function resolveSubject(site: Site, incident: Incident): Promise<Result<ObjectRef | undefined>> {
  const { subject } = incident;
  if (subject?.namespace === undefined) return success(subject);
  const { namespace, name } = subject;
  const wanted: readonly Kind[] = guesses.some((kind) => kind === subject.kind) ? [subject.kind as Kind] : guesses;
  for (const kind of wanted) {
    const found = await site.cluster.get({ kind, namespace, name });
    if (!found.ok) return found;
    if (found.value !== undefined) return success({ kind, namespace, name });
  }
  return success(subject);
}

/**
 * The checkpoint's measurement: known, or a failure that says what could not be read. It decides for the whole attempt what
 * is measured: the incident's namespaces, and those that call into them, which suffer from whatever is done there; all there
 * is where something is written that belongs to no namespace.
 */
export async function measureCheckpoint(
  site: Site,
  incident: Incident,
  wholeCluster: boolean,
): Promise<Result<Extract<IncidentEvent, { type: "checkpointed" }>>> {
  const atMs = site.clock.nowMs();
  const measured = wholeCluster ? success("all" as const) : await namespacesToMeasure(site, incident.namespaces);
  if (!measured.ok)
    return unavailable(`who calls into ${incident.namespaces.join(", ")} could not be read: ${describeFailure(measured.failure)}`);
  const readings = await takeReadings(site, measured.value, { alertsOf: alertNamespaces(incident) });
  const severity = measure(readings, undefined, site.weights);
  const baseline = baselineOf(readings);
  if (severity.kind !== "known" || baseline === undefined) {
    return unavailable(
      `severity could not be measured before acting: ${severity.kind === "known" ? "a source does not answer" : severity.reason}`,
    );
  }
  const horizonMs = await horizonOf(site, incident, baseline);
  return success({
    type: "checkpointed",
    severity,
    checkpoint: { atMs, mu: severity.mu, baseline, ...onlySeen(readings, severity), ...(horizonMs === undefined ? {} : { horizonMs }) },
  });
}

/** How long what is wrong now may take to show that it is mended: the alerts' rules and the violated objectives' ranges. */
async function horizonOf(site: Site, incident: Incident, baseline: Baseline): Promise<number | undefined> {
  const rules = await site.horizonMs?.(alertsOf(incident).map((episode) => episode.name));
  // 0: none of the names is a rule that Prometheus knows.
  if (rules?.ok !== true || rules.value === undefined || rules.value === 0) return undefined;
  const failing = baseline.failingObjectives ?? [];
  const promised = objectivesOf(site, measuredThen(incident, baseline)).filter((objective) =>
    failing.includes(objectiveIdentity(objective)),
  );
  const isAutomatic = failing.some((objective) => baseline.automaticObjectives?.includes(objective));
  return Math.max(
    rules.value,
    isAutomatic ? (site.automaticObjectives?.windowMs ?? 0) : 0,
    ...promised.map(({ promql }) => promqlHorizonMs(promql)),
  );
}

function measuredThen(incident: Incident, baseline: Baseline | undefined): readonly string[] | "all" {
  return baseline?.wholeCluster === true ? "all" : (baseline?.measured ?? incident.namespaces);
}

/** The incident's own alerts are wanted whatever namespace they speak of. */
function alertNamespaces({ episodes }: Incident): readonly string[] {
  return episodes.flatMap(({ labels }) => labels["namespace"] ?? []);
}

/** Inside an attempt: of the same namespaces as at its checkpoint. A record from before scopes could be wider has none. */
function readAgain(site: Site, incident: Incident, baseline: Baseline | undefined): Promise<Readings> {
  return takeReadings(site, measuredThen(incident, baseline), { baseline, alertsOf: alertNamespaces(incident) });
}

/** One sample inside a transaction: severity against the checkpoint, the oracles, and how far the rollout is. */
export async function measureAttempt(site: Site, incident: Incident, attempt: Attempt): Promise<Measurement> {
  const baseline = attempt.checkpoint?.baseline;
  const [readings, rollout] = await Promise.all([readAgain(site, incident, baseline), rolloutOfAttempt(site, attempt)]);
  const severity = measure(readings, baseline, site.weights);
  const restartsAtStart = incident.state.name === "evaluating" ? incident.state.restarts : undefined;
  const judged = judge({ episodes: alertsOf(incident), readings, baseline, restartsAtStart, touched: targetsOf(attempt) });
  // Where no alert says that it is over, all that is measured has to be right.
  const isSilent = isByHand(incident) || readings.alerts === undefined;
  const oracles = isSilent ? judgeByHand(judged, severity, readings.alerts !== undefined) : judged;
  const restarts = readings.workloads.known
    ? Object.fromEntries(readings.workloads.value.map((reading) => [reading.workload, reading.restarts]))
    : undefined;
  // While a rollout settles nothing is decided by it, and it costs a whole diagnosis.
  const isJudged = attempt.checkpoint?.onlySeen === true && incident.state.name === "evaluating";
  const finding = isJudged ? [await judgeFinding(site, incident, attempt.plan, oracles)] : [];
  const gone = await isFindingGone(site, incident, attempt, { readings, severity, rollout });
  return { severity, oracles: [...oracles, ...finding], rollout, restarts, ...(gone === undefined ? {} : { findingGone: gone }) };
}

/** Asked only where no alerts are told of, and all that is measured to be wrong was so before: severity cannot tell then. */
async function isFindingGone(
  site: Site,
  incident: Incident,
  { plan, checkpoint, samples }: Attempt,
  now: { readonly readings: Readings; readonly severity: Severity; readonly rollout: Rollout },
): Promise<boolean | undefined> {
  const before = samples.find(({ phase }) => phase === "checkpoint")?.severity;
  const { readings, severity, rollout } = now;
  const asked = readings.alerts === undefined && checkpoint?.onlySeen !== true && plan.seenAt !== undefined && !isByHand(incident);
  if (!asked || incident.state.name !== "evaluating" || rollout.state !== "complete") return undefined;
  if (before?.kind !== "known" || severity.kind !== "known" || !isWithin(severity.vector, before.vector)) return undefined;
  return (await judgeFinding(site, incident, plan, [])).state === "passes";
}

function targetsOf({ plan }: Attempt): readonly ObjectRef[] {
  return plan.actions.map(({ target }) => target);
}

/** Severity after an undo, in full and as far as it can be compared with the checkpoint's. */
export async function measureUndone(
  site: Site,
  incident: Incident,
  attempt: Attempt,
): Promise<{ readonly severity: Severity; readonly comparable: Severity }> {
  const baseline = attempt.checkpoint?.baseline;
  const readings = await readAgain(site, incident, baseline);
  const then = baseline === undefined ? undefined : withoutMuted(baseline, readings);
  const severity = measure(readings, then, site.weights);
  if (then === undefined) return { severity, comparable: severity };
  // What an object was like before cannot be told from its alerts alone: a fault on the very object that we touched raises
  // more of them by itself, so none is held against an undo whose fields are back. Seen on a real cluster.
  const touched = { targets: targetsOf(attempt), vector: undefined };
  return { severity, comparable: measure(asAtCheckpoint(readings, then, touched), then, site.weights) };
}

/** The rollouts of the workloads that this attempt touched; one to three requests each. */
export async function rolloutOfAttempt(site: Site, attempt: Attempt): Promise<Rollout> {
  const targets = new Map(attempt.plan.actions.map(({ target }) => [nameOf(target), target]));
  const states = await Promise.all([...targets.values()].map((target) => rolloutOfTarget(site, target)));
  return (
    states.find((state) => state.state === "failed") ??
    states.find((state) => state.state === "under way") ?? { state: "complete", reason: "nothing is rolling out" }
  );
}

async function rolloutOfTarget(site: Site, target: ObjectRef): Promise<Rollout> {
  if (!workloadKinds.includes(target.kind)) return { state: "complete", reason: "" };
  const found = await site.cluster.get(target);
  if (!found.ok) return { state: "under way", reason: describeFailure(found.failure) };
  if (found.value === undefined) return { state: "failed", reason: `${nameOf(target)} is gone` };
  if (!isWorkload(found.value)) return { state: "complete", reason: "" };
  // Pods only tell whether what is under way can still succeed: otherwise two lists are spared with each sample.
  const seen = rolloutOf(found.value, []);
  return seen.state === "under way" ? rolloutOf(found.value, await podsOfNewestTemplate(site, found.value)) : seen;
}

async function podsOfNewestTemplate(site: Site, workload: Workload): Promise<Pod[]> {
  const { namespace } = workload.metadata;
  const pods = await site.cluster.list("Pod", namespace);
  if (!pods.ok) return [];
  if (workload.kind === "Deployment") {
    const hash = await templateHashOf(site, workload);
    return (pods.value as Pod[]).filter((pod) => hash !== undefined && pod.metadata.labels?.[templateHashLabel] === hash);
  }
  const revision = workload.status?.updateRevision;
  return (pods.value as Pod[]).filter((pod) => revision !== undefined && pod.metadata.labels?.["controller-revision-hash"] === revision);
}

/** Of the Deployment's present template; undefined while its controller has not made a ReplicaSet for it. */
export async function templateHashOf(site: Site, deployment: KubernetesObject): Promise<string | undefined> {
  const sets = await site.cluster.list("ReplicaSet", deployment.metadata.namespace);
  if (!sets.ok) return undefined;
  return currentReplicaSet(deployment as Workload, sets.value as Workload[])?.metadata.labels?.[templateHashLabel];
}
