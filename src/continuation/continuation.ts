/** The port that asks for an incident's next step at a later time. It may be lost, late or doubled: the sweep and the lease make that harmless. */
import type { Result } from "../failure.ts";

/** Platforms stop a function that calls itself 16 times in a row: stop before that, the sweep starts a fresh chain. */
export const hopsMax = 12;

export interface Continuation {
  readonly incidentId: string;
  /** The incident's version in the ledger when this was asked for: a doubled or late one finds another and ends there. */
  readonly version: number;
  /** How many invocations in a row led here; the runner stops the chain before a platform does. */
  readonly hop: number;
}

export interface ContinuationPort {
  schedule(continuation: Continuation, delayMs: number): Promise<Result<void>>;
}
