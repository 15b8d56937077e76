/**
 * Prometheus (or one who speaks its API: Thanos, Mimir, VictoriaMetrics) as a source of alerts and of metrics.
 * It knows pending alerts, which Alertmanager does not, and no silences. It must not judge what a value means.
 */
import * as z from "zod";
import { malformed, refused, success, unavailable, type Result } from "../failure.ts";
import type { AlertReading } from "../severity/severity.ts";
import { asker, type AskOptions } from "./ask.ts";
import { whyTooYoung } from "./youth.ts";
import { horizonMs } from "./horizon.ts";
import type { AlertSource, MetricSample, MetricSource } from "./telemetry.ts";

const labelsSchema = z.record(z.string(), z.string());

const alertsSchema = z.object({
  alerts: z.array(z.object({ labels: labelsSchema, state: z.enum(["pending", "firing", "inactive"]) })),
});

const valueSchema = z.tuple([z.number(), z.string().regex(/^([-+]?Inf|NaN|[-+]?[0-9].*)$/)]);
const resultSchema = z.discriminatedUnion("resultType", [
  z.object({ resultType: z.literal("vector"), result: z.array(z.object({ metric: labelsSchema, value: valueSchema.optional() })) }),
  z.object({ resultType: z.literal("scalar"), result: valueSchema }),
  z.object({ resultType: z.enum(["matrix", "string"]) }),
]);

/** Durations are seconds; a recording rule has none. */
const rulesSchema = z.object({
  groups: z.array(
    z.object({
      rules: z.array(
        z.object({
          type: z.string(),
          name: z.string(),
          query: z.string(),
          duration: z.number().optional(),
          keepFiringFor: z.number().optional(),
        }),
      ),
      /** Year 1 while a group has not been evaluated yet. */
      lastEvaluation: z.string().optional(),
    }),
  ),
});

const runtimeSchema = z.object({ data: z.object({ startTime: z.string() }) });

const errorSchema = z.object({ status: z.literal("error"), errorType: z.string(), error: z.string() });

/** Error types that may pass by themselves (prometheus/prometheus, web/api/v1: errorTimeout, errorUnavailable, …). */
const passingErrors: readonly string[] = ["timeout", "canceled", "unavailable", "internal"];

export interface Prometheus extends AlertSource, MetricSource {
  /**
   * How long after a change the rules of these names may take to show it, in milliseconds: range + max(for,
   * keep_firing_for), the largest of all. 0 when none of the names is a rule here.
   */
  ruleHorizonMs(alertNames: readonly string[]): Promise<Result<number>>;
}

/** Rules are evaluated every minute where nobody says otherwise; some only every few. */
const groupsEvaluatedMs = 15 * 60_000;

/**
 * Fails with `unavailable` (not reached, too slow, 5xx, 429, started so lately that some rules were not evaluated yet),
 * `refused` (a query that is none, credentials) and `malformed` (an answer that is not Prometheus'). No reason holds a
 * header or the address.
 *
 * `alerts`: 2 requests, and a third in the first minutes of its life. /api/v1/alerts knows no filter: its answer grows
 * with the active alerts of everything that this Prometheus watches. `query` and `ruleHorizonMs`: 1 request each.
 */
export function prometheus(options: AskOptions): Prometheus {
  const name = options.name ?? "Prometheus";
  const { ask, quote } = asker(name, options);

  async function data<T>(schema: z.ZodType<T>, path: string, form?: Record<string, string>): Promise<Result<T>> {
    const answer = await ask({ path, ...(form === undefined ? {} : { form }) });
    if (!answer.ok) return answer;
    const { status, ok, json } = answer.value;
    const error = errorSchema.safeParse(json);
    if (error.success) {
      const reason = `${name} answered ${quote(error.data.errorType)}: ${quote(error.data.error)}`;
      return passingErrors.includes(error.data.errorType) ? unavailable(reason) : refused(reason);
    }
    if (!ok) return refused(`${name} answered ${status}`);
    const parsed = z.object({ status: z.literal("success"), data: schema }).safeParse(json);
    return parsed.success ? success(parsed.data.data) : malformed(name, `the answer to ${path.replace(/\?.*/, "")} is not of its form`);
  }

  /** After a start alerts are missing until their rules have been evaluated. Who does not tell its start is taken at its word. */
  async function youth(): Promise<string | undefined> {
    const answer = await ask({ path: "/api/v1/status/runtimeinfo" });
    const runtime = runtimeSchema.safeParse(answer.ok ? answer.value.json : undefined);
    if (!answer.ok || !runtime.success) return undefined;
    const { startTime } = runtime.data.data;
    const young = whyTooYoung(name, startTime, answer.value.atMs, groupsEvaluatedMs, "not all its rules were evaluated since");
    if (young === undefined) return undefined;
    const rules = await data(rulesSchema, "/api/v1/rules?type=alert&exclude_alerts=true");
    if (!rules.ok) return young;
    const startedAtMs = Date.parse(startTime);
    return rules.value.groups.some(({ lastEvaluation }) => Date.parse(lastEvaluation ?? "") < startedAtMs) ? young : undefined;
  }

  return {
    name,
    blindTo: ["silences"],
    async alerts() {
      const [answer, young] = await Promise.all([data(alertsSchema, "/api/v1/alerts"), youth()]);
      if (!answer.ok) return answer;
      return young === undefined ? readAlerts(name, answer.value) : unavailable(young);
    },
    async query(promql) {
      const answer = await data(resultSchema, "/api/v1/query", { query: promql });
      return answer.ok ? readSamples(name, answer.value) : answer;
    },
    async ruleHorizonMs(alertNames) {
      const answer = await data(rulesSchema, "/api/v1/rules?exclude_alerts=true");
      if (!answer.ok) return answer;
      const rules = answer.value.groups.flatMap((group) => group.rules);
      const recording = new Map<string, string[]>();
      for (const { name: recorded, query } of rules.filter(({ type }) => type === "recording")) {
        recording.set(recorded, [...(recording.get(recorded) ?? []), query]);
      }
      const horizons = rules
        .filter((rule) => rule.type === "alerting" && alertNames.includes(rule.name))
        .map((rule) => horizonMs(rule.query, recording) + 1000 * Math.max(rule.duration ?? 0, rule.keepFiringFor ?? 0));
      return success(Math.max(0, ...horizons));
    },
  };
}

function readAlerts(source: string, { alerts }: z.infer<typeof alertsSchema>): Result<readonly AlertReading[]> {
  const readings: AlertReading[] = [];
  for (const { labels, state } of alerts) {
    const alertname = labels["alertname"];
    if (alertname === undefined) return malformed(source, "an alert has no alertname");
    if (state !== "inactive") readings.push({ name: alertname, labels, state, silenced: false });
  }
  return success(readings);
}

function readSamples(source: string, result: z.infer<typeof resultSchema>): Result<readonly MetricSample[]> {
  switch (result.resultType) {
    case "scalar":
      return success([{ labels: {}, value: numberOf(result.result[1]) }]);
    case "vector": {
      const samples = result.result.flatMap(({ metric, value }) =>
        value === undefined ? [] : [{ labels: metric, value: numberOf(value[1]) }],
      );
      if (samples.length < result.result.length) return refused(`${source} answered with a histogram where a number is needed`);
      return success(samples);
    }
    case "matrix":
    case "string":
      return refused(`the query answers a ${result.resultType}, not one number per series`);
    default:
      return result satisfies never;
  }
}

/** Prometheus writes numbers as text, for JSON has neither `NaN` nor `+Inf`. */
function numberOf(text: string): number {
  return Number(text.replace(/Inf$/, "Infinity"));
}
