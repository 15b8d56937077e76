import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { strategicMergePatch } from "../../../src/action/strategic-merge.ts";
import { threeWayMerge } from "../../../src/action/three-way-merge.ts";
import type { Json, JsonObject } from "../../../src/kubernetes/json.ts";
import { withoutNulls } from "../../../src/kubernetes/merge-patch.ts";

interface Answered {
  readonly kind: string;
  readonly here: JsonObject;
  readonly patch?: JsonObject;
  readonly applied?: JsonObject;
  readonly wanted?: JsonObject;
  /** `null`: refused. */
  readonly answer: JsonObject | null;
}

/** Random documents and patches, with what k8s.io/apimachinery 0.34.4 (pkg/util/strategicpatch) makes of them. */
const answered = readFileSync(new URL("../../fixtures/apimachinery/strategic-merge.jsonl", import.meta.url), "utf8")
  .trimEnd()
  .split("\n")
  .map((line, index) => ({ number: index + 1, ...(JSON.parse(line) as Answered) }));

describe("documents are merged as the API server's own library merges them", () => {
  test.each(answered)("line $number", ({ kind, here, patch, applied = {}, wanted = {}, answer }) => {
    const ours = patch === undefined ? threeWayMerge(kind, { applied, wanted, here }) : strategicMergePatch(kind, here, patch);
    expect(ours.ok ? withoutNulls(ours.value) : null).toEqual(answer);
  });

  test("there are many of each", () => {
    const patches = answered.filter(({ patch }) => patch !== undefined);
    expect(patches.filter(({ answer }) => answer === null)).toHaveLength(20);
    expect(patches).toHaveLength(90);
    expect(answered).toHaveLength(160);
  });
});

const pod = (spec: JsonObject): JsonObject => ({ spec: { template: { spec } } });
const here = pod({
  containers: [
    {
      name: "app",
      image: "app:1",
      args: ["x", "y"],
      env: [
        { name: "A", value: "1" },
        { name: "B", value: "2" },
      ],
      ports: [{ containerPort: 53 }, { containerPort: 53, protocol: "UDP" }],
    },
    { name: "sidecar", image: "sidecar:1" },
  ],
  tolerations: [{ key: "a" }],
  nodeSelector: { disk: "ssd" },
});

function merged(patch: JsonObject, kind = "Deployment"): Json {
  const result = strategicMergePatch(kind, here, patch);
  if (!result.ok) return result.failure.kind === "refused" ? result.failure.reason : result.failure.kind;
  return (result.value["spec"] as { template: { spec: JsonObject } }).template.spec;
}

const entries = (...each: readonly JsonObject[]): JsonObject => pod({ containers: each });
const container = (patch: JsonObject): JsonObject => entries({ name: "app", ...patch });

function names(value: Json): unknown {
  return (value as { containers: readonly { name: string; env?: readonly { name: string }[] }[] }).containers.map(({ name, env }) => [
    name,
    env?.map((each) => each.name),
  ]);
}

describe("entries of a list", () => {
  test("keep their places, and new ones come first", () => {
    expect(names(merged(container({ env: [{ name: "B", value: "3" }] })))).toEqual([
      ["app", ["A", "B"]],
      ["sidecar", undefined],
    ]);
    expect(names(merged(container({ env: [{ name: "C", value: "3" }] })))).toEqual([
      ["app", ["C", "A", "B"]],
      ["sidecar", undefined],
    ]);
    expect(names(merged(container({ env: [{ name: "B" }, { name: "A" }] })))).toEqual([
      ["app", ["B", "A"]],
      ["sidecar", undefined],
    ]);
  });

  test("stand as $setElementOrder says", () => {
    expect(names(merged(pod({ "$setElementOrder/containers": [{ name: "sidecar" }, { name: "app" }] })))).toEqual([
      ["sidecar", undefined],
      ["app", ["A", "B"]],
    ]);
  });

  test("go by $patch: delete, or all by $patch: replace", () => {
    expect(names(merged(container({ env: [{ name: "A", $patch: "delete" }] })))).toEqual([
      ["app", ["B"]],
      ["sidecar", undefined],
    ]);
    expect(names(merged(container({ env: [{ $patch: "replace" }, { name: "Z" }] })))).toEqual([
      ["app", ["Z"]],
      ["sidecar", undefined],
    ]);
    expect(names(merged(entries({ name: "sidecar", $patch: "delete" })))).toEqual([["app", ["A", "B"]]]);
  });
});

describe("what the API server would take in another way than it reads is refused", () => {
  test.each<readonly [string, JsonObject, string]>([
    ["another directive", { $merge: {} }, "the patch: $merge is not understood"],
    [
      "the whole object replaced",
      { $patch: "replace", spec: {} },
      "$patch of the whole object would take away what it does not name, which is never done",
    ],
    [
      "the whole object retained in part",
      { $retainKeys: ["spec"], spec: {} },
      "$retainKeys of the whole object would take away what it does not name, which is never done",
    ],
    ["$patch: merge", pod({ $patch: "merge" }), "spec.template.spec: $patch can be replace or delete"],
    [
      "$patch: merge in a list",
      entries({ name: "app", $patch: "merge" }),
      "spec.template.spec.containers: $patch can be delete beside an entry's key, or an entry of its own with replace",
    ],
    ["an entry without its key", entries({ image: "app:2" }), "spec.template.spec.containers: an entry has no name to be found by"],
    ["an entry that is no map", pod({ containers: ["app"] }), "spec.template.spec.containers: an entry has no name to be found by"],
    [
      "an entry that two match",
      container({ ports: [{ containerPort: 53, name: "dns" }] }),
      "spec.template.spec.containers.ports: several entries have containerPort 53, and only one of them would change",
    ],
    [
      "a directive in a new entry",
      entries({ name: "new", env: [{ name: "A", $patch: "delete" }] }),
      "spec.template.spec.containers: $patch stands where nothing is merged",
    ],
    [
      "a directive in a list that is replaced",
      pod({ tolerations: [{ key: "a", $patch: "delete" }] }),
      "spec.template.spec.tolerations: $patch stands where nothing is merged",
    ],
    [
      "a directive where nothing was",
      pod({ affinity: { $patch: "replace", nodeAffinity: {} } }),
      "spec.template.spec.affinity: $patch stands where nothing is merged",
    ],
    [
      "an order that lacks an entry",
      pod({ "$setElementOrder/containers": [{ name: "sidecar" }], containers: [{ name: "app" }] }),
      "spec.template.spec.containers: the entries do not follow $setElementOrder",
    ],
    [
      "an order for a list that is replaced",
      pod({ "$setElementOrder/tolerations": [{ key: "a" }] }),
      "spec.template.spec.tolerations: $setElementOrder is for lists whose entries are merged, and is such a list itself",
    ],
    [
      "an order beside a replacement",
      pod({ "$setElementOrder/containers": [{ name: "a" }], containers: [{ $patch: "replace" }] }),
      "spec.template.spec.containers: $setElementOrder beside $patch: replace",
    ],
    [
      "an order of nothing",
      container({ "$setElementOrder/volumeMounts": [{ mountPath: "/a" }] }),
      "spec.template.spec.containers.volumeMounts: $setElementOrder of an empty list",
    ],
    [
      "values deleted from entries",
      container({ "$deleteFromPrimitiveList/env": [{ name: "A" }] }),
      "spec.template.spec.containers.env: $deleteFromPrimitiveList is for lists of plain values, and is such a list itself",
    ],
    [
      "values deleted and given",
      container({ "$deleteFromPrimitiveList/args": ["x"], args: ["z"] }),
      "spec.template.spec.containers.args: $deleteFromPrimitiveList beside values for the same list",
    ],
    [
      "fields that are not retained",
      pod({ nodeSelector: { $retainKeys: ["disk"], zone: "a" } }),
      "spec.template.spec.nodeSelector: $retainKeys must be a list with every field of the patch",
    ],
  ])("%s", (_name, patch, reason) => {
    expect(merged(patch)).toBe(reason);
  });

  test("a custom resource, which the server does not merge like this", () => {
    expect(merged({ spec: {} }, "Widget")).toBe("Widget knows no strategic merge patch: send a patch of type merge or json");
  });
});

test("a key that every object has is a key like others", () => {
  const patch = JSON.parse('{"data":{"__proto__":"1","constructor":null,"toString":"2"}}') as JsonObject;
  const result = strategicMergePatch("ConfigMap", JSON.parse('{"data":{"constructor":"0"}}') as JsonObject, patch);
  expect(result.ok && JSON.stringify(result.value)).toBe('{"data":{"__proto__":"1","toString":"2"}}');
});
