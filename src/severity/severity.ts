/**
 * PURE. What severity is: mu = w1*|A| + w2*|V| + w3*|L| over a scope, with the vector kept beside the number.
 * This file holds the shapes; measure.ts computes, oracle.ts judges.
 */
import * as z from "zod";

/** What is measured: the namespaces that an incident may write and those that call into them, or the whole cluster. */
export const scopeSchema = z.object({ cluster: z.string(), namespaces: z.union([z.array(z.string()), z.literal("all")]) });
export type Scope = z.infer<typeof scopeSchema>;

export interface AlertReading {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly state: "pending" | "firing";
  readonly silenced: boolean;
}

export interface ObjectiveReading {
  readonly name: string;
  readonly namespace?: string | undefined;
  /** `vanished`: the query answered with no data, which counts as violated. */
  readonly state: "holds" | "violated" | "vanished";
  /** A whole number; 1 when absent. */
  readonly weight?: number | undefined;
  /** Nobody promised it: it follows from the call graph, see `violatedObjectives`. */
  readonly automatic?: boolean | undefined;
}

export interface WorkloadReading {
  /** `Deployment shop/frontend`. */
  readonly workload: string;
  readonly desired: number;
  readonly ready: number;
  /** Sum of container restarts over the workload's pods. */
  readonly restarts: number;
}

export interface ServiceReading {
  /** `Service shop/frontend`; only those with a selector. */
  readonly service: string;
  readonly readyEndpoints: number;
}

export interface NodeReading {
  readonly node: string;
  readonly ready: boolean;
}

/** One source either answered or did not; silence is never read as zero. */
export type Reading<T> = { readonly known: true; readonly value: T } | { readonly known: false; readonly reason: string };

/** What no configured source can tell at all; the outcome names it. */
export type Unmeasured = "pending alerts" | "silences" | "objectives";

export interface Readings {
  readonly scope: Scope;
  /** `undefined`: no alert source is configured. */
  readonly alerts: Reading<readonly AlertReading[]> | undefined;
  /** `undefined`: no objectives are configured. */
  readonly objectives: Reading<readonly ObjectiveReading[]> | undefined;
  readonly workloads: Reading<readonly WorkloadReading[]>;
  readonly services: Reading<readonly ServiceReading[]>;
  /** Those under the scope: where its pods run, and where they ran at the checkpoint. */
  readonly nodes: Reading<readonly NodeReading[]>;
  readonly apiServerAnswers: boolean;
  readonly unmeasured?: readonly Unmeasured[];
  /** Sentences about replicas that did not answer while another of the same did. */
  readonly lacks?: readonly string[];
}

export interface Weights {
  readonly alerts: number;
  readonly objectives: number;
  readonly capacity: number;
}

export const defaultWeights: Weights = { alerts: 3, objectives: 3, capacity: 1 };

/** What is remembered of the moment before the first write, so that later measurements mean the same thing. */
export const baselineSchema = z.object({
  /** Identity of every alert that was pending or firing and not silenced (see `alertIdentity`). */
  activeAlerts: z.array(z.string()),
  /** Those of them that fired: what a restored cluster can be compared by, see `asAtCheckpoint`. */
  firingAlerts: z.array(z.string()),
  /** Objectives that held. */
  holdingObjectives: z.array(z.string()),
  /** Desired replicas by workload. */
  desired: z.record(z.string(), z.number()),
  /** Services that had at least one ready endpoint. */
  servingServices: z.array(z.string()),
  /** Services with a selector that had none; a deleted one still counts as violated. */
  idleServices: z.array(z.string()),
  /** Nodes that were known. */
  nodes: z.array(z.string()),
  // What follows is absent in older records, and where there is nothing to say.
  /** Everything was measured, because what belongs to no namespace was about to be written. */
  wholeCluster: z.boolean().optional(),
  /** The namespaces that were measured: later measurements are of the same. Absent: those of the incident. */
  measured: z.array(z.string()).optional(),
  /** Objectives that did not hold. */
  failingObjectives: z.array(z.string()).optional(),
  /** Those of them all that are automatic, and had data. */
  automaticObjectives: z.array(z.string()).optional(),
  /** Weights other than 1, by objective. */
  objectiveWeights: z.record(z.string(), z.number()).optional(),
});
export type Baseline = z.infer<typeof baselineSchema>;

export const vectorSchema = z.object({
  alerts: z.array(z.string()),
  violations: z.array(z.string()),
  lostCapacity: z.array(z.object({ what: z.string(), lost: z.number() })),
});
export type SeverityVector = z.infer<typeof vectorSchema>;

export const severitySchema = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("known"),
    mu: z.number(),
    vector: vectorSchema,
    /** Alerts that fire outside the scope, as far as the sources tell: recorded, and no part of mu. */
    elsewhere: z.number().optional(),
    /** The part of mu that alerts add which were pending at the checkpoint: they were on their way before the first write. */
    announced: z.number().optional(),
  }),
  /** The API server does not answer, or every objective that held at the checkpoint fails: worse than any number. */
  z.object({ kind: z.literal("crashed"), reason: z.string() }),
  z.object({ kind: z.literal("unknown"), reason: z.string() }),
]);
export type Severity = z.infer<typeof severitySchema>;

export const oracleSchema = z.object({
  /** The three oracles; what was seen to be wrong, where severity is 0 all along; what is not measured, named alike. */
  oracle: z.enum(["alerts", "user requests", "system health", "finding", "pending alerts", "silences", "objectives"]),
  state: z.enum(["passes", "fails", "not measured"]),
  reason: z.string(),
});
export type OracleJudgement = z.infer<typeof oracleSchema>;
