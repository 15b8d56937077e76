/** Puts the parts together, the same for every runtime: what differs is handed in by the entry. Decides nothing. */
import type { AdvisorOf } from "./agent/advisor.ts";
import type { Planner } from "./agent/planner.ts";
import { builtInPlanner } from "./agent/mitigation.ts";
import { modelAdvisor } from "./agent/model-advisor.ts";
import type { Site } from "./agent/site.ts";
import type { Clock } from "./clock.ts";
import type { ClusterPort } from "./cluster/cluster.ts";
import { rememberAccess } from "./cluster/remember-access.ts";
import type { Config } from "./config.ts";
import type { ClusterConfig } from "./config-cluster.ts";
import type { Continuation, ContinuationPort } from "./continuation/continuation.ts";
import { success } from "./failure.ts";
import { createApp } from "./http/app.ts";
import type { App, Readiness } from "./http/app.ts";
import type { ItemKey, LedgerPort } from "./ledger/ledger.ts";
import type { Log } from "./log.ts";
import { createAsker } from "./model/ask.ts";
import { openAiModel } from "./model/openai.ts";
import { logNotifier } from "./notifier/log.ts";
import type { NotifierPort } from "./notifier/notifier.ts";
import { redactedNotifier } from "./notifier/redacted.ts";
import { slackNotifier } from "./notifier/slack.ts";
import type { Redactor } from "./redaction/redaction.ts";
import { createRedactor } from "./redaction/redaction.ts";
import { people } from "./redaction/shapes.ts";
import { knownGoodOf } from "./runner/known-good.ts";
import { knownGoodReader } from "./runner/known-good-reader.ts";
import { memoriesOf } from "./runner/memories.ts";
import { memoryReader } from "./runner/memory-reader.ts";
import { incidentReader } from "./runner/reader.ts";
import type { RunnerPorts } from "./runner/runner.ts";
import { targetFinder } from "./runner/target-finder.ts";
import { declaredCall } from "./severity/call-graph.ts";
import { defaultWeights } from "./severity/severity.ts";
import { alertmanager } from "./telemetry/alertmanager.ts";
import { prometheusCallGraph } from "./telemetry/call-graph.ts";
import { tracesCallGraph } from "./telemetry/call-graph-traces.ts";
import { mergeAlertSources } from "./telemetry/merge.ts";
import { alertsOfCluster } from "./telemetry/of-cluster.ts";
import { prometheus } from "./telemetry/prometheus.ts";
import { alertReplicas, firstHorizon, metricReplicas } from "./telemetry/replicas.ts";

export interface Runtime {
  readonly config: Config;
  /** Asked once for each configured cluster. */
  readonly cluster: (of: ClusterConfig) => ClusterPort;
  readonly ledger: LedgerPort;
  readonly continuation: ContinuationPort;
  readonly clock: Clock;
  readonly log: Log;
  readonly instance: string;
  readonly sliceMs: number;
  /** Takes an inbox that has news to the runner; must return at once. */
  readonly wake: (key: ItemKey) => void;
  readonly newId: () => string;
  /** Takes a continuation that came by a signed request to `step`. Absent: that door stays closed. */
  readonly resume?: (continuation: Continuation) => void | Promise<void>;
  readonly planner?: Planner;
  /** What a test or the demo puts in place of a site's usual parts. */
  readonly site?: (cluster: string) => Partial<Site>;
  readonly notifier?: NotifierPort;
}

export interface Composed {
  readonly app: App;
  readonly runner: RunnerPorts;
}

export function compose(runtime: Runtime): Composed {
  const { config, ledger, clock, log, resume } = runtime;
  const sites = config.clusters.map((cluster) => siteOf(runtime, cluster));
  // Whoever knows the first secret could find out what a marker stands for; it is of those that open our own doors.
  const keyOf = (incidentId: string): string => `${config.secrets[0] ?? ""}\n${incidentId}`;
  const told = runtime.notifier ?? (config.slack === undefined ? logNotifier((line) => log.debug(line)) : slackNotifier(config.slack));
  const runner: RunnerPorts = {
    ledger,
    sites: new Map(sites.map((site) => [site.name, site])),
    notifier: redactedNotifier(told, (id) => createRedactor(keyOf(id))),
    continuation: runtime.continuation,
    planner: runtime.planner ?? builtInPlanner,
    advisor: advisorOf(runtime, (id) => createRedactor(keyOf(id), people)),
    limits: config.limits,
    clock,
    log,
    instance: runtime.instance,
    leaseMs: config.leaseMs,
    sliceMs: runtime.sliceMs,
    recorder: config.recorder,
    memory: config.memory,
  };
  const app = createApp({
    ledger,
    clock,
    log,
    secrets: config.secrets,
    clusters: sites.map(({ name }) => name),
    wake: runtime.wake,
    readiness: () => readiness(ledger, sites),
    incidents: incidentReader({ ledger, clock, wake: runtime.wake, newId: runtime.newId }),
    targets: targetFinder(runner.sites),
    ...(config.recorder?.keeps === true ? { knownGood: knownGoodReader(runner.sites) } : {}),
    ...(config.memory === undefined ? {} : { memory: memoryReader(ledger, [...runner.sites.keys()]) }),
    ...(config.selfPost === undefined || resume === undefined ? {} : { continuation: { keys: config.selfPost.keys, resume } }),
  });
  return { app, runner };
}

/** The model that is configured; undefined when none is. */
function advisorOf({ config, ledger, clock, log }: Runtime, redactorFor: (incidentId: string) => Redactor): AdvisorOf | undefined {
  if (config.model === undefined) return undefined;
  const { url, key, names, timeoutMs, prices, budget } = config.model;
  const asker = createAsker({ model: openAiModel({ url, key, timeoutMs }), ledger, clock, budget, prices });
  return modelAdvisor({ asker, names, timeoutMs, ledger, redactorFor, log });
}

function siteOf({ config, cluster, clock, ledger, site }: Runtime, of: ClusterConfig): Site {
  const prometheuses = of.prometheus.map(prometheus);
  const alertmanagers = of.alertmanager.map((upstream) => alertmanager({ ...upstream, alone: prometheuses.length === 0 }));
  const metrics = metricReplicas(prometheuses);
  const sources = [alertReplicas(prometheuses), alertReplicas(alertmanagers)].flatMap((source) => source ?? []);
  // Of several clusters, whoever watches one may watch others too.
  const isOnly = config.clusters.length === 1;
  const own = isOnly ? sources : sources.map((source) => alertsOfCluster(source, of.name));
  const shared = isOnly ? undefined : of.name;
  const windowMs = of.automaticObjectivesMs;
  const { memory } = config;
  return {
    name: of.name,
    cluster: rememberAccess(cluster(of), clock),
    alerts: mergeAlertSources(own),
    metrics,
    objectives: of.objectives,
    automaticObjectives: windowMs === 0 ? undefined : { windowMs, cluster: shared },
    callGraph: {
      sources: [
        ...(metrics === undefined ? [] : [prometheusCallGraph(metrics, shared)]),
        ...(of.traces === undefined ? [] : [tracesCallGraph({ ...of.traces, clock })]),
      ],
      declared: of.calls.map(declaredCall),
    },
    policy: of.policy,
    weights: defaultWeights,
    clock,
    knownGood: config.recorder?.keeps === true ? (namespace) => knownGoodOf(ledger, of.name, namespace) : undefined,
    memories: memory === undefined ? undefined : () => memoriesOf(ledger, of.name, clock.nowMs(), memory),
    horizonMs: prometheuses.length === 0 ? undefined : (names) => firstHorizon(prometheuses, names),
    ...site?.(of.name),
  };
}

async function readiness(ledger: LedgerPort, sites: readonly Site[]): Promise<readonly Readiness[]> {
  const [stored, ...answered] = await Promise.all([
    ledger.get({ partition: "readiness", sort: "probe" }),
    ...sites.map(async ({ name, cluster }) => ({ name: `cluster ${name}`, result: await cluster.ready() })),
  ]);
  return [{ name: "ledger", result: stored.ok ? success(undefined) : stored }, ...answered];
}
