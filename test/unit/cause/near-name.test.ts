import { expect, test } from "vitest";
import { nearName } from "../../../src/cause/near-name.ts";

test.each([
  ["stcok", ["stock", "catalog"], "stock"],
  ["frontend-confg", ["frontend-config", "backend-config"], "frontend-config"],
  ["nginx-clas", ["nginx-class"], "nginx-class"],
])("%s was likely meant to be one of %j", (wanted, existing, expected) => {
  expect(nearName(wanted, existing)).toBe(expected);
});

test.each([
  ["ab", ["ac"]],
  ["stock", ["stork", "stack"]],
  ["payments", ["orders"]],
  ["stock", ["stock"]],
  ["x".repeat(300), ["x".repeat(299)]],
])("%s is no slip of the finger among %j, or nobody can tell", (wanted, existing) => {
  expect(nearName(wanted, existing)).toBeUndefined();
});
