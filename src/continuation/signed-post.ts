/**
 * Continuations by a signed request of Stratus to its own address, for a runtime that has neither a queue nor timers that
 * outlive an answer. It holds its caller for a short wait and leaves a long one to the sweep; nothing here is durable.
 */
import type { Clock } from "../clock.ts";
import { refused, success, unavailable } from "../failure.ts";
import type { ContinuationPort } from "./continuation.ts";
import { sign, signatureHeader, writeContinuation } from "./signature.ts";

export interface SignedPostOptions {
  /** Where Stratus is reached from where it runs, without a slash at its end. */
  readonly publicUrl: string;
  /** The first one signs. */
  readonly keys: readonly string[];
  readonly clock: Pick<Clock, "nowMs" | "sleep">;
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>;
  /** 2 s when left out: the other side may answer only when its step is done, and nobody waits for that. */
  readonly answerTimeoutMs?: number;
}

/** Enough for one sample interval; the sweep comes every minute or oftener. */
export const waitMsMax = 15_000;
const answerTimeoutDefaultMs = 2_000;
const validMs = 60_000;

/**
 * Waits `delayMs`, then posts, and waits for an answer only a moment: sent is enough. A delay of more than 15 s is a success
 * at once, and the sweep's. Fails with `unavailable` when the address is not reached, `refused` when the request is turned away.
 */
export function signedPostContinuation(options: SignedPostOptions): ContinuationPort {
  const { publicUrl, keys, clock, fetch = globalThis.fetch, answerTimeoutMs = answerTimeoutDefaultMs } = options;
  return {
    async schedule(continuation, delayMs) {
      const [key] = keys;
      if (key === undefined) return refused("there is no key to sign a continuation with");
      if (delayMs > waitMsMax) return success(undefined);
      if (delayMs > 0) await clock.sleep(delayMs);
      const body = writeContinuation(continuation, clock.nowMs() + validMs);
      const headers = { "content-type": "application/json", [signatureHeader]: await sign(body, key) };
      const signal = AbortSignal.timeout(answerTimeoutMs);
      try {
        const response = await fetch(`${publicUrl}/continue`, { method: "POST", headers, body, redirect: "manual", signal });
        await response.body?.cancel();
        if (response.ok) return success(undefined);
        const reason = `Stratus' own address answered a continuation with status ${response.status}`;
        return response.status === 429 || response.status >= 500 ? unavailable(reason, "unknown") : refused(reason);
      } catch {
        return signal.aborted ? success(undefined) : unavailable("Stratus' own address could not be reached", "unknown");
      }
    },
  };
}
