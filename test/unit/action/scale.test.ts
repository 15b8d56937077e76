import { describe, expect, test } from "vitest";
import { actionSchema } from "../../../src/action/action.ts";
import { asKubectl, inverseOf, mayTouch, needsOf, transientBudgetOf } from "../../../src/action/catalogue.ts";
import { agent, compiled, database, front, object, web } from "./objects.ts";

const three = { type: "scale", target: web, replicas: 3 } as const;
const autoscaler = (kind: string, name: string) =>
  object({ kind: "HorizontalPodAutoscaler", name: "auto" }, { spec: { scaleTargetRef: { kind, name } } });

const setOf = (replicas: number, whenScaled: string) =>
  object(database, { spec: { replicas, persistentVolumeClaimRetentionPolicy: { whenScaled, whenDeleted: "Retain" } } });

describe("scale", () => {
  test("sets the replicas of a Deployment and of a StatefulSet", () => {
    const patch = [{ op: "replace", path: "/spec/replicas", value: 3 }];
    expect(compiled(three, object(web, { spec: { replicas: 0 } }))).toEqual(patch);
    expect(compiled({ ...three, target: database }, object(database, { spec: { replicas: 1 } }))).toEqual(patch);
  });

  test("is refused where there are no replicas to set", () => {
    expect(compiled({ ...three, target: agent }, object(agent))).toBe("DaemonSet shop/agent: a DaemonSet has no replicas to set");
    expect(compiled({ ...three, target: front }, object(front))).toBe("Service shop/front: a Service has no replicas to set");
    const node = { kind: "Node", name: "node-1" };
    expect(compiled({ ...three, target: node }, object(node))).toBe("Node node-1: a Node has no replicas to set");
  });

  test("is refused when nothing would change", () => {
    expect(compiled(three, object(web, { spec: { replicas: 3 } }))).toBe("Deployment shop/web has 3 replicas already");
  });

  test("is refused under an autoscaler, which is named; another workload's autoscaler is no hindrance", () => {
    const target = object(web, { spec: { replicas: 1 } });
    expect(compiled(three, target, [autoscaler("Deployment", "web")])).toBe(
      "Deployment shop/web is scaled by HorizontalPodAutoscaler auto: change its limits there",
    );
    expect(compiled(three, target, [autoscaler("Deployment", "db"), autoscaler("StatefulSet", "web")])).toEqual([
      { op: "replace", path: "/spec/replicas", value: 3 },
    ]);
  });

  test("is refused downwards where the volumes of the pods that go would be deleted with their data", () => {
    const action = { ...three, target: database };
    expect(compiled(action, setOf(4, "Delete"))).toBe(
      "the volumes of the pods that go would be deleted: that is what the persistentVolumeClaimRetentionPolicy of StatefulSet shop/db says",
    );
    expect(compiled(action, setOf(4, "Retain"))).toEqual([{ op: "replace", path: "/spec/replicas", value: 3 }]);
    expect(compiled(action, setOf(2, "Delete"))).toEqual([{ op: "replace", path: "/spec/replicas", value: 3 }]);
  });

  test("says what it needs, touches, costs and how a person would type it", () => {
    expect(needsOf(three)).toEqual(["HorizontalPodAutoscaler"]);
    expect(mayTouch(three)).toEqual(["/spec/replicas"]);
    expect(inverseOf(three)).toBe("restore");
    expect(transientBudgetOf(three, 0)).toBe(6);
    expect(asKubectl(three)).toBe("kubectl -n shop scale deployment/web --replicas=3");
    expect(asKubectl({ ...three, target: database, replicas: 0 })).toBe("kubectl -n shop scale statefulset/db --replicas=0");
  });
});

describe("the schema of an action", () => {
  test.each([
    ["a fraction", { ...three, replicas: 1.5 }],
    ["fewer than none", { ...three, replicas: -1 }],
    ["more than a thousand", { ...three, replicas: 1001 }],
    ["a word", { ...three, replicas: "3" }],
    ["a field that nobody knows", { ...three, force: true }],
    ["a kind that would be a path", { ...three, target: { ...web, kind: "Deployment/scale" } }],
    ["a kind as a plural writes it", { ...three, target: { ...web, kind: "deployments" } }],
    ["an action that nobody knows", { ...three, type: "exec" }],
    ["a name that would be an option", { ...three, target: { ...web, name: "--all" } }],
    ["a name that would be a path", { ...three, target: { ...web, name: "web/scale" } }],
    ["a name that would be a command", { ...three, target: { ...web, name: "web;reboot" } }],
    ["a name with a line break at its end", { ...three, target: { ...web, name: "web\n" } }],
    ["a namespace that climbs", { ...three, target: { ...web, namespace: "../kube-system" } }],
    ["an empty namespace", { ...three, target: { ...web, namespace: "" } }],
  ])("refuses %s", (_name, action) => {
    expect(actionSchema.safeParse(action).success).toBe(false);
  });

  test("accepts the action itself", () => {
    expect(actionSchema.parse(three)).toEqual(three);
  });
});
