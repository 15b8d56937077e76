/** PURE. What can happen to an incident, and what an incident can ask to be done. */
import type { Plan } from "../action/action.ts";
import type { ObjectRef } from "../kubernetes/object.ts";
import type { Mode } from "../action/policy.ts";
import type { Severity, OracleJudgement } from "../severity/severity.ts";
import type { Checkpoint, IncidentEpisode, StoredHypothesis } from "./incident.ts";

export interface Rollout {
  readonly state: "complete" | "under way" | "failed";
  readonly reason: string;
}

export interface Measurement {
  readonly severity: Severity;
  readonly oracles: readonly OracleJudgement[];
  readonly rollout: Rollout;
  /** Container restarts by workload, to notice new ones during the soak; undefined when they could not be read. */
  readonly restarts: Readonly<Record<string, number>> | undefined;
  /** See `Sample`; undefined where it was not looked for. */
  readonly findingGone?: boolean | undefined;
}

export type IncidentEvent =
  | { readonly type: "begun" }
  /** Nobody answered the question for approval in time. */
  | { readonly type: "expired" }
  /** The inbox has news: the episodes as they are now. */
  | { readonly type: "episodes"; readonly episodes: readonly IncidentEpisode[] }
  | { readonly type: "approved" | "rejected" | "aborted" | "acknowledged"; readonly by: string }
  | {
      readonly type: "observed";
      readonly firing: "yes" | "no";
      readonly severity: Severity;
      readonly subject: ObjectRef | undefined;
      readonly namespaces: readonly string[];
      readonly why: string;
      /** Severity is 0, and no source of alerts is configured. */
      readonly onlySeen?: boolean;
    }
  | { readonly type: "diagnosed"; readonly hypotheses: readonly StoredHypothesis[] }
  | {
      readonly type: "planned";
      readonly plan: Plan | undefined;
      readonly mode: Mode;
      readonly notes: readonly string[];
      readonly why: string;
      /** No plan, and no evidence that may still come would change that. */
      readonly final?: boolean;
    }
  | { readonly type: "scope busy"; readonly holder: string }
  | { readonly type: "checkpointed"; readonly checkpoint: Checkpoint; readonly severity: Severity }
  | {
      readonly type: "acted";
      readonly action: number;
      readonly writes: number;
      readonly budget: number;
      readonly did: string;
      readonly remark?: string | undefined;
    }
  /** The action was not, or could not be, carried out; `wrote`: whether writes of this transaction exist. */
  | { readonly type: "action refused"; readonly action: number; readonly reason: string; readonly writes: number }
  | { readonly type: "measured"; readonly measurement: Measurement }
  | { readonly type: "undone"; readonly foreign: readonly string[]; readonly did: readonly string[] }
  | { readonly type: "undo impossible"; readonly reason: string; readonly byHand: readonly string[] }
  | {
      readonly type: "undo checked";
      readonly differences: readonly string[];
      readonly foreign: readonly string[];
      readonly severity: Severity;
      /** Without alerts that did not fire at the checkpoint. */
      readonly comparable: Severity;
      readonly byHand: readonly string[];
    }
  | { readonly type: "tidied" }
  /** The work of the current state failed at a port and may be tried again. */
  | { readonly type: "failed"; readonly reason: string; readonly retryAfterMs?: number | undefined };

export type Effect =
  /** Nothing to do outside: feed this event back. */
  | { readonly type: "turn"; readonly event: IncidentEvent }
  | { readonly type: "observe" }
  | { readonly type: "diagnose" }
  | { readonly type: "plan" }
  | { readonly type: "checkpoint" }
  | { readonly type: "act"; readonly action: number }
  | { readonly type: "measure" }
  | { readonly type: "undo" }
  | { readonly type: "check undo" }
  | { readonly type: "tidy" }
  | { readonly type: "wait"; readonly untilMs: number }
  | { readonly type: "nothing" };
