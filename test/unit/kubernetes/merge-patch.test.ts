import { describe, expect, test } from "vitest";
import { applyPatch } from "../../../src/kubernetes/json.ts";
import type { Json, JsonObject } from "../../../src/kubernetes/json.ts";
import { mergePatch, operationsBetween } from "../../../src/kubernetes/merge-patch.ts";

/** RFC 7386, appendix A: original, patch, result. */
const appendix: readonly (readonly [Json, Json, Json])[] = [
  [{ a: "b" }, { a: "c" }, { a: "c" }],
  [{ a: "b" }, { b: "c" }, { a: "b", b: "c" }],
  [{ a: "b" }, { a: null }, {}],
  [{ a: "b", b: "c" }, { a: null }, { b: "c" }],
  [{ a: ["b"] }, { a: "c" }, { a: "c" }],
  [{ a: "c" }, { a: ["b"] }, { a: ["b"] }],
  [{ a: { b: "c" } }, { a: { b: "d", c: null } }, { a: { b: "d" } }],
  [{ a: [{ b: "c" }] }, { a: [1] }, { a: [1] }],
  [
    ["a", "b"],
    ["c", "d"],
    ["c", "d"],
  ],
  [{ a: "b" }, ["c"], ["c"]],
  [{ a: "foo" }, null, null],
  [{ a: "foo" }, "bar", "bar"],
  [{ e: null }, { a: 1 }, { e: null, a: 1 }],
  [[1, 2], { a: "b", c: null }, { a: "b" }],
  [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
];

describe("a merge patch", () => {
  test.each(appendix)("%j with %j is %j", (document, patch, result) => {
    expect(mergePatch(document, patch)).toEqual(result);
  });

  test("the example of RFC 7386, section 3", () => {
    const document = {
      title: "Goodbye!",
      author: { givenName: "John", familyName: "Doe" },
      tags: ["example", "sample"],
      content: "This will be unchanged",
    };
    const patch = { title: "Hello!", phoneNumber: "+01-123-456-7890", author: { familyName: null }, tags: ["example"] };
    expect(mergePatch(document, patch)).toEqual({
      title: "Hello!",
      author: { givenName: "John" },
      tags: ["example"],
      content: "This will be unchanged",
      phoneNumber: "+01-123-456-7890",
    });
  });

  test("what every object inherits is no field of it", () => {
    expect(mergePatch({}, { constructor: { a: "1" } })).toEqual({ constructor: { a: "1" } });
  });

  test("of nothing is the patch without its nulls, and the document itself stays as it is", () => {
    expect(mergePatch(undefined, { a: { b: null, c: 1 } })).toEqual({ a: { c: 1 } });
    const document = { a: { b: 1 } };
    mergePatch(document, { a: { b: 2 } });
    expect(document).toEqual({ a: { b: 1 } });
  });
});

describe("the operations between two documents", () => {
  test.each<readonly [JsonObject, JsonObject, readonly object[]]>([
    [{ a: 1 }, { a: 1 }, []],
    [{ a: 1 }, { a: 2 }, [{ op: "replace", path: "/a", value: 2 }]],
    [{ a: 1 }, {}, [{ op: "remove", path: "/a" }]],
    [{}, { a: 1 }, [{ op: "add", path: "/a", value: 1 }]],
    [{ a: { b: 1, c: 2 } }, { a: { b: 1, c: 3 } }, [{ op: "replace", path: "/a/c", value: 3 }]],
    [{ a: [1, 2] }, { a: [2, 1] }, [{ op: "replace", path: "/a", value: [2, 1] }]],
    [{ a: { b: 1 } }, { a: [] }, [{ op: "replace", path: "/a", value: [] }]],
    [{ a: null }, { a: {} }, [{ op: "replace", path: "/a", value: {} }]],
    [{ m: {} }, { m: { "a/b~c": 1 } }, [{ op: "add", path: "/m/a~1b~0c", value: 1 }]],
    [{}, { constructor: 1 }, [{ op: "add", path: "/constructor", value: 1 }]],
  ])("from %j to %j: %j", (before, after, operations) => {
    expect(operationsBetween(before, after)).toEqual(operations);
    expect(applyPatch(before, operationsBetween(before, after))).toEqual({ ok: true, value: after });
  });
});
