/**
 * Continuations inside one long-lived process. A timer that is lost with the process is found again by the sweep, so
 * nothing here is durable, and a pending timer never keeps the process from ending.
 */
import { success, unavailable } from "../failure.ts";
import type { Continuation, ContinuationPort } from "./continuation.ts";

/** Starts a timer and answers how to cancel it. */
export type SetTimer = (fire: () => void, delayMs: number) => () => void;

export interface TimerOptions {
  readonly setTimer?: SetTimer;
  readonly monotonicMs?: () => number;
  /** Called outside of any schedule(); it answers for its own failures and may schedule again. */
  readonly onDue: (continuation: Continuation) => void;
}

/** Node fires a longer delay at once (setTimeout, nodejs.org/api/timers.html); firing at this one is early, and harmless. */
const delayMsMax = 2 ** 31 - 1;

const unrefTimer: SetTimer = (fire, delayMs) => {
  const timer = setTimeout(fire, delayMs);
  timer.unref();
  return () => clearTimeout(timer);
};

/**
 * At most one timer an incident: an earlier due replaces the pending one, a later one is dropped because the earlier
 * invocation will ask anew. After `stop` nothing fires and schedule() answers `unavailable`. It never throws.
 */
export function timerContinuation(options: TimerOptions): ContinuationPort & { stop(): void } {
  const { setTimer = unrefTimer, monotonicMs = () => performance.now(), onDue } = options;
  const pending = new Map<string, { readonly dueAtMs: number; readonly cancel: () => void }>();
  let stopped = false;

  return {
    schedule: async (continuation, delayMs) => {
      if (stopped) return unavailable("the timer has been stopped");
      const boundedMs = Math.min(Math.max(0, delayMs || 0), delayMsMax);
      const dueAtMs = monotonicMs() + boundedMs;
      const earlier = pending.get(continuation.incidentId);
      if (earlier && earlier.dueAtMs <= dueAtMs) return success(undefined);
      earlier?.cancel();
      const cancel = setTimer(() => {
        pending.delete(continuation.incidentId);
        onDue(continuation);
      }, boundedMs);
      pending.set(continuation.incidentId, { dueAtMs, cancel });
      return success(undefined);
    },
    stop: () => {
      stopped = true;
      for (const { cancel } of pending.values()) cancel();
      pending.clear();
    },
  };
}
