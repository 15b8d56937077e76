// Takes a cluster down and leaves nothing: no process, container, mount, network namespace, interface, control group,
// iptables rule or file. It works on whatever an `up` that was killed midway left behind, too.

import { existsSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { removeCgroups } from "./cgroup.ts";
import { removeContainers } from "./containers.ts";
import { createDaemons } from "./daemons.ts";
import { execute } from "./execute.ts";
import { ClusterFailure } from "./failure.ts";
import { restoreFirewall } from "./firewall.ts";
import { letOut } from "./inside.ts";
import { restoreKernelSettings } from "./kernel-settings.ts";
import { layoutOf } from "./layout.ts";
import { keptSettings, network } from "./settings.ts";
import { removeTraces } from "./traces.ts";

export async function down(stateFolder: string): Promise<void> {
  const layout = layoutOf(stateFolder);
  if (!existsSync(layout.folder)) return;
  const daemons = createDaemons(layout);
  const names = daemons.names().filter((name) => !name.startsWith("containerd-"));
  // nothing that they would save is kept, and the API server's own farewell waits for every open watch
  await Promise.all(names.map((name) => daemons.stop(name, { signal: "SIGKILL" })));
  if (keptSettings(layout.settingsPath)?.nodes === 0) {
    rmSync(layout.folder, { recursive: true, force: true });
    return;
  }
  const nodes = readdirSync(layout.folder).flatMap((name) => /^node-(\d+)$/.exec(name)?.[1] ?? []);
  await Promise.all(nodes.map((node) => removeContainers(Number(node), layout, daemons)));
  await removeMounts(layout.folder);
  await removeCgroups();
  for (const cidr of [network.serviceCidr, network.podCidr]) await execute("conntrack", ["-D", "-d", cidr]);
  await letOut();
  await restoreFirewall(layout);
  restoreKernelSettings(layout);
  removeTraces(layout);
  const left = mountsBelow(layout.folder);
  if (left.length > 0) throw new ClusterFailure(`${left.length} mounts below ${layout.folder} do not go: ${left[0]}`);
  rmSync(layout.folder, { recursive: true, force: true });
}

/** The deepest first; twice, because one mount can hide another. */
async function removeMounts(folder: string): Promise<void> {
  for (let round = 0; round < 2; round += 1) {
    for (const mount of mountsBelow(folder)) await execute("umount", ["--lazy", mount]);
  }
}

function mountsBelow(folder: string): string[] {
  const points = readFileSync("/proc/mounts", "utf8")
    .split("\n")
    .flatMap((line) => line.split(" ")[1] ?? []);
  return points
    .filter((point) => point.startsWith(`${folder}/`))
    .sort()
    .toReversed();
}
