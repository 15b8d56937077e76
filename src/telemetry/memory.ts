/**
 * Alerts and metrics computed in memory from whatever the rules look at, for the demo and for tests: pending turns to
 * firing by the clock that is passed in, as Prometheus does on each evaluation. A real adapter, held to the same contract.
 */
import { success, unavailable, type Result } from "../failure.ts";
import { alertIdentity } from "../severity/alerts.ts";
import type { AlertReading } from "../severity/severity.ts";
import type { Clock } from "../clock.ts";
import type { AlertSource, MetricSample, MetricSource } from "./telemetry.ts";

export interface MemoryRule {
  readonly name: string;
  /** Put on every alert of the rule, over what `evaluate` answers. */
  readonly labels?: Readonly<Record<string, string>> | undefined;
  /** How long a condition must hold before it fires; 0 fires at once. */
  readonly forMs: number;
  /** The label sets for which the condition is true now. */
  evaluate(): readonly Readonly<Record<string, string>>[];
}

export interface MemoryTelemetryOptions {
  readonly clock: Pick<Clock, "nowMs">;
  readonly rules: readonly MemoryRule[];
  /** What a query answers, by its exact text; any other has no series. */
  readonly queries?: Readonly<Record<string, () => readonly MetricSample[]>> | undefined;
}

export interface MemoryTelemetry extends AlertSource, MetricSource {
  /** Evaluates the rules now. Each read does so too; between reads, a condition that came and went was not seen. */
  tick(): void;
  /** Silences alerts that have all of these labels (`alertname` is one); the answer lifts the silence. */
  silence(matcher: Readonly<Record<string, string>>): () => void;
  /** Every read fails with `unavailable` and this reason, until it is called without one. */
  fail(reason?: string): void;
}

export function memoryTelemetry({ clock, rules, queries = {} }: MemoryTelemetryOptions): MemoryTelemetry {
  const silences = new Set<Readonly<Record<string, string>>>();
  /** Since when each alert's condition holds without a break, by identity. */
  let sinceMs = new Map<string, number>();
  let failure: string | undefined;

  function evaluate(): AlertReading[] {
    const nowMs = clock.nowMs();
    const stillSinceMs = new Map<string, number>();
    const readings = new Map<string, AlertReading>();
    for (const rule of rules) {
      for (const found of rule.evaluate()) {
        const labels = { ...found, ...rule.labels, alertname: rule.name };
        const identity = alertIdentity({ name: rule.name, labels });
        const activeSinceMs = sinceMs.get(identity) ?? nowMs;
        stillSinceMs.set(identity, activeSinceMs);
        const state = nowMs - activeSinceMs >= rule.forMs ? "firing" : "pending";
        readings.set(identity, { name: rule.name, labels, state, silenced: [...silences].some((matcher) => matches(matcher, labels)) });
      }
    }
    sinceMs = stillSinceMs;
    return [...readings.values()];
  }

  function answer<T>(read: () => T): Promise<Result<T>> {
    return Promise.resolve(failure === undefined ? success(read()) : unavailable(failure));
  }

  return {
    name: "memory telemetry",
    alerts: () => answer(evaluate),
    query: (promql) => answer(() => (Object.hasOwn(queries, promql) ? (queries[promql]?.() ?? []) : [])),
    tick: () => void evaluate(),
    silence(matcher) {
      silences.add(matcher);
      return () => void silences.delete(matcher);
    },
    fail(reason) {
      failure = reason;
    },
  };
}

function matches(matcher: Readonly<Record<string, string>>, labels: Readonly<Record<string, string>>): boolean {
  return Object.entries(matcher).every(([label, value]) => labels[label] === value);
}
