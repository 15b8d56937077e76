import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../../src/kubernetes/json.ts";
import { advance, lastGood } from "../../../src/known-good/record.ts";
import type { KnownGood } from "../../../src/known-good/record.ts";

const ref = { kind: "ConfigMap", name: "settings" };
const version = (value: string): JsonObject => ({ data: { value } });
const minute = 60_000;

/** Looks once a minute from 0 on, nothing ever wrong; `seen[i]` is what was there. */
function looks(seen: readonly (string | null)[], trialMinutes = 3): KnownGood | undefined {
  let record: KnownGood | undefined;
  for (const [index, value] of seen.entries())
    record =
      advance(record, ref, value === null ? null : version(value), {
        nowMs: index * minute,
        healthySinceMs: 0,
        trialMs: trialMinutes * minute,
      }) ?? record;
  return record;
}

function goodAfter(seen: readonly (string | null)[]): unknown {
  const record = looks(seen);
  const good = record === undefined ? undefined : lastGood(record);
  return good === undefined ? undefined : { object: good.object, proven: good.provenAtMs !== undefined };
}

describe("the last known good version", () => {
  test.each<readonly [string, readonly (string | null)[], unknown]>([
    ["of what was never there is nothing", [null, null], undefined],
    ["is the first that was seen, until one has proven itself", ["a"], { object: version("a"), proven: false }],
    ["has proven itself after its time of trial", ["a", "a", "a", "a"], { object: version("a"), proven: true }],
    ["is not the newest while that is on trial", ["a", "a", "a", "a", "b", "b"], { object: version("a"), proven: true }],
    ["is the newest when that has proven itself too", ["a", "a", "a", "a", "b", "b", "b", "b"], { object: version("b"), proven: true }],
    ["comes back at once when people go back to it", ["a", "a", "a", "a", "b", "a"], { object: version("a"), proven: true }],
    ["is its absence when it was deleted long enough ago", ["a", "a", "a", "a", null, null, null, null], { object: null, proven: true }],
    ["is itself while its deletion is fresh", ["a", "a", "a", "a", null], { object: version("a"), proven: true }],
    [
      "survives more changes on trial than are kept",
      ["a", "a", "a", "a", "b", "c", "d", "e", "f", "g", "h"],
      { object: version("a"), proven: true },
    ],
  ])("%s", (_name, seen, expected) => {
    expect(goodAfter(seen)).toEqual(expected);
  });

  test("is proven only by time in which nothing was wrong", () => {
    const first = looks(["a"]);
    const health = { trialMs: 3 * minute, nowMs: 4 * minute };
    expect(advance(first, ref, version("a"), { ...health, healthySinceMs: 2 * minute })).toBe(undefined);
    expect(advance(first, ref, version("a"), { ...health, healthySinceMs: minute })?.versions).toEqual([
      { object: version("a"), sinceMs: 0, provenAtMs: 4 * minute },
    ]);
  });

  test("costs one write when an object changes and one when it has proven itself", () => {
    let writes = 0;
    let record: KnownGood | undefined;
    for (let index = 0; index < 60; index += 1) {
      const next = advance(record, ref, version(index < 30 ? "a" : "b"), { nowMs: index * minute, healthySinceMs: 0, trialMs: 5 * minute });
      if (next === undefined) continue;
      writes += 1;
      record = next;
    }
    expect(writes).toBe(4);
  });
});
