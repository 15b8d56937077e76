/** Pods made from a controller's template. A controller decides how many and which; names come from counters. */
import type { Json, JsonObject } from "../../kubernetes/json.ts";
import { asJson } from "../../kubernetes/object.ts";
import type { KubernetesObject, Pod, Workload } from "../../kubernetes/object.ts";
import { trueSinceMs } from "./condition.ts";
import { defaulted } from "./defaults.ts";
import { recordEvent } from "./record-event.ts";
import { ownerReferenceTo } from "./world.ts";
import type { World } from "./world.ts";

const patience: readonly JsonObject[] = ["not-ready", "unreachable"].map((key) => ({
  key: `node.kubernetes.io/${key}`,
  operator: "Exists",
  effect: "NoExecute",
  tolerationSeconds: 300,
}));

export interface PodOptions {
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** Laid over the template's spec. */
  readonly spec?: JsonObject;
  readonly source: string;
}

export function createPod(world: World, owner: KubernetesObject, template: JsonObject, options: PodOptions): KubernetesObject {
  const metadata = (template["metadata"] ?? {}) as JsonObject;
  const spec = (template["spec"] ?? {}) as JsonObject;
  const tolerations = [...((spec["tolerations"] ?? []) as readonly Json[]), ...patience];
  const annotations = metadata["annotations"];
  const pod = defaulted({
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name: options.name,
      namespace: owner.metadata.namespace ?? "default",
      generation: 1,
      labels: { ...(metadata["labels"] as JsonObject | undefined), ...options.labels },
      ...(annotations === undefined ? {} : { annotations }),
      ownerReferences: [ownerReferenceTo(owner)],
    },
    spec: { ...spec, tolerations, ...options.spec },
    status: { phase: "Pending" },
  });
  const stored = world.store.insert(pod, world.nowMs());
  recordEvent(world, owner, {
    type: "Normal",
    reason: "SuccessfulCreate",
    message: `Created pod: ${options.name}`,
    source: options.source,
  });
  return stored;
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
