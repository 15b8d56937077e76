import { expect, test } from "vitest";
import { canonicalQuantity, quantityNanos } from "../../../../src/cluster/memory/api-server/quantity.ts";

test.each([
  ["1000m", "1"],
  ["1500m", "1500m"],
  ["0.5", "500m"],
  ["1.5Gi", "1536Mi"],
  ["1024Mi", "1Gi"],
  ["2000Mi", "2000Mi"],
  ["1000", "1k"],
  ["128974848", "128974848"],
  ["129e6", "129e6"],
  ["0", "0"],
  ["-1", "-1"],
])("%s is printed as %s", (text, canonical) => {
  expect(canonicalQuantity(text)).toBe(canonical);
});

test.each(["", "m", "1.2.3", "1 Gi", "1gi", "one"])("%j is no quantity", (text) => {
  expect(canonicalQuantity(text)).toBeUndefined();
});

test("amounts of different forms compare", () => {
  expect(quantityNanos("1Gi")).toBe(1_073_741_824_000_000_000n);
  expect(quantityNanos("250m")).toBe(250_000_000n);
});
