/** A clock that moves only when it is told to: half an hour of an incident passes in a second, the same way each time. */
import type { Clock } from "../clock.ts";

export interface VirtualClock extends Clock {
  advance(durationMs: number): void;
}

export function virtualClock(startMs: number): VirtualClock {
  let nowMs = startMs;
  return {
    nowMs: () => nowMs,
    monotonicMs: () => nowMs - startMs,
    sleep: () => Promise.resolve(),
    advance(durationMs) {
      nowMs += durationMs;
    },
  };
}
