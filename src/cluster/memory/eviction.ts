/**
 * Eviction as the API server does it: a deletion that the pod's PodDisruptionBudget may refuse. Source: Kubernetes
 * `pkg/registry/core/pod/storage/eviction.go`.
 */
import type { Preconditions } from "../cluster.ts";
import { valueAt } from "../../kubernetes/json.ts";
import { asJson, isReady } from "../../kubernetes/object.ts";
import type { LabelSelector, ObjectRef, Pod } from "../../kubernetes/object.ts";
import { removeObject } from "./api-server.ts";
import type { Refusal } from "./api-server.ts";
import { matchesSelector } from "./selector.ts";
import type { Store } from "./store.ts";

export function evictPod(store: Store, ref: ObjectRef, preconditions: Preconditions, dryRun: boolean): Refusal | undefined {
  const pod = store.get(ref) as Pod | undefined;
  const budgets = pod === undefined ? [] : store.list("PodDisruptionBudget", ref.namespace).filter((budget) => guards(budget, pod));
  if (budgets.length > 1)
    return {
      ok: false,
      refusal: { status: 500, reason: "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support." },
    };
  const [budget] = budgets;
  // A pod that is not ready takes nothing away while the budget is met without it.
  const allowed = budget === undefined ? 1 : Number(valueAt(asJson(budget), "/status/disruptionsAllowed") ?? 0);
  if (pod !== undefined && isReady(pod) && allowed < 1)
    return { ok: false, refusal: { status: 429, reason: "Cannot evict pod as it would violate the pod's disruption budget." } };
  return removeObject(store, ref, preconditions, dryRun);
}

function guards(budget: object, pod: Pod): boolean {
  const { selector } = (budget as { readonly spec: { readonly selector?: LabelSelector } }).spec;
  return selector !== undefined && matchesSelector(selector, pod.metadata.labels);
}
