// kube-proxy and the kubelet write iptables chains named KUBE-*. This removes those and no other rule, and the tables
// that were not there before the cluster came up.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execute, executeOrFail } from "./execute.ts";
import type { Layout } from "./layout.ts";

interface Family {
  readonly program: "iptables" | "ip6tables";
  readonly nftFamily: "ip" | "ip6";
}

const families: readonly Family[] = [
  { program: "iptables", nftFamily: "ip" },
  { program: "ip6tables", nftFamily: "ip6" },
];

/** Remembers which tables there are; call before kube-proxy starts. */
export async function rememberFirewall(layout: Layout): Promise<void> {
  for (const { program } of families) {
    const saved = await execute(`${program}-save`, []);
    writeFileSync(rememberedPath(layout, program), saved.stdout);
  }
}

export async function restoreFirewall(layout: Layout): Promise<void> {
  for (const { program, nftFamily } of families) {
    const saved = await execute(`${program}-save`, []);
    const input = removal(saved.stdout);
    if (input !== "") await executeOrFail(`${program}-restore`, ["--noflush"], { input });
    const before = tableNames(rememberedTables(layout, program));
    for (const [table, rules] of tables((await execute(`${program}-save`, [])).stdout)) {
      const empty = rules.every((rule) => !rule.startsWith("-A") && !/^:\S+ -/.test(rule)); // no rule and no chain of somebody's own
      if (empty && !before.includes(table)) await execute("nft", ["delete", "table", nftFamily, table]);
    }
  }
}

/** The input of iptables-restore that takes every KUBE- rule and chain out of what iptables-save printed. */
export function removal(saved: string): string {
  const parts: string[] = [];
  for (const [table, lines] of tables(saved)) {
    const chains = lines.flatMap((line) => /^:(KUBE-\S+)/.exec(line)?.[1] ?? []);
    if (chains.length === 0) continue;
    const jumps = lines.filter((line) => line.startsWith("-A") && !line.startsWith("-A KUBE-") && line.includes("KUBE-"));
    const deletions = jumps.map((line) => line.replace(/^-A/, "-D"));
    // naming a chain empties it, so that the chains can then go in any order
    const emptied = chains.map((chain) => `:${chain} - [0:0]`);
    parts.push(`*${table}`, ...emptied, ...deletions, ...chains.map((chain) => `-X ${chain}`), "COMMIT");
  }
  return parts.length === 0 ? "" : `${parts.join("\n")}\n`;
}

function tables(saved: string): [string, string[]][] {
  const found: [string, string[]][] = [];
  for (const line of saved.split("\n")) {
    if (line.startsWith("*")) found.push([line.slice(1), []]);
    else if (/^[:-]/.test(line)) found.at(-1)?.[1].push(line);
  }
  return found;
}

function tableNames(saved: string): string[] {
  return tables(saved).map(([name]) => name);
}

function rememberedPath(layout: Layout, program: string): string {
  return join(layout.folder, `${program}.before`);
}

function rememberedTables(layout: Layout, program: string): string {
  try {
    return readFileSync(rememberedPath(layout, program), "utf8");
  } catch {
    return "*filter\n*nat\n*mangle\n*raw\n"; // not known: leave every table in place
  }
}
