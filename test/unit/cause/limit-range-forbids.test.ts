import { expect, test } from "vitest";
import type { Evidence } from "../../../src/cause/cause.ts";
import { limitRangeForbids } from "../../../src/cause/limit-range-forbids.ts";
import { container, template, together, turnedAway } from "../../support/evidence.ts";

const of = (resources: NonNullable<ReturnType<typeof container>["resources"]>) => template("api", [container({ resources })]);
const find = (...parts: readonly Partial<Evidence>[]) => limitRangeForbids.diagnose(together(...parts));
const tooMuch = 'pods "api-x" is forbidden: maximum memory usage per Container is 64Mi, but limit is 128Mi';

test("what an earlier template asked for comes first, then the bound", () => {
  const parts = turnedAway("api", of({ limits: { memory: "128Mi" } }), tooMuch, of({ limits: { memory: "32Mi" } }));
  const [found] = find(parts);
  expect(found?.confidence).toBe(0.92);
  expect(found?.remedies.map(({ actions }) => actions[0]?.type)).toEqual(["rollback", "patch", "patch"]);
});

test("without one the bound itself, and a request that would be above it with it", () => {
  const [found] = find(turnedAway("api", of({ limits: { memory: "128Mi" }, requests: { memory: "100Mi" } }), tooMuch));
  expect(found?.evidence).toEqual([
    'No pod of Deployment shop/api can be made: a LimitRange of the namespace allows a maximum memory "64Mi", and the limit is "128Mi".',
  ]);
  expect(found?.remedies.map(({ actions }) => actions)).toEqual([
    [
      {
        type: "patch",
        target: { kind: "Deployment", namespace: "shop", name: "api" },
        operations: [
          { op: "replace", path: "/spec/template/spec/containers/0/resources/limits/memory", value: "64Mi" },
          { op: "replace", path: "/spec/template/spec/containers/0/resources/requests/memory", value: "64Mi" },
        ],
      },
    ],
  ]);
});

test("too little is raised to the least", () => {
  const message = "forbidden: minimum cpu usage per Container is 50m, but request is 10m";
  const [found] = find(turnedAway("api", of({ requests: { cpu: "10m" } }), message));
  expect(found?.remedies[0]?.actions).toMatchObject([
    { operations: [{ op: "replace", path: "/spec/template/spec/containers/0/resources/requests/cpu", value: "50m" }] },
  ]);
});

test("a value that is not in the template, such as a default of the range, is told without a remedy", () => {
  expect(find(turnedAway("api", of({}), tooMuch))).toMatchObject([{ remedies: [] }]);
});

test("another refusal is none", () => {
  expect(find(turnedAway("api", of({}), "forbidden: exceeded quota: q, requested: pods=1, used: pods=1, limited: pods=1"))).toEqual([]);
});
