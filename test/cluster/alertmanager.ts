// Alertmanager's configuration: everything goes to the room's own sink, and to the receivers that a test names.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { ClusterFailure } from "./failure.ts";
import type { Layout } from "./layout.ts";
import type { Receiver, Settings } from "./settings.ts";

export function alertmanagerConfigPath(layout: Layout): string {
  return join(layout.monitoringFolder, "alertmanager.json");
}

export function alertmanagerUrl({ monitoringAddress, ports }: Settings): string {
  return `http://${monitoringAddress}:${ports.alertmanager}`;
}

/** JSON is YAML too. */
export function writeAlertmanagerConfig(settings: Settings, layout: Layout, receivers: readonly Receiver[]): void {
  const sink = { url: `http://127.0.0.1:${settings.ports.sink}/` };
  const config = {
    route: {
      receiver: "stratus",
      group_by: ["alertname", "namespace"],
      group_wait: "1s",
      group_interval: "2s",
      repeat_interval: "1h",
    },
    receivers: [{ name: "stratus", webhook_configs: [sink, ...receivers].map(webhook) }],
  };
  writeFileSync(alertmanagerConfigPath(layout), JSON.stringify(config, null, 2), { mode: 0o600 });
}

/** Alertmanager keeps its old configuration when it refuses the new one. */
export async function reloadAlertmanager(settings: Settings): Promise<void> {
  const response = await fetch(`${alertmanagerUrl(settings)}/-/reload`, { method: "POST", signal: AbortSignal.timeout(5000) });
  if (!response.ok) throw new ClusterFailure(`Alertmanager refuses its configuration: ${(await response.text()).trim()}`);
  await response.body?.cancel();
}

/** Without max_alerts 0 a long notification is cut, without send_resolved nobody hears that it is over. */
function webhook({ url, secret }: Receiver): object {
  const authorization = secret === undefined ? {} : { http_config: { authorization: { type: "Bearer", credentials: secret } } };
  return { url, send_resolved: true, max_alerts: 0, ...authorization };
}
