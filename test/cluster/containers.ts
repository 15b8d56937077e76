// Removes the containers of a node and what their network leaves on the machine. A kubelet that is stopped leaves its
// pods running, and a containerd that was killed leaves its shims.

import { existsSync, readFileSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import type { Daemons } from "./daemons.ts";
import { execute } from "./execute.ts";
import type { Layout } from "./layout.ts";
import { podSubnet, startContainerd } from "./node.ts";
import { removeNetworkResults } from "./traces.ts";

type Ctr = (...args: string[]) => Promise<{ readonly stdout: string }>;

export async function removeContainers(node: number, layout: Layout, daemons: Daemons): Promise<void> {
  if (existsSync(join(layout.nodeFolder(node), "containerd.toml"))) {
    // one that is gone is brought back, to clean up what it left
    await startContainerd(node, layout, daemons).catch(() => undefined);
    const ctr: Ctr = (...args) => execute("ctr", ["-a", layout.containerdSocket(node), "-n", "k8s.io", ...args], { limitMs: 20_000 });
    // what the kubelet had asked for just before it ended may still appear while the rest is being removed
    for (let round = 0; round < 3 && (await removeAll(node, ctr)) > 0; round += 1);
    await daemons.stop(`containerd-${node}`);
  }
  killShims(layout.containerdSocket(node));
}

/** How many there were. */
async function removeAll(node: number, ctr: Ctr): Promise<number> {
  const containers = (await ctr("containers", "ls", "-q")).stdout.split("\n").filter((id) => id !== "");
  const namespaces = await Promise.all(containers.map(async (id) => networkNamespaceOf((await ctr("containers", "info", id)).stdout)));
  await Promise.all(
    containers.map(async (id) => {
      await ctr("tasks", "rm", "-f", id);
      await ctr("containers", "rm", id);
    }),
  );
  await removeInterfaces(node);
  removeNetworkResults(containers);
  for (const namespace of new Set(namespaces)) {
    if (namespace !== undefined) await execute("ip", ["netns", "delete", namespace]);
  }
  return containers.length;
}

function networkNamespaceOf(containerInfo: string): string | undefined {
  const path = /"(?:\/var)?\/run\/netns\/(cni-[^"]*)"/.exec(containerInfo);
  return path?.[1];
}

/**
 * A network namespace outlives its name while another mount namespace holds a copy. Its veth's route would then catch a
 * later pod's address, and every probe of that pod fails with "connection refused".
 */
async function removeInterfaces(node: number): Promise<void> {
  const listed = await execute("ip", ["-4", "-oneline", "address", "show"]);
  for (const line of listed.stdout.split("\n")) {
    const [, name = "", , address] = line.trim().split(/\s+/);
    if (name.startsWith("veth") && address === `${podSubnet(node).gateway}/32`) await execute("ip", ["link", "delete", name]);
  }
}

/** Only shims that serve our own containerd's socket. */
function killShims(socket: string): void {
  for (const id of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      const command = readFileSync(`/proc/${id}/cmdline`, "utf8").split("\0");
      if (!basename(command[0] ?? "").startsWith("containerd-shim") || !command.includes(socket)) continue;
      process.kill(Number(id), "SIGKILL");
    } catch {
      // ended meanwhile
    }
  }
}
