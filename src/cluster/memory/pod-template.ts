/** Pods made from a controller's template. A controller decides how many and which; names come from counters. */
import type { JsonObject } from "../../kubernetes/json.ts";
import { asJson } from "../../kubernetes/object.ts";
import type { Event, KubernetesObject, Pod, Workload } from "../../kubernetes/object.ts";
import { createObject } from "./api-server/api-server.ts";
import { trueSinceMs } from "./condition.ts";
import { recordEvent } from "./record-event.ts";
import { handOf, ownerReferenceTo } from "./world.ts";
import type { World } from "./world.ts";

export interface PodOptions {
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** Laid over the template's spec. */
  readonly spec?: JsonObject;
  readonly source: string;
}

/** Undefined when the API server refuses it (a quota, a limit): said once in an event, and tried again whenever something changes. */
export function createPod(world: World, owner: KubernetesObject, template: JsonObject, options: PodOptions): KubernetesObject | undefined {
  const { labels, annotations } = (template["metadata"] ?? {}) as JsonObject;
  const metadata = {
    name: options.name,
    namespace: owner.metadata.namespace ?? "default",
    labels: { ...(labels as JsonObject | undefined), ...options.labels },
    ...(annotations === undefined ? {} : { annotations }),
    ownerReferences: [ownerReferenceTo(owner)],
  };
  const spec = { ...((template["spec"] ?? {}) as JsonObject), ...options.spec };
  const answer = createObject(world.api, { apiVersion: "v1", kind: "Pod", metadata, spec }, handOf(world, options.source));
  const { source } = options;
  if (answer.ok) {
    recordEvent(world, owner, { type: "Normal", reason: "SuccessfulCreate", message: `Created pod: ${options.name}`, source });
    return answer.value;
  }
  const { reason } = answer.refusal;
  const message =
    owner.kind === "StatefulSet"
      ? `create Pod ${options.name} in StatefulSet ${owner.metadata.name} failed error: ${reason}`
      : `Error creating: ${reason}`;
  if (!isTold(world, owner, message)) recordEvent(world, owner, { type: "Warning", reason: "FailedCreate", message, source });
  return undefined;
}

/** Why pods of this owner were last refused, in the words of the event. */
export function createFailureOf(world: World, owner: KubernetesObject): string | undefined {
  return failuresOf(world, owner).at(-1)?.message;
}

/** The same refusal of a pod of another name is no news. */
function isTold(world: World, owner: KubernetesObject, message: string): boolean {
  return failuresOf(world, owner).some((event) => withoutNames(event.message ?? "") === withoutNames(message));
}

function withoutNames(message: string): string {
  return message.replaceAll(/"[^"]*"/g, '""');
}

function failuresOf(world: World, owner: KubernetesObject): readonly Event[] {
  const { namespace, uid } = owner.metadata;
  return world.store.list("Event", namespace).filter((event) => event.involvedObject.uid === uid && event.reason === "FailedCreate");
}

export function deletePod(world: World, owner: KubernetesObject, pod: Pod, source: string): void {
  world.store.remove({ kind: "Pod", namespace: pod.metadata.namespace, name: pod.metadata.name });
  recordEvent(world, owner, { type: "Normal", reason: "SuccessfulDelete", message: `Deleted pod: ${pod.metadata.name}`, source });
}

export function isReady(pod: Pod): boolean {
  return trueSinceMs(pod, "Ready") !== undefined;
}

/** Ready for at least `minReadySeconds`; asks for another round when only time is missing. */
export function isAvailable(world: World, pod: Pod, minReadySeconds: number): boolean {
  const sinceMs = trueSinceMs(pod, "Ready");
  if (sinceMs === undefined) return false;
  const atMs = sinceMs + minReadySeconds * 1000;
  if (world.nowMs() >= atMs) return true;
  world.wakeAt(atMs);
  return false;
}

export function templateOf(workload: Workload): JsonObject {
  return (asJson(workload)["spec"] as JsonObject)["template"] as JsonObject;
}

/** The template with one more label on its pods, as controllers stamp their hash. */
export function stamped(template: JsonObject, label: string, value: string): JsonObject {
  const metadata = (template["metadata"] ?? {}) as JsonObject;
  return { ...template, metadata: { ...metadata, labels: { ...(metadata["labels"] as JsonObject | undefined), [label]: value } } };
}

export function unstamped(template: JsonObject, label: string): JsonObject {
  const metadata = (template["metadata"] ?? {}) as JsonObject;
  const { [label]: _stamp, ...labels } = (metadata["labels"] ?? {}) as JsonObject;
  return { ...template, metadata: { ...metadata, labels } };
}
