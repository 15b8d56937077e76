// The test cluster for tests: boot it or attach to one that is up, break its parts, and send its alerts to a receiver.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { alertmanagerUrl, reloadAlertmanager, writeAlertmanagerConfig } from "./alertmanager.ts";
import { createDaemons, type Daemons } from "./daemons.ts";
import { down } from "./down.ts";
import { ClusterFailure } from "./failure.ts";
import { apiServerReady, kubectl } from "./kubectl.ts";
import { layoutOf, type Layout } from "./layout.ts";
import { exclusively, requireRootOnLinux } from "./preconditions.ts";
import { addedRulesFolder, exporterUrl, prometheusUrl } from "./prometheus.ts";
import { keptSettings, readSettings, type Settings } from "./settings.ts";
import type { SunkAlert } from "./sink.ts";
import type { TrafficLine } from "./traffic.ts";
import { answers, until } from "./until.ts";
import { up } from "./up.ts";

export type Component =
  | "alertmanager"
  | "apiserver"
  | "controller-manager"
  | "etcd"
  | "exporter"
  | "prometheus"
  | "proxy"
  | "scheduler"
  | "sink"
  | "traffic"
  | `containerd-${number}`
  | `kubelet-${number}`;

export interface RunningCluster {
  readonly settings: Settings;
  /** Of a cluster administrator; carries its keys. */
  readonly kubeconfigPath: string;
  readonly prometheusUrl: string;
  readonly alertmanagerUrl: string;
  /** Of the exporter: /metrics. */
  readonly metricsUrl: string;
  /** What kubectl prints; rejects with a ClusterFailure that says what it complains about. */
  kubectl(...args: string[]): Promise<string>;
  /** Server-side objects from a manifest in YAML or JSON. */
  apply(manifest: string): Promise<string>;
  /** Besides the sink; in place of the receivers before. */
  setReceiver(url: string, secret?: string): Promise<void>;
  /** One rule group more (`interval`, `rules`), in place of the one of the same name. */
  addRules(name: string, group: object): Promise<void>;
  /** Every alert of every notification so far, as it came. */
  alerts(): SunkAlert[];
  traffic(): TrafficLine[];
  processId(component: Component): number | undefined;
  stop(component: Component, signal?: NodeJS.Signals): Promise<void>;
  /** Resolves when it answers again, for those components that have an address to ask. */
  start(component: Component): Promise<void>;
  restart(component: Component, signal?: NodeJS.Signals): Promise<void>;
  down(): Promise<void>;
}

export type UpOptions = Partial<Pick<Settings, "monitoring" | "monitoringAddress" | "nodes" | "receivers" | "traffic">> & {
  readonly report?: (line: string) => void;
};

/** Takes about 15 s; what `report` gets says what has been reached. */
export async function upCluster({ report = () => undefined, ...chosen }: UpOptions = {}): Promise<RunningCluster> {
  requireRootOnLinux();
  const settings = readSettings(process.env, chosen);
  await exclusively(settings, () => up(settings, report));
  return running(settings);
}

/** The cluster that is up in the state folder; a ClusterFailure when there is none. */
export function attach(): RunningCluster {
  const { stateFolder } = readSettings(process.env);
  const layout = layoutOf(stateFolder);
  const settings = keptSettings(layout.settingsPath);
  if (settings === undefined || createDaemons(layout).names().length === 0) {
    throw new ClusterFailure(`no cluster is up in ${stateFolder}; run \`npm run cluster -- up\``);
  }
  return running(settings);
}

/** Also of what a killed `up` has left; nothing to do is no failure. */
export async function downCluster(): Promise<void> {
  requireRootOnLinux();
  const settings = readSettings(process.env);
  await exclusively(keptSettings(layoutOf(settings.stateFolder).settingsPath) ?? settings, () => down(settings.stateFolder));
}

function running(settings: Settings): RunningCluster {
  const layout = layoutOf(settings.stateFolder);
  const daemons = createDaemons(layout);
  const start = (component: Component): Promise<void> => startAgain(component, settings, layout, daemons);
  const stop = (component: Component, signal: NodeJS.Signals = "SIGTERM"): Promise<void> => daemons.stop(component, { signal });
  return {
    settings,
    kubeconfigPath: layout.kubeconfigPath,
    prometheusUrl: prometheusUrl(settings),
    alertmanagerUrl: alertmanagerUrl(settings),
    metricsUrl: exporterUrl(settings),
    kubectl: (...args) => kubectl(settings, layout, args),
    apply: (manifest) => kubectl(settings, layout, ["apply", "-f", "-"], manifest),
    alerts: () => lines<SunkAlert>(layout.alertsPath),
    traffic: () => lines<TrafficLine>(layout.trafficPath),
    processId: (component) => daemons.processId(component),
    stop,
    start,
    async setReceiver(url, secret) {
      writeAlertmanagerConfig(settings, layout, [secret === undefined ? { url } : { url, secret }]);
      await reloadAlertmanager(settings);
    },
    async addRules(name, group) {
      const folder = addedRulesFolder(layout);
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, `${name}.yaml`), JSON.stringify({ groups: [{ name, ...group }] }));
      const processId = daemons.processId("prometheus");
      if (processId === undefined) throw new ClusterFailure("Prometheus does not run");
      process.kill(processId, "SIGHUP");
      await until({ what: `Prometheus has read the rules ${name}`, limitMs: 10_000 }, async () =>
        (await (await fetch(`${prometheusUrl(settings)}/api/v1/rules`)).text()).includes(`"name":"${name}"`),
      );
    },
    async restart(component, signal) {
      await stop(component, signal);
      await start(component);
    },
    async down() {
      await exclusively(settings, () => down(settings.stateFolder));
    },
  };
}

async function startAgain(component: Component, settings: Settings, layout: Layout, daemons: Daemons): Promise<void> {
  await daemons.start(component);
  const wait = { what: `${component} answers again`, limitMs: 60_000, logPath: layout.logPath(component) };
  const addresses: Partial<Record<Component, string>> = {
    alertmanager: `${alertmanagerUrl(settings)}/-/ready`,
    etcd: `http://127.0.0.1:${settings.ports.etcd}/health`,
    exporter: `${exporterUrl(settings)}/healthz`,
    prometheus: `${prometheusUrl(settings)}/-/ready`,
    proxy: `http://127.0.0.1:${settings.ports.proxyHealth}/healthz`,
  };
  const node = /^kubelet-(\d+)$/.exec(component)?.[1];
  if (node !== undefined) addresses[component] = `http://127.0.0.1:${settings.ports.kubeletHealth + Number(node) - 1}/healthz`;
  const address = addresses[component];
  if (component === "apiserver") await until(wait, () => apiServerReady(settings, layout));
  else if (address !== undefined) await until(wait, () => answers(address));
}

function lines<T>(path: string): T[] {
  if (!existsSync(path)) return [];
  const whole = readFileSync(path, "utf8").split("\n").slice(0, -1); // the last may be half written
  return whole.map((line) => JSON.parse(line) as T);
}
