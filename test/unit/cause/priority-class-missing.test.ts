import { expect, test } from "vitest";
import type { Evidence } from "../../../src/cause/cause.ts";
import { priorityClassMissing } from "../../../src/cause/priority-class-missing.ts";
import { container, metadata, template, together, turnedAway } from "../../support/evidence.ts";

const of = (priorityClassName: string) => template("api", [container()], { priorityClassName });
const message = 'pods "api-x" is forbidden: no PriorityClass with name high-prioritty was found';
const classes = (...names: readonly string[]): Partial<Evidence> => ({
  listed: {
    PriorityClass: names.map((name) => ({
      apiVersion: "scheduling.k8s.io/v1",
      kind: "PriorityClass",
      metadata: metadata("PriorityClass", name),
    })),
  },
});
const find = (...parts: readonly Partial<Evidence>[]) => priorityClassMissing.diagnose(together(...parts));

test("the class that was named before comes back", () => {
  const [found] = find(turnedAway("api", of("high-prioritty"), message, template("api")), classes("system-node-critical"));
  expect(found).toMatchObject({
    confidence: 0.95,
    remedies: [{ actions: [{ type: "rollback", toRevision: 1 }] }, { actions: [{ type: "patch" }] }],
  });
});

test("else the only one that is spelled nearly so", () => {
  const [found] = find(turnedAway("api", of("high-prioritty"), message), classes("high-priority", "system-node-critical"));
  expect(found?.remedies[0]?.actions).toMatchObject([
    { operations: [{ op: "replace", path: "/spec/template/spec/priorityClassName", value: "high-priority" }] },
  ]);
  expect(find(turnedAway("api", of("high-prioritty"), message), classes("low"))).toMatchObject([{ confidence: 0.7, remedies: [] }]);
});

test("another class that is turned away is none", () => {
  expect(find(turnedAway("api", of("high"), message))).toEqual([]);
});
