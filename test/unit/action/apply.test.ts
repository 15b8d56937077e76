import { describe, expect, test } from "vitest";
import type { ActionOf } from "../../../src/action/action.ts";
import { asKubectl, inverseOf, transientBudgetOf } from "../../../src/action/catalogue.ts";
import type { JsonObject } from "../../../src/kubernetes/json.ts";
import type { KubernetesObject } from "../../../src/kubernetes/object.ts";
import { compiled, front, object, settings } from "./objects.ts";

const apply = (target: ActionOf<"apply">["target"], body: JsonObject, metadata: JsonObject = {}): ActionOf<"apply"> => ({
  type: "apply",
  target,
  manifest: { apiVersion: "v1", kind: target.kind, metadata: { name: target.name, ...metadata }, ...body },
});

/** As kubectl left it: the manifest stands in an annotation. */
function recorded(
  target: ActionOf<"apply">["target"],
  body: JsonObject,
  manifest: JsonObject,
  annotations: Record<string, string> = {},
): KubernetesObject {
  const record = { apiVersion: "v1", kind: target.kind, metadata: { annotations: {}, name: target.name, namespace: "shop" }, ...manifest };
  return object(target, body, {
    annotations: { ...annotations, "kubectl.kubernetes.io/last-applied-configuration": JSON.stringify(record) },
  });
}

const port = (name: string, number: number, more: JsonObject = {}): JsonObject => ({ name, port: number, ...more });

describe("apply compiles to the difference", () => {
  test("sets what the manifest says, and leaves the rest as it is", () => {
    const here = object(settings, { data: { a: "1", b: "2" } });
    expect(compiled(apply(settings, { data: { a: "9", c: "3" } }), here)).toEqual([
      { op: "replace", path: "/data/a", value: "9" },
      { op: "add", path: "/data/c", value: "3" },
    ]);
  });

  test("takes away what was applied and is not in the manifest any more", () => {
    const here = recorded(settings, { data: { a: "1", b: "2", theirs: "x" } }, { data: { a: "1", b: "2" } });
    expect(compiled(apply(settings, { data: { a: "1" } }), here)).toEqual([{ op: "remove", path: "/data/b" }]);
  });

  test("takes a whole map away when the manifest has lost it, what others put there too", () => {
    const here = recorded(settings, { data: { a: "1", theirs: "x" } }, { data: { a: "1" } });
    expect(compiled(apply(settings, {}), here)).toEqual([{ op: "remove", path: "/data" }]);
  });

  test("takes entries of a list by their key", () => {
    const applied = { spec: { ports: [port("http", 80), port("old", 81)] } };
    const here = recorded(front, { spec: { ports: [port("http", 80, { targetPort: 80 }), port("theirs", 90), port("old", 81)] } }, applied);
    expect(compiled(apply(front, { spec: { ports: [port("http", 80, { targetPort: 8080 })] } }), here)).toEqual([
      { op: "replace", path: "/spec/ports", value: [port("http", 80, { targetPort: 8080 }), port("theirs", 90)] },
    ]);
  });

  test("leaves annotations of others and kubectl's record alone", () => {
    const here = recorded(settings, {}, { metadata: { name: "settings", annotations: { mine: "1" } } }, { mine: "1", theirs: "2" });
    expect(compiled(apply(settings, { data: { a: "1" } }), here)).toEqual([
      { op: "remove", path: "/metadata/annotations/mine" },
      { op: "add", path: "/data", value: { a: "1" } },
    ]);
  });

  test("takes no notice of what the server sets, in the manifest and in the record", () => {
    const record = { metadata: { name: "settings", creationTimestamp: null, annotations: {} }, data: { a: "1" } };
    const here = {
      ...recorded(settings, { data: { a: "1" } }, record),
      metadata: { ...recorded(settings, {}, record).metadata, creationTimestamp: "2026-01-01T00:00:00Z" },
    };
    const action = apply(settings, { data: { a: "2" }, status: {} }, { creationTimestamp: null, generation: 7 });
    expect(compiled(action, here)).toEqual([{ op: "replace", path: "/data/a", value: "2" }]);
  });

  test("treats a record that is no manifest like none", () => {
    const here = object(settings, { data: { a: "1" } }, { annotations: { "kubectl.kubernetes.io/last-applied-configuration": "{" } });
    expect(compiled(apply(settings, { data: {} }), here)).toBe("the manifest would change nothing on ConfigMap shop/settings");
  });

  test("merges a custom resource field by field, its lists whole", () => {
    const widget = { kind: "Widget", namespace: "shop", name: "a" };
    const here = recorded(
      widget,
      { spec: { size: 1, list: [{ name: "a" }], gone: 1 } },
      { spec: { size: 1, list: [{ name: "a" }], gone: 1 } },
    );
    expect(compiled(apply(widget, { spec: { size: 2, list: [{ name: "b" }] } }), here)).toEqual([
      { op: "replace", path: "/spec/size", value: 2 },
      { op: "replace", path: "/spec/list", value: [{ name: "b" }] },
      { op: "remove", path: "/spec/gone" },
    ]);
  });
});

describe("apply is refused", () => {
  const here = object(front, { spec: { ports: [port("tcp", 53), port("udp", 53, { protocol: "UDP" })] } });
  test.each<readonly [string, ActionOf<"apply">, KubernetesObject, string]>([
    [
      "for another kind",
      { ...apply(front, {}), target: settings },
      object(settings),
      'ConfigMap shop/settings: the manifest is of kind "Service"',
    ],
    ["for another name", apply(front, {}, { name: "other" }), here, "Service shop/front: the manifest has another name"],
    ["for another namespace", apply(front, {}, { namespace: "other" }), here, "Service shop/front: the manifest is of another namespace"],
    [
      "for another version",
      { ...apply(front, {}), manifest: { ...apply(front, {}).manifest, apiVersion: "v2" } },
      here,
      "Service shop/front is served as v1: write the manifest for that",
    ],
    [
      "when nothing would change",
      apply(settings, { data: { a: "1" } }),
      object(settings, { data: { a: "1" } }),
      "the manifest would change nothing on ConfigMap shop/settings",
    ],
    [
      "when entries share a key",
      apply(front, { spec: { ports: [port("tcp", 54)] } }),
      here,
      "Service shop/front: spec.ports: several entries have port 53: they would be taken for each other",
    ],
    [
      "when finalizers would change",
      apply(settings, { data: { a: "1" } }, { finalizers: ["a"] }),
      object(settings, {}, { finalizers: ["b"] } as object),
      "ConfigMap shop/settings: metadata.finalizers would change, which is never done",
    ],
    [
      "when it would change what somebody took away",
      apply(front, { spec: { ports: [port("http", 80, { targetPort: 2 })] } }),
      recorded(front, { spec: { ports: [port("x", 90)] } }, { spec: { ports: [port("http", 80, { targetPort: 1 })] } }),
      "Service shop/front: spec.ports was applied and taken away since: kubectl cannot change it and put it back at once",
    ],
  ])("%s", (_name, action, target, reason) => {
    expect(compiled(action, target)).toBe(reason);
  });
});

test("apply is taken back field by field, and prints the manifest without what the server sets", () => {
  const action = apply(settings, { data: { a: "it's" }, status: {} }, { uid: "1" });
  expect(inverseOf(action)).toBe("restore");
  expect(transientBudgetOf(action, 3)).toBe(0);
  expect(asKubectl(action)).toBe(
    String.raw`printf %s '{"apiVersion":"v1","kind":"ConfigMap","data":{"a":"it'\''s"},"metadata":{"name":"settings"}}' | kubectl -n shop apply -f -`,
  );
});
