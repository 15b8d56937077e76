// Starts Prometheus, Alertmanager, the sink and the traffic. Prometheus comes after the exporter, whose targets it asks for.

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { alertmanagerConfigPath, writeAlertmanagerConfig } from "./alertmanager.ts";
import type { Daemons } from "./daemons.ts";
import { roomPath, type Layout } from "./layout.ts";
import { writePrometheusConfig } from "./prometheus.ts";
import { network, type Settings } from "./settings.ts";

export async function startAlertmanager(settings: Settings, layout: Layout, daemons: Daemons): Promise<void> {
  mkdirSync(layout.monitoringFolder, { recursive: true });
  writeAlertmanagerConfig(settings, layout, settings.receivers);
  await daemons.start("sink", [process.execPath, roomPath("sink.ts"), String(settings.ports.sink), layout.alertsPath]);
  await daemons.start("alertmanager", [
    "prometheus-alertmanager",
    `--config.file=${alertmanagerConfigPath(layout)}`,
    `--storage.path=${join(layout.monitoringFolder, "alertmanager")}`,
    `--web.listen-address=${settings.monitoringAddress}:${settings.ports.alertmanager}`,
    "--cluster.listen-address=",
  ]);
}

export async function startPrometheus(settings: Settings, layout: Layout, daemons: Daemons): Promise<void> {
  await daemons.start("prometheus", [
    "prometheus",
    `--config.file=${writePrometheusConfig(settings, layout)}`,
    `--storage.tsdb.path=${join(layout.monitoringFolder, "prometheus")}`,
    "--storage.tsdb.retention.time=2h",
    `--web.listen-address=${settings.monitoringAddress}:${settings.ports.prometheus}`,
    "--web.enable-lifecycle",
    "--rules.alert.resend-delay=5s",
    "--query.lookback-delta=10s",
    "--log.level=warn",
  ]);
}

export async function startTraffic(settings: Settings, layout: Layout, daemons: Daemons): Promise<void> {
  const { perSecond, seconds } = settings.traffic;
  if (perSecond === 0 || seconds === 0) return;
  const doors = Object.entries(network.doors).map(([name, url]) => `${name}=${url}`);
  await daemons.start("traffic", [
    process.execPath,
    roomPath("traffic.ts"),
    String(perSecond),
    String(seconds),
    layout.trafficPath,
    ...doors,
  ]);
}
