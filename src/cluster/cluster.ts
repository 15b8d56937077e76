/**
 * The port to one Kubernetes cluster. It reads objects and sends the few requests that the engine's writes compile
 * to; it decides nothing. There is deliberately no PUT, no delete-collection, no exec and no Secret here.
 */
import type { Result } from "../failure.ts";
import type { JsonObject, PatchOperation } from "../kubernetes/json.ts";
import type { KubernetesObject, ObjectRef } from "../kubernetes/object.ts";

export interface AccessRequest {
  readonly verb: "get" | "list" | "patch" | "create" | "delete";
  /** Of a Pod. `eviction`: the verb is `create` then; `log`: `get`. */
  readonly subresource?: "eviction" | "log" | undefined;
  readonly kind: string;
  readonly namespace?: string | undefined;
}

/** What must still be true of an object for it to be deleted or evicted: 409 otherwise. */
export interface Preconditions {
  readonly uid: string;
  readonly resourceVersion: string;
}

export type Keep = (object: KubernetesObject) => KubernetesObject;

/** Of the log of one container. */
export interface LogRequest {
  readonly namespace: string;
  readonly pod: string;
  /** May be left out where the pod has only one. */
  readonly container?: string | undefined;
  /** Of the run before the one that the log is of otherwise. */
  readonly previous: boolean;
  /** The newest lines. */
  readonly linesMax: number;
  /** Of those lines, from the oldest on: so the server counts. */
  readonly bytesMax: number;
}

export interface ContainerLog {
  /** Whole ones, oldest first. None: nothing was written, or the pod is on no node yet. */
  readonly lines: readonly string[];
  /** The newest are not among them: all of them together are longer than `bytesMax`. */
  readonly isCut: boolean;
}

export interface ClusterPort {
  /** A quorum read. `undefined` when the object does not exist. */
  get(ref: ObjectRef): Promise<Result<KubernetesObject | undefined>>;
  /**
   * Every object of the kind, in one namespace or in all; follows the API's paging to its end. `keep`: what is held of each
   * one, page by page, so that a list of thousands never is in memory whole.
   */
  list(kind: string, namespace?: string, keep?: Keep): Promise<Result<readonly KubernetesObject[]>>;
  /**
   * Sends a JSON Patch. The caller puts `metadata.resourceVersion` into it: without one the API server re-applies a
   * patch over a foreign change in silence. Answers the object as stored (or as it would be, for a dry run).
   * Fails with `conflict` (409: the resourceVersion moved), `refused` (422: a `test` did not hold or the value is
   * invalid; 403: not permitted; 404: gone), `unavailable` with effect `unknown` when no answer came to a write.
   */
  patch(ref: ObjectRef, operations: readonly PatchOperation[], options: { readonly dryRun: boolean }): Promise<Result<KubernetesObject>>;
  /**
   * Makes an object; answers it as stored (or as it would be). Fails as `patch` does; `conflict` (409) when the name is
   * taken.
   */
  create(object: JsonObject, options: { readonly dryRun: boolean }): Promise<Result<KubernetesObject>>;
  /**
   * Deletes one object, what it owns in the background. Success also when it is only marked: while it has finalizers, and
   * for a pod while it ends. `conflict` (409): it is not the one that was read, or it moved. `refused` (404): it is not there.
   */
  remove(ref: ObjectRef, preconditions: Preconditions, options: { readonly dryRun: boolean }): Promise<Result<void>>;
  /**
   * Evicts a pod (policy/v1). `unavailable` without effect (429): a PodDisruptionBudget does not allow it now. `conflict`
   * (409): it is not the pod that was read, or it moved. `refused`: it is not there, or several budgets guard it.
   */
  evict(ref: ObjectRef, preconditions: Preconditions, options: { readonly dryRun: boolean }): Promise<Result<void>>;
  /**
   * What a container wrote: whatever a program, or whoever speaks to it, made it write. `refused`, in the server's words: not
   * permitted (403), no such pod (404), no such container, none that has run yet, or no earlier run (400).
   */
  log(request: LogRequest): Promise<Result<ContainerLog>>;
  /** SelfSubjectAccessReview: may these credentials do this? */
  allowed(access: AccessRequest): Promise<Result<boolean>>;
  /** Whether the API server answers at all (`/readyz`). */
  ready(): Promise<Result<void>>;
}
