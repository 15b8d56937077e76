/**
 * The hold that a process has on an incident while it works on it. Remaining time is read from the monotonic clock of
 * this process, so that a wall clock set back cannot make a lease live longer than the ledger says.
 */
import type { Clock } from "../clock.ts";

export interface Lease {
  readonly owner: string;
  /** What is left of it by this process' monotonic clock; counted from before the ledger stored it. */
  remainingMs(): number;
}

export function startLease(clock: Clock, owner: string, durationMs: number): Lease & { renewedAt(monotonicMs: number): void } {
  let sinceMs = clock.monotonicMs();
  return {
    owner,
    remainingMs: () => sinceMs + durationMs - clock.monotonicMs(),
    renewedAt(monotonicMs) {
      sinceMs = monotonicMs;
    },
  };
}
