/** The ports to what watches the cluster: who knows which alerts are active, and who answers PromQL. */
import type { Result } from "../failure.ts";
import type { AlertReading } from "../severity/severity.ts";

export interface AlertSource {
  readonly name: string;
  /** Every pending or firing alert of the cluster, whatever its namespace. */
  alerts(): Promise<Result<readonly AlertReading[]>>;
}

export interface MetricSample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface MetricSource {
  readonly name: string;
  /** An instant query. No series is an empty list, not a failure. */
  query(promql: string): Promise<Result<readonly MetricSample[]>>;
}
