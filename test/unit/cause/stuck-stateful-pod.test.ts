import { expect, test } from "vitest";
import type { Evidence } from "../../../src/cause/cause.ts";
import { stuckStatefulPod } from "../../../src/cause/stuck-stateful-pod.ts";
import { container, stuckSet, template, together, waiting } from "../../support/evidence.ts";

const bad = template("orders-db", [container({ image: "bad" })]);
const pulling = waiting("ImagePullBackOff");

/** Somebody has put the template back, and the pod that the wrong one broke is still there. */
function repaired(parts: Partial<Evidence>): Partial<Evidence> {
  return {
    ...parts,
    statefulSets: (parts.statefulSets ?? []).map((set) => ({
      ...set,
      spec: { ...set.spec, template: template("orders-db") },
      status: { ...set.status, updateRevision: "orders-db-h1" },
    })),
  };
}
const find = (...parts: readonly Partial<Evidence>[]) => stuckStatefulPod.diagnose(together(...parts));
const stuck = stuckSet("StatefulSet", "orders-db", { old: template("orders-db"), now: bad, status: pulling });

test("a pod of an older template that the controller waits for is evicted", () => {
  expect(find(repaired(stuck))).toMatchObject([
    {
      component: { kind: "StatefulSet", namespace: "shop", name: "orders-db" },
      confidence: 0.9,
      remedies: [{ actions: [{ type: "evict", target: { kind: "Pod", namespace: "shop", name: "orders-db-1" } }] }],
    },
  ]);
});

test("a broken pod of the template as it is now is another cause's, and a ready one is nobody's", () => {
  expect(find(stuck)).toEqual([]);
  const { pods = [] } = stuck;
  expect(find(repaired({ ...stuck, pods: pods.slice(0, 1) }))).toEqual([]);
});
