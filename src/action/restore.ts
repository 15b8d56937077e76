/**
 * PURE. The inverse of a write, worked out against the object as it is now: a three-way comparison for each touched
 * field. Ours -> put back; already back -> nothing; anything else -> a foreign hand, left alone and reported.
 */
import { applyPatch, isJsonArray, isJsonObject, jsonEqual, pointer } from "../kubernetes/json.ts";
import type { Json, JsonObject, PatchOperation } from "../kubernetes/json.ts";
import { describePath } from "./change.ts";
import type { Change, Segment } from "./change.ts";
import { mergeKeysOf } from "./merge-key.ts";

export interface Conflict {
  readonly path: string;
  /** What stands there now, or undefined when the field is gone. */
  readonly found: Json | undefined;
  readonly ours: Json | undefined;
}

export interface Restore {
  /** Empty when nothing is left to put back. Each value that is replaced is tested first. */
  readonly operations: readonly PatchOperation[];
  readonly conflicts: readonly Conflict[];
}

/** `current`: the object as read just now. `changes`: as `changesBetween` gave them. */
export function restoreChanges(changes: readonly Change[], current: JsonObject): Restore {
  const operations: PatchOperation[] = [];
  const conflicts: Conflict[] = [];
  let document: Json = current;
  // Removals come last first, so that a map is emptied before it goes; additions first first, so that it exists.
  const back = changes.toReversed();
  const ordered = [...back.filter((change) => change.before === null), ...changes.filter((change) => change.before !== null)];
  for (const change of ordered) {
    const step = restoreOne(change, document);
    if (step.kind === "conflict") conflicts.push({ path: describePath(change.path), found: step.found, ours: change.after?.value });
    if (step.kind !== "restore") continue;
    operations.push(...step.operations);
    document = step.document;
  }
  return { operations, conflicts };
}

type Step =
  | { readonly kind: "nothing" }
  | { readonly kind: "conflict"; readonly found: Json | undefined }
  | { readonly kind: "restore"; readonly operations: readonly PatchOperation[]; readonly document: Json };

function restoreOne(change: Change, document: Json): Step {
  const place = locate(document, change.path);
  const found = place?.value;
  const before = change.before?.value;
  const after = change.after?.value;
  if (jsonEqual(found, before)) return { kind: "nothing" };
  if (change.container && isContainer(found) && before !== undefined) return { kind: "nothing" };
  // A map that we created and somebody else has filled since stays: its content is theirs.
  if (change.container && before === undefined && isContainer(found) && !isEmpty(found)) return { kind: "nothing" };
  if (!jsonEqual(found, after) && !(change.container && isEmpty(found))) return { kind: "conflict", found };
  if (place === undefined) return { kind: "conflict", found };
  const path = pointer(...place.path);
  const guard: PatchOperation[] = found === undefined ? [] : [{ op: "test", path, value: found }];
  const operation: PatchOperation =
    before === undefined
      ? { op: "remove", path }
      : found === undefined
        ? { op: "add", path, value: before }
        : { op: "replace", path, value: before };
  const outcome = applyPatch(document, [operation]);
  return outcome.ok ? { kind: "restore", operations: [...guard, operation], document: outcome.value } : { kind: "conflict", found };
}

function isContainer(value: Json | undefined): boolean {
  return isJsonObject(value) || isJsonArray(value);
}

function isEmpty(value: Json | undefined): boolean {
  return isJsonArray(value) ? value.length === 0 : isJsonObject(value) && Object.keys(value).length === 0;
}

/** What stands where the path leads now; undefined when nothing does. */
export function valueAtPath(document: Json, path: readonly Segment[]): Json | undefined {
  return locate(document, path)?.value;
}

interface Place {
  readonly path: readonly (string | number)[];
  readonly value: Json | undefined;
}

/** Where the path leads now. Undefined when the way to it is gone. */
function locate(document: Json, path: readonly Segment[]): Place | undefined {
  const way: (string | number)[] = [];
  const fields: string[] = [];
  let current: Json | undefined = document;
  for (const segment of path) {
    if (current === undefined) return undefined;
    if (typeof segment === "string") {
      if (!isJsonObject(current)) return undefined;
      way.push(segment);
      fields.push(segment);
      current = Object.hasOwn(current, segment) ? current[segment] : undefined;
      continue;
    }
    if (!isJsonArray(current)) return undefined;
    const keys = mergeKeysOf(fields) ?? Object.keys(segment.by);
    const index: number = current.findIndex((entry) => matches(entry, segment.by, keys));
    way.push(index >= 0 ? index : Math.min(segment.index, current.length));
    current = index >= 0 ? current[index] : undefined;
  }
  return { path: way, value: current };
}

/** A key that the entry did not have (`protocol`) must be absent still: `53` is not `53/UDP`. */
function matches(entry: Json, by: Readonly<Record<string, Json>>, keys: readonly string[]): boolean {
  return isJsonObject(entry) && keys.every((key) => jsonEqual(entry[key], by[key]));
}
