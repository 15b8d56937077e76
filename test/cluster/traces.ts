// containerd, CNI and the kubelet write into a few folders that no setting moves. Those that were not there before are
// removed again; in the others, only what is the cluster's own.

import { existsSync, readFileSync, readdirSync, readlinkSync, rmSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Layout } from "./layout.ts";

const outsideFolders = ["/run/containerd", "/run/netns", "/var/lib/cni", "/var/lib/kubelet", "/var/log/containers"];
const devicePluginSocket = "/var/lib/kubelet/device-plugins/kubelet.sock";

function rememberedPath(layout: Layout): string {
  return join(layout.folder, "outside-folders.json");
}

export function rememberFolders(layout: Layout): void {
  writeFileSync(rememberedPath(layout), JSON.stringify(outsideFolders.filter((folder) => existsSync(folder))));
}

/** CNI keeps a result for each network of each sandbox, for a clean-up that never comes when a cluster is just stopped. */
export function removeNetworkResults(containers: readonly string[]): void {
  for (const file of list("/var/lib/cni/results")) {
    if (containers.some((id) => file.includes(id))) rmSync(file, { force: true });
  }
}

export function removeTraces(layout: Layout): void {
  for (const link of list("/var/log/containers")) {
    // the kubelet's links into its own log folder, dangling or not
    if (linkTarget(link).startsWith(`${layout.folder}/`)) rmSync(link, { force: true });
  }
  removeDeadSockets("/run/containerd/s");
  const before = foldersBefore(layout);
  if (!before.includes("/var/lib/kubelet")) rmSync(devicePluginSocket, { force: true });
  for (const folder of outsideFolders) {
    if (!before.includes(folder)) removeEmptyFolders(folder);
  }
}

/** A shim that was killed leaves its socket; one that nobody listens on is of no use to anybody. */
function removeDeadSockets(folder: string): void {
  const open = readFileSync("/proc/net/unix", "utf8");
  for (const socket of list(folder)) {
    if (!open.includes(socket)) rmSync(socket, { force: true });
  }
}

function foldersBefore(layout: Layout): string[] {
  try {
    return JSON.parse(readFileSync(rememberedPath(layout), "utf8")) as string[];
  } catch {
    return outsideFolders; // not known: leave them all
  }
}

/** Never a file: another container runtime may have moved in meanwhile. */
function removeEmptyFolders(folder: string): void {
  if (!existsSync(folder)) return;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) removeEmptyFolders(join(folder, entry.name));
  }
  if (readdirSync(folder).length === 0) rmdirSync(folder);
}

function list(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
}

function linkTarget(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return "";
  }
}
