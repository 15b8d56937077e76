import { describe, expect, test } from "vitest";
import { asKubectl, inverseOf, mayTouch, needsOf, transientBudgetOf } from "../../../src/action/catalogue.ts";
import type { JsonObject } from "../../../src/kubernetes/json.ts";
import { compiled, object, settings } from "./objects.ts";

const manifest: JsonObject = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "settings" }, data: { TEXT: "it's \\n" } };
const action = { type: "create", target: settings, manifest } as const;
const nothing = object(settings);

describe("create", () => {
  test("sends the manifest", () => {
    const metadata = { name: "settings", namespace: "shop" };
    expect(compiled(action, nothing)).toEqual({ kind: "create", object: { ...manifest, metadata } });
  });

  test("without what the server sets: it is another object than the one that was read", () => {
    const read = {
      ...manifest,
      metadata: {
        name: "settings",
        namespace: "shop",
        uid: "u",
        resourceVersion: "7",
        creationTimestamp: "2026-01-01T00:00:00Z",
        managedFields: [],
      },
      status: { phase: "x" },
    };
    expect(compiled({ ...action, manifest: read }, nothing)).toEqual({
      kind: "create",
      object: { ...manifest, metadata: { name: "settings", namespace: "shop" } },
    });
  });

  test.each<readonly [JsonObject, string]>([
    [{ kind: "Secret" }, 'the manifest is of kind "Secret"'],
    [{ kind: null }, "the manifest is of kind null"],
    [{ apiVersion: null }, "the manifest has no apiVersion"],
    [{ metadata: { name: "other" } }, "the manifest has another name"],
    [{ metadata: null }, "the manifest has another name"],
    [{ metadata: { name: "settings", namespace: "bank" } }, "the manifest is of another namespace"],
    [{ metadata: { name: "settings", generateName: "settings-" } }, "the manifest leaves its name to the server"],
  ])("%j is refused: %s", (change, reason) => {
    expect(compiled({ ...action, manifest: { ...manifest, ...change } }, nothing)).toBe(`ConfigMap shop/settings: ${reason}`);
  });

  test("says what it needs, touches, costs and how a person would type it", () => {
    expect(needsOf(action)).toEqual([]);
    expect(mayTouch(action)).toEqual([]);
    expect(inverseOf(action)).toBe("remove");
    expect(transientBudgetOf(action, 3)).toBe(0);
    expect(asKubectl(action)).toBe(
      String.raw`printf %s '{"apiVersion":"v1","kind":"ConfigMap","data":{"TEXT":"it'\''s \\n"},"metadata":{"name":"settings"}}' | kubectl -n shop create -f -`,
    );
  });
});
