// Boots the cluster: what does not wait for each other at once, what does in order. Whatever an earlier run left in the
// state folder is taken down first. A failure leaves everything as it stands, for its logs; the next `up` cleans it up.

import { mkdirSync, writeFileSync } from "node:fs";
import { alertmanagerUrl } from "./alertmanager.ts";
import { createCertificates } from "./certificates.ts";
import { controlPlaneCommands } from "./control-plane.ts";
import { createDaemons, type Daemons } from "./daemons.ts";
import { down } from "./down.ts";
import { ClusterFailure } from "./failure.ts";
import { rememberFirewall } from "./firewall.ts";
import { keepInside } from "./inside.ts";
import { allowForwarding, rememberKernelSettings } from "./kernel-settings.ts";
import { apiServerReady, kubectl } from "./kubectl.ts";
import { layoutOf, roomPath, type Layout } from "./layout.ts";
import { startAlertmanager, startPrometheus, startTraffic } from "./monitoring.ts";
import { prepareNode, startKubelet } from "./node.ts";
import { requireFreePorts, requirePrograms } from "./preconditions.ts";
import { exporterUrl, prometheusUrl } from "./prometheus.ts";
import { network, type Settings } from "./settings.ts";
import { rememberFolders } from "./traces.ts";
import { answers, until } from "./until.ts";

/** In this order: a namespace before what lies in it. */
const manifests = ["namespaces", "dns", "shop", "checkout", "beside", "bystander"];

export async function up(settings: Settings, report: (line: string) => void): Promise<void> {
  await requirePrograms(settings);
  await down(settings.stateFolder);
  await requireFreePorts(settings);
  const layout = layoutOf(settings.stateFolder);
  const daemons = createDaemons(layout);
  await prepareMachine(settings, layout);
  report("machine prepared");

  const commands = controlPlaneCommands(settings, layout);
  await daemons.start("etcd", commands.etcd);
  await daemons.start("apiserver", commands.apiserver);
  const nodes = Array.from({ length: settings.nodes }, (_, index) => bootNode(index + 1, settings, layout, daemons));
  const alerting = settings.monitoring ? startAlertmanager(settings, layout, daemons) : undefined;
  await apiServerAnswers(settings, layout, daemons);
  report("API server ready");

  for (const name of ["controller-manager", "scheduler"] as const) await daemons.start(name, commands[name]);
  if (settings.nodes === 0) return;
  for (const name of ["proxy", "exporter"] as const) await daemons.start(name, commands[name]);
  await Promise.all([...nodes, alerting, applyManifests(settings, layout)]);
  report("manifests applied");
  if (settings.monitoring) await startPrometheus(settings, layout, daemons);

  await everythingRuns(settings, layout, report);
  if (settings.monitoring) {
    await monitoringAnswers(settings, layout);
    await startTraffic(settings, layout, daemons);
    report("monitoring answers");
  }
}

async function prepareMachine(settings: Settings, layout: Layout): Promise<void> {
  mkdirSync(layout.folder, { recursive: true, mode: 0o700 });
  mkdirSync(layout.logsFolder);
  mkdirSync(layout.etcdFolder, { mode: 0o700 });
  writeFileSync(layout.settingsPath, JSON.stringify(settings, null, 2), { mode: 0o600 });
  await createCertificates(settings, layout);
  if (settings.nodes === 0) return;
  rememberKernelSettings(layout);
  rememberFolders(layout);
  await rememberFirewall(layout);
  await keepInside();
  allowForwarding();
}

async function bootNode(node: number, settings: Settings, layout: Layout, daemons: Daemons): Promise<void> {
  await prepareNode(node, settings, layout, daemons);
  await startKubelet(node, settings, layout, daemons);
}

async function apiServerAnswers(settings: Settings, layout: Layout, daemons: Daemons): Promise<void> {
  const logPath = layout.logPath("apiserver");
  await until({ what: "the API server is ready", limitMs: 60_000, logPath }, () => {
    if (daemons.processId("etcd") === undefined) throw new ClusterFailure("etcd has ended", layout.logPath("etcd"));
    if (daemons.processId("apiserver") === undefined) throw new ClusterFailure("the API server has ended", logPath);
    return apiServerReady(settings, layout);
  });
}

/** Tried again: just after its start the API server has not yet made every group and namespace. */
async function applyManifests(settings: Settings, layout: Layout): Promise<void> {
  const files = manifests.flatMap((name) => ["-f", roomPath("manifests", `${name}.yaml`)]);
  let complaint: unknown;
  await until({ what: "the manifests are applied", limitMs: 30_000, everyMs: 300 }, async () => {
    try {
      await kubectl(settings, layout, ["apply", ...files]);
      return true;
    } catch (error) {
      complaint = error;
      return false;
    }
  }).catch(() => {
    throw complaint;
  });
}

async function everythingRuns(settings: Settings, layout: Layout, report: (line: string) => void): Promise<void> {
  const wait = (...args: string[]): Promise<string> => kubectl(settings, layout, args);
  await until({ what: "every node is registered", limitMs: 60_000, logPath: layout.logPath("kubelet-1") }, async () => {
    const listed = await wait("get", "nodes", "--output=name");
    return listed.split("\n").filter((name) => name !== "").length === settings.nodes;
  });
  await wait("wait", "--for=condition=Ready", "node", "--all", "--timeout=60s");
  report("nodes ready");
  await wait("wait", "--for=condition=Available", "deployment", "--all", "--all-namespaces", "--timeout=120s");
  await wait("--namespace=shop", "rollout", "status", "statefulset,daemonset", "--timeout=60s");
  report("pods ready");
  // a pod is ready before kube-proxy has written its Service's rules
  for (const [name, url] of Object.entries(network.doors)) {
    const limit = { what: `${name} answers at ${url}`, limitMs: 30_000, logPath: layout.logPath("proxy") };
    await until(limit, () => answers(url, { method: "POST", body: "hi" }));
  }
  report("shop answers");
}

async function monitoringAnswers(settings: Settings, layout: Layout): Promise<void> {
  const addresses = {
    alertmanager: `${alertmanagerUrl(settings)}/-/ready`,
    exporter: `${exporterUrl(settings)}/healthz`,
    prometheus: `${prometheusUrl(settings)}/-/ready`,
  };
  for (const [name, url] of Object.entries(addresses)) {
    await until({ what: `${name} answers`, limitMs: 30_000, logPath: layout.logPath(name) }, () => answers(url));
  }
}
