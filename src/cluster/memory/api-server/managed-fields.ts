/**
 * PURE. Who owns which field: `metadata.managedFields` as the API server keeps it for updates. A field belongs to the
 * manager who changed its value last. Source: structured-merge-diff, FieldsV1.
 */
import { isJsonArray, isJsonObject, jsonEqual } from "../../../kubernetes/json.ts";
import type { Json, JsonObject } from "../../../kubernetes/json.ts";
import { timestamp } from "./store.ts";

/** Metadata that nobody owns. */
const unowned = new Set(["apiVersion", "kind", "status"]);
const unownedMetadata = new Set([
  "name",
  "namespace",
  "uid",
  "resourceVersion",
  "generation",
  "creationTimestamp",
  "deletionTimestamp",
  "managedFields",
]);

/** `after` with its managedFields brought up to date; `before` is absent for a new object. */
export function withManager(after: JsonObject, before: JsonObject | undefined, manager: string, atMs: number): JsonObject {
  const metadata = after["metadata"] as JsonObject;
  const changed = changedFields(owned(after), before === undefined ? {} : owned(before));
  if (Object.keys(changed).length === 0) return after;
  const entries = isJsonArray(metadata["managedFields"]) ? metadata["managedFields"].filter(isJsonObject) : [];
  const mine = entries.find((entry) => entry["manager"] === manager && isJsonObject(entry["fieldsV1"]));
  const fields = merge((mine?.["fieldsV1"] ?? {}) as JsonObject, changed);
  const others = entries
    .filter((entry) => entry !== mine)
    .map((entry) => ({ ...entry, fieldsV1: without((entry["fieldsV1"] ?? {}) as JsonObject, changed) }))
    .filter((entry) => Object.keys(entry.fieldsV1).length > 0);
  const entry = {
    manager,
    operation: "Update",
    apiVersion: after["apiVersion"] ?? "v1",
    time: timestamp(atMs),
    fieldsType: "FieldsV1",
    fieldsV1: fields,
  };
  return { ...after, metadata: { ...metadata, managedFields: [...others, entry] } };
}

function owned(object: JsonObject): JsonObject {
  const { metadata, ...rest } = object;
  const fields = Object.entries(rest).filter(([key]) => !unowned.has(key));
  const named = Object.entries(isJsonObject(metadata) ? metadata : {}).filter(([key]) => !unownedMetadata.has(key));
  return Object.fromEntries(named.length === 0 ? fields : [["metadata", Object.fromEntries(named)], ...fields]);
}

/** The children of a value under their names in FieldsV1; undefined when the value is owned as a whole. */
function children(value: Json | undefined): ReadonlyMap<string, Json> | undefined {
  if (isJsonObject(value)) return new Map(Object.entries(value).map(([key, child]) => [`f:${key}`, child]));
  if (!isJsonArray(value) || value.length === 0) return undefined;
  const named = new Map<string, Json>();
  for (const item of value) {
    if (!isJsonObject(item)) return undefined;
    const { name, containerPort, port, protocol } = item;
    const number = containerPort === undefined ? (port === undefined ? undefined : { port }) : { containerPort };
    const key = number === undefined ? (name === undefined ? undefined : { name }) : { ...number, protocol: protocol ?? "TCP" };
    if (key === undefined) return undefined;
    named.set(`k:${JSON.stringify(key)}`, item);
  }
  return named;
}

/** A tree of the fields whose value is new or another one; removed fields are nobody's. */
function changedFields(after: Json, before: Json | undefined): JsonObject {
  const now = children(after) ?? new Map<string, Json>();
  const had = children(before) ?? new Map<string, Json>();
  const tree: Record<string, Json> = {};
  for (const [key, value] of now) {
    const old = had.get(key);
    if (jsonEqual(value, old)) continue;
    tree[key] = children(value) === undefined ? {} : changedFields(value, old);
  }
  return tree;
}

function merge(left: JsonObject, right: JsonObject): JsonObject {
  const result: Record<string, Json> = { ...left };
  for (const [key, value] of Object.entries(right)) {
    const mine = result[key];
    result[key] = isJsonObject(mine) && isJsonObject(value) ? merge(mine, value) : value;
  }
  return result;
}

function without(tree: JsonObject, taken: JsonObject): JsonObject {
  const result: Record<string, Json> = {};
  for (const [key, value] of Object.entries(tree)) {
    const gone = taken[key];
    if (!isJsonObject(gone) || !isJsonObject(value)) {
      result[key] = value;
      continue;
    }
    const rest = without(value, gone);
    if (Object.keys(rest).length > 0) result[key] = rest;
  }
  return result;
}
