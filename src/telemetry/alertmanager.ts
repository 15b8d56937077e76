/**
 * Alertmanager as a source of alerts: those that some Prometheus sent and did not resolve, with the silences over them.
 * It knows no pending ones. It only reads: silences are people's.
 */
import * as z from "zod";
import { malformed, refused, success, unavailable, type Result } from "../failure.ts";
import type { AlertReading } from "../severity/severity.ts";
import { asker, type AskOptions } from "./ask.ts";
import type { AlertSource } from "./telemetry.ts";
import { whyTooYoung } from "./youth.ts";

/** GET /api/v2/alerts answers `gettableAlerts` (prometheus/alertmanager, api/v2/openapi.yaml); resolved ones are left out by it. */
const alertsSchema = z.array(
  z.object({
    labels: z.record(z.string(), z.string()),
    status: z.object({ silencedBy: z.array(z.string()).nullish() }),
  }),
);
/** `alertmanagerStatus`, there as well: `uptime` is when it was started. */
const statusSchema = z.object({ uptime: z.string() });

export interface AlertmanagerOptions extends AskOptions {
  /** Matchers (`cluster="prod"`) that choose this cluster's alerts where one Alertmanager serves several. */
  readonly filters?: readonly string[] | undefined;
  /** No Prometheus is asked beside it: then nobody else knows what it has forgotten in a restart. */
  readonly alone?: boolean | undefined;
}

/**
 * It keeps no alert over a restart. Prometheus sends each one that fires again a minute after the last time at the latest
 * (`--rules.alert.resend-delay`), when its rule is evaluated, which is every minute at most in nearly all installations.
 */
const alertsSentAgainMs = 150_000;

/**
 * An inhibited alert, or one in a muted time interval, fires all the same: only a silence makes it `silenced`. Fails with
 * `unavailable` (not reached, too slow, 5xx, 429; alone, and started too lately to know all that fires), `refused`
 * (credentials, filters, a wrong path) and `malformed`.
 *
 * 1 request for all alerts, 2 for those of some namespaces, whose answers do not grow with the rest of the cluster; 1
 * more when it is alone.
 */
export function alertmanager(options: AlertmanagerOptions): AlertSource {
  const name = options.name ?? "Alertmanager";
  const { ask, quote } = asker(name, options);

  async function read(filters: readonly string[]): Promise<Result<readonly AlertReading[]>> {
    const query = filters.map((filter) => `&filter=${encodeURIComponent(filter)}`).join("");
    const answer = await ask({ path: `/api/v2/alerts?active=true&silenced=true&inhibited=true&unprocessed=true${query}` });
    if (!answer.ok) return answer;
    const { status, ok, json } = answer.value;
    if (!ok) return refused(typeof json === "string" ? `${name} answered ${status}: ${quote(json)}` : `${name} answered ${status}`);
    const parsed = alertsSchema.safeParse(json);
    if (!parsed.success) return malformed(name, "the answer to /api/v2/alerts is not of its form");
    const readings: AlertReading[] = [];
    for (const { labels, status: state } of parsed.data) {
      const alertname = labels["alertname"];
      if (alertname === undefined) return malformed(name, "an alert has no alertname");
      readings.push({ name: alertname, labels, state: "firing", silenced: (state.silencedBy ?? []).length > 0 });
    }
    return success(readings);
  }

  async function youth(): Promise<string | undefined> {
    if (options.alone !== true) return undefined;
    const answer = await ask({ path: "/api/v2/status" });
    const status = statusSchema.safeParse(answer.ok ? answer.value.json : undefined);
    if (!answer.ok || !status.success) return undefined;
    return whyTooYoung(name, status.data.uptime, answer.value.atMs, alertsSentAgainMs, "not all that fires was sent to it again yet");
  }

  return {
    name,
    blindTo: ["pending alerts"],
    async alerts(of) {
      const [young, ...answers] = await Promise.all([
        youth(),
        ...choices(of).map((chosen) => read([...(options.filters ?? []), ...chosen])),
      ]);
      const bad = answers.find((answer) => !answer.ok);
      if (bad !== undefined) return bad;
      if (young !== undefined) return unavailable(young);
      return success(withoutDoubles(answers.flatMap((answer) => (answer.ok ? answer.value : []))));
    },
  };
}

/**
 * Matchers that together choose what speaks about these namespaces, or about none. A matcher of a label that an alert lacks
 * compares with the empty text. Without `honor_labels` the subject's own namespace is `exported_namespace`.
 */
function choices(of: readonly string[] | undefined): readonly (readonly string[])[] {
  if (of === undefined) return [[]];
  const names = of.filter((namespace) => /^[a-z0-9-]+$/.test(namespace)).join("|");
  return names === "" ? [['namespace=""']] : [[`namespace=~"${names}|"`], [`exported_namespace=~"${names}"`]];
}

function withoutDoubles(readings: readonly AlertReading[]): readonly AlertReading[] {
  return [...new Map(readings.map((reading) => [JSON.stringify(reading.labels), reading])).values()];
}
