import { expect, test } from "vitest";
import { matchesPattern } from "../../../src/action/path-pattern.ts";

test.each([
  ["/data/a", "/data/*", true],
  ["/data/a~1b", "/data/*", true],
  ["/data/*", "/data/*", true],
  ["/data/", "/data/*", false],
  ["/data", "/data/*", false],
  ["/data/a/b", "/data/*", false],
  ["/spec", "/spec/**", true],
  ["/spec/a", "/spec/**", true],
  ["/spec/a/b/c", "/spec/**", true],
  ["/spec/", "/spec/**", true],
  ["/specs", "/spec/**", false],
  ["/spec~1a", "/spec/**", false],
  ["/", "/spec/**", false],
  ["", "/spec/**", false],
  ["/a/0/b", "/a/*/b", true],
  ["/a//b", "/a/*/b", false],
  ["/a/0/1/b", "/a/*/b", false],
  ["/a/0/c", "/a/*/b/**", false],
  ["/a/0/b", "/a/*/b/**", true],
  ["/spec/template", "/spec/template", true],
  ["/spec/**", "/spec/template", false],
])("%s under %s: %j", (path, pattern, expected) => {
  expect(matchesPattern(path, pattern)).toBe(expected);
});
