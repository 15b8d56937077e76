// What a cluster could leave behind on a machine, as sorted lines: equal before `up` and after `down`, or it has leaked.

import { readFileSync, readdirSync } from "node:fs";
import { execute } from "./execute.ts";

export async function machineState(): Promise<string[]> {
  const commands: (readonly [string, ...string[]])[] = [
    ["ip", "-oneline", "-brief", "link"],
    ["ip", "route"],
    ["nft", "list", "ruleset"],
    ["find", "/sys/fs/cgroup", "-type", "d", "(", "-name", "stratus-*", "-o", "-name", "*kubepods*", ")"],
    ["find", "/run/netns", "/run/containerd", "/var/lib/cni", "/var/lib/kubelet", "/var/log/containers"],
  ];
  const outputs = await Promise.all(commands.map(([program, ...args]) => execute(program, args)));
  const mounts = readFileSync("/proc/mounts", "utf8");
  const kernel = ["net/ipv4/ip_forward", "vm/overcommit_memory", "kernel/panic", "kernel/panic_on_oops"];
  const settings = kernel.map((name) => `${name} = ${readFileSync(`/proc/sys/${name}`, "utf8")}`);
  const text = [...outputs.map(({ stdout }) => stdout), mounts, ...settings, ...processes()].join("\n");
  return text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .sort();
}

const ofCluster = /^\S*(containerd\S*|prometheus\S*|runc|pause|podinfo|relay|coredns|cluster)( |$)|cluster\/(sink|traffic)\.ts /;

/** Only the programs that a cluster runs; the rest of the machine may do as it likes meanwhile. */
function processes(): string[] {
  const found: string[] = [];
  for (const id of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      const command = readFileSync(`/proc/${id}/cmdline`, "utf8").replaceAll("\0", " ").trim();
      if (ofCluster.test(command)) found.push(`process ${id} ${command}`);
    } catch {
      // ended meanwhile
    }
  }
  return found;
}
