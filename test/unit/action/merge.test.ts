import { describe, expect, test } from "vitest";
import type { ActionOf } from "../../../src/action/action.ts";
import { asKubectl, inverseOf, mayTouch, needsOf, transientBudgetOf } from "../../../src/action/catalogue.ts";
import type { JsonObject } from "../../../src/kubernetes/json.ts";
import { compiled, front, object, settings, template, web } from "./objects.ts";

const merge = (target: ActionOf<"merge">["target"], strategy: "merge" | "strategic", patch: JsonObject): ActionOf<"merge"> => ({
  type: "merge",
  target,
  strategy,
  patch,
});
const deployment = object(web, { spec: { replicas: 2, template: template("app:1") } });

describe("merge compiles to the fields that differ", () => {
  test("by the merge key, in a strategic merge patch", () => {
    const patch = { spec: { template: { spec: { containers: [{ name: "app", image: "app:2" }] } } } };
    expect(compiled(merge(web, "strategic", patch), deployment)).toEqual([
      { op: "replace", path: "/spec/template/spec/containers", value: [{ name: "app", image: "app:2" }] },
    ]);
  });

  test("lists whole, in a JSON merge patch", () => {
    const patch = { spec: { template: { spec: { containers: [{ image: "app:2", command: null }] } } } };
    expect(compiled(merge(web, "merge", patch), deployment)).toEqual([
      { op: "replace", path: "/spec/template/spec/containers", value: [{ image: "app:2" }] },
    ]);
  });

  test("null takes a field away, and a map comes with its first entry", () => {
    const patch = { metadata: { labels: { a: "b" } }, data: { a: null, b: "2", c: "3" } };
    expect(compiled(merge(settings, "merge", patch), object(settings, { data: { a: "1", b: "2" } }))).toEqual([
      { op: "add", path: "/metadata/labels", value: { a: "b" } },
      { op: "remove", path: "/data/a" },
      { op: "add", path: "/data/c", value: "3" },
    ]);
  });

  test("a key that every object has is a key like others", () => {
    const patch = JSON.parse('{"data":{"__proto__":"1","constructor":null}}') as JsonObject;
    expect(JSON.stringify(compiled(merge(settings, "merge", patch), object(settings, { data: { a: "1" } })))).toBe(
      '[{"op":"add","path":"/data/__proto__","value":"1"}]',
    );
  });
});

describe("merge is refused", () => {
  test.each<readonly [string, ActionOf<"merge">, string]>([
    [
      "when nothing would change",
      merge(web, "merge", { spec: { replicas: 2, paused: null } }),
      "the patch would change nothing on Deployment shop/web",
    ],
    ["when it is empty", merge(web, "strategic", {}), "the patch would change nothing on Deployment shop/web"],
    ["when the server would not take it", merge(web, "strategic", { spec: { $patch: "merge" } }), "spec: $patch can be replace or delete"],
  ])("%s", (_name, action, reason) => {
    expect(compiled(action, deployment)).toBe(reason);
  });
});

test("merge needs nothing else, is taken back field by field, and prints a patch of its type", () => {
  const action = merge(front, "merge", { spec: { selector: { app: "it's" } } });
  expect(needsOf(action)).toEqual([]);
  expect(mayTouch(action)).toEqual([]);
  expect(inverseOf(action)).toBe("restore");
  expect(transientBudgetOf(action, 3)).toBe(0);
  expect(transientBudgetOf({ ...action, target: web }, 3)).toBe(9);
  expect(asKubectl(action)).toBe(String.raw`kubectl -n shop patch service/front --type=merge -p '{"spec":{"selector":{"app":"it'\''s"}}}'`);
});
