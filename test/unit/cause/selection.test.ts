import { expect, test } from "vitest";
import { selects } from "../../../src/cause/selection.ts";
import type { LabelSelector } from "../../../src/kubernetes/object.ts";

const labels = { app: "stock", tier: "db" };

test.each<[string, LabelSelector, boolean]>([
  ["an empty selector selects everything", {}, true],
  ["every pair must fit", { matchLabels: { app: "stock", tier: "db" } }, true],
  ["one pair that differs is enough to miss", { matchLabels: { app: "stock", tier: "web" } }, false],
  ["In takes any of its values", { matchExpressions: [{ key: "tier", operator: "In", values: ["web", "db"] }] }, true],
  ["In needs the label", { matchExpressions: [{ key: "zone", operator: "In", values: ["a"] }] }, false],
  ["NotIn refuses its values", { matchExpressions: [{ key: "tier", operator: "NotIn", values: ["db"] }] }, false],
  ["NotIn is content without the label", { matchExpressions: [{ key: "zone", operator: "NotIn", values: ["a"] }] }, true],
  ["Exists needs the label", { matchExpressions: [{ key: "tier", operator: "Exists" }] }, true],
  ["DoesNotExist refuses the label", { matchExpressions: [{ key: "tier", operator: "DoesNotExist" }] }, false],
  ["an operator that Kubernetes lacks selects nothing", { matchExpressions: [{ key: "tier", operator: "Gt", values: ["1"] }] }, false],
  ["an inherited property is no label", { matchExpressions: [{ key: "toString", operator: "Exists" }] }, false],
])("%s", (_name, selector, expected) => {
  expect(selects(selector, labels)).toBe(expected);
});
