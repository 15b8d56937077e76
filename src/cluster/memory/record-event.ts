/**
 * Events as the components of a cluster record them: the same happening on the same object is counted, not repeated.
 * Source: client-go `tools/record`.
 */
import type { KubernetesObject } from "../../kubernetes/object.ts";
import { timestamp } from "./api-server/store.ts";
import type { World } from "./world.ts";
import { asJson } from "../../kubernetes/object.ts";

export interface Happening {
  readonly type: "Normal" | "Warning";
  readonly reason: string;
  readonly message: string;
  /** The component that saw it: `kubelet`, `deployment-controller`. */
  readonly source: string;
}

export function recordEvent(world: World, about: KubernetesObject, happening: Happening): void {
  const { name, uid } = about.metadata;
  const namespace = about.metadata.namespace ?? "default";
  const at = timestamp(world.nowMs());
  const same = world.store
    .list("Event", namespace)
    .find((event) => event.involvedObject.uid === uid && event.reason === happening.reason && event.message === happening.message);
  if (same !== undefined) {
    world.store.replace(same, { ...asJson(same), count: (same.count ?? 1) + 1, lastTimestamp: at });
    return;
  }
  const number = world.nextNumber().toString(16).padStart(16, "0");
  world.store.insert(
    {
      apiVersion: "v1",
      kind: "Event",
      metadata: { name: `${name}.${number}`, namespace },
      involvedObject: {
        apiVersion: about.apiVersion,
        kind: about.kind,
        name,
        uid,
        resourceVersion: about.metadata.resourceVersion,
        ...(about.metadata.namespace === undefined ? {} : { namespace }),
      },
      type: happening.type,
      reason: happening.reason,
      message: happening.message,
      count: 1,
      firstTimestamp: at,
      lastTimestamp: at,
      source: { component: happening.source },
      reportingComponent: happening.source,
    },
    world.nowMs(),
  );
}

/** Whether an event with exactly this message is there about the object. */
export function recorded(world: World, about: KubernetesObject, message: string): boolean {
  const { namespace, uid } = about.metadata;
  return world.store.list("Event", namespace).some((event) => event.involvedObject.uid === uid && event.message === message);
}
