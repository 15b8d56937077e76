/**
 * PURE. What changed between two pod templates, as pointers into the newer one, and the patch that takes only that
 * back. Containers are compared by name (Kubernetes' merge key); any other list is one value.
 */
import type { Action } from "../action/action.ts";
import type { Json, JsonObject } from "../kubernetes/json.ts";
import { isJsonArray, isJsonObject, jsonEqual, pointer, valueAt } from "../kubernetes/json.ts";
import type { PodTemplate } from "../kubernetes/object.ts";

export interface Change {
  /** Into the newer template: `/spec/containers/0/image`. */
  readonly path: string;
  /** `container app: image`, `nodeSelector`. */
  readonly what: string;
  /** Undefined where the older template had nothing. */
  readonly before: Json | undefined;
  readonly after: Json | undefined;
}

type PatchOperations = Extract<Action, { type: "patch" }>["operations"];

const containerLists = ["containers", "initContainers"] as const;
/** A patch may hold no more operations (action.ts). */
const changesMax = 20;

/** Every field of the pod spec that differs; a container that only one side has is one change of its list. */
export function changesBetween(older: PodTemplate, newer: PodTemplate): readonly Change[] {
  const before = specOf(older);
  const after = specOf(newer);
  const fields = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...fields].flatMap((field) =>
    containerLists.some((list) => list === field)
      ? changesOfContainers(field, before[field], after[field])
      : changesOfField(before[field], after[field], pointer("spec", field), field),
  );
}

/** The operations that put the changes back, from the root of a workload; undefined when there are none or too many. */
export function operationsBack(changes: readonly Change[]): PatchOperations | undefined {
  if (changes.length === 0 || changes.length > changesMax) return undefined;
  return changes.map(({ path, before, after }) => {
    const whole = `/spec/template${path}`;
    if (before === undefined) return { op: "remove", path: whole };
    return after === undefined ? { op: "add", path: whole, value: before } : { op: "replace", path: whole, value: before };
  });
}

function specOf(template: PodTemplate): JsonObject {
  return template.spec as unknown as JsonObject;
}

function changesOfContainers(list: string, before: Json | undefined, after: Json | undefined): readonly Change[] {
  const olds = isJsonArray(before) ? before : [];
  const news = isJsonArray(after) ? after : [];
  const sameNames = jsonEqual(olds.map(nameIn).sort(), news.map(nameIn).sort());
  const changes: Change[] = sameNames ? [] : [{ path: pointer("spec", list), what: list, before, after }];
  for (const [index, container] of news.entries()) {
    const earlier = olds.find((candidate) => nameIn(candidate) === nameIn(container));
    if (!isJsonObject(earlier) || !isJsonObject(container)) continue;
    for (const field of new Set([...Object.keys(earlier), ...Object.keys(container)])) {
      const what = `container ${nameIn(container)}: ${field}`;
      changes.push(...changesOfField(earlier[field], container[field], pointer("spec", list, index, field), what));
    }
  }
  return changes;
}

function nameIn(container: Json): string {
  const name = valueAt(container, "/name");
  return typeof name === "string" ? name : "";
}

function changesOfField(before: Json | undefined, after: Json | undefined, path: string, what: string): readonly Change[] {
  if (jsonEqual(before, after)) return [];
  if (!isJsonObject(before) || !isJsonObject(after)) return [{ path, what, before, after }];
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].flatMap((key) => changesOfField(before[key], after[key], path + pointer(key), what));
}
