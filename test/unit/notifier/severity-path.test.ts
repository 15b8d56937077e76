import { expect, test } from "vitest";
import { printHiddenPath, printVisiblePath } from "../../../src/notifier/severity-path.ts";
import { pathOf } from "../../support/incident-report.ts";

test.each([
  [[6, 0], "6 → 0"],
  [[6, 6, 0], "6 → 6 → 0"],
  [[6, Infinity, undefined], "6 → ∞ → ?"],
  [[Number.NaN, 2.004], "? → 2"],
  [[1 / 3], "0.33"],
  [[], "not measured"],
])("the visible path %j reads %j", (values, printed) => {
  expect(printVisiblePath(pathOf(...values))).toBe(printed);
});

test.each([
  [[6, 6, 6], "6 ×3"],
  [[6, 9, 9, 6], "6 → 9 ×2 → 6"],
  [[Infinity, Infinity, undefined, undefined, 0], "∞ ×2 → ? ×2 → 0"],
])("the hidden path %j reads %j", (values, printed) => {
  expect(printHiddenPath(pathOf(...values))).toBe(printed);
});

test("a long path keeps both ends and its highest value", () => {
  const path = pathOf(1, 2, 3, 4, 5, 6, 70, 8, 9, 10, 11, 12, 13, undefined);
  expect(printHiddenPath(path)).toBe("1 → 2 → 3 → 4 → 5 → … → 10 → 11 → 12 → 13 → ? (14 samples, highest 70)");
});
