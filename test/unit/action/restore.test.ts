import { describe, expect, test } from "vitest";
import { changesBetween } from "../../../src/action/change.ts";
import { restoreChanges } from "../../../src/action/restore.ts";
import { applyPatch } from "../../../src/kubernetes/json.ts";
import type { Conflict } from "../../../src/action/restore.ts";
import type { Json, JsonObject } from "../../../src/kubernetes/json.ts";

const pod = (container: JsonObject): JsonObject => ({ spec: { containers: [{ name: "app", ...container }] } });
const env = (...entries: readonly [string, string][]): JsonObject => pod({ env: entries.map(([name, value]) => ({ name, value })) });
const service = (...ports: readonly JsonObject[]): JsonObject => ({ spec: { ports } });

interface Case {
  readonly name: string;
  readonly before: JsonObject;
  readonly after: JsonObject;
  readonly restored: JsonObject;
}

function undo({ before, after }: Case): { readonly restored: Json; readonly conflicts: readonly Conflict[] } {
  const { operations, conflicts } = restoreChanges(changesBetween(before, after), after);
  const outcome = applyPatch(after, operations);
  if (!outcome.ok) throw new Error(outcome.reason);
  return { restored: outcome.value, conflicts };
}

const alone: readonly Case[] = [
  { name: "a changed value", before: { data: { a: "1" } }, after: { data: { a: "2" } }, restored: { data: { a: "1" } } },
  { name: "a key that came goes", before: { data: { a: "1" } }, after: { data: { a: "1", b: "2" } }, restored: { data: { a: "1" } } },
  {
    name: "a key that went comes back",
    before: { data: { a: "1", b: "" } },
    after: { data: { a: "1" } },
    restored: { data: { a: "1", b: "" } },
  },
  { name: "null comes back as null", before: { spec: { a: null } }, after: { spec: { a: 1 } }, restored: { spec: { a: null } } },
  { name: "absence comes back, not null", before: { spec: {} }, after: { spec: { a: null } }, restored: { spec: {} } },
  {
    name: "a map that was created goes with its content",
    before: { spec: {} },
    after: { spec: { template: { metadata: { annotations: { a: "1", b: "2" } } } } },
    restored: { spec: {} },
  },
  {
    name: "a map that was removed comes back with its content",
    before: { spec: { selector: { a: "1", b: "2" } } },
    after: { spec: {} },
    restored: { spec: { selector: { a: "1", b: "2" } } },
  },
  { name: "an empty map that was filled is empty again", before: { data: {} }, after: { data: { a: "1" } }, restored: { data: {} } },
  {
    name: "a value by its entry's name",
    before: env(["A", "1"], ["B", "2"]),
    after: env(["A", "1"], ["B", "3"]),
    restored: env(["A", "1"], ["B", "2"]),
  },
  {
    name: "an entry put back in the middle stands where it stood",
    before: env(["A", "1"], ["B", "2"], ["C", "3"]),
    after: env(["A", "1"], ["C", "3"]),
    restored: env(["A", "1"], ["B", "2"], ["C", "3"]),
  },
  {
    name: "several entries put back, others taken out",
    before: env(["A", "1"], ["B", "2"], ["C", "3"], ["D", "4"]),
    after: env(["X", "9"], ["D", "4"], ["Y", "9"]),
    restored: env(["A", "1"], ["B", "2"], ["C", "3"], ["D", "4"]),
  },
  { name: "the whole environment that was created goes", before: pod({}), after: env(["A", "1"]), restored: pod({}) },
  {
    name: "the whole environment that was removed comes back",
    before: env(["A", "1"], ["B", "2"]),
    after: pod({}),
    restored: env(["A", "1"], ["B", "2"]),
  },
  { name: "arguments as a whole", before: pod({ args: ["a", "b"] }), after: pod({ args: ["c"] }), restored: pod({ args: ["a", "b"] }) },
  { name: "a command that was added goes", before: pod({}), after: pod({ command: ["sh", "-c"] }), restored: pod({}) },
  {
    name: "tolerations as a whole",
    before: { spec: { tolerations: [{ key: "a" }, { key: "b" }] } },
    after: { spec: { tolerations: [{ key: "b" }] } },
    restored: { spec: { tolerations: [{ key: "a" }, { key: "b" }] } },
  },
  { name: "doubled names as a whole", before: env(["A", "1"], ["A", "2"]), after: env(["A", "1"]), restored: env(["A", "1"], ["A", "2"]) },
  {
    name: "entries that changed places",
    before: env(["A", "1"], ["B", "2"]),
    after: env(["B", "2"], ["A", "1"]),
    restored: env(["A", "1"], ["B", "2"]),
  },
  {
    name: "a container that was added goes",
    before: { spec: { containers: [{ name: "app" }] } },
    after: { spec: { containers: [{ name: "app" }, { name: "sidecar", image: "x" }] } },
    restored: { spec: { containers: [{ name: "app" }] } },
  },
  {
    name: "the port without a protocol, not its UDP sister before it",
    before: service({ port: 53, protocol: "UDP", targetPort: 1 }, { port: 53, targetPort: 2 }),
    after: service({ port: 53, protocol: "UDP", targetPort: 1 }, { port: 53, targetPort: 3 }),
    restored: service({ port: 53, protocol: "UDP", targetPort: 1 }, { port: 53, targetPort: 2 }),
  },
  { name: "a quantity in its old spelling", before: pod({ cpu: "500m" }), after: pod({ cpu: "1" }), restored: pod({ cpu: "500m" }) },
  { name: "a key that every object inherits", before: { data: {} }, after: { data: { constructor: "x" } }, restored: { data: {} } },
  {
    name: "a key with a slash and a tilde",
    before: { data: { "a/b~c": "1" } },
    after: { data: { "a/b~c": "2" } },
    restored: { data: { "a/b~c": "1" } },
  },
];

describe("undo of one write", () => {
  test.each(alone)("$name", (example) => {
    expect(undo(example)).toEqual({ restored: example.restored, conflicts: [] });
  });
});

describe("the request that undo sends", () => {
  test("tests each value that it replaces or removes, and finds entries by name", () => {
    const changes = changesBetween(env(["A", "1"]), env(["A", "2"], ["N", "3"]));
    expect(restoreChanges(changes, env(["X", "0"], ["A", "2"], ["N", "3"])).operations).toEqual([
      { op: "test", path: "/spec/containers/0/env/2", value: { name: "N", value: "3" } },
      { op: "remove", path: "/spec/containers/0/env/2" },
      { op: "test", path: "/spec/containers/0/env/1/value", value: "2" },
      { op: "replace", path: "/spec/containers/0/env/1/value", value: "1" },
    ]);
  });

  test("empties a map before it removes it, and creates one before it fills it", () => {
    const without = { spec: {} };
    const filled = { spec: { annotations: { "a/b": "1" } } };
    expect(restoreChanges(changesBetween(without, filled), filled).operations).toEqual([
      { op: "test", path: "/spec/annotations/a~1b", value: "1" },
      { op: "remove", path: "/spec/annotations/a~1b" },
      { op: "test", path: "/spec/annotations", value: {} },
      { op: "remove", path: "/spec/annotations" },
    ]);
    expect(restoreChanges(changesBetween(filled, without), without).operations).toEqual([
      { op: "add", path: "/spec/annotations", value: {} },
      { op: "add", path: "/spec/annotations/a~1b", value: "1" },
    ]);
  });

  test("names a conflict with what stands there and what we had written", () => {
    const changes = changesBetween({ data: { a: "1" } }, { data: { a: "2" } });
    expect(restoreChanges(changes, { data: { a: "3" } })).toEqual({
      operations: [],
      conflicts: [{ path: "data.a", found: "3", ours: "2" }],
    });
  });
});

test("several writes on one object, undone newest first, bring it back", () => {
  const versions = [pod({}), env(["A", "1"]), env(["B", "2"]), pod({ env: [], args: ["x"] })];
  let current: Json = versions[3] ?? null;
  for (let write = 3; write > 0; write--) {
    const { operations } = restoreChanges(changesBetween(versions[write - 1] ?? {}, versions[write] ?? {}), current as JsonObject);
    const outcome = applyPatch(current, operations);
    expect(outcome.ok).toBe(true);
    if (outcome.ok) current = outcome.value;
    expect(current).toEqual(versions[write - 1]);
  }
});
