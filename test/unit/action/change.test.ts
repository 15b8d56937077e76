import { describe, expect, test } from "vitest";
import { changesBetween, describePath, normalise } from "../../../src/action/change.ts";
import type { Json, JsonObject } from "../../../src/kubernetes/json.ts";

const pod = (container: JsonObject, more: JsonObject = {}): JsonObject => ({
  spec: { containers: [{ name: "app", ...container }], ...more },
});
const app = { by: { name: "app" }, index: 0 };
const value = (found: Json) => ({ value: found });

/** Paths as people read them, with both sides. */
function read(before: JsonObject, after: JsonObject): unknown[] {
  return changesBetween(before, after).map((change) => [
    describePath(change.path) + (change.container ? " (container)" : ""),
    change.before?.value,
    change.after?.value,
  ]);
}

describe("what a write changed", () => {
  const cases: readonly [string, JsonObject, JsonObject, unknown[]][] = [
    ["nothing", { data: { a: "1" } }, { data: { a: "1" } }, []],
    ["one key of a map", { data: { a: "1", b: "2" } }, { data: { a: "1", b: "3" } }, [["data.b", "2", "3"]]],
    ["a key that comes", { data: { a: "1" } }, { data: { a: "1", b: "" } }, [["data.b", undefined, ""]]],
    ["a key that goes", { data: { a: "1", b: "" } }, { data: { a: "1" } }, [["data.b", "", undefined]]],
    [
      "a key that every JavaScript object inherits",
      { data: {} },
      { data: { constructor: "x", toString: "y" } },
      [
        ["data.constructor", undefined, "x"],
        ["data.toString", undefined, "y"],
      ],
    ],
    ["null is a value, absence is none", { data: { a: null } }, { data: {} }, [["data.a", null, undefined]]],
    [
      "a map that comes with its only key: the map first",
      { spec: {} },
      { spec: { selector: { app: "web" } } },
      [
        ["spec.selector (container)", undefined, {}],
        ["spec.selector.app", undefined, "web"],
      ],
    ],
    [
      "an environment variable by its name, wherever it stands",
      pod({
        env: [
          { name: "A", value: "1" },
          { name: "B", value: "2" },
        ],
      }),
      pod({
        env: [
          { name: "X", value: "0" },
          { name: "A", value: "1" },
          { name: "B", value: "3" },
        ],
      }),
      [
        ["spec.containers[name=app].env[name=B].value", "2", "3"],
        ["spec.containers[name=app].env[name=X]", undefined, { name: "X", value: "0" }],
      ],
    ],
    [
      "a value that becomes a reference: two fields of one entry",
      pod({ env: [{ name: "A", value: "1" }] }),
      pod({ env: [{ name: "A", valueFrom: { configMapKeyRef: { name: "c", key: "k" } } }] }),
      [
        ["spec.containers[name=app].env[name=A].value", "1", undefined],
        ["spec.containers[name=app].env[name=A].valueFrom (container)", undefined, {}],
        ["spec.containers[name=app].env[name=A].valueFrom.configMapKeyRef (container)", undefined, {}],
        ["spec.containers[name=app].env[name=A].valueFrom.configMapKeyRef.key", undefined, "k"],
        ["spec.containers[name=app].env[name=A].valueFrom.configMapKeyRef.name", undefined, "c"],
      ],
    ],
    [
      "a container's port by number and protocol",
      pod({
        ports: [
          { containerPort: 53, protocol: "TCP" },
          { containerPort: 53, protocol: "UDP" },
        ],
      }),
      pod({
        ports: [
          { containerPort: 53, protocol: "TCP" },
          { containerPort: 53, protocol: "UDP", name: "dns" },
        ],
      }),
      [["spec.containers[name=app].ports[containerPort=53,protocol=UDP].name", undefined, "dns"]],
    ],
    [
      "a Service's port by port and protocol",
      { spec: { ports: [{ port: 80, protocol: "TCP", targetPort: 8080 }] } },
      { spec: { ports: [{ port: 80, protocol: "TCP", targetPort: "http" }] } },
      [["spec.ports[port=80,protocol=TCP].targetPort", 8080, "http"]],
    ],
    [
      "arguments as one value",
      pod({ args: ["a", "b"] }),
      pod({ args: ["a", "c"] }),
      [["spec.containers[name=app].args", ["a", "b"], ["a", "c"]]],
    ],
    ["a command that comes, as one value", pod({}), pod({ command: ["sh"] }), [["spec.containers[name=app].command", undefined, ["sh"]]]],
    [
      "tolerations as one value",
      pod({}, { tolerations: [{ key: "a" }] }),
      pod({}, { tolerations: [{ key: "a" }, { key: "b" }] }),
      [["spec.tolerations", [{ key: "a" }], [{ key: "a" }, { key: "b" }]]],
    ],
    [
      "doubled names make the environment one value",
      pod({ env: [{ name: "A", value: "1" }] }),
      pod({
        env: [
          { name: "A", value: "1" },
          { name: "A", value: "2" },
        ],
      }),
      [
        [
          "spec.containers[name=app].env",
          [{ name: "A", value: "1" }],
          [
            { name: "A", value: "1" },
            { name: "A", value: "2" },
          ],
        ],
      ],
    ],
    [
      "entries that changed places make the list one value",
      pod({ env: [{ name: "A" }, { name: "B" }] }),
      pod({ env: [{ name: "B" }, { name: "A" }] }),
      [["spec.containers[name=app].env", [{ name: "A" }, { name: "B" }], [{ name: "B" }, { name: "A" }]]],
    ],
    [
      "a quantity in another spelling is another value: the server itself spells them one way",
      pod({ resources: { limits: { cpu: "500m" } } }),
      pod({ resources: { limits: { cpu: "0.5" } } }),
      [["spec.containers[name=app].resources.limits.cpu", "500m", "0.5"]],
    ],
    ["a number that becomes a word", { spec: { a: 1 } }, { spec: { a: "1" } }, [["spec.a", 1, "1"]]],
    ["a map that becomes a list", { spec: { a: { b: 1 } } }, { spec: { a: [1] } }, [["spec.a", { b: 1 }, [1]]]],
  ];
  test.each(cases)("%s", (_name, before, after, expected) => {
    expect(read(before, after)).toEqual(expected);
  });

  test("an entry keeps the index it had, for the day it is put back", () => {
    const before = pod({ env: [{ name: "A" }, { name: "B" }, { name: "C" }] });
    const after = pod({ env: [{ name: "A" }, { name: "C" }] });
    expect(changesBetween(before, after)).toEqual([
      {
        path: ["spec", "containers", app, "env", { by: { name: "B" }, index: 1 }],
        before: value({ name: "B" }),
        after: null,
        container: false,
      },
    ]);
  });

  test("what the server, its controllers and our fence put there is no change", () => {
    const before = {
      metadata: { name: "web", uid: "u", resourceVersion: "1", generation: 1, managedFields: [] },
      spec: { replicas: 1 },
      status: { readyReplicas: 1 },
    };
    const after = {
      metadata: {
        name: "web",
        uid: "u",
        resourceVersion: "2",
        generation: 2,
        managedFields: [{ manager: "stratus" }],
        annotations: { "stratus.dev/fence": "3", "stratus.dev/write": "i/1/0", "deployment.kubernetes.io/revision": "7" },
      },
      spec: { replicas: 2 },
      status: { readyReplicas: 0 },
    };
    expect(read(before, after)).toEqual([["spec.replicas", 1, 2]]);
    expect(normalise(after)).toEqual({ metadata: { name: "web" }, spec: { replicas: 2 } });
  });

  test("annotations of others are changes", () => {
    expect(read({ metadata: { annotations: { a: "1" } } }, { metadata: { annotations: { a: "2", "stratus.dev/fence": "1" } } })).toEqual([
      ["metadata.annotations.a", "1", "2"],
    ]);
  });

  test("taints that report a node's state are the node controller's, those of people are changes", () => {
    const node = (spec: JsonObject): JsonObject => ({ kind: "Node", metadata: { name: "n1" }, spec });
    const cordoned = { key: "node.kubernetes.io/unschedulable", effect: "NoSchedule", timeAdded: "2026-01-01T00:00:00Z" };
    const shutdown = { key: "node.kubernetes.io/out-of-service", effect: "NoExecute" };
    expect(read(node({}), node({ unschedulable: true, taints: [cordoned] }))).toEqual([["spec.unschedulable", undefined, true]]);
    expect(read(node({}), node({ taints: [cordoned, shutdown] }))).toEqual([
      ["spec.taints (container)", undefined, []],
      ["spec.taints[key=node.kubernetes.io/out-of-service,effect=NoExecute]", undefined, shutdown],
    ]);
    expect(normalise(node({ taints: [cordoned] }))).toEqual({ kind: "Node", metadata: { name: "n1" }, spec: {} });
  });
});
