/** PURE. What a person is told about an incident, as data: adapters turn it into their own markup. */

export interface SeverityPoint {
  readonly atMs: number;
  /** Infinity when crashed; undefined when unknown. */
  readonly mu: number | undefined;
}

export interface AttemptReport {
  readonly attempt: number;
  /** What the plan meant to do, one sentence. */
  readonly intent: string;
  /** Each action as the kubectl line a person would have typed. */
  readonly actions: readonly string[];
  /** Undefined while the attempt is under way. */
  readonly verdict?: "resolved" | "improved" | "unchanged" | "regressed" | "inconclusive" | undefined;
  /** Committed, undone with proof, or undo not proven. */
  readonly ending?: "committed" | "undone" | "undo not proven" | undefined;
  readonly reason?: string | undefined;
  /** Every sample inside the transaction (the hidden path). */
  readonly hiddenPath: readonly SeverityPoint[];
}

export interface IncidentReport {
  readonly incidentId: string;
  readonly cluster: string;
  /** `Service shop/payment`. */
  readonly subject: string;
  readonly alerts: readonly string[];
  readonly state: string;
  readonly outcome?: "mitigated" | "improved" | "restored" | "no_action" | "self_resolved" | "stuck" | undefined;
  readonly outcomeReason?: string | undefined;
  readonly diagnosis: readonly string[];
  readonly attempts: readonly AttemptReport[];
  /** Severity at the ends of transactions (the visible path): never rises. */
  readonly visiblePath: readonly SeverityPoint[];
  /** kubectl lines for a person, when the outcome is `stuck`. */
  readonly byHand: readonly string[];
  readonly openedAtMs: number;
  readonly endedAtMs?: number | undefined;
}
