/**
 * The port to one Kubernetes cluster. It reads objects and sends the few requests that the engine's writes compile
 * to; it decides nothing. There is deliberately no PUT, no delete-collection, no exec and no Secret here.
 */
import type { Result } from "../failure.ts";
import type { Kind } from "../kubernetes/kind.ts";
import type { PatchOperation } from "../kubernetes/json.ts";
import type { KubernetesObject, ObjectRef } from "../kubernetes/object.ts";

export interface AccessRequest {
  readonly verb: "get" | "list" | "patch";
  readonly kind: Kind;
  readonly namespace?: string | undefined;
}

export interface ClusterPort {
  /** A quorum read. `undefined` when the object does not exist. */
  get(ref: ObjectRef): Promise<Result<KubernetesObject | undefined>>;
  /** Every object of the kind, in one namespace or in all; follows the API's paging to its end. */
  list(kind: Kind, namespace?: string): Promise<Result<readonly KubernetesObject[]>>;
  /**
   * Sends a JSON Patch. The caller puts `metadata.resourceVersion` into it: without one the API server re-applies a
   * patch over a foreign change in silence. Answers the object as stored (or as it would be, for a dry run).
   * Fails with `conflict` (409: the resourceVersion moved), `refused` (422: a `test` did not hold or the value is
   * invalid; 403: not permitted; 404: gone), `unavailable` with effect `unknown` when no answer came to a write.
   */
  patch(ref: ObjectRef, operations: readonly PatchOperation[], options: { readonly dryRun: boolean }): Promise<Result<KubernetesObject>>;
  /** SelfSubjectAccessReview: may these credentials do this? */
  allowed(access: AccessRequest): Promise<Result<boolean>>;
  /** Whether the API server answers at all (`/readyz`). */
  ready(): Promise<Result<void>>;
}
