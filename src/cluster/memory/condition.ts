/** PURE. Status conditions: a condition's transition time moves only when its status does. */
import type { Json, JsonObject } from "../../kubernetes/json.ts";
import type { Condition, KubernetesObject } from "../../kubernetes/object.ts";
import { timestamp } from "./api-server/store.ts";

export interface StatusCondition extends Condition {
  readonly lastTransitionTime?: string;
  readonly lastUpdateTime?: string;
}

interface WithConditions extends KubernetesObject {
  readonly status?: { readonly conditions?: readonly StatusCondition[] };
}

export function conditionsOf(object: KubernetesObject): readonly StatusCondition[] {
  return (object as WithConditions).status?.conditions ?? [];
}

export function conditionOf(object: KubernetesObject, type: string): StatusCondition | undefined {
  return conditionsOf(object).find((condition) => condition.type === type);
}

/** The condition as it is to be written, keeping the old transition time while the status stays. */
export function transitioned(object: KubernetesObject, condition: Condition, nowMs: number): JsonObject {
  const before = conditionOf(object, condition.type);
  const since = before !== undefined && before.status === condition.status ? before.lastTransitionTime : undefined;
  return { ...(condition as unknown as Record<string, Json>), lastTransitionTime: since ?? timestamp(nowMs) };
}

/** Milliseconds since the epoch of the last transition to True; undefined while it is anything else. */
export function trueSinceMs(object: KubernetesObject, type: string): number | undefined {
  const condition = conditionOf(object, type);
  return condition?.status === "True" && condition.lastTransitionTime !== undefined ? Date.parse(condition.lastTransitionTime) : undefined;
}
