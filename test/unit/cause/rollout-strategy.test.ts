import { expect, test } from "vitest";
import { diagnose } from "../../../src/cause/catalogue.ts";
import type { Evidence } from "../../../src/cause/cause.ts";
import { rolloutStrategy } from "../../../src/cause/rollout-strategy.ts";
import type { RolloutStrategy, Workload } from "../../../src/kubernetes/object.ts";
import { ago, applied, container, deployment, pod, replicaSet, template, together, waiting } from "../../support/evidence.ts";

const all = { type: "RollingUpdate", rollingUpdate: { maxUnavailable: "100%", maxSurge: 0 } };
const old = template("stock");
const now = template("stock", [container()], { initContainers: [{ name: "hang", image: "busybox" }] });

function outage(strategy: RolloutStrategy, manifest: object | undefined, available = 0): Partial<Evidence> {
  const annotations = manifest === undefined ? {} : applied({ kind: "Deployment", metadata: { name: "stock" }, spec: manifest });
  const owner: Workload = {
    ...deployment("stock", now, { strategy }, { annotations }),
    status: { availableReplicas: available, conditions: [{ type: "Progressing", status: "True", reason: "ReplicaSetUpdated" }] },
  };
  const newest = replicaSet(owner, 2, now, { replicas: 2, ready: 0 }, { creationTimestamp: ago(60) });
  return {
    deployments: [owner],
    replicaSets: [replicaSet(owner, 1, old, { replicas: 0, ready: 0 }), newest],
    pods: [pod(newest, "a", [waiting("PodInitializing")], { startTime: ago(60) })],
  };
}
const find = (...parts: readonly Partial<Evidence>[]) => rolloutStrategy.diagnose(together(...parts));

test("template and strategy go back in one transaction", () => {
  const [found, ...others] = find(outage(all, { template: {} }));
  expect(others).toEqual([]);
  const target = { kind: "Deployment", namespace: "shop", name: "stock" };
  expect(found).toMatchObject({ component: target, confidence: 0.96 });
  expect(found?.remedies.map(({ actions }) => actions)).toEqual([
    [
      {
        type: "patch",
        target,
        operations: [
          {
            op: "replace",
            path: "/spec/strategy",
            value: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: "25%", maxSurge: "25%" } },
          },
        ],
      },
      { type: "rollback", target, toRevision: 1 },
    ],
  ]);
});

test("to what the manifest said, where it said something", () => {
  const strategy = { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 1 } };
  expect(find(outage(all, { strategy }))[0]?.remedies[0]?.actions[0]).toMatchObject({ operations: [{ value: strategy }] });
});

test("one that was applied so, and one of which nobody knows what it was, are left alone", () => {
  expect(find(outage({ type: "Recreate" }, { strategy: { type: "Recreate" } }))).toEqual([]);
  expect(find(outage(all, undefined))).toEqual([]);
});

test("of one replica a rollout takes all away whatever the strategy is", () => {
  const two = outage({ type: "Recreate" }, { template: {} });
  const deployments = (two.deployments ?? []).map((each) => ({ ...each, spec: { ...each.spec, replicas: 1 } }));
  expect(find(two)).toHaveLength(1);
  expect(find({ ...two, deployments })).toEqual([]);
});

test("while some pods serve, or a strategy keeps some, it is none", () => {
  expect(find(outage(all, {}, 1))).toEqual([]);
  expect(find(outage({ type: "RollingUpdate", rollingUpdate: { maxUnavailable: "25%" } }, {}))).toEqual([]);
});

test("it is seen as soon as the cause that blames the template alone would see the hanging init container", () => {
  const parts = outage(all, { template: {} });
  const pods = (parts.pods ?? []).map((one) => ({
    ...one,
    status: {
      ...one.status,
      startTime: ago(22),
      initContainerStatuses: [{ name: "hang", ready: false, restartCount: 0, state: { running: { startedAt: ago(21) } } }],
    },
  }));
  const found = diagnose(together({ ...parts, pods }));
  expect(found.map(({ cause }) => cause).slice(0, 2)).toEqual(["rollout-strategy", "not-ready-after-change"]);
});
