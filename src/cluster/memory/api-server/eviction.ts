/**
 * Eviction as the API server does it: a deletion that the pod's PodDisruptionBudget may refuse. Source: Kubernetes
 * `pkg/registry/core/pod/storage/eviction.go`.
 */
import type { Preconditions } from "../../cluster.ts";
import type { Json, JsonObject } from "../../../kubernetes/json.ts";
import { asJson, isReady } from "../../../kubernetes/object.ts";
import type { KubernetesObject, ObjectRef, Pod } from "../../../kubernetes/object.ts";
import { removeObject } from "./api-server.ts";
import type { Api, Hand } from "./api-server.ts";
import { mapOf, numberOf, objectsIn } from "./fault.ts";
import { absent, moved, refuse } from "./refusal.ts";
import type { Refusal } from "./refusal.ts";
import { matchesSelector } from "./selector.ts";
import { timestamp } from "./store.ts";

const violation = "Cannot evict pod as it would violate the pod's disruption budget.";

export function evictPod(api: Api, ref: ObjectRef, preconditions: Preconditions, hand: Pick<Hand, "dryRun" | "atMs">): Refusal | undefined {
  const { store, custom } = api;
  const pod = store.get(ref) as Pod | undefined;
  if (pod === undefined) return absent(ref, custom);
  const refusal = isGuarded(pod) ? whyNot(api, pod, hand) : undefined;
  if (refusal !== undefined) return refusal;
  if (hand.dryRun) return removeObject(api, ref, preconditions, hand);
  const other = moved(ref, custom, preconditions, pod.metadata);
  if (other !== undefined) return other;
  const marked = store.replace(pod, withCondition(asJson(pod), hand.atMs));
  const { uid, resourceVersion } = marked.metadata;
  return removeObject(api, ref, { uid, resourceVersion }, hand);
}

/** One that has not started, or is about to end anyhow, disrupts nothing. */
function isGuarded(pod: Pod): boolean {
  return pod.metadata.deletionTimestamp === undefined && !["Pending", "Succeeded", "Failed"].includes(pod.status?.phase ?? "");
}

function withCondition(pod: JsonObject, atMs: number): JsonObject {
  const status = mapOf(pod["status"]);
  const others = objectsIn(status["conditions"]).filter(({ type }) => type !== "DisruptionTarget");
  const had = objectsIn(status["conditions"]).find(({ type }) => type === "DisruptionTarget");
  if (had !== undefined) return pod;
  const target: Json = {
    type: "DisruptionTarget",
    status: "True",
    lastProbeTime: null,
    lastTransitionTime: timestamp(atMs),
    reason: "EvictionByEvictionAPI",
    message: "Eviction API: evicting",
  };
  return { ...pod, status: { ...status, conditions: [...others, target] } };
}

function whyNot(api: Api, pod: Pod, hand: Pick<Hand, "dryRun" | "atMs">): Refusal | undefined {
  const budgets = api.store.list("PodDisruptionBudget", pod.metadata.namespace).filter((budget) => guards(budget, pod));
  const [budget] = budgets;
  if (budget === undefined) return undefined;
  if (budgets.length > 1)
    return refuse(500, "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.", {
      word: "",
    });
  const spec = mapOf(asJson(budget)["spec"]);
  const status = mapOf(asJson(budget)["status"]);
  if (!isReady(pod)) {
    if (spec["unhealthyPodEvictionPolicy"] === "AlwaysAllow") return undefined;
    const [healthy, desired] = [numberOf(status["currentHealthy"]), numberOf(status["desiredHealthy"])];
    if (healthy >= desired && desired > 0) return undefined;
  }
  if (numberOf(status["observedGeneration"]) < (budget.metadata.generation ?? 0)) return refuse(429, violation, { retryAfterMs: 10_000 });
  const left = numberOf(status["disruptionsAllowed"]);
  if (left < 1) return refuse(429, violation);
  if (!hand.dryRun) use(api, budget, pod, left - 1, hand.atMs);
  return undefined;
}

function guards(budget: KubernetesObject, pod: Pod): boolean {
  const { selector } = mapOf(asJson(budget)["spec"]);
  return selector !== undefined && matchesSelector(mapOf(selector), pod.metadata.labels);
}

/** The budget's controller counts anew when it sees the pod go; until then the pod is remembered as disrupted. */
function use(api: Api, budget: KubernetesObject, pod: Pod, left: number, atMs: number): void {
  const status = mapOf(asJson(budget)["status"]);
  const disruptedPods = { ...mapOf(status["disruptedPods"]), [pod.metadata.name]: timestamp(atMs) };
  const spent = {
    conditions: [
      ...objectsIn(status["conditions"]).filter(({ type }) => type !== "DisruptionAllowed"),
      {
        type: "DisruptionAllowed",
        status: "False",
        observedGeneration: status["observedGeneration"] ?? 0,
        lastTransitionTime: timestamp(atMs),
        reason: "InsufficientPods",
        message: "",
      },
    ],
  };
  const after = { ...status, disruptedPods, disruptionsAllowed: left, ...(left === 0 ? spent : {}) };
  api.store.replace(budget, { ...asJson(budget), status: after });
}
