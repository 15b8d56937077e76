// What must hold before `up` touches the machine; each failure is one sentence that says what to do.

import { createServer } from "node:net";
import { missingBuilds } from "./build.ts";
import { execute } from "./execute.ts";
import { ClusterFailure } from "./failure.ts";
import type { PortName, Settings } from "./settings.ts";

const programs = ["containerd", "ctr", "runc", "conntrack", "iptables-save", "ip", "openssl"];
const monitoringPrograms = ["prometheus", "prometheus-alertmanager"];
const controlPlanePrograms = ["openssl"];
const controlPlanePorts: readonly PortName[] = ["etcd", "etcdPeer", "apiServer", "controllerManager", "scheduler"];

export function requireRootOnLinux(): void {
  if (process.platform !== "linux") throw new ClusterFailure(`the test cluster runs on Linux only, and this is ${process.platform}`);
  if (process.getuid?.() !== 0) throw new ClusterFailure("the test cluster makes mounts, cgroups and iptables rules: run it as root");
}

export async function requirePrograms(settings: Settings): Promise<void> {
  const ofNodes = settings.monitoring ? [...programs, ...monitoringPrograms] : programs;
  const wanted = settings.nodes === 0 ? controlPlanePrograms : ofNodes;
  const found = await execute("/bin/sh", ["-c", 'for p; do command -v "$p" >/dev/null || echo "$p"; done', "sh", ...wanted]);
  const missing = found.stdout.split("\n").filter((name) => name !== "");
  if (missing.length > 0) throw new ClusterFailure(`not installed: ${missing.join(", ")}; run \`npm run cluster -- install\``);
  const [first] = missingBuilds(settings);
  if (first !== undefined) throw new ClusterFailure(`not built: ${first}; run \`npm run cluster -- build\``);
}

/** Of two clusters on one machine, the second would take the first one's iptables rules for its own. */
export async function requireFreePorts(settings: Settings): Promise<void> {
  const taken = (Object.entries(settings.ports) as [PortName, number][]).filter(
    ([name]) => settings.nodes > 0 || controlPlanePorts.includes(name),
  );
  const ports: (readonly [string, number])[] = [...taken];
  for (let node = 2; node <= settings.nodes; node += 1) ports.push([`kubelet of node-${node}`, settings.ports.kubelet + node - 1]);
  for (const [name, port] of ports) {
    if (!(await isFree(port))) throw new ClusterFailure(`port ${port} (${name}) is taken; set STRATUS_CLUSTER_PORT_* or end what holds it`);
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, () => server.close(() => resolve(true)));
  });
}

/**
 * Only one `up` or `down` works at a time; of control planes alone, one in each state folder. The lock is an abstract
 * socket: the kernel drops it with the process, so a killed run leaves none behind.
 */
export async function exclusively<T>({ nodes, stateFolder }: Pick<Settings, "nodes" | "stateFolder">, work: () => Promise<T>): Promise<T> {
  const lock = createServer();
  await new Promise<void>((resolve, reject) => {
    lock.once("error", () => reject(new ClusterFailure("another `up` or `down` of the test cluster is at work on this machine")));
    lock.listen(`\0stratus-test-cluster${nodes === 0 ? `:${stateFolder}` : ""}`, resolve);
  });
  try {
    return await work();
  } finally {
    lock.close();
  }
}
