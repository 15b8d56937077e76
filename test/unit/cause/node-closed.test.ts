import { expect, test } from "vitest";
import type { Evidence } from "../../../src/cause/cause.ts";
import { nodeClosed } from "../../../src/cause/node-closed.ts";
import type { Node } from "../../../src/kubernetes/object.ts";
import { metadata, newcomer, template, together, unscheduled, waiting } from "../../support/evidence.ts";

const node = (spec: Node["spec"], ready = "True"): Partial<Evidence> => ({
  nodes: [
    {
      apiVersion: "v1",
      kind: "Node",
      metadata: metadata("Node", "node-1"),
      spec,
      status: { conditions: [{ type: "Ready", status: ready }] },
    },
  ],
});
const pending = (message: string) => newcomer("stock", template("stock"), waiting(""), unscheduled(message));
const find = (...parts: readonly Partial<Evidence>[]) => nodeClosed.diagnose(together(...parts));
const target = { kind: "Node", name: "node-1" };
const cordoned = "0/1 nodes are available: 1 node(s) were unschedulable.";

test("a node that is cordoned is opened again", () => {
  const [found] = find(pending(cordoned), node({ unschedulable: true }));
  expect(found).toMatchObject({ component: target, confidence: 0.7 });
  expect(found?.remedies.map(({ actions }) => actions)).toEqual([[{ type: "uncordon", target }]]);
});

test("a taint that the scheduler names goes", () => {
  const [found] = find(
    pending("0/1 nodes are available: 1 node(s) had untolerated taint {dedicated: gpu}."),
    node({
      taints: [
        { key: "dedicated", value: "gpu", effect: "NoSchedule" },
        { key: "other", effect: "NoSchedule" },
      ],
    }),
  );
  expect(found?.remedies[0]?.actions).toEqual([{ type: "untaint", target, key: "dedicated" }]);
});

test("a taint that the scheduler does not name goes when the pod does not tolerate it", () => {
  const said = "0/1 nodes are available: 1 node(s) had untolerated taint(s).";
  const taints = [
    { key: "dedicated", value: "gpu", effect: "NoSchedule" },
    { key: "other", effect: "NoSchedule" },
    { key: "soft", effect: "PreferNoSchedule" },
    { key: "node.kubernetes.io/disk-pressure", effect: "NoSchedule" },
  ];
  const tolerations = [{ key: "other", operator: "Exists" }];
  const tolerant = newcomer("stock", template("stock", undefined, { tolerations }), waiting(""), unscheduled(said));
  const [found] = find(tolerant, node({ taints }));
  expect(found?.remedies[0]?.actions).toEqual([{ type: "untaint", target, key: "dedicated" }]);
});

test("what reports the node's own state stays, and so does what keeps nobody out", () => {
  const said = "0/1 nodes are available: 1 node(s) had untolerated taint {node.kubernetes.io/disk-pressure: }, {soft: }.";
  const taints = [
    { key: "node.kubernetes.io/disk-pressure", effect: "NoSchedule" },
    { key: "soft", effect: "PreferNoSchedule" },
  ];
  expect(find(pending(said), node({ taints }))).toEqual([]);
});

test("a node that is not ready, an open one, and a cordon that nobody suffers from are none", () => {
  expect(find(pending(cordoned), node({ unschedulable: true }, "False"))).toEqual([]);
  expect(find(pending(cordoned), node({}))).toEqual([]);
  expect(find(pending("0/1 nodes are available: 1 Insufficient cpu."), node({ unschedulable: true }))).toEqual([]);
});
