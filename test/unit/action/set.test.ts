import { describe, expect, test } from "vitest";
import { actionSchema } from "../../../src/action/action.ts";
import type { Action } from "../../../src/action/action.ts";
import { asKubectl, inverseOf, mayTouch, needsOf, transientBudgetOf } from "../../../src/action/catalogue.ts";
import { compiled, object, settings, web } from "./objects.ts";

const spec = "/spec/template/spec";
const deployment = object(web, {
  spec: {
    template: {
      spec: {
        initContainers: [{ name: "init", image: "init:1" }],
        containers: [
          {
            name: "app",
            image: "app:1",
            env: [
              { name: "A", value: "1" },
              { name: "B", valueFrom: { configMapKeyRef: { name: "settings", key: "b" } } },
              { name: "A", value: "again" },
            ],
            resources: { limits: { cpu: "1", memory: "1Gi" } },
          },
          { name: "constructor", image: "c:1" },
        ],
      },
    },
  },
});
const image = (images: Record<string, string>): Action => ({ type: "set-image", target: web, images });
const env = (set: Record<string, string>, unset: string[] = [], container = "app"): Action => ({
  type: "set-env",
  target: web,
  container,
  set,
  unset,
});
const resources = (limits: Record<string, string>, requests: Record<string, string> = {}, container = "app"): Action => ({
  type: "set-resources",
  target: web,
  container,
  limits,
  requests,
});

describe("setting images", () => {
  test.each<readonly [Action, unknown]>([
    [image({ app: "app:2" }), [{ op: "replace", path: `${spec}/containers/0/image`, value: "app:2" }]],
    [
      image({ init: "init:2", constructor: "c:2" }),
      [
        { op: "replace", path: `${spec}/initContainers/0/image`, value: "init:2" },
        { op: "replace", path: `${spec}/containers/1/image`, value: "c:2" },
      ],
    ],
    [
      image({ "*": "c:1" }),
      [
        { op: "replace", path: `${spec}/containers/0/image`, value: "c:1" },
        { op: "replace", path: `${spec}/initContainers/0/image`, value: "c:1" },
      ],
    ],
  ])("%j", (action, operations) => {
    expect(compiled(action, deployment)).toEqual(operations);
  });

  test.each<readonly [Action, string]>([
    [image({ app: "app:1" }), "Deployment shop/web has these images already"],
    [image({ app: "app:2", nobody: "app:2" }), "Deployment shop/web has no container nobody"],
    [{ type: "set-image", target: settings, images: { app: "a" } }, "ConfigMap shop/settings: a ConfigMap has no pod template to set"],
  ])("%j is refused", (action, reason) => {
    expect(compiled(action, action.target.kind === "Deployment" ? deployment : object(settings))).toBe(reason);
  });
});

describe("setting variables", () => {
  const at = `${spec}/containers/0/env`;
  const [b, again] = [
    { name: "B", valueFrom: { configMapKeyRef: { name: "settings", key: "b" } } },
    { name: "A", value: "again" },
  ];
  test.each<readonly [Action, unknown]>([
    [env({ C: "3" }), [{ op: "replace", path: at, value: [{ name: "A", value: "1" }, b, again, { name: "C", value: "3" }] }]],
    [env({ A: "2" }), [{ op: "replace", path: at, value: [{ name: "A", value: "2" }, b] }]],
    [env({ B: "plain" }, ["A"]), [{ op: "replace", path: at, value: [{ name: "B", value: "plain" }] }]],
    [env({ B: "" }, ["A"]), [{ op: "replace", path: at, value: [{ name: "B" }] }]],
    [env({}, ["A", "B", "C"]), [{ op: "remove", path: at }]],
    [env({ A: "1" }, [], "init"), [{ op: "add", path: `${spec}/initContainers/0/env`, value: [{ name: "A", value: "1" }] }]],
  ])("%j", (action, operations) => {
    expect(compiled(action, deployment)).toEqual(operations);
  });

  test("in every container, where it is not so already", () => {
    const one = object(web, {
      spec: { template: { spec: { containers: [{ name: "a", env: [{ name: "A", value: "1" }] }, { name: "b" }] } } },
    });
    expect(compiled(env({ A: "1" }, [], "*"), one)).toEqual([
      { op: "add", path: `${spec}/containers/1/env`, value: [{ name: "A", value: "1" }] },
    ]);
  });

  test.each<readonly [Action, string]>([
    [env({}, ["C"]), "Deployment shop/web has this environment already"],
    [env({ A: "1" }, [], "nobody"), "Deployment shop/web has no container nobody"],
  ])("%j is refused", (action, reason) => {
    expect(compiled(action, deployment)).toBe(reason);
  });
});

describe("setting resources", () => {
  test.each<readonly [Action, unknown]>([
    [resources({ cpu: "2" }), [{ op: "replace", path: `${spec}/containers/0/resources`, value: { limits: { cpu: "2", memory: "1Gi" } } }]],
    [
      resources({}, { cpu: "100m" }),
      [
        {
          op: "replace",
          path: `${spec}/containers/0/resources`,
          value: { limits: { cpu: "1", memory: "1Gi" }, requests: { cpu: "100m" } },
        },
      ],
    ],
    [resources({ cpu: "1" }, {}, "init"), [{ op: "add", path: `${spec}/initContainers/0/resources`, value: { limits: { cpu: "1" } } }]],
  ])("%j", (action, operations) => {
    expect(compiled(action, deployment)).toEqual(operations);
  });

  test.each<readonly [Action, string]>([
    [resources({ cpu: "1" }), "Deployment shop/web has these resources already"],
    [resources({ cpu: "1" }, {}, "nobody"), "Deployment shop/web has no container nobody"],
  ])("%j is refused", (action, reason) => {
    expect(compiled(action, deployment)).toBe(reason);
  });
});

test("what is set is taken back field by field, may touch what the policy says, and rolls pods", () => {
  for (const action of [image({ app: "a" }), env({ A: "1" }), resources({ cpu: "1" })]) {
    expect(needsOf(action)).toEqual([]);
    expect(mayTouch(action)).toEqual([]);
    expect(inverseOf(action)).toBe("restore");
    expect(transientBudgetOf(action, 3)).toBe(9);
  }
});

test("what is set prints as kubectl set", () => {
  expect(asKubectl(image({ app: "a:1", init: "it's" }))).toBe(
    String.raw`kubectl -n shop set image deployment/web 'app=a:1' 'init=it'\''s'`,
  );
  expect(asKubectl(env({ A: "1 2" }, ["B"]))).toBe("kubectl -n shop set env deployment/web -c app 'A=1 2' 'B-'");
  expect(asKubectl(env({ A: "" }, [], "*"))).toBe("kubectl -n shop set env deployment/web 'A='");
  expect(asKubectl(resources({ cpu: "1", memory: "1Gi" }, { cpu: "100m" }))).toBe(
    "kubectl -n shop set resources deployment/web -c app --limits='cpu=1,memory=1Gi' --requests='cpu=100m'",
  );
});

describe("the schema refuses", () => {
  test.each<readonly [string, unknown]>([
    ["no image", image({})],
    ["an empty image", image({ app: "" })],
    ["* beside a name", image({ "*": "a", app: "b" })],
    ["a name that no container has", image({ App: "a" })],
    ["a pattern of names", env({ A: "1" }, [], "a*")],
    ["no variable", env({})],
    ["a variable that comes and goes", env({ A: "1" }, ["A"])],
    ["a name that no variable has", env({ "1A": "1" })],
    ["a variable that is a way up", env({ "..": "1" })],
    ["no quantity", resources({})],
    ["a quantity that is none", resources({ cpu: "much" })],
    ["a quantity below zero", resources({ cpu: "-1" })],
    ["a resource with blanks", resources({ "c pu": "1" })],
  ])("%s", (_name, action) => {
    expect(actionSchema.safeParse(action).success).toBe(false);
  });
});
