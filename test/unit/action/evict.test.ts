import { describe, expect, test } from "vitest";
import { asKubectl, inverseOf, mayTouch, needsOf, transientBudgetOf } from "../../../src/action/catalogue.ts";
import type { OwnerReference } from "../../../src/kubernetes/object.ts";
import { compiled, object, web } from "./objects.ts";

const pod = { kind: "Pod", namespace: "shop", name: "web-1" } as const;
const action = { type: "evict", target: pod } as const;
const ownedBy = (kind: string, controller = true): { readonly ownerReferences: readonly OwnerReference[] } => ({
  ownerReferences: [{ apiVersion: "apps/v1", kind, name: "web", uid: "uid-owner", controller }],
});
const nobody = "Pod shop/web-1 belongs to no ReplicaSet, StatefulSet or DaemonSet: nobody would make it again";

describe("evict", () => {
  test.each(["ReplicaSet", "StatefulSet", "DaemonSet"])("lets a %s make its pod anew", (kind) => {
    expect(compiled(action, object(pod, {}, ownedBy(kind)))).toEqual({ kind: "evict" });
  });

  test("is refused for a pod that nobody would make again: a bare one, a Job's, the node's own, one that is owned and not controlled", () => {
    expect(compiled(action, object(pod))).toBe(nobody);
    expect(compiled(action, object(pod, {}, ownedBy("Job")))).toBe(nobody);
    expect(compiled(action, object(pod, {}, ownedBy("Node")))).toBe(nobody);
    expect(compiled(action, object(pod, {}, ownedBy("ReplicaSet", false)))).toBe(nobody);
  });

  test("is for pods alone", () => {
    expect(compiled({ ...action, target: web }, object(web))).toBe("Deployment shop/web: a Deployment cannot be evicted");
  });

  test("says what it needs, touches, costs and how a person would type it", () => {
    expect(needsOf(action)).toEqual(["Pod"]);
    expect(mayTouch(action)).toEqual([]);
    expect(inverseOf(action)).toBe("none");
    expect(transientBudgetOf(action, 3)).toBe(4);
    expect(asKubectl(action)).toBe("kubectl -n shop delete pod/web-1");
  });
});
