/** Puts the parts together, the same for every runtime: what differs is handed in by the entry. Decides nothing. */
import type { Planner } from "./agent/planner.ts";
import { builtInPlanner } from "./agent/mitigation.ts";
import type { Site } from "./agent/site.ts";
import type { Clock } from "./clock.ts";
import type { ClusterPort } from "./cluster/cluster.ts";
import type { Config } from "./config.ts";
import type { ContinuationPort } from "./continuation/continuation.ts";
import { success } from "./failure.ts";
import { createApp } from "./http/app.ts";
import type { App, Readiness } from "./http/app.ts";
import type { ItemKey, LedgerPort } from "./ledger/ledger.ts";
import type { Log } from "./log.ts";
import { logNotifier } from "./notifier/log.ts";
import type { NotifierPort } from "./notifier/notifier.ts";
import { slackNotifier } from "./notifier/slack.ts";
import { incidentReader } from "./runner/reader.ts";
import type { RunnerPorts } from "./runner/runner.ts";
import { defaultWeights } from "./severity/severity.ts";
import { alertmanager } from "./telemetry/alertmanager.ts";
import { mergeAlertSources } from "./telemetry/merge.ts";
import { prometheus } from "./telemetry/prometheus.ts";

export interface Runtime {
  readonly config: Config;
  readonly cluster: ClusterPort;
  readonly ledger: LedgerPort;
  readonly continuation: ContinuationPort;
  readonly clock: Clock;
  readonly log: Log;
  readonly instance: string;
  readonly sliceMs: number;
  /** Takes an inbox that has news to the runner; must return at once. */
  readonly wake: (key: ItemKey) => void;
  readonly newId: () => string;
  readonly planner?: Planner;
  readonly site?: Partial<Site>;
  readonly notifier?: NotifierPort;
}

export interface Composed {
  readonly app: App;
  readonly runner: RunnerPorts;
}

export function compose(runtime: Runtime): Composed {
  const { config, ledger, clock, log } = runtime;
  const site = siteOf(runtime);
  const notifier = runtime.notifier ?? (config.slack === undefined ? logNotifier((line) => log.debug(line)) : slackNotifier(config.slack));
  const runner: RunnerPorts = {
    ledger,
    sites: new Map([[site.name, site]]),
    notifier,
    continuation: runtime.continuation,
    planner: runtime.planner ?? builtInPlanner,
    limits: config.limits,
    clock,
    log,
    instance: runtime.instance,
    leaseMs: config.leaseMs,
    sliceMs: runtime.sliceMs,
  };
  const app = createApp({
    ledger,
    clock,
    log,
    secrets: config.secrets,
    clusters: [site.name],
    wake: runtime.wake,
    readiness: () => readiness(ledger, site),
    incidents: incidentReader({ ledger, clock, wake: runtime.wake, newId: runtime.newId }),
  });
  return { app, runner };
}

function siteOf({ config, cluster, clock, site }: Runtime): Site {
  const metrics = config.prometheus === undefined ? undefined : prometheus(config.prometheus);
  const sources = [
    ...(metrics === undefined ? [] : [metrics]),
    ...(config.alertmanager === undefined ? [] : [alertmanager(config.alertmanager)]),
  ];
  return {
    name: config.clusterName,
    cluster,
    alerts: mergeAlertSources(sources),
    metrics,
    objectives: config.objectives,
    policy: config.policy,
    weights: defaultWeights,
    clock,
    horizonMs: metrics === undefined ? undefined : (names) => metrics.ruleHorizonMs(names),
    ...site,
  };
}

async function readiness(ledger: LedgerPort, site: Site): Promise<readonly Readiness[]> {
  const [stored, answered] = await Promise.all([ledger.get({ partition: "readiness", sort: "probe" }), site.cluster.ready()]);
  return [
    { name: "ledger", result: stored.ok ? success(undefined) : stored },
    { name: `cluster ${site.name}`, result: answered },
  ];
}
