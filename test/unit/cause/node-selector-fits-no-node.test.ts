import { expect, test } from "vitest";
import type { Evidence } from "../../../src/cause/cause.ts";
import { nodeSelectorFitsNoNode } from "../../../src/cause/node-selector-fits-no-node.ts";
import { container, metadata, newcomer, template, together, unscheduled, waiting } from "../../support/evidence.ts";

const nodes = (...disks: readonly string[]): Partial<Evidence> => ({
  nodes: disks.map((disk, index) => ({
    apiVersion: "v1",
    kind: "Node",
    metadata: metadata("Node", `node-${index}`, { labels: { disktype: disk } }),
    spec: {},
  })),
});
const pending = (nodeSelector: Record<string, string>) =>
  newcomer(
    "stock",
    template("stock", [container()], { nodeSelector }),
    waiting(""),
    unscheduled("didn't match Pod's node affinity/selector"),
  );
const find = (...parts: readonly Partial<Evidence>[]) => nodeSelectorFitsNoNode.diagnose(together(...parts));

test("a value that is a slip away from the only one that there is, is corrected", () => {
  const [found] = find(pending({ disktype: "sssd" }), nodes("ssd", "ssd"));
  expect(found).toMatchObject({ confidence: 0.8 });
  expect(found?.remedies[0]?.actions).toMatchObject([
    { operations: [{ op: "replace", path: "/spec/template/spec/nodeSelector/disktype", value: "ssd" }] },
  ]);
});

test("one that may mean anything is a person's to say", () => {
  expect(find(pending({ gpu: "yes" }), nodes("ssd"))).toMatchObject([
    {
      confidence: 0.65,
      remedies: [],
      evidence: [
        'Pod stock-r1-a of Deployment shop/stock found no node: none carries "gpu=yes", which the node selector of Deployment shop/stock asks for.',
        "Which nodes were meant is not known: label one, or correct the selector.",
      ],
    },
  ]);
});

test("a selector that some node fits is none", () => {
  expect(find(pending({ disktype: "ssd" }), nodes("ssd", "hdd"))).toEqual([]);
});
