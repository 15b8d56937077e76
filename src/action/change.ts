/**
 * PURE. What a write changed, field by field, in a form that can be found again on a later version of the object:
 * an entry of a keyed list is named by its merge key, never by its index. Computed from the server's own dry-run
 * answer, so defaults and admission are in it. Never a whole-object snapshot.
 */
import * as z from "zod";
import { isJsonArray, isJsonObject, jsonEqual, jsonSchema, pointer } from "../kubernetes/json.ts";
import type { Json, JsonObject } from "../kubernetes/json.ts";
import { mergeKeysOf } from "./merge-key.ts";

/** A map key, or an entry of a keyed list with the index it had, which matters only when it is put back. */
export const segmentSchema = z.union([z.string(), z.strictObject({ by: z.record(z.string(), jsonSchema), index: z.int() })]);
export type Segment = z.infer<typeof segmentSchema>;

/** `null` on a side: nothing was there. Values are wrapped because JSON has a null of its own. */
const sideSchema = z.union([z.strictObject({ value: jsonSchema }), z.null()]);

export const changeSchema = z.strictObject({
  path: z.array(segmentSchema),
  before: sideSchema,
  after: sideSchema,
  /** The map itself came or went; its content has changes of its own. Undone only when nothing foreign is in it. */
  container: z.boolean(),
});
export type Change = z.infer<typeof changeSchema>;

/** Annotation that carries the fence of the incident's driver while an object is in its hands. */
export const fenceAnnotation = "stratus.dev/fence";
/** Names the last write of ours: `<incident>/<attempt>/<sequence>`. Tells whether one of unknown effect took place. */
export const writeAnnotation = "stratus.dev/write";

const serverSetMetadata = ["managedFields", "resourceVersion", "generation", "uid", "creationTimestamp", "selfLink", "deletionTimestamp"];

/** Annotations that controllers rewrite by themselves; a restored object may differ there. Source: deployment controller. */
const controllerAnnotations = ["deployment.kubernetes.io/revision", "deprecated.daemonset.template.generation"];

/**
 * Taints by which the node lifecycle controller reports a node's state; each follows a condition, or `unschedulable`. Source:
 * Taints and Tolerations, kubernetes.io; `out-of-service` is not among them, people set it.
 */
const reportedTaints = [
  "not-ready",
  "unreachable",
  "unschedulable",
  "memory-pressure",
  "disk-pressure",
  "pid-pressure",
  "network-unavailable",
].map((state) => `node.kubernetes.io/${state}`);

/** The object as somebody could create it again: without its status and what the server sets. */
export function withoutServerFields(object: JsonObject): JsonObject {
  const { status: _status, metadata, ...rest } = object;
  if (!isJsonObject(metadata)) return rest;
  return { ...rest, metadata: Object.fromEntries(Object.entries(metadata).filter(([key]) => !serverSetMetadata.includes(key))) };
}

/** The object without what the server, its controllers or our fence put there: what people mean by "the same object". */
export function normalise(object: JsonObject): JsonObject {
  const { metadata, ...rest } = withoutReportedTaints(withoutServerFields(object));
  if (!isJsonObject(metadata)) return rest;
  const annotations = Object.entries(annotationsOf(metadata)).filter(([key]) => !isUnseenAnnotation(key));
  const { annotations: _all, ...kept } = metadata;
  return { ...rest, metadata: { ...kept, ...(annotations.length === 0 ? {} : { annotations: Object.fromEntries(annotations) }) } };
}

/**
 * Of what `normalise` leaves out, the first place that differs: it would show in no change, so no policy would judge it and
 * no undo would bring it back. The resourceVersion is among it, without which a patch overwrites what others wrote.
 */
export function unseenChange(before: JsonObject, after: JsonObject): string | undefined {
  const [had, has] = [unseenOf(before), unseenOf(after)];
  return [...new Set([...Object.keys(had), ...Object.keys(has)])].find((path) => !jsonEqual(had[path], has[path]));
}

function unseenOf({ metadata, status }: JsonObject): JsonObject {
  const known = isJsonObject(metadata) ? metadata : {};
  const set = Object.entries(known).filter(([key]) => serverSetMetadata.includes(key));
  const noted = Object.entries(annotationsOf(known)).filter(([key]) => isUnseenAnnotation(key));
  return {
    ...(status === undefined ? {} : { "/status": status }),
    ...Object.fromEntries(set.map(([key, value]) => [pointer("metadata", key), value])),
    ...Object.fromEntries(noted.map(([key, value]) => [pointer("metadata", "annotations", key), value])),
  };
}

function annotationsOf({ annotations }: JsonObject): JsonObject {
  return isJsonObject(annotations) ? annotations : {};
}

function isUnseenAnnotation(key: string): boolean {
  return key === fenceAnnotation || key === writeAnnotation || controllerAnnotations.includes(key);
}

function withoutReportedTaints(object: JsonObject): JsonObject {
  const spec = object["kind"] === "Node" ? object["spec"] : undefined;
  if (!isJsonObject(spec) || !isJsonArray(spec["taints"])) return object;
  const { taints, ...kept } = spec;
  const wished = taints.filter((taint) => !isJsonObject(taint) || !reportedTaints.some((key) => key === taint["key"]));
  return { ...object, spec: wished.length === 0 ? kept : { ...kept, taints: wished } };
}

/** Every field that differs between two versions of one object, parents before children. */
export function changesBetween(before: JsonObject, after: JsonObject): Change[] {
  return mapChanges(normalise(before), normalise(after), []);
}

function mapChanges(before: JsonObject, after: JsonObject, path: readonly Segment[]): Change[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].toSorted();
  return keys.flatMap((key) => fieldChanges(own(before, key), own(after, key), [...path, key]));
}

/** A ConfigMap may well have a key `constructor`: what objects inherit is no field. */
function own(map: JsonObject, key: string): Json | undefined {
  return Object.hasOwn(map, key) ? map[key] : undefined;
}

function fieldChanges(before: Json | undefined, after: Json | undefined, path: Segment[]): Change[] {
  if (jsonEqual(before, after)) return [];
  if (isMapOrNothing(before) && isMapOrNothing(after)) {
    return [...containerChange(before, after, path, {}), ...mapChanges(before ?? {}, after ?? {}, path)];
  }
  if (isListOrNothing(before) && isListOrNothing(after)) {
    const entries = keyedListChanges(before ?? [], after ?? [], path);
    if (entries !== undefined) return [...containerChange(before, after, path, []), ...entries];
  }
  return [{ path, before: side(before), after: side(after), container: false }];
}

function isMapOrNothing(value: Json | undefined): value is JsonObject | undefined {
  return value === undefined || isJsonObject(value);
}

function isListOrNothing(value: Json | undefined): value is readonly Json[] | undefined {
  return value === undefined || isJsonArray(value);
}

function containerChange(before: Json | undefined, after: Json | undefined, path: Segment[], empty: Json): Change[] {
  if ((before === undefined) === (after === undefined)) return [];
  return [
    { path, before: before === undefined ? null : { value: empty }, after: after === undefined ? null : { value: empty }, container: true },
  ];
}

/** Undefined: the list is atomic here (no merge key, doubled keys, or entries changed places). */
function keyedListChanges(before: readonly Json[], after: readonly Json[], path: readonly Segment[]): Change[] | undefined {
  const field = path.at(-1);
  const keys = typeof field === "string" ? mergeKeysOf(path.filter((segment) => typeof segment === "string")) : undefined;
  if (keys === undefined) return undefined;
  const left = entriesByKey(before, keys);
  const right = entriesByKey(after, keys);
  if (left === undefined || right === undefined) return undefined;
  const commonLeft = [...left.keys()].filter((id) => right.has(id));
  const commonRight = [...right.keys()].filter((id) => left.has(id));
  if (!jsonEqual(commonLeft, commonRight)) return undefined;
  const changes: Change[] = [];
  for (const [id, entry] of left) {
    const other = right.get(id);
    if (other === undefined) changes.push({ path: [...path, entry.segment], before: side(entry.value), after: null, container: false });
    else if (!jsonEqual(entry.value, other.value)) changes.push(...mapChanges(entry.value, other.value, [...path, entry.segment]));
  }
  for (const [id, entry] of right) {
    if (!left.has(id)) changes.push({ path: [...path, entry.segment], before: null, after: side(entry.value), container: false });
  }
  return changes;
}

interface KeyedEntry {
  readonly segment: Segment;
  readonly value: JsonObject;
}

function entriesByKey(list: readonly Json[], keys: readonly string[]): Map<string, KeyedEntry> | undefined {
  const entries = new Map<string, KeyedEntry>();
  for (const [index, value] of list.entries()) {
    if (!isJsonObject(value)) return undefined;
    const by = Object.fromEntries(keys.flatMap((key) => (value[key] === undefined ? [] : [[key, value[key]]])));
    const id = JSON.stringify(by);
    if (Object.keys(by).length === 0 || entries.has(id)) return undefined;
    entries.set(id, { segment: { by, index }, value });
  }
  return entries;
}

function side(value: Json | undefined): { value: Json } | null {
  return value === undefined ? null : { value };
}

/** `spec.template.spec.containers[name=app].image`: how a path is named to a person. */
export function describePath(path: readonly Segment[]): string {
  return path
    .map((segment, position) => {
      if (typeof segment !== "string") {
        const key = Object.entries(segment.by).map(
          ([name, value]) => `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`,
        );
        return `[${key.join(",")}]`;
      }
      return position === 0 ? segment : `.${segment}`;
    })
    .join("");
}
