/** PURE. JSON Merge Patch (RFC 7386), and the JSON Patch that leads from one document to another. */
import { isJsonObject, jsonEqual, pointer } from "./json.ts";
import type { Json, JsonObject, PatchOperation } from "./json.ts";

/** A `null` in the patch takes the field away; lists are replaced whole. */
export function mergePatch(document: Json | undefined, patch: Json): Json {
  if (!isJsonObject(patch)) return patch;
  const merged: Record<string, Json> = isJsonObject(document) ? { ...document } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else merged[key] = mergePatch(Object.hasOwn(merged, key) ? merged[key] : undefined, value);
  }
  return merged;
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

function own(map: JsonObject, key: string): Json | undefined {
  return Object.hasOwn(map, key) ? map[key] : undefined;
}
