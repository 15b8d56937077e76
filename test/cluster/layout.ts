// Where each file of a running cluster lies. All of it is below the state folder, which `down` removes as a whole.

import { join } from "node:path";
import { fileURLToPath } from "node:url";

export interface Layout {
  readonly folder: string;
  readonly alertsPath: string;
  readonly etcdFolder: string;
  readonly kubeconfigPath: string;
  readonly logsFolder: string;
  readonly monitoringFolder: string;
  readonly pkiFolder: string;
  readonly runFolder: string;
  readonly settingsPath: string;
  readonly trafficPath: string;
  nodeFolder(node: number): string;
  containerdSocket(node: number): string;
  logPath(component: string): string;
}

export function layoutOf(folder: string): Layout {
  return {
    folder,
    alertsPath: join(folder, "alerts.jsonl"),
    etcdFolder: join(folder, "etcd"),
    kubeconfigPath: join(folder, "pki", "admin.conf"),
    logsFolder: join(folder, "logs"),
    monitoringFolder: join(folder, "monitoring"),
    pkiFolder: join(folder, "pki"),
    runFolder: join(folder, "run"),
    settingsPath: join(folder, "settings.json"),
    trafficPath: join(folder, "traffic.jsonl"),
    nodeFolder: (node) => join(folder, `node-${node}`),
    containerdSocket: (node) => join(folder, `node-${node}`, "containerd.sock"),
    logPath: (component) => join(folder, "logs", `${component}.log`),
  };
}

/** A file of this room, wherever the checkout is. */
export function roomPath(...parts: string[]): string {
  return join(fileURLToPath(new URL(".", import.meta.url)), ...parts);
}
