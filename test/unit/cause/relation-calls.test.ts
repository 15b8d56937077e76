import { describe, expect, test } from "vitest";
import { distances } from "../../../src/cause/relation.ts";
import type { Call } from "../../../src/severity/call-graph.ts";
import { healthy, together } from "../../support/evidence.ts";

const call = (from: string, to: string): Call => ({ from, to, source: "service graph" });
const subject = { kind: "Deployment", namespace: "shop", name: "frontend" };
const shop = together({ subject }, healthy("frontend"), healthy("catalog"), healthy("stock"), healthy("cart"));
const calls = [call("shop/frontend", "shop/catalog"), call("shop/catalog", "data/cache"), call("data/cache", "shop/stock")];

describe("how far it is from the symptom to what it calls", () => {
  const distanceOf = distances({ ...shop, calls });

  test.each([
    ["Deployment", "frontend", 0],
    ["Service", "frontend", 1],
    ["Service", "catalog", 1],
    ["Deployment", "catalog", 1],
    ["Service", "stock", 3],
    ["Deployment", "stock", 3],
    ["Service", "cart", undefined],
  ])("%s %s: %s", (kind, name, steps) => {
    expect(distanceOf({ kind, namespace: "shop", name })).toBe(steps);
  });

  test("a call in the other direction brings nothing nearer", () => {
    const backwards = distances({ ...shop, calls: [call("shop/catalog", "shop/frontend")] });
    expect(backwards({ kind: "Service", namespace: "shop", name: "catalog" })).toBeUndefined();
  });

  test("without calls it is as it was", () => {
    expect(distances(shop)({ kind: "Service", namespace: "shop", name: "catalog" })).toBeUndefined();
  });
});
