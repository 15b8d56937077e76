import { describe, expect, test } from "vitest";
import { asKubectl, inverseOf, mayTouch, needsOf, transientBudgetOf } from "../../../src/action/catalogue.ts";
import { compiled, object, web } from "./objects.ts";

const node = { kind: "Node", name: "node-1" } as const;
const closing = { type: "cordon", target: node } as const;
const opening = { type: "uncordon", target: node } as const;
const open = object(node, { spec: {} });
const closed = object(node, { spec: { unschedulable: true } });

describe("cordon and uncordon", () => {
  test("close a node for new pods, and open it again", () => {
    expect(compiled(closing, open)).toEqual([{ op: "add", path: "/spec/unschedulable", value: true }]);
    expect(compiled(opening, closed)).toEqual([{ op: "remove", path: "/spec/unschedulable" }]);
  });

  test("are refused when nothing would change", () => {
    expect(compiled(closing, closed)).toBe("Node node-1 is cordoned already");
    expect(compiled(opening, open)).toBe("Node node-1 is not cordoned");
    expect(compiled(opening, object(node, { spec: { unschedulable: false } }))).toBe("Node node-1 is not cordoned");
  });

  test("are for nodes alone", () => {
    expect(compiled({ ...closing, target: web }, object(web))).toBe("Deployment shop/web: a Deployment cannot be cordoned");
    expect(compiled({ ...opening, target: web }, object(web))).toBe("Deployment shop/web: a Deployment cannot be uncordoned");
  });

  test("say what they need, touch, cost and how a person would type them", () => {
    expect([closing, opening].map(needsOf)).toEqual([["Node"], []]);
    expect([closing, opening].map(mayTouch)).toEqual([
      ["/spec/unschedulable", "/spec/taints/**"],
      ["/spec/unschedulable", "/spec/taints/**"],
    ]);
    expect([closing, opening].map(inverseOf)).toEqual(["restore", "restore"]);
    expect([closing, opening].map((action) => transientBudgetOf(action, 5))).toEqual([0, 0]);
    expect([closing, opening].map(asKubectl)).toEqual(["kubectl cordon node-1", "kubectl uncordon node-1"]);
  });
});
