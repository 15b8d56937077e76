/**
 * PURE. What an HTTP status of the API server means to a caller: the one table that the real client and the in-memory
 * cluster share, so that both fail alike.
 */
import { conflict, refused, unavailable } from "../failure.ts";
import type { Failure } from "../failure.ts";

export interface ApiRefusal {
  readonly status: number;
  /** A sentence for a person, with the object's name in it. */
  readonly reason: string;
  /** The API's own word for it (`metav1.Status.reason`): AlreadyExists, Conflict; some failures have none. */
  readonly word?: string | undefined;
  readonly retryAfterMs?: number | undefined;
  /** The HTTP status around it, when that is one of success: an eviction under two budgets comes as a failure inside a 201. */
  readonly outside?: number | undefined;
}

/**
 * `changes`: whether the request would have changed something (a dry run and a read do not). A 5xx to a change may have
 * taken effect; a 429 was turned away before, and what was answered in full was decided. Source: Kubernetes API
 * conventions, "HTTP Status codes".
 */
export function failureOf(refusal: ApiRefusal, changes: boolean): { readonly ok: false; readonly failure: Failure } {
  const { status, reason, retryAfterMs, outside } = refusal;
  if (outside !== undefined) return refused(reason);
  if (status === 409) return conflict(reason);
  if (status === 429) return unavailable(reason, "none", retryAfterMs);
  if (status >= 500) return unavailable(reason, changes ? "unknown" : "none", retryAfterMs);
  return refused(reason);
}
