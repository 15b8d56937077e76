import { expect, test } from "vitest";
import type { Action } from "../../../src/action/action.ts";
import { needsOf } from "../../../src/action/catalogue.ts";
import { describePermission, permissionsOf } from "../../../src/action/permission.ts";
import { defaultWritable } from "../../../src/action/writable.ts";

const target = { kind: "Deployment", namespace: "shop", name: "frontend" } as const;
const actions: readonly Action[] = [
  { type: "scale", target, replicas: 3 },
  { type: "patch", target, operations: [{ op: "remove", path: "/spec/template/spec/nodeSelector" }] },
  { type: "rollback", target, toRevision: 0 },
  { type: "rollback", target: { ...target, kind: "StatefulSet" }, toRevision: 0 },
  { type: "restart", target },
];

test.each(actions)("$type of a $target.kind: what compiling it reads, and the patch that it is, are on its list", (action) => {
  const { write, inverse } = permissionsOf(defaultWritable)[action.type] ?? { write: [], inverse: [] };
  for (const kind of needsOf(action)) expect(write).toContainEqual({ verb: "list", kind });
  for (const list of [write, inverse]) for (const verb of ["get", "patch"]) expect(list).toContainEqual({ verb, kind: action.target.kind });
});

test("no action asks for a wildcard, or for what must never be read", () => {
  const all = Object.values(permissionsOf(defaultWritable)).flatMap(({ write, inverse }) => [...write, ...inverse].map(describePermission));
  expect([...new Set(all)].toSorted()).toEqual([
    "get configmaps",
    "get daemonsets.apps",
    "get deployments.apps",
    "get namespaces",
    "get services",
    "get statefulsets.apps",
    "list controllerrevisions.apps",
    "list horizontalpodautoscalers.autoscaling",
    "list replicasets.apps",
    "patch configmaps",
    "patch daemonsets.apps",
    "patch deployments.apps",
    "patch services",
    "patch statefulsets.apps",
  ]);
});
