/**
 * PURE. The three oracles that decide whether an incident may be called mitigated: alerts, user requests, system
 * health. A source that is configured and could not be read fails its oracle; one that is not configured is
 * named as not measured. An oracle never counts: how bad it is, is measure.ts' business.
 */
import { alertIdentity, countedAlerts } from "./alerts.ts";
import type { Target } from "./named.ts";
import { callsThatStopped, countedObjectives, objectiveIdentity, objectivesInScope, violatedObjectives } from "./objectives.ts";
import { mayBeSameTrouble } from "./ours.ts";
import { sameTrouble, type Episode } from "./trouble.ts";
import type {
  AlertReading,
  Baseline,
  ObjectiveReading,
  OracleJudgement,
  Readings,
  ServiceReading,
  Unmeasured,
  WorkloadReading,
} from "./severity.ts";

export interface Case {
  /** The incident's alerts; empty when a person started it by hand. */
  readonly episodes: readonly Episode[];
  readonly readings: Readings;
  readonly baseline: Baseline | undefined;
  /** Restarts by workload when the soak began; without them they are not compared, and the reason says so. */
  readonly restartsAtStart: Readonly<Record<string, number>> | undefined;
  /** What the attempt's actions name. */
  readonly touched?: readonly Target[] | undefined;
}

/** Three judgements, in the order alerts, user requests, system health; after them what no source can tell, as not measured. */
export function judge(of: Case): readonly OracleJudgement[] {
  return [
    { oracle: "alerts", ...judgeAlerts(of) },
    { oracle: "user requests", ...judgeRequests(of) },
    { oracle: "system health", ...judgeHealth(of) },
    ...(of.readings.unmeasured ?? []).map((what) => ({ oracle: what, ...notMeasured(whyNotMeasured[what]) })),
  ];
}

type Judged = Pick<OracleJudgement, "state" | "reason">;
/** Sentences of what is wrong, or what was found in order. */
type Finding = { readonly wrong: readonly string[] } | { readonly fine: string };

const passes = (reason: string): Judged => ({ state: "passes", reason });
const fails = (reason: string): Judged => ({ state: "fails", reason });
const notMeasured = (reason: string): Judged => ({ state: "not measured", reason });

const whyNotMeasured: Readonly<Record<Unmeasured, string>> = {
  "pending alerts": "no Prometheus is configured, and Alertmanager knows only what fires",
  silences: "no Alertmanager is configured, and Prometheus knows no silences",
  objectives: "no Prometheus is configured, so no objective can be asked for",
};

/** Named in a reason; the rest is counted. */
const namedMax = 5;

export function listed(names: readonly string[]): string {
  const rest = names.length - namedMax;
  return names.slice(0, namedMax).join(", ") + (rest > 0 ? ` and ${rest} more` : "");
}

/**
 * A silenced alert is active all the same: a silence hides trouble from people, it ends none. One that began since the
 * checkpoint and may be the same trouble in another guise is as good as the incident's own.
 */
function judgeAlerts({ episodes, readings, baseline, touched = [] }: Case): Judged {
  if (readings.alerts === undefined) return notMeasured("no alert source is configured");
  if (!readings.alerts.known) return fails(`alerts could not be read (${readings.alerts.reason})`);
  if (episodes.length === 0) return notMeasured("the incident has no alerts");
  const active = readings.alerts.value.filter((alert) => episodes.some((episode) => sameTrouble(episode, alert)));
  const without = (readings.lacks ?? []).map((lack) => `; ${lack}`).join("");
  if (active.length > 0) return fails(`still active: ${sayActive(active)}${without}`);
  const begun = alertsBegun(readings, readings.alerts.value, baseline).filter((alert) => mayBeSameTrouble(alert, episodes, touched));
  if (begun.length > 0) return fails(`began since the checkpoint: ${sayActive(begun)}${without}`);
  return passes(`none of the incident's alerts is active${without}`);
}

function sayActive(alerts: readonly AlertReading[]): string {
  return listed([...new Set(alerts.map(({ name, state }) => `${name} (${state})`))]);
}

/** Those that count now and were neither pending nor firing at the checkpoint. */
function alertsBegun(readings: Readings, alerts: readonly AlertReading[], baseline: Baseline | undefined): readonly AlertReading[] {
  if (baseline === undefined) return [];
  const nodes = readings.nodes.known ? readings.nodes.value.map(({ node }) => node) : [];
  const counted = new Set(countedAlerts(alerts, readings.scope, [...nodes, ...baseline.nodes], baseline));
  return alerts.filter((alert) => {
    const identity = alertIdentity(alert);
    return counted.has(identity) && !baseline.activeAlerts.includes(identity);
  });
}

function judgeRequests({ episodes, readings, baseline }: Case): Judged {
  const { objectives, services } = readings;
  if (!readings.apiServerAnswers) return fails("the API server does not answer");
  if (!services.known) return fails(`Services could not be read (${services.reason})`);
  if (objectives !== undefined && !objectives.known) return fails(`objectives could not be read (${objectives.reason})`);
  const serving = checkServices(services.value, baseline, episodes);
  const measured = objectivesInScope(objectives?.value ?? [], readings.scope);
  const wrong = [
    ...violatedObjectives(measured, baseline).map(({ objective }) => sayViolated(objective, measured)),
    ...callsThatStopped(measured, baseline).map((objective) => `objective ${objective} has no data any more: nobody calls`),
    ...("wrong" in serving ? serving.wrong : []),
  ];
  if (wrong.length > 0) return fails(listed(wrong));
  const inOrder = "fine" in serving ? serving.fine : "";
  if (objectives !== undefined) return passes(`objectives hold (${countedObjectives(measured, baseline).length}); ${inOrder}`);
  const traffic = services.value.some(({ readyEndpoints }) => readyEndpoints > 0);
  return traffic ? passes(`${inOrder}; no objectives are configured`) : notMeasured("no objectives are configured and no Service serves");
}

function sayViolated(objective: string, measured: readonly ObjectiveReading[]): string {
  const reading = measured.find((one) => objectiveIdentity(one) === objective && one.state !== "holds");
  if (reading === undefined) return `objective ${objective} is not configured any more`;
  return `objective ${reading.name} ${reading.state === "violated" ? "is violated" : "has no data"}`;
}

/**
 * Every Service that served at the checkpoint must serve. One that did not need not, unless an alert of the incident
 * names it (labels `namespace` and `service`): then its having no endpoint is the trouble itself.
 */
function checkServices(services: readonly ServiceReading[], baseline: Baseline | undefined, episodes: readonly Episode[]): Finding {
  const serving = new Set(services.filter(({ readyEndpoints }) => readyEndpoints > 0).map(({ service }) => service));
  const known = new Set([...services.map(({ service }) => service), ...(baseline?.idleServices ?? [])]);
  const named = episodes.map(({ labels }) => `Service ${labels["namespace"] ?? ""}/${labels["service"] ?? ""}`);
  const expected = new Set([...(baseline?.servingServices ?? []), ...named.filter((service) => known.has(service))]);
  const silent = [...expected].filter((service) => !serving.has(service)).sort();
  if (silent.length > 0) return { wrong: silent.map((service) => `${service} has no ready endpoint`) };
  return { fine: `Services that served at the checkpoint serve (${expected.size})` };
}

function judgeHealth({ readings, baseline, restartsAtStart }: Case): Judged {
  if (!readings.apiServerAnswers) return fails("the API server does not answer");
  const { workloads, nodes } = readings;
  if (!workloads.known) return fails(`workloads could not be read (${workloads.reason})`);
  if (!nodes.known) return fails(`nodes could not be read (${nodes.reason})`);
  const restarts = checkRestarts(workloads.value, restartsAtStart);
  const readyNodes = new Set(nodes.value.filter(({ ready }) => ready).map(({ node }) => node));
  const expectedNodes = new Set([...nodes.value.map(({ node }) => node), ...(baseline?.nodes ?? [])]);
  const wrong = [
    ...missingReplicas(workloads.value, baseline),
    ...[...expectedNodes].filter((node) => !readyNodes.has(node)).map((node) => `Node ${node} is not ready`),
    ...("wrong" in restarts ? restarts.wrong : []),
  ];
  if (wrong.length > 0) return fails(listed(wrong));
  return passes(`workloads are at their desired capacity (${workloads.value.length}); ${"fine" in restarts ? restarts.fine : ""}`);
}

function missingReplicas(workloads: readonly WorkloadReading[], baseline: Baseline | undefined): string[] {
  const desired = new Map(Object.entries(baseline?.desired ?? {}));
  for (const now of workloads) desired.set(now.workload, Math.max(now.desired, desired.get(now.workload) ?? 0));
  const ready = new Map(workloads.map((now) => [now.workload, now.ready]));
  return [...desired]
    .filter(([workload, wanted]) => wanted > (ready.get(workload) ?? 0))
    .map(([workload, wanted]) => `${workload} has ${ready.get(workload) ?? 0} of ${wanted} ready`);
}

/** Restarts are summed over the pods that exist: a pod that was replaced takes its count with it, so only a rise tells. */
function checkRestarts(workloads: readonly WorkloadReading[], start: Readonly<Record<string, number>> | undefined): Finding {
  if (start === undefined) return { fine: "restarts were not compared" };
  const before = new Map(Object.entries(start));
  const wrong = workloads
    .filter(({ workload, restarts }) => restarts > (before.get(workload) ?? 0))
    .map(({ workload }) => `${workload} restarted during the soak`);
  return wrong.length > 0 ? { wrong } : { fine: "no restarts during the soak" };
}
