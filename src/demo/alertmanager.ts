/** Alertmanager's part in the demo: groups what fires by namespace and alert, and posts each change as a v4 payload. */
import type { Clock } from "../clock.ts";
import type { AlertReading } from "../severity/severity.ts";
import { alertIdentity } from "../severity/alerts.ts";
import type { AlertSource } from "../telemetry/telemetry.ts";

interface Active {
  readonly alert: AlertReading;
  readonly startsAt: string;
}

/** Each call is one round: new firing alerts and those that ended are delivered. A delivery that fails is repeated. */
export function mailAlerts(
  source: AlertSource,
  clock: Clock,
  post: (payload: unknown) => Response | Promise<Response>,
): () => Promise<void> {
  const delivered = new Map<string, Active>();
  return async () => {
    const read = await source.alerts();
    if (!read.ok) return;
    const now = new Date(clock.nowMs()).toISOString();
    const firing = new Map(
      read.value.filter((alert) => alert.state === "firing" && !alert.silenced).map((alert) => [alertIdentity(alert), alert]),
    );
    for (const [identity, alert] of firing) {
      if (delivered.has(identity)) continue;
      const active = { alert, startsAt: now };
      if ((await post(payloadOf(active, "firing", undefined))).ok) delivered.set(identity, active);
    }
    for (const [identity, active] of delivered) {
      if (firing.has(identity)) continue;
      if ((await post(payloadOf(active, "resolved", now))).ok) delivered.delete(identity);
    }
  };
}

function payloadOf({ alert, startsAt }: Active, status: "firing" | "resolved", endsAt: string | undefined): unknown {
  return {
    version: "4",
    groupKey: `{}:{alertname="${alert.name}"}`,
    truncatedAlerts: 0,
    status,
    receiver: "stratus",
    groupLabels: { alertname: alert.name },
    commonLabels: alert.labels,
    commonAnnotations: {},
    externalURL: "http://alertmanager.example",
    alerts: [{ status, labels: alert.labels, annotations: {}, startsAt, endsAt: endsAt ?? "0001-01-01T00:00:00Z", generatorURL: "" }],
  };
}
