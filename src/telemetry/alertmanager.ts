/**
 * Alertmanager as a source of alerts: those that some Prometheus sent and did not resolve, with the silences over them.
 * It knows no pending ones. It only reads: silences are people's.
 */
import * as z from "zod";
import { malformed, refused, success } from "../failure.ts";
import { asker, type AskOptions } from "./ask.ts";
import type { AlertSource } from "./telemetry.ts";

/** GET /api/v2/alerts answers `gettableAlerts` (prometheus/alertmanager, api/v2/openapi.yaml); resolved ones are left out by it. */
const alertsSchema = z.array(
  z.object({
    labels: z.record(z.string(), z.string()),
    status: z.object({ silencedBy: z.array(z.string()).nullish() }),
  }),
);

export interface AlertmanagerOptions extends AskOptions {
  /** Matchers (`cluster="prod"`) that choose this cluster's alerts where one Alertmanager serves several. */
  readonly filters?: readonly string[] | undefined;
}

/**
 * An inhibited alert, or one in a muted time interval, fires all the same: only a silence makes it `silenced`. Fails with
 * `unavailable` (not reached, too slow, 5xx, 429), `refused` (credentials, filters, a wrong path) and `malformed`.
 */
export function alertmanager(options: AlertmanagerOptions): AlertSource {
  const name = "Alertmanager";
  const { ask, quote } = asker(name, options);
  const filters = (options.filters ?? []).map((filter) => `&filter=${encodeURIComponent(filter)}`).join("");
  return {
    name,
    async alerts() {
      const answer = await ask({ path: `/api/v2/alerts?active=true&silenced=true&inhibited=true&unprocessed=true${filters}` });
      if (!answer.ok) return answer;
      const { status, ok, json } = answer.value;
      if (!ok) return refused(typeof json === "string" ? `${name} answered ${status}: ${quote(json)}` : `${name} answered ${status}`);
      const parsed = alertsSchema.safeParse(json);
      if (!parsed.success) return malformed(name, "the answer to /api/v2/alerts is not of its form");
      const readings = [];
      for (const alert of parsed.data) {
        const alertname = alert.labels["alertname"];
        if (alertname === undefined) return malformed(name, "an alert has no alertname");
        readings.push({
          name: alertname,
          labels: alert.labels,
          state: "firing" as const,
          silenced: (alert.status.silencedBy ?? []).length > 0,
        });
      }
      return success(readings);
    },
  };
}
