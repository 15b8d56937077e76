import { describe, expect, test } from "vitest";
import type { Action } from "../../../src/action/action.ts";
import { needsOf } from "../../../src/action/catalogue.ts";
import { accessNeeded, describePermission, permissionsOf, permissionsOfCluster } from "../../../src/action/permission.ts";
import type { NeededByAction, Permission } from "../../../src/action/permission.ts";
import { defaultWritable } from "../../../src/action/writable.ts";
import type { Writable } from "../../../src/action/writable.ts";

const target = { kind: "Deployment", namespace: "shop", name: "frontend" } as const;
const of = (kind: string) => ({ kind, namespace: "shop", name: "x" });
const node = { kind: "Node", name: "node-1" };
const actions: readonly Action[] = [
  { type: "scale", target, replicas: 3 },
  { type: "patch", target, operations: [{ op: "remove", path: "/spec/template/spec/nodeSelector" }] },
  { type: "revert", target, operations: [{ op: "remove", path: "/spec/paused" }] },
  { type: "revert", target: of("PodDisruptionBudget"), operations: [{ op: "remove", path: "/spec/minAvailable" }] },
  { type: "rollback", target, toRevision: 0 },
  { type: "rollback", target: of("StatefulSet"), toRevision: 0 },
  { type: "restart", target },
  { type: "hpa-limits", target: of("HorizontalPodAutoscaler"), maxReplicas: 3 },
  { type: "suspend", target: of("CronJob"), suspend: true },
  { type: "cordon", target: node },
  { type: "uncordon", target: node },
  { type: "untaint", target: node, key: "a" },
];
const needed: NeededByAction = { ...permissionsOfCluster(defaultWritable), ...permissionsOf(defaultWritable) };
const nothing = { write: [], inverse: [] };

function told(by: NeededByAction): readonly string[] {
  const all = Object.values(by).flatMap(({ write, inverse }) => [...write, ...inverse]);
  return [...new Set(all.map((permission: Permission) => describePermission(permission)))].toSorted();
}

test.each(actions)("$type of a $target.kind: what compiling it reads, and the patch that it is, are on its list", (action) => {
  const { write, inverse } = needed[action.type] ?? nothing;
  for (const kind of needsOf(action)) expect(write).toContainEqual({ verb: "list", kind });
  for (const list of [write, inverse]) for (const verb of ["get", "patch"]) expect(list).toContainEqual({ verb, kind: action.target.kind });
});

test.each<Action>([
  ...actions,
  { type: "evict", target: of("Pod") },
  { type: "create", target: of("ConfigMap"), manifest: {} },
  { type: "delete", target: of("NetworkPolicy") },
])("$type of a $target.kind: what the engine asks for before it is on the list of the action", (action) => {
  const { write, inverse } = needed[action.type] ?? nothing;
  const asked = accessNeeded(action);
  expect(asked.length).toBeGreaterThan(0);
  for (const { namespace: _, ...access } of asked) expect([...write, ...inverse]).toContainEqual(access);
});

test("an eviction reads the pod, its siblings, and who owns it", () => {
  const pods: NeededByAction = { evict: needed.evict ?? nothing };
  expect(told(pods)).toEqual([
    "create pods/eviction",
    "get daemonsets.apps",
    "get deployments.apps",
    "get namespaces",
    "get pods",
    "get replicasets.apps",
    "get statefulsets.apps",
    "list pods",
  ]);
});

test("no action asks for a wildcard, or for what must never be read", () => {
  expect(told(permissionsOf(defaultWritable))).toEqual([
    "create configmaps",
    "create horizontalpodautoscalers.autoscaling",
    "create ingresses.networking.k8s.io",
    "create limitranges",
    "create networkpolicies.networking.k8s.io",
    "create poddisruptionbudgets.policy",
    "create pods/eviction",
    "create resourcequotas",
    "create services",
    "delete configmaps",
    "delete horizontalpodautoscalers.autoscaling",
    "delete ingresses.networking.k8s.io",
    "delete limitranges",
    "delete networkpolicies.networking.k8s.io",
    "delete poddisruptionbudgets.policy",
    "delete resourcequotas",
    "delete services",
    "get configmaps",
    "get cronjobs.batch",
    "get daemonsets.apps",
    "get deployments.apps",
    "get horizontalpodautoscalers.autoscaling",
    "get ingresses.networking.k8s.io",
    "get jobs.batch",
    "get limitranges",
    "get namespaces",
    "get networkpolicies.networking.k8s.io",
    "get poddisruptionbudgets.policy",
    "get pods",
    "get replicasets.apps",
    "get resourcequotas",
    "get services",
    "get statefulsets.apps",
    "list controllerrevisions.apps",
    "list horizontalpodautoscalers.autoscaling",
    "list pods",
    "list replicasets.apps",
    "list statefulsets.apps",
    "patch configmaps",
    "patch cronjobs.batch",
    "patch daemonsets.apps",
    "patch deployments.apps",
    "patch horizontalpodautoscalers.autoscaling",
    "patch ingresses.networking.k8s.io",
    "patch jobs.batch",
    "patch limitranges",
    "patch networkpolicies.networking.k8s.io",
    "patch poddisruptionbudgets.policy",
    "patch resourcequotas",
    "patch services",
    "patch statefulsets.apps",
  ]);
  expect(told(permissionsOfCluster(defaultWritable))).toEqual(["get nodes", "list nodes", "patch nodes"]);
});

describe("a policy of one's own", () => {
  const fields = { paths: ["/spec/http/**"], create: false, delete: false };
  const custom = {
    VirtualService: { apiVersion: "networking.istio.io/v1", plural: "virtualservices", namespaced: true },
    GatewayClass: { apiVersion: "gateway.networking.k8s.io/v1", plural: "gatewayclasses", namespaced: false },
  };

  test("asks for no more than it lets be written", () => {
    const writable: Writable = { Service: { paths: ["/spec/selector/**"], create: false, delete: false } };
    expect(told(permissionsOf(writable))).toEqual(["get namespaces", "get services", "patch services"]);
    expect(Object.keys(permissionsOf(writable))).toEqual(["patch", "revert"]);
    expect(permissionsOfCluster(writable)).toEqual({});
    expect(permissionsOf({})).toEqual({});
  });

  test("asks for the custom resources that it names, each where it belongs", () => {
    const writable: Writable = { VirtualService: { ...fields, delete: true }, GatewayClass: fields };
    const printed = (by: NeededByAction) =>
      Object.values(by).flatMap(({ write, inverse }) => [...write, ...inverse].map((permission) => describePermission(permission, custom)));
    expect([...new Set(printed(permissionsOf(writable, custom)))].toSorted()).toEqual([
      "create virtualservices.networking.istio.io",
      "delete virtualservices.networking.istio.io",
      "get namespaces",
      "get virtualservices.networking.istio.io",
      "patch virtualservices.networking.istio.io",
    ]);
    expect([...new Set(printed(permissionsOfCluster(writable, custom)))].toSorted()).toEqual([
      "get gatewayclasses.gateway.networking.k8s.io",
      "patch gatewayclasses.gateway.networking.k8s.io",
    ]);
  });
});
