/**
 * What the API server's admission plugins do to a new object: those that are on by default and change or refuse something
 * that is served here. Service accounts are not checked. Source: Kubernetes `plugin/pkg/admission`.
 */
import { isJsonArray } from "../../../kubernetes/json.ts";
import type { Json, JsonObject } from "../../../kubernetes/json.ts";
import type { CustomKinds } from "../../../kubernetes/kind.ts";
import type { ObjectRef } from "../../../kubernetes/object.ts";
import { mapOf, objectsIn, textOf } from "./fault.ts";
import { whyBeyondLimits, withLimits } from "./limit-range.ts";
import { whyBeyondQuota } from "./quota.ts";
import { refuse, resourceName } from "./refusal.ts";
import type { Refusal } from "./refusal.ts";
import type { Store } from "./store.ts";

/** Undefined when objects may be created in the namespace. */
export function whyNotNamespace(store: Store, ref: ObjectRef, custom: CustomKinds): Refusal | undefined {
  if (ref.namespace === undefined) return undefined;
  const namespace = store.get({ kind: "Namespace", name: ref.namespace });
  if (namespace === undefined) return refuse(404, `namespaces "${ref.namespace}" not found`);
  if (namespace.metadata.deletionTimestamp === undefined) return undefined;
  const why = `unable to create new content in namespace ${ref.namespace} because it is being terminated`;
  return refuse(403, `${resourceName(ref, custom)} is forbidden: ${why}`);
}

export function mutated(store: Store, object: JsonObject): JsonObject {
  switch (object["kind"]) {
    case "Pod":
      return withPatience(withPriority(withLimits(store, object)));
    case "Node":
      return withTaint(object);
    default:
      return object;
  }
}

/** Undefined when the object may be stored. */
export function whyNotAdmitted(store: Store, ref: ObjectRef, object: JsonObject, custom: CustomKinds): Refusal | undefined {
  const why = (object["kind"] === "Pod" ? whyBeyondLimits(store, object) : undefined) ?? whyBeyondQuota(store, object, custom);
  return why === undefined ? undefined : refuse(403, `${resourceName(ref, custom)} is forbidden: ${why}`);
}

function withPriority(pod: JsonObject): JsonObject {
  const spec = mapOf(pod["spec"]);
  const account = textOf(spec["serviceAccountName"]) || "default";
  return {
    ...pod,
    spec: { priority: 0, preemptionPolicy: "PreemptLowerPriority", ...spec, serviceAccountName: account, serviceAccount: account },
  };
}

/** A pod stays on a node that is lost for five minutes, unless it says otherwise. */
function withPatience(pod: JsonObject): JsonObject {
  const spec = mapOf(pod["spec"]);
  const given = objectsIn(spec["tolerations"]);
  const added = ["not-ready", "unreachable"]
    .map((name) => `node.kubernetes.io/${name}`)
    .filter((key) => !given.some((one) => (one["key"] ?? key) === key && (one["effect"] ?? "NoExecute") === "NoExecute"))
    .map((key): Json => ({ key, operator: "Exists", effect: "NoExecute", tolerationSeconds: 300 }));
  return added.length === 0 ? pod : { ...pod, spec: { ...spec, tolerations: [...given, ...added] } };
}

/** A new node takes no pods until the node controller has seen it ready. */
function withTaint(node: JsonObject): JsonObject {
  const spec = mapOf(node["spec"]);
  const taints = isJsonArray(spec["taints"]) ? spec["taints"] : [];
  return { ...node, spec: { ...spec, taints: [...taints, { key: "node.kubernetes.io/not-ready", effect: "NoSchedule" }] } };
}
