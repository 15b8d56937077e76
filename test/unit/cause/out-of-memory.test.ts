import { expect, test } from "vitest";
import type { Evidence } from "../../../src/cause/cause.ts";
import { outOfMemory } from "../../../src/cause/out-of-memory.ts";
import { container, crashing, newcomer, stuckRollout, template, together } from "../../support/evidence.ts";

const withLimit = (memory: string, args = ["--port=9898"]) =>
  template("db", [container({ args, resources: { limits: { memory }, requests: { memory: "8Mi" } } })]);
const killed = crashing(137, "OOMKilled");
const find = (...parts: readonly Partial<Evidence>[]) => outOfMemory.diagnose(together(...parts));

test("a limit that was lowered goes back", () => {
  const [found] = find(stuckRollout("db", { old: withLimit("96Mi"), now: withLimit("16Mi"), status: killed }));
  expect(found).toMatchObject({ component: { kind: "Deployment", name: "db" }, confidence: 0.95 });
  expect(found?.evidence[0]).toBe('Pod db-r2-c of Deployment shop/db ran out of memory: container app with a limit of "16Mi".');
  expect(found?.remedies.map(({ actions }) => actions)).toMatchObject([
    [{ type: "rollback", toRevision: 1 }],
    [{ type: "patch", operations: [{ op: "replace", path: "/spec/template/spec/containers/0/resources/limits/memory", value: "96Mi" }] }],
  ]);
});

test("with the limit as it was, what eats the memory goes back and the limit stays", () => {
  const [found] = find(stuckRollout("db", { old: withLimit("96Mi"), now: withLimit("96Mi", ["--hog"]), status: killed }));
  expect(found?.remedies[1]?.actions).toMatchObject([
    { type: "patch", operations: [{ op: "replace", path: "/spec/template/spec/containers/0/args", value: ["--port=9898"] }] },
  ]);
});

test("a limit that never was another one is a person's to raise", () => {
  expect(find(newcomer("db", withLimit("16Mi"), killed))).toMatchObject([
    {
      confidence: 0.6,
      remedies: [],
      evidence: [expect.any(String), "Its limit was not lowered, as far as is known: give it more memory, or let it need less."],
    },
  ]);
});

test("another end is none, whatever an alert says", () => {
  expect(find(stuckRollout("db", { old: withLimit("96Mi"), now: withLimit("16Mi"), status: crashing(1) }))).toEqual([]);
});
