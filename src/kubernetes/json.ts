/** JSON values, JSON Pointer (RFC 6901) and JSON Patch (RFC 6902) as the Kubernetes API speaks them. */

import * as z from "zod";

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

export type PatchOperation =
  | { readonly op: "add" | "replace" | "test"; readonly path: string; readonly value: Json }
  | { readonly op: "remove"; readonly path: string };

/** For what was parsed from JSON text already: anything but "not there". */
export const jsonSchema = z.custom<Json>((value) => value !== undefined);

export function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isJsonArray(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

export function pointer(...segments: readonly (string | number)[]): string {
  return segments.map((segment) => `/${String(segment).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

export function segmentsOf(path: string): string[] {
  if (path === "") return [];
  return path
    .slice(1)
    .split("/")
    .map((segment) => segment.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** The value at a JSON Pointer, or undefined when nothing is there. */
export function valueAt(document: Json, path: string): Json | undefined {
  let current: Json | undefined = document;
  for (const segment of segmentsOf(path)) {
    if (isJsonArray(current)) current = /^(0|[1-9]\d*)$/.test(segment) ? current[Number(segment)] : undefined;
    else if (isJsonObject(current)) current = Object.hasOwn(current, segment) ? current[segment] : undefined;
    else return undefined;
  }
  return current;
}

/** Deep equality; the order of object keys does not matter, the order of array items does. */
export function jsonEqual(left: Json | undefined, right: Json | undefined): boolean {
  if (left === right) return true;
  if (isJsonArray(left))
    return isJsonArray(right) && left.length === right.length && left.every((item, index) => jsonEqual(item, right[index]));
  if (!isJsonObject(left) || !isJsonObject(right)) return false;
  const keys = Object.keys(left);
  return keys.length === Object.keys(right).length && keys.every((key) => Object.hasOwn(right, key) && jsonEqual(left[key], right[key]));
}

export type PatchOutcome = { readonly ok: true; readonly value: Json } | { readonly ok: false; readonly reason: string };

/**
 * Applies a JSON Patch to a copy. All or nothing. As in the API server's own library, `add` to a missing parent and
 * `remove` of something that is not there fail; `replace` of a key that a map does not have sets it.
 */
export function applyPatch(document: Json, operations: readonly PatchOperation[]): PatchOutcome {
  let current = document;
  for (const operation of operations) {
    const outcome = applyOperation(current, segmentsOf(operation.path), operation);
    if (!outcome.ok) return outcome;
    current = outcome.value;
  }
  return { ok: true, value: current };
}

function applyOperation(node: Json, segments: readonly string[], operation: PatchOperation): PatchOutcome {
  const [head, ...rest] = segments;
  if (head === undefined) return applyHere(node, operation);
  if (isJsonArray(node)) return applyInArray(node, head, rest, operation);
  if (!isJsonObject(node)) return missing(operation);
  const child = Object.hasOwn(node, head) ? node[head] : undefined;
  if (rest.length === 0 && (operation.op === "add" || operation.op === "replace"))
    return { ok: true, value: { ...node, [head]: operation.value } };
  if (child === undefined) return missing(operation);
  if (rest.length === 0 && operation.op === "remove") {
    const { [head]: _removed, ...others } = node;
    return { ok: true, value: others };
  }
  const outcome = applyOperation(child, rest, operation);
  return outcome.ok ? { ok: true, value: { ...node, [head]: outcome.value } } : outcome;
}

function applyInArray(node: readonly Json[], head: string, rest: readonly string[], operation: PatchOperation): PatchOutcome {
  if (rest.length === 0 && operation.op === "add" && head === "-") return { ok: true, value: [...node, operation.value] };
  const index = /^(0|[1-9]\d*)$/.test(head) ? Number(head) : -1;
  if (rest.length === 0 && operation.op === "add" && index >= 0 && index <= node.length)
    return { ok: true, value: node.toSpliced(index, 0, operation.value) };
  const child = node[index];
  if (child === undefined) return missing(operation);
  if (rest.length === 0 && operation.op === "remove") return { ok: true, value: node.toSpliced(index, 1) };
  const outcome = applyOperation(child, rest, operation);
  return outcome.ok ? { ok: true, value: node.with(index, outcome.value) } : outcome;
}

function applyHere(node: Json, operation: PatchOperation): PatchOutcome {
  if (operation.op === "remove") return { ok: false, reason: "the whole document cannot be removed" };
  if (operation.op !== "test") return { ok: true, value: operation.value };
  return jsonEqual(node, operation.value) ? { ok: true, value: node } : { ok: false, reason: `testing value ${operation.path} failed` };
}

function missing(operation: PatchOperation): PatchOutcome {
  return { ok: false, reason: `${operation.op} operation does not apply: nothing at ${operation.path}` };
}
