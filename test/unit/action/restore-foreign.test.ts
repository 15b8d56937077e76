import { describe, expect, test } from "vitest";
import { changesBetween } from "../../../src/action/change.ts";
import { restoreChanges } from "../../../src/action/restore.ts";
import { applyPatch } from "../../../src/kubernetes/json.ts";
import type { Json, JsonObject } from "../../../src/kubernetes/json.ts";

const pod = (container: JsonObject): JsonObject => ({ spec: { containers: [{ name: "app", ...container }] } });
const env = (...entries: readonly [string, string][]): JsonObject => pod({ env: entries.map(([name, value]) => ({ name, value })) });

interface Case {
  readonly name: string;
  readonly before: JsonObject;
  readonly after: JsonObject;
  /** As it is when the undo comes. */
  readonly current: JsonObject;
  readonly restored: JsonObject;
  /** Path and what was found there. */
  readonly conflicts?: readonly (readonly [string, Json | undefined])[];
}

function undo({ before, after, current }: Case): { readonly restored: Json; readonly conflicts: unknown[] } {
  const { operations, conflicts } = restoreChanges(changesBetween(before, after), current);
  const outcome = applyPatch(current, operations);
  if (!outcome.ok) throw new Error(outcome.reason);
  return { restored: outcome.value, conflicts: conflicts.map(({ path, found }) => [path, found]) };
}

const withOthers: readonly Case[] = [
  {
    name: "put back by somebody else already",
    before: { data: { a: "1" } },
    after: { data: { a: "2" } },
    current: { data: { a: "1" } },
    restored: { data: { a: "1" } },
  },
  {
    name: "the same field changed by somebody else",
    before: { data: { a: "1" } },
    after: { data: { a: "2" } },
    current: { data: { a: "3" } },
    restored: { data: { a: "3" } },
    conflicts: [["data.a", "3"]],
  },
  {
    name: "another field changed by somebody else",
    before: { data: { a: "1", b: "1" } },
    after: { data: { a: "2", b: "1" } },
    current: { data: { a: "2", b: "9" } },
    restored: { data: { a: "1", b: "9" } },
  },
  {
    name: "the field removed by somebody else",
    before: { data: { a: "1" } },
    after: { data: { a: "2" } },
    current: { data: {} },
    restored: { data: {} },
    conflicts: [["data.a", undefined]],
  },
  {
    name: "what we removed, added by somebody else with another value",
    before: { data: { a: "1" } },
    after: { data: {} },
    current: { data: { a: "3" } },
    restored: { data: { a: "3" } },
    conflicts: [["data.a", "3"]],
  },
  {
    name: "what we added, removed by somebody else",
    before: { data: {} },
    after: { data: { a: "1" } },
    current: { data: {} },
    restored: { data: {} },
  },
  {
    name: "one of two fields is somebody else's: the other is put back",
    before: { data: { a: "1", b: "1" } },
    after: { data: { a: "2", b: "2" } },
    current: { data: { a: "3", b: "2" } },
    restored: { data: { a: "3", b: "1" } },
    conflicts: [["data.a", "3"]],
  },
  {
    name: "the entry that held our value was removed",
    before: env(["A", "1"], ["B", "2"]),
    after: env(["A", "1"], ["B", "3"]),
    current: env(["A", "1"]),
    restored: env(["A", "1"]),
    conflicts: [["spec.containers[name=app].env[name=B].value", undefined]],
  },
  {
    name: "the entry moved: it is found by its name",
    before: env(["A", "1"], ["B", "2"]),
    after: env(["A", "1"], ["B", "3"]),
    current: env(["B", "3"], ["X", "0"], ["A", "1"]),
    restored: env(["B", "2"], ["X", "0"], ["A", "1"]),
  },
  {
    name: "the container that held our value was removed",
    before: env(["A", "1"]),
    after: env(["A", "2"]),
    current: { spec: { containers: [{ name: "other" }] } },
    restored: { spec: { containers: [{ name: "other" }] } },
    conflicts: [["spec.containers[name=app].env[name=A].value", undefined]],
  },
  {
    name: "the parent is gone, and what we had added with it: nothing to do",
    before: { spec: { template: {} } },
    after: { spec: { template: { a: 1 } } },
    current: { spec: {} },
    restored: { spec: {} },
  },
  {
    name: "the parent is gone, and what we had removed cannot come back",
    before: { spec: { template: { a: 1 } } },
    after: { spec: { template: {} } },
    current: { spec: {} },
    restored: { spec: {} },
    conflicts: [["spec.template.a", undefined]],
  },
  {
    name: "a map that we created got a foreign key: it stays for that key",
    before: { spec: {} },
    after: { spec: { annotations: { ours: "1" } } },
    current: { spec: { annotations: { ours: "1", theirs: "2" } } },
    restored: { spec: { annotations: { theirs: "2" } } },
  },
  {
    name: "an environment that we created got a foreign entry",
    before: pod({}),
    after: env(["OURS", "1"]),
    current: env(["THEIRS", "2"], ["OURS", "1"]),
    restored: env(["THEIRS", "2"]),
  },
  {
    name: "a map that we removed was created again by somebody else",
    before: { spec: { selector: { a: "1" } } },
    after: { spec: {} },
    current: { spec: { selector: { b: "2" } } },
    restored: { spec: { selector: { a: "1", b: "2" } } },
  },
  {
    name: "a foreign entry in an atomic list makes the list theirs",
    before: pod({ args: ["a"] }),
    after: pod({ args: ["b"] }),
    current: pod({ args: ["b", "theirs"] }),
    restored: pod({ args: ["b", "theirs"] }),
    conflicts: [["spec.containers[name=app].args", ["b", "theirs"]]],
  },
  {
    name: "somebody else made the map a word",
    before: { spec: { a: { b: "1" } } },
    after: { spec: { a: { b: "2" } } },
    current: { spec: { a: "word" } },
    restored: { spec: { a: "word" } },
    conflicts: [["spec.a.b", undefined]],
  },
  {
    name: "the fence on the object keeps nothing from going",
    before: { metadata: { name: "web" } },
    after: { metadata: { name: "web", annotations: { a: "1" } } },
    current: { metadata: { name: "web", annotations: { a: "1", "stratus.dev/fence": "1" } } },
    restored: { metadata: { name: "web", annotations: { "stratus.dev/fence": "1" } } },
  },
];

describe("undo after somebody else was there", () => {
  test.each(withOthers)("$name", (example) => {
    expect(undo(example)).toEqual({ restored: example.restored, conflicts: example.conflicts ?? [] });
  });
});
