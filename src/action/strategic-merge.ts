/** PURE. Kubernetes' strategic merge patch: keyed lists are merged by their merge key, everything else as RFC 7386 says. */
import { refused, success } from "../failure.ts";
import type { Result } from "../failure.ts";
import { isJsonArray, isJsonObject, jsonEqual } from "../kubernetes/json.ts";
import type { Json, JsonObject } from "../kubernetes/json.ts";
import { mergeKeysOf } from "./merge-key.ts";

/** `refused` for a directive that is not understood: better no patch than another one. */
export function strategicMergePatch(document: JsonObject, patch: JsonObject): Result<Json> {
  const directive = directiveIn(patch);
  return directive === undefined ? success(mergeMap(document, patch, [])) : refused(`${directive} is not understood`);
}

function directiveIn(value: Json): string | undefined {
  if (isJsonArray(value)) return value.map(directiveIn).find((found) => found !== undefined);
  if (!isJsonObject(value)) return undefined;
  return Object.entries(value)
    .map(([key, inner]) => (key.startsWith("$") && !(key === "$patch" && inner === "delete") ? key : directiveIn(inner)))
    .find((found) => found !== undefined);
}

function mergeMap(document: JsonObject, patch: JsonObject, fields: readonly string[]): JsonObject {
  const merged: Record<string, Json> = { ...document };
  for (const [key, value] of Object.entries(patch)) {
    const here = Object.hasOwn(merged, key) ? merged[key] : undefined;
    if (value === null) delete merged[key];
    else if (isJsonObject(value)) merged[key] = mergeMap(isJsonObject(here) ? here : {}, value, [...fields, key]);
    else merged[key] = isJsonArray(value) ? mergeList(isJsonArray(here) ? here : [], value, [...fields, key]) : value;
  }
  return merged;
}

function mergeList(document: readonly Json[], patch: readonly Json[], fields: readonly string[]): readonly Json[] {
  const key = mergeKeysOf(fields)?.[0];
  if (key === undefined) return patch;
  let merged = [...document];
  for (const entry of patch) {
    if (!isJsonObject(entry)) return patch;
    const index = merged.findIndex((candidate) => isJsonObject(candidate) && jsonEqual(candidate[key], entry[key]));
    const found = merged[index];
    if (entry["$patch"] === "delete") merged = merged.filter((_, position) => position !== index);
    else if (isJsonObject(found)) merged = merged.with(index, mergeMap(found, entry, fields));
    else merged.push(entry);
  }
  return merged;
}
