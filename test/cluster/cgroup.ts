// The control groups below which the pods of one node live: made before its kubelet, removed with whatever is in them.

import { existsSync, mkdirSync, readFileSync, readdirSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { until } from "./until.ts";

const mountFolder = "/sys/fs/cgroup";
const versionOneControllers = ["cpu", "cpuacct", "cpuset", "memory", "devices", "freezer", "blkio", "pids", "systemd", "hugetlb"];

export function cgroupName(node: number): string {
  return `stratus-${node}`;
}

export function createCgroups(node: number): void {
  const name = cgroupName(node);
  if (existsSync(join(mountFolder, "cgroup.controllers"))) {
    delegateControllers();
    mkdirSync(join(mountFolder, name), { recursive: true });
    return;
  }
  for (const controller of versionOneControllers) {
    if (existsSync(join(mountFolder, controller))) mkdirSync(join(mountFolder, controller, name), { recursive: true });
  }
  // a version 1 cpuset starts empty, and no process can join an empty one
  for (const file of ["cpuset.cpus", "cpuset.mems"]) {
    const parent = join(mountFolder, "cpuset", file);
    if (existsSync(parent)) writeFileSync(join(mountFolder, "cpuset", name, file), readFileSync(parent));
  }
}

/** Of version 2: the kubelet takes a group for missing in which a controller of the root is not on. */
function delegateControllers(): void {
  const available = readFileSync(join(mountFolder, "cgroup.controllers"), "utf8").trim().split(" ");
  for (const controller of ["cpu", "cpuset", "hugetlb", "memory", "pids"].filter((name) => available.includes(name))) {
    try {
      writeFileSync(join(mountFolder, "cgroup.subtree_control"), `+${controller}`);
    } catch {
      // not ours to turn on (a nested container); the kubelet will say what it misses
    }
  }
}

/** Ends what still runs in the nodes' groups (only their own pods can), and removes them. */
export async function removeCgroups(): Promise<void> {
  for (const parent of [mountFolder, ...children(mountFolder)]) {
    for (const group of children(parent)) {
      if (/\/stratus-\d+$/.test(group)) await removeGroup(group);
    }
  }
}

async function removeGroup(group: string): Promise<void> {
  for (const child of children(group)) await removeGroup(child);
  // a killed process leaves its group a little later
  await until({ what: `${group} is empty`, limitMs: 5000, everyMs: 20 }, () => {
    try {
      for (const id of members(group)) process.kill(id, "SIGKILL");
      rmdirSync(group);
    } catch {
      // busy still, or a member ended meanwhile
    }
    return !existsSync(group);
  });
}

function members(group: string): number[] {
  const listed = readFileSync(join(group, "cgroup.procs"), "utf8").split("\n");
  return listed.map(Number).filter((id) => id > 0); // 0: a process of another pid namespace
}

function children(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => join(folder, entry.name));
  } catch {
    return [];
  }
}
