// The cluster turns a few settings of the kernel (forwarding by us, the others by the kubelet and kube-proxy). They are
// remembered before and put back after.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Layout } from "./layout.ts";

const names = [
  "kernel/panic",
  "kernel/panic_on_oops",
  "net/ipv4/conf/all/route_localnet",
  "net/ipv4/ip_forward",
  "net/netfilter/nf_conntrack_tcp_timeout_close_wait",
  "net/netfilter/nf_conntrack_tcp_timeout_established",
  "vm/overcommit_memory",
];

function rememberedPath(layout: Layout): string {
  return join(layout.folder, "kernel-settings.json");
}

export function rememberKernelSettings(layout: Layout): void {
  const values = names.map((name) => [name, read(name)]);
  writeFileSync(rememberedPath(layout), JSON.stringify(Object.fromEntries(values)));
}

/** Pods are reached over the machine's own routes. */
export function allowForwarding(): void {
  writeFileSync("/proc/sys/net/ipv4/ip_forward", "1");
}

export function restoreKernelSettings(layout: Layout): void {
  let remembered: Record<string, string>;
  try {
    remembered = JSON.parse(readFileSync(rememberedPath(layout), "utf8")) as Record<string, string>;
  } catch {
    return; // `up` did not get as far
  }
  for (const name of names) {
    const value = remembered[name];
    if (value !== undefined && value !== read(name)) writeFileSync(`/proc/sys/${name}`, value);
  }
}

function read(name: string): string | undefined {
  try {
    return readFileSync(`/proc/sys/${name}`, "utf8").trim();
  } catch {
    return undefined; // this kernel has no such setting
  }
}
