import { describe, expect, test } from "vitest";
import { actionSchema } from "../../../src/action/action.ts";
import { asKubectl, inverseOf, mayTouch, needsOf, transientBudgetOf } from "../../../src/action/catalogue.ts";
import { compiled, object, refusal, web } from "./objects.ts";

const node = { kind: "Node", name: "node-1" } as const;
const action = { type: "untaint", target: node, key: "team/red", effect: "NoSchedule" } as const;
const everyEffect = { type: "untaint", target: node, key: "team/red" } as const;
const red = { key: "team/red", value: "yes", effect: "NoSchedule" };
const redExecute = { key: "team/red", effect: "NoExecute" };
const unreachable = { key: "node.kubernetes.io/unreachable", effect: "NoExecute" };
const tainted = (...taints: readonly { readonly key: string; readonly effect: string }[]) =>
  object(node, { spec: { taints: taints.map((taint) => ({ ...taint })) } });

describe("untaint", () => {
  test("takes off the one taint that is meant, and leaves the others as they are", () => {
    expect(compiled(action, tainted(unreachable, red, redExecute))).toEqual([
      { op: "replace", path: "/spec/taints", value: [unreachable, redExecute] },
    ]);
  });

  test("without an effect takes off every taint of the key; the list goes with its last one", () => {
    expect(compiled(everyEffect, tainted(red, unreachable, redExecute))).toEqual([
      { op: "replace", path: "/spec/taints", value: [unreachable] },
    ]);
    expect(compiled(everyEffect, tainted(red, redExecute))).toEqual([{ op: "remove", path: "/spec/taints" }]);
  });

  test("changes nothing that it is not for", () => {
    expect(refusal(action, tainted(unreachable, red))).toBe(undefined);
    expect(refusal(everyEffect, tainted(red, redExecute))).toBe(undefined);
  });

  test("is refused where there is no such taint", () => {
    expect(compiled(action, tainted(redExecute))).toBe("Node node-1 has no taint team/red:NoSchedule");
    expect(compiled(everyEffect, object(node, { spec: {} }))).toBe("Node node-1 has no taint team/red");
  });

  test.each(["node.kubernetes.io/unreachable", "node.cloudprovider.kubernetes.io/uninitialized"])(
    "is refused for %s, which tells a state and not a wish",
    (key) => {
      expect(compiled({ ...everyEffect, key }, tainted({ key, effect: "NoExecute" }))).toBe(
        `taint ${key} of Node node-1 reports the node's state: it goes when the state does`,
      );
    },
  );

  test("is refused for the taint that keeps pods away from the control plane", () => {
    const key = "node-role.kubernetes.io/control-plane";
    expect(compiled({ ...everyEffect, key }, tainted({ key, effect: "NoSchedule" }))).toBe(
      "taint node-role.kubernetes.io/control-plane of Node node-1 says what the node is for: it is a person's to take off",
    );
  });

  test("is for nodes alone", () => {
    expect(compiled({ ...action, target: web }, object(web))).toBe("Deployment shop/web: a Deployment has no taints");
  });

  test("says what it needs, touches, costs and how a person would type it", () => {
    expect(needsOf(action)).toEqual([]);
    expect(mayTouch(action)).toEqual(["/spec/taints/**"]);
    expect(inverseOf(action)).toBe("restore");
    expect(transientBudgetOf(action, 5)).toBe(0);
    expect(asKubectl(action)).toBe("kubectl taint node node-1 team/red:NoSchedule-");
    expect(asKubectl(everyEffect)).toBe("kubectl taint node node-1 team/red-");
  });

  test.each(["red; reboot", "red\n", "$(id)", "-red", "a/b/c", "Team/red", ""])("the schema refuses the key %j", (key) => {
    expect(actionSchema.safeParse({ ...everyEffect, key }).success).toBe(false);
  });

  test.each(["red", "node.example.com/pool", "Pool_1"])("the schema takes the key %s", (key) => {
    expect(actionSchema.safeParse({ ...everyEffect, key }).success).toBe(true);
  });
});
