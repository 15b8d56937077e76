import { describe, expect, test } from "vitest";
import type { Action } from "../../../src/action/action.ts";
import { shapeOf } from "../../../src/memory/shape.ts";
import { selector, targetPort } from "./remedies.ts";

const deployment = { kind: "Deployment", namespace: "shop", name: "web" } as const;

const shapes: readonly (readonly [string, readonly Action[]])[] = [
  ["patch Service spec.ports.targetPort", [targetPort("payment")]],
  ["patch Service spec.ports.targetPort; patch Service spec.selector.app", [targetPort("payment"), selector("payment")]],
  [
    "merge Deployment spec.template.spec.containers,spec.template.spec.nodeSelector.disk",
    [
      {
        type: "merge",
        target: deployment,
        strategy: "strategic",
        patch: { spec: { template: { spec: { nodeSelector: { disk: null }, containers: [{ name: "app", image: "secret:1" }] } } } },
      },
    ],
  ],
  ["set-image Deployment app", [{ type: "set-image", target: deployment, images: { app: "registry.example/secret:1" } }]],
  ["set-env Deployment MODE,TOKEN", [{ type: "set-env", target: deployment, container: "*", set: { TOKEN: "hunter2" }, unset: ["MODE"] }]],
  [
    "set-resources Deployment limits.memory,requests.cpu",
    [{ type: "set-resources", target: deployment, container: "app", limits: { memory: "1Gi" }, requests: { cpu: "1" } }],
  ],
  ["rollback Deployment", [{ type: "rollback", target: deployment, toRevision: 7 }]],
  ["scale Deployment", [{ type: "scale", target: deployment, replicas: 3 }]],
  ["create ConfigMap", [{ type: "create", target: { kind: "ConfigMap", namespace: "shop", name: "c" }, manifest: { data: { key: "v" } } }]],
];

describe("the shape of a remedy", () => {
  test.each(shapes)("%s", (shape, actions) => {
    expect(shapeOf(actions)).toBe(shape);
  });

  test("is the same for another object and another value", () => {
    expect(shapeOf([targetPort("payment", 8080)])).toBe(shapeOf([targetPort("frontend", 9090)]));
  });

  test("holds no value", () => {
    const all = shapes.map(([, actions]) => shapeOf(actions)).join("\n");
    expect(all).not.toMatch(/hunter2|secret|8080|1Gi|payment|web/);
  });
});
