/** PURE. JSON Merge Patch (RFC 7386), and the JSON Patch that leads from one document to another. */
import { isJsonArray, isJsonObject, jsonEqual, pointer } from "./json.ts";
import type { Json, JsonObject, PatchOperation } from "./json.ts";

/** A `null` in the patch takes the field away; lists are replaced whole. */
export function mergePatch(document: Json | undefined, patch: Json): Json {
  if (!isJsonObject(patch)) return withoutNulls(patch);
  const here = isJsonObject(document) ? document : {};
  // Built from entries: a ConfigMap may have a key `__proto__`.
  const merged = new Map(Object.entries(here));
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) merged.delete(key);
    else merged.set(key, mergePatch(own(here, key), value));
  }
  return Object.fromEntries(merged);
}

/** What a patch puts where nothing was: a `null` field says the same as none. Entries of lists keep their places. */
export function withoutNulls(value: Json): Json {
  if (isJsonArray(value)) return value.map(withoutNulls);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).flatMap(([key, inner]) => (inner === null ? [] : [[key, withoutNulls(inner)]])));
}

/** Field by field in maps; a list that differs is replaced whole. */
export function operationsBetween(before: JsonObject, after: JsonObject, path = ""): PatchOperation[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return keys.flatMap((key): PatchOperation[] => {
    const [had, has] = [own(before, key), own(after, key)];
    const here = path + pointer(key);
    if (jsonEqual(had, has)) return [];
    if (has === undefined) return [{ op: "remove", path: here }];
    if (had === undefined) return [{ op: "add", path: here, value: has }];
    return isJsonObject(had) && isJsonObject(has) ? operationsBetween(had, has, here) : [{ op: "replace", path: here, value: has }];
  });
}

/** What objects inherit is no field. */
export function own(map: JsonObject, key: string): Json | undefined {
  return Object.hasOwn(map, key) ? map[key] : undefined;
}
