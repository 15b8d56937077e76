// What runs, since when it is known by its record, with its memory and where to reach it.

import { readFileSync } from "node:fs";
import { alertmanagerUrl } from "./alertmanager.ts";
import { createDaemons } from "./daemons.ts";
import { layoutOf } from "./layout.ts";
import { exporterUrl, prometheusUrl } from "./prometheus.ts";
import { keptSettings, readSettings } from "./settings.ts";

/** Exit code: 0 when everything that was started runs, 1 when some of it does not, 3 when nothing is up. */
export function printStatus(print: (line: string) => void): number {
  const { stateFolder } = readSettings(process.env);
  const layout = layoutOf(stateFolder);
  const settings = keptSettings(layout.settingsPath);
  if (settings === undefined) {
    print("down");
    return 3;
  }
  const daemons = createDaemons(layout);
  let ended = 0;
  let totalMiB = 0;
  for (const name of daemons.names()) {
    const id = daemons.processId(name);
    if (id === undefined) ended += 1;
    const mib = id === undefined ? 0 : residentMiB(id);
    totalMiB += mib;
    print(`${name.padEnd(20)} ${id === undefined ? "stopped" : `${String(id).padStart(7)} ${String(mib).padStart(5)} MiB`}`);
  }
  print(`${"all".padEnd(20)} ${" ".repeat(7)} ${String(totalMiB).padStart(5)} MiB`);
  print(`kubeconfig    ${layout.kubeconfigPath}`);
  if (settings.monitoring) {
    print(`Prometheus    ${prometheusUrl(settings)}`);
    print(`Alertmanager  ${alertmanagerUrl(settings)}`);
    print(`alerts        ${layout.alertsPath}`);
  }
  if (settings.nodes > 0) print(`exporter      ${exporterUrl(settings)}/metrics`);
  print(`logs          ${layout.logsFolder}`);
  return ended === 0 ? 0 : 1;
}

function residentMiB(id: number): number {
  try {
    const kib = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${id}/status`, "utf8"))?.[1];
    return Math.round(Number(kib ?? 0) / 1024);
  } catch {
    return 0;
  }
}
