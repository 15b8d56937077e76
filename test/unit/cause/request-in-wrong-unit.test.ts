import { expect, test } from "vitest";
import type { Evidence } from "../../../src/cause/cause.ts";
import { requestInWrongUnit } from "../../../src/cause/request-in-wrong-unit.ts";
import type { Container, Node } from "../../../src/kubernetes/object.ts";
import { container, metadata, newcomer, template, together, unscheduled, waiting } from "../../support/evidence.ts";

const node: Node = {
  apiVersion: "v1",
  kind: "Node",
  metadata: metadata("Node", "node-1"),
  spec: {},
  status: { conditions: [{ type: "Ready", status: "True" }], allocatable: { cpu: "4", memory: "8Gi" } },
};
const pending = (resources: NonNullable<Container["resources"]>, lacks: string) =>
  newcomer("stock", template("stock", [container({ resources })]), waiting(""), unscheduled(`Insufficient ${lacks}`));
const find = (parts: Partial<Evidence>) => requestInWrongUnit.diagnose(together(parts, { nodes: [node] }));
const operationsOf = (parts: Partial<Evidence>) =>
  find(parts).flatMap(({ remedies }) =>
    remedies.flatMap(({ actions }) => actions.map((one) => ("operations" in one ? one.operations : []))),
  );
const at = (field: string) => `/spec/template/spec/containers/0/resources/${field}`;

test("gibibytes that no node has were mebibytes, and the limit that was written with them as well", () => {
  const parts = pending({ requests: { memory: "500Gi" }, limits: { memory: "500Gi" } }, "memory");
  const [found] = find(parts);
  expect(found).toMatchObject({ component: { kind: "Deployment", name: "stock" }, confidence: 0.78 });
  expect(found?.evidence[1]).toBe('Container app asks for "500Gi" of memory, which no node has at all; "500Mi" would fit.');
  expect(found?.remedies[0]?.intent).toBe('Let Deployment shop/stock ask for memory "500Mi" in place of "500Gi".');
  expect(operationsOf(parts)).toEqual([
    [
      { op: "replace", path: at("requests/memory"), value: "500Mi" },
      { op: "replace", path: at("limits/memory"), value: "500Mi" },
    ],
  ]);
});

test("processors were thousandths", () => {
  expect(operationsOf(pending({ requests: { cpu: "250" } }, "cpu"))).toEqual([
    [{ op: "replace", path: at("requests/cpu"), value: "250m" }],
  ]);
});

test.each<[string, NonNullable<Container["resources"]>, string]>([
  ["what an empty node could meet", { requests: { memory: "6Gi" } }, "memory"],
  ["what would not fit one unit smaller either", { requests: { memory: "9000Gi" } }, "memory"],
  ["a number without a unit that is no processor", { requests: { memory: "99999999999" } }, "memory"],
  ["what the scheduler does not complain of", { requests: { memory: "500Gi" } }, "cpu"],
])("%s is none", (_name, resources, lacks) => {
  expect(find(pending(resources, lacks))).toEqual([]);
});
