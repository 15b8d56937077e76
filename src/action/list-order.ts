/**
 * PURE. The order that a strategic merge gives to the entries of a list: those of the patch in the patch's order, the
 * others in theirs, interleaved as they stood. Source: normalizeElementOrder of k8s.io/apimachinery 0.34.
 */
import { isJsonObject } from "../kubernetes/json.ts";
import type { Json } from "../kubernetes/json.ts";
import { own } from "../kubernetes/merge-patch.ts";
import type { PatchStrategy } from "./patch-strategy.ts";

export interface EntryKey {
  readonly name: string;
  /** Undefined only for what `whyNot` turns away. */
  of(entry: Json): Json | undefined;
  /** Undefined when each of these can be an entry of such a list. */
  whyNot(entries: readonly Json[]): string | undefined;
}

const plainValues: EntryKey = {
  name: "the value",
  of: (entry) => entry,
  whyNot: (entries) => (entries.some((entry) => typeof entry === "object") ? "a value is not plain" : undefined),
};

/** Of entries that are maps, the value of their merge key; of plain values, themselves. */
export function keyedBy({ how, key }: PatchStrategy): EntryKey {
  if (how !== "keyed") return plainValues;
  const of = (entry: Json): Json | undefined => (isJsonObject(entry) ? own(entry, key) : undefined);
  return {
    name: key,
    of,
    whyNot: (entries) =>
      entries.some((entry) => (typeof of(entry) === "object" || of(entry) === undefined) && !isReplaceAll(entry))
        ? `an entry has no ${key} to be found by`
        : undefined,
  };
}

function isReplaceAll(entry: Json): boolean {
  return isJsonObject(entry) && entry["$patch"] === "replace";
}

/** `wanted`: the order of those that the patch is about. `here`: the order that the others had. */
export function ordered(entries: readonly Json[], wanted: readonly Json[], here: readonly Json[], key: EntryKey): readonly Json[] {
  const placeIn = (list: readonly Json[]) => (entry: Json) => list.findIndex((candidate) => key.of(candidate) === key.of(entry));
  const [among, before] = [placeIn(wanted), placeIn(here)];
  const named = entries.filter((entry) => among(entry) >= 0).toSorted((left, right) => among(left) - among(right));
  const others = entries.filter((entry) => among(entry) < 0).toSorted((left, right) => before(left) - before(right));
  const all: Json[] = [];
  for (const entry of named) {
    // New ones come before whatever is left of the others: they have no place to compare.
    while (others[0] !== undefined && before(entry) >= 0 && before(others[0]) >= 0 && before(others[0]) < before(entry))
      all.push(...others.splice(0, 1));
    all.push(entry);
  }
  return [...all, ...others];
}

/**
 * The order of the others as the API server looks it up, when there is a `$setElementOrder`: it takes entries out of the
 * list and appends new ones within one array, so the first new ones have the places that became free.
 */
export function leftover(here: readonly Json[], gone: readonly Json[], added: readonly Json[]): readonly Json[] {
  return [...here.filter((entry) => !gone.includes(entry)), ...added.slice(0, gone.length)];
}
