/**
 * The objects of the in-memory cluster, with what the API server itself sets: uid, resourceVersion, times. An
 * object is never changed in place, so whoever read one keeps what was read. No rule of any kind lives here.
 */
import { BrokenInvariant } from "../../../failure.ts";
import { jsonEqual } from "../../../kubernetes/json.ts";
import type { JsonObject } from "../../../kubernetes/json.ts";
import { asJson, asObject } from "../../../kubernetes/object.ts";
import type { EndpointSlice, Event, KubernetesObject, Node, ObjectRef, Pod, Service, Workload } from "../../../kubernetes/object.ts";

export interface ControllerRevision extends KubernetesObject {
  readonly revision: number;
}

interface Shapes {
  readonly ControllerRevision: ControllerRevision;
  readonly DaemonSet: Workload;
  readonly Deployment: Workload;
  readonly EndpointSlice: EndpointSlice;
  readonly Event: Event;
  readonly Node: Node;
  readonly Pod: Pod;
  readonly ReplicaSet: Workload;
  readonly Service: Service;
  readonly StatefulSet: Workload;
}

/** The objects of a kind as the controllers read them. */
export type ObjectOf<K extends string> = K extends keyof Shapes ? Shapes[K] : KubernetesObject;

export interface Store {
  /** Rises with every effective write: two equal readings mean that nothing happened between them. */
  version(): number;
  get(ref: ObjectRef): KubernetesObject | undefined;
  /** In the order of creation. */
  list<K extends string>(kind: K, namespace?: string): readonly ObjectOf<K>[];
  /** Every object, in the order of creation within its kind. */
  all(): readonly KubernetesObject[];
  /** Gives uid, resourceVersion, creationTimestamp. The caller has checked that the name is free. */
  insert(object: JsonObject, atMs: number): KubernetesObject;
  /** Stores `after` under a new resourceVersion; a byte-identical write changes nothing, as on the real server. */
  replace(before: KubernetesObject, after: JsonObject): KubernetesObject;
  remove(ref: ObjectRef): void;
}

/** RFC 3339 with whole seconds, as the API prints times. */
export function timestamp(atMs: number): string {
  return new Date(atMs).toISOString().replace(/\.\d+Z$/, "Z");
}

function keyOf(ref: { readonly namespace?: string | undefined; readonly name: string }): string {
  return `${ref.namespace ?? ""}/${ref.name}`;
}

export function createStore(): Store {
  const objects = new Map<string, Map<string, KubernetesObject>>();
  let version = 0;
  let uids = 0;

  function shelf(kind: string): Map<string, KubernetesObject> {
    const found = objects.get(kind) ?? new Map<string, KubernetesObject>();
    objects.set(kind, found);
    return found;
  }

  function put(object: JsonObject, metadata: JsonObject): KubernetesObject {
    version += 1;
    const stored = asObject({ ...object, metadata: { ...metadata, resourceVersion: String(1000 + version) } });
    shelf(stored.kind).set(keyOf(stored.metadata), stored);
    return stored;
  }

  return {
    version: () => version,
    get: (ref) => objects.get(ref.kind)?.get(keyOf(ref)),
    list<K extends string>(kind: K, namespace?: string): readonly ObjectOf<K>[] {
      const found = [...(objects.get(kind)?.values() ?? [])] as ObjectOf<K>[];
      return namespace === undefined ? found : found.filter((object) => object.metadata.namespace === namespace);
    },
    all: () => [...objects.values()].flatMap((shelfOfKind) => [...shelfOfKind.values()]),
    insert(object, atMs) {
      uids += 1;
      const uid = `00000000-0000-4000-8000-${String(uids).padStart(12, "0")}`;
      return put(object, { ...metadataOf(object), uid, creationTimestamp: timestamp(atMs) });
    },
    replace(before, after) {
      if (shelf(before.kind).get(keyOf(before.metadata)) !== before)
        throw new BrokenInvariant(`${before.kind} ${keyOf(before.metadata)} was written from a reading that is out of date`);
      const { resourceVersion: _sent, ...metadata } = metadataOf(after);
      const { resourceVersion: _had, ...had } = metadataOf(asJson(before));
      if (jsonEqual({ ...after, metadata }, { ...asJson(before), metadata: had })) return before;
      return put(after, metadata);
    },
    remove(ref) {
      if (shelf(ref.kind).delete(keyOf(ref))) version += 1;
    },
  };
}

function metadataOf(object: JsonObject): JsonObject {
  return object["metadata"] as JsonObject;
}
