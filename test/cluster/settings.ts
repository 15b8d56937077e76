// Every folder, port and number of the test cluster in one object, read once from the environment. Nothing else in this
// room reads the environment. A running cluster keeps its own copy, so that `down` and `kubectl` find it as it was made.

import { existsSync, readFileSync, realpathSync } from "node:fs";
import { networkInterfaces, tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { ClusterFailure } from "./failure.ts";

/** Kubelets of further nodes take the ports after `kubelet` and `kubeletHealth`. */
const defaultPorts = {
  alertmanager: 9093,
  apiServer: 6443,
  controllerManager: 10257,
  etcd: 2379,
  etcdPeer: 2380,
  exporter: 9096,
  kubelet: 10250,
  kubeletHealth: 10350,
  prometheus: 9090,
  proxyHealth: 10256,
  proxyMetrics: 10249,
  scheduler: 10259,
  sink: 9095,
};

export type PortName = keyof typeof defaultPorts;

export interface Traffic {
  /** Requests a second on each of the shop's two doors. */
  readonly perSecond: number;
  readonly seconds: number;
}

export interface Receiver {
  readonly url: string;
  /** Sent as `Authorization: Bearer`. */
  readonly secret?: string;
}

export interface Settings {
  readonly address: string;
  readonly binFolder: string;
  readonly stateFolder: string;
  /** 0: the control plane alone, which leaves the machine's network, mounts and control groups as they are. */
  readonly nodes: number;
  readonly monitoring: boolean;
  /** Where Prometheus and Alertmanager listen; pods reach them at the machine's `address` only. */
  readonly monitoringAddress: string;
  readonly ports: Readonly<Record<PortName, number>>;
  readonly receivers: readonly Receiver[];
  readonly traffic: Traffic;
}

/** Addresses that the manifests name too; a second cluster on one machine would share its iptables with the first. */
export const network = {
  dnsAddress: "10.96.0.10",
  firstServiceAddress: "10.96.0.1",
  podCidr: "10.244.0.0/16",
  serviceCidr: "10.96.0.0/16",
  doors: { frontend: "http://10.96.100.1:9898/echo", checkout: "http://10.96.100.4:9898/" },
} as const;

export const nodesMax = 4;

export type Environment = Readonly<Record<string, string | undefined>>;

export function readSettings(environment: Environment, chosen: Partial<Settings> = {}): Settings {
  const read = (name: string): string | undefined => environment[`STRATUS_CLUSTER_${name}`] || undefined;
  const count = (name: string, otherwise: number, max: number): number => wholeNumber(name, read(name), otherwise, max);
  const secret = read("WEBHOOK_SECRET");
  const urls = (read("WEBHOOK_URLS") ?? "").split(",").filter((url) => url !== "");
  const ports = { ...defaultPorts };
  for (const name of Object.keys(defaultPorts) as PortName[]) {
    ports[name] = count(`PORT_${name.replaceAll(/[A-Z]/g, "_$&").toUpperCase()}`, defaultPorts[name], 65_535);
  }
  const settings: Settings = {
    address: read("ADDRESS") ?? firstAddress(),
    binFolder: read("BIN") ?? join(tmpdir(), "stratus-bin"),
    stateFolder: realPath(read("STATE") ?? join(tmpdir(), "stratus-cluster")),
    nodes: count("NODES", 1, nodesMax),
    monitoring: read("MONITORING") !== "off",
    monitoringAddress: read("MONITORING_ADDRESS") ?? "127.0.0.1",
    ports,
    receivers: urls.map((url) => (secret === undefined ? { url } : { url, secret })),
    traffic: { perSecond: count("TRAFFIC_PER_SECOND", 5, 100), seconds: count("TRAFFIC_SECONDS", 3600, 86_400) },
    ...chosen,
  };
  if (!Number.isInteger(settings.nodes) || settings.nodes < 0 || settings.nodes > nodesMax)
    throw new ClusterFailure(`nodes must be 0 to ${nodesMax}`);
  // without a node nothing runs that could be measured
  return settings.nodes === 0 ? { ...settings, monitoring: false, traffic: { perSecond: 0, seconds: 0 } } : settings;
}

/** The settings that a cluster was made with; undefined when there is none in the folder. */
export function keptSettings(settingsPath: string): Settings | undefined {
  if (!existsSync(settingsPath)) return undefined;
  try {
    return JSON.parse(readFileSync(settingsPath, "utf8")) as Settings;
  } catch {
    return undefined; // cut short by a kill while it was being written
  }
}

function wholeNumber(name: string, text: string | undefined, otherwise: number, max: number): number {
  if (text === undefined) return otherwise;
  const number = Number(text);
  if (Number.isInteger(number) && number >= 0 && number <= max) return number;
  throw new ClusterFailure(`STRATUS_CLUSTER_${name} must be a whole number of at most ${max}, and is "${text}"`);
}

/** As /proc/mounts would name it. */
function realPath(path: string): string {
  return existsSync(dirname(path)) ? join(realpathSync(dirname(path)), basename(path)) : path;
}

function firstAddress(): string {
  const addresses = Object.values(networkInterfaces()).flatMap((of) => of ?? []);
  const found = addresses.find((one) => one.family === "IPv4" && !one.internal && !one.address.startsWith("10.244."));
  if (found === undefined) throw new ClusterFailure("this machine has no IPv4 address besides loopback; set STRATUS_CLUSTER_ADDRESS");
  return found.address;
}
