import { expect, test } from "vitest";
import { amountOf, sameAmount } from "../../../src/cause/quantity.ts";

test.each([
  ["500m", 0.5],
  ["1Gi", 1_073_741_824],
  ["2", 2],
  [3, 3],
  ["1.5G", 1_500_000_000],
])("%s amounts to %d", (quantity, amount) => {
  expect(amountOf(quantity)).toBe(amount);
});

test("one amount may be written in several ways, and what is no quantity is equal to nothing", () => {
  expect(sameAmount("1000m", "1")).toBe(true);
  expect(sameAmount("64Mi", "65536Ki")).toBe(true);
  expect(sameAmount("64Mi", "64M")).toBe(false);
  expect(amountOf("constructor")).toBeUndefined();
  expect(sameAmount("x", "x")).toBe(false);
});
