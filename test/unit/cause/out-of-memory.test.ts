import { expect, test } from "vitest";
import type { Evidence } from "../../../src/cause/cause.ts";
import { outOfMemory } from "../../../src/cause/out-of-memory.ts";
import type { Node } from "../../../src/kubernetes/object.ts";
import { container, crashing, metadata, newcomer, stuckRollout, template, together } from "../../support/evidence.ts";

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

const node = (name: string, memory: string): Node => ({
  apiVersion: "v1",
  kind: "Node",
  metadata: metadata("Node", name),
  spec: {},
  status: { conditions: [{ type: "Ready", status: "True" }], allocatable: { memory } },
});
const nodes = { nodes: [node("small", "4Gi"), node("large", "64Gi")] };

test("a limit that never was another one is raised by 100 MiB, or by a fifth", () => {
  const limitsFor = (limit: string) =>
    find(newcomer("db", withLimit(limit), killed), nodes).flatMap(({ remedies }) => remedies.flatMap(({ actions }) => actions));
  expect(limitsFor("16Mi")).toEqual([
    {
      type: "set-resources",
      target: { kind: "Deployment", namespace: "shop", name: "db" },
      container: "app",
      limits: { memory: "116Mi" },
      requests: {},
    },
  ]);
  expect(limitsFor("600000k")).toMatchObject([{ limits: { memory: "687Mi" } }]);
  expect(find(newcomer("db", withLimit("16Mi"), killed), nodes)).toMatchObject([
    {
      confidence: 0.6,
      evidence: [expect.any(String), "Its limit was not lowered, as far as is known: it needs more memory, or has to need less."],
    },
  ]);
});

test("it is a person's to raise where a quarter of the smallest node is not enough, or nothing is known of nodes", () => {
  expect(find(newcomer("db", withLimit("900Mi"), killed), nodes)).toMatchObject([{ remedies: [] }]);
  expect(find(newcomer("db", withLimit("16Mi"), killed))).toMatchObject([{ remedies: [] }]);
});

test("and not a second time: what was raised before and is not enough may be a leak", () => {
  const [found] = find(stuckRollout("db", { old: withLimit("16Mi"), now: withLimit("116Mi"), status: killed }), nodes);
  expect(found?.remedies.flatMap(({ actions }) => actions.map(({ type }) => type))).not.toContain("set-resources");
});

test("what changed with the limit goes back before the limit is raised", () => {
  const [found] = find(stuckRollout("db", { old: withLimit("96Mi"), now: withLimit("96Mi", ["--hog"]), status: killed }), nodes);
  expect(found?.remedies.map(({ actions }) => actions[0]?.type)).toEqual(["rollback", "patch", "set-resources"]);
});

test("another end is none, whatever an alert says", () => {
  expect(find(stuckRollout("db", { old: withLimit("96Mi"), now: withLimit("16Mi"), status: crashing(1) }))).toEqual([]);
});
