import { describe, expect, test } from "vitest";
import { changesBetween, describePath, normalise } from "../../../src/action/change.ts";
import type { Change } from "../../../src/action/change.ts";
import { restoreChanges } from "../../../src/action/restore.ts";
import { applyPatch, isJsonArray, isJsonObject, jsonEqual } from "../../../src/kubernetes/json.ts";
import type { Json, JsonObject, PatchOperation } from "../../../src/kubernetes/json.ts";
import { createDice } from "../../support/dice.ts";
import { randomDocument, randomEdit } from "./documents.ts";

const rounds = 20_000;

function patched(document: JsonObject, operations: readonly PatchOperation[]): JsonObject {
  const outcome = applyPatch(document, operations);
  if (!outcome.ok) throw new Error(outcome.reason);
  if (!isJsonObject(outcome.value)) throw new Error("no object came out");
  return outcome.value;
}

/** Fails with the seed of the round and what was being done, so that it can be played again. */
function same(seed: number, found: Json, wanted: Json): void {
  if (!jsonEqual(found, wanted)) expect({ seed, document: found }).toEqual({ seed, document: wanted });
}

function nothing(seed: number, found: readonly unknown[]): void {
  if (found.length > 0) expect({ seed, found }).toEqual({ seed, found: [] });
}

/** What a second undo would still do or complain about. */
function leftOver(changes: readonly Change[], document: JsonObject): unknown[] {
  const { operations, conflicts } = restoreChanges(changes, document);
  return [...operations, ...conflicts];
}

describe("random edits and their undo", { timeout: 60_000 }, () => {
  test("undo brings back the document as it was, and a second undo does nothing", () => {
    let changed = 0;
    for (let seed = 1; seed <= rounds; seed++) {
      const dice = createDice(seed);
      const before = randomDocument(dice);
      const after = randomEdit(dice, before);
      const changes = changesBetween(before, after);
      if (changes.length > 0) changed++;
      const first = restoreChanges(changes, after);
      const restored = patched(after, first.operations);
      same(seed, normalise(restored), normalise(before));
      nothing(seed, [...first.conflicts, ...leftOver(changes, restored)]);
    }
    expect(changed).toBeGreaterThan(15_000);
  });

  test("several edits of one document, undone in reverse, bring it back too", () => {
    for (let seed = 1; seed <= rounds / 10; seed++) {
      const dice = createDice(seed + 100_000);
      const versions = [randomDocument(dice)];
      for (let writes = 0; writes < 4; writes++) versions.push(randomEdit(dice, versions[writes] ?? {}));
      let current = versions[4] ?? {};
      for (let write = 4; write > 0; write--) {
        const changes = changesBetween(versions[write - 1] ?? {}, versions[write] ?? {});
        current = patched(current, restoreChanges(changes, current).operations);
      }
      same(seed, normalise(current), normalise(versions[0] ?? {}));
    }
  });

  test("a stranger's edit of other fields is kept, and everything of ours is put back", () => {
    let met = 0;
    for (let seed = 1; seed <= rounds / 4; seed++) {
      const dice = createDice(seed + 200_000);
      const before = randomDocument(dice);
      const after = randomEdit(dice, before);
      const changes = changesBetween(before, after);
      const current = randomEdit(dice, after);
      const foreign = changesBetween(after, current);
      if (changes.length === 0 || foreign.length === 0 || changes.some((ours) => foreign.some((theirs) => meet(ours, theirs)))) continue;
      met++;
      const { operations, conflicts } = restoreChanges(changes, current);
      const undone = patched(current, operations);
      nothing(seed, [...conflicts, ...leftOver(changes, undone)]);
      // Taking theirs back as well must lead to where everything began.
      const back = restoreChanges(foreign, undone);
      same(seed, loose(patched(undone, back.operations)), loose(before));
      nothing(seed, back.conflicts);
    }
    expect(met).toBeGreaterThan(1000);
  });

  test("a field of ours that a stranger changed is reported once, and stays as it is", () => {
    let met = 0;
    for (let seed = 1; seed <= rounds / 4; seed++) {
      const dice = createDice(seed + 300_000);
      const before = randomDocument(dice);
      const after = randomEdit(dice, before);
      const changes = changesBetween(before, after);
      const leaves = changes.filter((change) => !change.container && typeof change.after?.value === "string");
      if (leaves.length === 0) continue;
      const leaf = dice.pick(leaves);
      const path = describePath(leaf.path);
      // Our own tool finds the place: the undo of a write that only changed this field.
      const seized = restoreChanges([{ ...leaf, before: { value: "theirs" } }], after);
      const current = patched(after, seized.operations);
      met++;
      const { operations, conflicts } = restoreChanges(changes, current);
      expect({ seed, conflicts }).toEqual({ seed, conflicts: [{ path, found: "theirs", ours: leaf.after?.value }] });
      const undone = patched(current, operations);
      const given = patched(undone, restoreChanges([{ ...leaf, after: { value: "theirs" } }], undone).operations);
      same(seed, loose(given), loose(before));
    }
    expect(met).toBeGreaterThan(1000);
  });
});

/** One of the two is at, above or below the other. A map that came or went meets only what wants it the other way. */
function meet(ours: Change, theirs: Change): boolean {
  if (ours.container && theirs.container) return jsonEqual([...ours.path], [...theirs.path]) || gone(theirs, ours) || gone(ours, theirs);
  if (ours.container) return startsWith(ours.path, theirs.path) || gone(ours, theirs);
  if (theirs.container) return startsWith(theirs.path, ours.path) || gone(theirs, ours);
  return startsWith(ours.path, theirs.path) || startsWith(theirs.path, ours.path);
}

function gone(container: Change, other: Change): boolean {
  return container.after === null && startsWith(other.path, container.path);
}

function plain(segments: Change["path"]): Json[] {
  return segments.map((segment) => (typeof segment === "string" ? segment : { ...segment.by }));
}

/** By merge key: the index that an entry had is no part of its name. */
function startsWith(path: Change["path"], start: Change["path"]): boolean {
  return path.length >= start.length && jsonEqual(plain(path.slice(0, start.length)), plain(start));
}

/** Without empty maps and lists, which the API server drops, and with entries in any order. */
function loose(value: Json): Json {
  return prune(isJsonObject(value) ? normalise(value) : value) ?? null;
}

function prune(value: Json): Json | undefined {
  if (isJsonArray(value)) {
    const kept = value.flatMap((item) => prune(item) ?? []);
    const sorted = kept.toSorted((left, right) => (JSON.stringify(left) < JSON.stringify(right) ? -1 : 1));
    return sorted.length === 0 ? undefined : sorted;
  }
  if (!isJsonObject(value)) return value;
  const kept = Object.keys(value)
    .toSorted()
    .flatMap((key) => {
      const child = value[key] === undefined ? undefined : prune(value[key]);
      return child === undefined ? [] : [[key, child] as const];
    });
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}
