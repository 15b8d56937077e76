import { describe, expect, test } from "vitest";
import type { Action, Target } from "../../../src/action/action.ts";
import { defaultBlast, whyTooMuch } from "../../../src/action/blast.ts";
import type { Moved } from "../../../src/action/blast.ts";
import type { KubernetesObject } from "../../../src/kubernetes/object.ts";
import { database, object, settings, web } from "./objects.ts";

const why = (
  action: Action,
  found: KubernetesObject | undefined,
  related: readonly KubernetesObject[] = [],
  earlier: readonly Moved[] = [],
) => whyTooMuch(defaultBlast, action, found, related, earlier);
const restart = (name: string): Action => ({ type: "restart", target: { ...web, name } });
const moved = (action: Action, before?: KubernetesObject): Moved => ({ action, before });

describe("the objects of one transaction", () => {
  const earlier = ["a", "b", "c", "d"].map((name) => moved(restart(name)));

  test("may be five, those that were created among them", () => {
    const created: Action = { type: "create", target: settings, manifest: {} };
    expect(why(restart("e"), object(web), [], earlier)).toBe(undefined);
    expect(why(restart("e"), object(web), [], [...earlier, moved(created)])).toBe(
      "this transaction would write 6 objects, at most 5 are allowed",
    );
    expect(why(created, undefined, [], [...earlier, moved(restart("e"))])).toBe(
      "this transaction would write 6 objects, at most 5 are allowed",
    );
  });

  test("are counted once each, however often they are written", () => {
    expect(why(restart("a"), object(web), [], [...earlier, ...earlier])).toBe(undefined);
  });
});

const sized = (target: Target, replicas: number, readyReplicas: number): KubernetesObject =>
  object(target, { spec: { replicas }, status: { readyReplicas } });
const scale = (target: Target, replicas: number): Action => ({ type: "scale", target, replicas });

const revert = (replicas: number): Action => ({
  type: "revert",
  target: web,
  operations: [
    { op: "remove", path: "/spec/paused" },
    { op: "replace", path: "/spec/replicas", value: replicas },
  ],
});

describe("replicas", () => {
  test("may be moved by fifty in one transaction, up and down added up", () => {
    expect(why(scale(web, 52), sized(web, 2, 2))).toBe(undefined);
    expect(why(scale(web, 53), sized(web, 2, 2))).toBe("51 replicas would be changed by this transaction, at most 50 are allowed");
    const earlier = [moved(scale(database, 10), sized(database, 20, 0))];
    expect(why(scale(web, 42), sized(web, 2, 2), [], earlier)).toBe(undefined);
    expect(why(scale(web, 43), sized(web, 2, 2), [], earlier)).toBe(
      "51 replicas would be changed by this transaction, at most 50 are allowed",
    );
  });

  test.each([
    [10, 10, 5, undefined],
    [10, 10, 4, "6 of the 10 ready pods of Deployment shop/web would go at once, at most 5 may"],
    [3, 3, 2, undefined],
    [3, 3, 1, "2 of the 3 ready pods of Deployment shop/web would go at once, at most 1 may"],
    [2, 2, 0, "2 of the 2 ready pods of Deployment shop/web would go at once, at most 1 may"],
    [1, 1, 0, undefined],
    [10, 4, 3, undefined],
    [10, 0, 1, undefined],
  ])("of %i, %i of them ready, to %i: %s", (replicas, ready, wanted, told) => {
    expect(why(scale(web, wanted), sized(web, replicas, ready))).toBe(told);
  });

  test("go no faster in two steps", () => {
    const earlier = [moved(scale(web, 5), sized(web, 10, 10))];
    expect(why(scale(web, 4), sized(web, 5, 5), [], earlier)).toBe(
      "6 of the 10 ready pods of Deployment shop/web would go at once, at most 5 may",
    );
    const another = [moved(scale(database, 5), sized(database, 10, 10))];
    expect(why(scale(web, 4), sized(web, 5, 5), [], another)).toBe(undefined);
  });

  test("that come back with what is known good are counted alike", () => {
    expect(why(revert(60), sized(web, 2, 2))).toBe("58 replicas would be changed by this transaction, at most 50 are allowed");
    expect(why(revert(2), sized(web, 10, 10))).toBe("8 of the 10 ready pods of Deployment shop/web would go at once, at most 5 may");
    expect(why({ ...revert(2), operations: [{ op: "remove", path: "/spec/replicas" }] } as Action, sized(web, 10, 10))).toBe(undefined);
  });

  test("of what has none are nothing to count: compiling the action refuses it", () => {
    expect(why(scale(settings, 3), object(settings))).toBe(undefined);
  });
});

const auto = { kind: "HorizontalPodAutoscaler", namespace: "shop", name: "auto" } as const;
const autoscaler = (minReplicas: number, maxReplicas: number, currentReplicas: number): KubernetesObject =>
  object(auto, { spec: { minReplicas, maxReplicas }, status: { currentReplicas } });

describe("the bounds of an autoscaler", () => {
  test("move nothing at once while what runs is within them", () => {
    expect(why({ type: "hpa-limits", target: auto, maxReplicas: 1000 }, autoscaler(2, 5, 3))).toBe(undefined);
  });

  test("move what they leave out", () => {
    expect(why({ type: "hpa-limits", target: auto, minReplicas: 53 }, autoscaler(2, 60, 2))).toBe(
      "51 replicas would be changed by this transaction, at most 50 are allowed",
    );
    expect(why({ type: "hpa-limits", target: auto, maxReplicas: 4 }, autoscaler(2, 10, 10))).toBe(
      "6 of the 10 replicas under HorizontalPodAutoscaler shop/auto would go at once, at most 5 may",
    );
    expect(why({ type: "hpa-limits", target: auto, maxReplicas: 5 }, autoscaler(2, 10, 10))).toBe(undefined);
  });

  test("and workloads that are scaled add up", () => {
    const earlier = [
      moved({ type: "hpa-limits", target: auto, minReplicas: 32 }, object(auto, { spec: { minReplicas: 2, maxReplicas: 40 } })),
    ];
    expect(why(scale(web, 22), sized(web, 2, 2), [], earlier)).toBe(undefined);
    expect(why(scale(web, 23), sized(web, 2, 2), [], earlier)).toBe(
      "51 replicas would be changed by this transaction, at most 50 are allowed",
    );
  });
});

const pod = (name: string, owner: string, ready = true, more: { readonly deletionTimestamp?: string } = {}): KubernetesObject =>
  object(
    { kind: "Pod", namespace: "shop", name },
    { status: { conditions: [{ type: "Ready", status: ready ? "True" : "False" }] } },
    { ownerReferences: [{ apiVersion: "apps/v1", kind: "ReplicaSet", name: owner, uid: `uid-${owner}`, controller: true }], ...more },
  );
const evict = (name: string): Action => ({ type: "evict", target: { kind: "Pod", namespace: "shop", name } });

describe("evictions", () => {
  const [a, b, c, d] = ["a", "b", "c", "d"].map((name) => pod(name, "web"));

  test("take a share of the ready pods of one owner, and one at least", () => {
    if (a === undefined || b === undefined || c === undefined || d === undefined) throw new Error("no pods");
    const others = [pod("x", "db"), pod("y", "db")];
    expect(why(evict("a"), a, [a])).toBe(undefined);
    expect(why(evict("b"), b, [b, c, d, ...others], [moved(evict("a"), a)])).toBe(undefined);
    expect(why(evict("c"), c, [c, d, ...others], [moved(evict("a"), a), moved(evict("b"), b)])).toBe(
      "3 of the 4 ready pods of ReplicaSet web would go at once, at most 2 may",
    );
  });

  test("of pods that are not ready take nothing away", () => {
    if (a === undefined || b === undefined) throw new Error("no pods");
    expect(why(evict("b"), pod("b", "web", false), [a, b], [moved(evict("a"), a)])).toBe(undefined);
    expect(why(evict("b"), b, [a, b], [moved(evict("a"), pod("a", "web", false))])).toBe(undefined);
  });

  test("a pod on its way out counts as gone, though it says that it is ready", () => {
    if (a === undefined || b === undefined || c === undefined) throw new Error("no pods");
    const leaving = pod("a", "web", true, { deletionTimestamp: "2026-01-01T00:00:00Z" });
    expect(why(evict("b"), b, [leaving, b, c], [moved(evict("a"), a)])).toBe(
      "2 of the 3 ready pods of ReplicaSet web would go at once, at most 1 may",
    );
    // Evicted, and not marked yet by the time of the reading.
    expect(why(evict("b"), b, [a, b, c], [moved(evict("a"), a)])).toBe(
      "2 of the 3 ready pods of ReplicaSet web would go at once, at most 1 may",
    );
  });

  test("one that was made anew meanwhile counts again", () => {
    if (a === undefined || b === undefined || c === undefined || d === undefined) throw new Error("no pods");
    expect(why(evict("b"), b, [b, c, d], [moved(evict("a"), a)])).toBe(undefined);
  });
});

const node = (name: string, unschedulable = false, ready = true): KubernetesObject =>
  object(
    { kind: "Node", name },
    { spec: unschedulable ? { unschedulable } : {}, status: { conditions: [{ type: "Ready", status: ready ? "True" : "False" }] } },
  );
const cordon = (name: string): Action => ({ type: "cordon", target: { kind: "Node", name } });

describe("cordoning", () => {
  test("takes a share of the nodes that take pods, and one at least", () => {
    expect(why(cordon("n1"), node("n1"), [node("n1")])).toBe(undefined);
    const four = [node("n1", true), node("n2"), node("n3"), node("n4")];
    expect(why(cordon("n2"), node("n2"), four, [moved(cordon("n1"), node("n1"))])).toBe(undefined);
    const left = [node("n1", true), node("n2", true), node("n3"), node("n4")];
    expect(why(cordon("n3"), node("n3"), left, [moved(cordon("n1"), node("n1")), moved(cordon("n2"), node("n2"))])).toBe(
      "3 of the 4 nodes that take pods would go at once, at most 2 may",
    );
  });

  test("nodes that are not ready, or closed already, take no pods", () => {
    const nodes = [node("n1"), node("n2"), node("n3", true), node("n4", false, false)];
    expect(why(cordon("n2"), node("n2"), nodes, [moved(cordon("n5"), node("n5"))])).toBe(
      "2 of the 3 nodes that take pods would go at once, at most 1 may",
    );
    expect(why(cordon("n4"), node("n4", false, false), nodes, [moved(cordon("n5"), node("n5"))])).toBe(undefined);
  });
});

test("limits are as they are configured", () => {
  const blast = { targetsMax: 1, replicasMax: 1, readyShareMax: 1 };
  expect(whyTooMuch(blast, restart("b"), object(web), [], [moved(restart("a"))])).toBe(
    "this transaction would write 2 objects, at most 1 are allowed",
  );
  expect(whyTooMuch(blast, scale(web, 0), sized(web, 1, 1), [], [])).toBe(undefined);
  expect(whyTooMuch(blast, scale(web, 3), sized(web, 1, 1), [], [])).toBe(
    "2 replicas would be changed by this transaction, at most 1 are allowed",
  );
});
