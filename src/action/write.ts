/** PURE. The API request that an action compiles to. There are four of them; anything else cannot be sent. */
import type { JsonObject, PatchOperation } from "../kubernetes/json.ts";

export type Write =
  /** JSON Patch on the object as it was read. */
  | { readonly kind: "patch"; readonly operations: readonly PatchOperation[] }
  | { readonly kind: "create"; readonly object: JsonObject }
  /** With the uid and the resourceVersion that were read as preconditions. */
  | { readonly kind: "delete" }
  /** Of a pod, through the eviction API: a PodDisruptionBudget may refuse it. */
  | { readonly kind: "evict" };

/**
 * How a write is taken back. `restore`: the old value of each field. `replay`: the same, after all restores, so that the
 * pods it starts pick up what was restored. `remove`: the created object goes. `recreate`: the deleted object comes
 * back from its snapshot, under a new uid. `none`: nothing can be put back, and nothing needs to be.
 */
export type Inverse = "restore" | "replay" | "remove" | "recreate" | "none";
