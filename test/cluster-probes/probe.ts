/**
 * A probe is one request to an API server, as data: sent to a real one to be recorded, and to the in-memory one to be
 * compared. Probes of one case share their objects and follow each other; nothing acts between them.
 */
import { isJsonArray, isJsonObject } from "../../src/kubernetes/json.ts";
import type { Json, JsonObject, PatchOperation } from "../../src/kubernetes/json.ts";

export interface Place {
  readonly kind: string;
  readonly name: string;
}

/** `$uid` and `$resourceVersion` in a request stand for those of the object as it is when the request is sent. */
export type Asked =
  | { readonly verb: "create"; readonly object: JsonObject }
  | { readonly verb: "patch"; readonly type: "json"; readonly patch: readonly PatchOperation[] }
  | { readonly verb: "patch"; readonly type: "merge" | "strategic"; readonly patch: JsonObject }
  | { readonly verb: "delete" | "evict"; readonly uid: string; readonly resourceVersion: string };

export interface Probe {
  readonly name: string;
  readonly asked: Asked;
  readonly dryRun: boolean;
  /** Left out: the first object of the case. A creation is of what it creates. */
  readonly of?: Place;
}

/** What is there before. A status is written as controllers do it, after the object. */
export type Manifest = JsonObject & { readonly kind: string; readonly metadata: JsonObject & { readonly name: string } };

export interface Case {
  readonly name: string;
  /** Without namespaces: those of namespaced kinds lie in the case's own. */
  readonly objects: readonly Manifest[];
  readonly probes: readonly Probe[];
  /** The namespace is being deleted before the first probe. */
  readonly terminating?: boolean;
}

/** Also the namespace of the case: a name says which case a recorded message is from. */
export function namespaceOf({ name }: Case): string {
  return `probe-${name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .slice(0, 40)}`;
}

export function placeOf({ kind, metadata }: Manifest): Place {
  return { kind, name: metadata.name };
}

export function targetOf({ objects }: Case, { asked, of }: Probe): Place {
  const first = objects[0];
  if (of !== undefined) return of;
  if (asked.verb === "create") return placeOf(asked.object as Manifest);
  if (first === undefined) throw new Error("a probe of nothing");
  return placeOf(first);
}

/** With the identity of the object as it is now in place of what stands for it. */
export function filled(value: Json, before: JsonObject | undefined): Json {
  if (isJsonArray(value)) return value.map((item) => filled(item, before));
  if (isJsonObject(value)) return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, filled(inner, before)]));
  if (value !== "$uid" && value !== "$resourceVersion") return value;
  return ((before?.["metadata"] ?? {}) as JsonObject)[value.slice(1)] ?? null;
}

export function add(path: string, value: Json): PatchOperation {
  return { op: "add", path, value };
}

export function replace(path: string, value: Json): PatchOperation {
  return { op: "replace", path, value };
}

export function test(path: string, value: Json): PatchOperation {
  return { op: "test", path, value };
}

export function remove(path: string): PatchOperation {
  return { op: "remove", path };
}

/** A JSON Patch. */
export function json(name: string, ...patch: readonly PatchOperation[]): Probe {
  return { name, asked: { verb: "patch", type: "json", patch }, dryRun: false };
}

export function merge(name: string, patch: JsonObject): Probe {
  return { name: `${name} (merge patch)`, asked: { verb: "patch", type: "merge", patch }, dryRun: false };
}

export function strategic(name: string, patch: JsonObject): Probe {
  return { name: `${name} (strategic merge patch)`, asked: { verb: "patch", type: "strategic", patch }, dryRun: false };
}

export function create(name: string, object: JsonObject): Probe {
  return { name: `create: ${name}`, asked: { verb: "create", object }, dryRun: false };
}

const asItIs = { uid: "$uid", resourceVersion: "$resourceVersion" };

export function drop(name: string, preconditions: { readonly uid?: string; readonly resourceVersion?: string } = {}): Probe {
  return { name: `delete: ${name}`, asked: { verb: "delete", ...asItIs, ...preconditions }, dryRun: false };
}

export function evict(name: string, preconditions: { readonly uid?: string; readonly resourceVersion?: string } = {}): Probe {
  return { name: `evict: ${name}`, asked: { verb: "evict", ...asItIs, ...preconditions }, dryRun: false };
}

export function dry(probe: Probe): Probe {
  return { ...probe, name: `${probe.name} (dry run)`, dryRun: true };
}

export function on(kind: string, name: string, probe: Probe): Probe {
  return { ...probe, of: { kind, name } };
}
