import { describe, expect, test } from "vitest";
import { asKubectl, inverseOf, mayTouch, needsOf, transientBudgetOf } from "../../../src/action/catalogue.ts";
import { compiled, object } from "./objects.ts";

const closed = { kind: "NetworkPolicy", namespace: "shop", name: "closed" } as const;
const action = { type: "delete", target: closed } as const;

describe("delete", () => {
  test("removes the object that was read", () => {
    expect(compiled(action, object(closed))).toEqual({ kind: "delete" });
    const emptied = { ...object(closed), metadata: { ...object(closed).metadata, finalizers: [] } };
    expect(compiled(action, emptied)).toEqual({ kind: "delete" });
  });

  test("is refused where somebody wants to do something first", () => {
    const held = { ...object(closed), metadata: { ...object(closed).metadata, finalizers: ["example.com/cleanup"] } };
    expect(compiled(action, held)).toBe(
      "NetworkPolicy shop/closed has finalizers: its deletion has effects elsewhere that cannot be taken back",
    );
  });

  test("says what it needs, touches, costs and how a person would type it", () => {
    expect(needsOf(action)).toEqual([]);
    expect(mayTouch(action)).toEqual([]);
    expect(inverseOf(action)).toBe("recreate");
    expect(transientBudgetOf(action, 3)).toBe(0);
    expect(asKubectl(action)).toBe("kubectl -n shop delete networkpolicy/closed");
  });
});
