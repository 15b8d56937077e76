/** The ports to what watches the cluster: who knows which alerts are active, who answers PromQL, and who saw who calls whom. */
import type { Result } from "../failure.ts";
import type { SeenCall } from "../severity/call-graph.ts";
import type { AlertReading, Unmeasured } from "../severity/severity.ts";

/** A Result; `lacks`: sentences about replicas that did not answer while another one did. */
export type Answered<T> = (Extract<Result<T>, { ok: true }> & { readonly lacks?: readonly string[] }) | Extract<Result<T>, { ok: false }>;

export interface AlertSource {
  readonly name: string;
  /** What it cannot tell by its nature; nothing when absent. */
  readonly blindTo?: readonly Unmeasured[];
  /**
   * Every pending or firing alert of the cluster, whatever its namespace. `of`: those of these namespaces and those that
   * name none are enough; a source that can choose answers less.
   */
  alerts(of?: readonly string[]): Promise<Answered<readonly AlertReading[]>>;
}

export interface MetricSample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface MetricSource {
  readonly name: string;
  /** An instant query. No series is an empty list, not a failure. */
  query(promql: string): Promise<Answered<readonly MetricSample[]>>;
}

export interface CallGraphSource {
  readonly name: string;
  /** Who called whom lately, in the whole cluster; what is not known is left out. */
  calls(): Promise<Result<readonly SeenCall[]>>;
}
