/** What the agents are given of one cluster: its API, who watches it, and what is promised there. */
import type { Clock } from "../clock.ts";
import type { ClusterPort } from "../cluster/cluster.ts";
import type { Policy } from "../action/policy.ts";
import type { Result } from "../failure.ts";
import type { KnownGood } from "../known-good/record.ts";
import type { Memory } from "../memory/memory.ts";
import type { SeenCall } from "../severity/call-graph.ts";
import type { Weights } from "../severity/severity.ts";
import type { AutomaticOptions } from "../telemetry/automatic.ts";
import type { AlertSource, CallGraphSource, MetricSource } from "../telemetry/telemetry.ts";
import type { Objective } from "../telemetry/objective.ts";

export interface Site {
  readonly name: string;
  readonly cluster: ClusterPort;
  readonly alerts: AlertSource | undefined;
  readonly metrics: MetricSource | undefined;
  readonly objectives: readonly Objective[];
  /** Absent: no objectives are made out of the call graph. */
  readonly automaticObjectives?: AutomaticOptions | undefined;
  /** Who tells who calls whom, and what a person declared of it; absent: nobody. */
  readonly callGraph?: { readonly sources: readonly CallGraphSource[]; readonly declared: readonly SeenCall[] } | undefined;
  readonly policy: Policy;
  readonly weights: Weights;
  readonly clock: Clock;
  /** What is recorded of a namespace, or of the nodes (undefined), from when all was well. Absent: nothing is recorded. */
  readonly knownGood?: ((namespace: string | undefined) => Promise<Result<readonly KnownGood[]>>) | undefined;
  /** What earlier incidents taught. Absent: nothing is kept. */
  readonly memories?: (() => Promise<Result<readonly Memory[]>>) | undefined;
  /** Longest `for` plus range among the rules of these alerts, in ms; absent when no source can tell. */
  readonly horizonMs?: ((alertNames: readonly string[]) => Promise<Result<number | undefined>>) | undefined;
}
