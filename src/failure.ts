/**
 * Failures are data. What can go wrong at a port comes back as a Result whose kind already says what a caller
 * may do next; only a broken invariant throws. A reason is a sentence that reads in Slack as it stands and never
 * holds a secret.
 */

export type Failure =
  /** The other side could not be reached or could not answer. `effect: "unknown"` means a write may still land. */
  | { readonly kind: "unavailable"; readonly effect: "none" | "unknown"; readonly reason: string; readonly retryAfterMs?: number }
  /** Somebody else was faster: read again and decide anew. */
  | { readonly kind: "conflict"; readonly reason: string }
  /** It was understood and will not be done; trying the same again is useless. */
  | { readonly kind: "refused"; readonly reason: string }
  /** What came in, or came back, is not of the form it must have. */
  | { readonly kind: "malformed"; readonly source: string; readonly reason: string };

export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: Failure };

export function success<T>(value: T): Result<T> {
  return { ok: true, value };
}

export function failed(failure: Failure): { readonly ok: false; readonly failure: Failure } {
  return { ok: false, failure };
}

export function unavailable(
  reason: string,
  effect: "none" | "unknown" = "none",
  retryAfterMs?: number,
): { readonly ok: false; readonly failure: Failure } {
  return failed({ kind: "unavailable", effect, reason, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) });
}

export function conflict(reason: string): { readonly ok: false; readonly failure: Failure } {
  return failed({ kind: "conflict", reason });
}

export function refused(reason: string): { readonly ok: false; readonly failure: Failure } {
  return failed({ kind: "refused", reason });
}

export function malformed(source: string, reason: string): { readonly ok: false; readonly failure: Failure } {
  return failed({ kind: "malformed", source, reason });
}

/** The failure as one sentence for a log line or a person. */
export function describeFailure(failure: Failure): string {
  switch (failure.kind) {
    case "unavailable":
      return failure.effect === "unknown" ? `${failure.reason} (whether it took effect is not known)` : failure.reason;
    case "conflict":
    case "refused":
      return failure.reason;
    case "malformed":
      return `${failure.source}: ${failure.reason}`;
    default:
      return failure satisfies never;
  }
}

/** Thrown when the code itself is wrong. Caught only at the doors. */
export class BrokenInvariant extends Error {
  override readonly name = "BrokenInvariant";
}
