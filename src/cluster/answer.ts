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
}

/**
 * `changes`: whether the request would have changed something (a dry run and a read do not). A 5xx to a change may have
 * taken effect; a 429 was turned away before. Source: Kubernetes API conventions, "HTTP Status codes".
 */
export function failureOf(refusal: ApiRefusal, changes: boolean): { readonly ok: false; readonly failure: Failure } {
  const { status, reason, retryAfterMs } = refusal;
  if (status === 409) return conflict(reason);
  if (status === 429) return unavailable(reason, "none", retryAfterMs);
  if (status >= 500) return unavailable(reason, changes ? "unknown" : "none", retryAfterMs);
  return refused(reason);
}

/**
 * Of an eviction. One that several budgets guard is answered 500 and was not done, nor will it be as long as there are
 * several. Source: API-initiated eviction, kubernetes.io; `pkg/registry/core/pod/storage/eviction.go`.
 */
export function evictionFailureOf(refusal: ApiRefusal, changes: boolean): { readonly ok: false; readonly failure: Failure } {
  const hopeless = refusal.status === 500 && refusal.reason.includes("more than one PodDisruptionBudget");
  return hopeless ? refused(refusal.reason) : failureOf(refusal, changes);
}
