import { expect, test } from "vitest";
import type { Evidence } from "../../../src/cause/cause.ts";
import { changedBeforeTheAlert } from "../../../src/cause/changed-before-the-alert.ts";
import type { ContainerStatus } from "../../../src/kubernetes/object.ts";
import {
  ago,
  container,
  deployment,
  healthy,
  pod,
  replicaSet,
  rolloutComplete,
  running,
  template,
  together,
} from "../../support/evidence.ts";

const subject = { subject: { kind: "Deployment", namespace: "shop", name: "frontend" } };
const calls = template("frontend", [container({ env: [{ name: "BACKEND", value: "http://stock:9898" }] })]);

/** Rolled out to its end so long ago. */
function changed(name: string, secondsAgo: number, status: ContainerStatus = running()): Partial<Evidence> {
  const now = template(name, [container({ args: ["--fail-ratio=0.3"] })]);
  const owner = rolloutComplete(deployment(name, now));
  const newest = replicaSet(owner, 2, now, { replicas: 1, ready: 1 }, { creationTimestamp: ago(secondsAgo) });
  return {
    deployments: [owner],
    replicaSets: [replicaSet(owner, 1, template(name), { replicas: 0, ready: 0 }), newest],
    pods: [pod(newest, "a", [status])],
    services: healthy(name).services ?? [],
  };
}
const find = (...parts: readonly Partial<Evidence>[]) => changedBeforeTheAlert.diagnose(together(...parts));

test("what the subject calls and what got a new template lately is taken back", () => {
  const [found, ...others] = find(healthy("frontend", calls), changed("stock", 300), subject);
  expect(others).toEqual([]);
  expect(found).toMatchObject({ component: { kind: "Deployment", name: "stock" }, confidence: 0.54 });
  expect(found?.evidence[0]).toBe("Deployment shop/stock got a new template 5 min ago, and its pods are ready.");
  expect(found?.remedies.map(({ actions }) => actions)).toEqual([
    [{ type: "rollback", target: { kind: "Deployment", namespace: "shop", name: "stock" }, toRevision: 1 }],
  ]);
});

test("the subject's own change is the likelier one", () => {
  expect(find(changed("frontend", 300), subject)).toMatchObject([{ confidence: 0.6 }]);
});

test("a change of long ago, of what is not called, or without a subject is none", () => {
  expect(find(healthy("frontend", calls), changed("stock", 7200), subject)).toEqual([]);
  expect(find(healthy("frontend"), changed("stock", 300), subject)).toEqual([]);
  expect(find(healthy("frontend", calls), changed("stock", 300))).toEqual([]);
});

test("pods that are not ready are another cause's", () => {
  expect(find(changed("frontend", 300, running("app", { ready: false })), subject)).toEqual([]);
});

test("what Stratus has put there itself is not taken back, and what somebody changed after it is", () => {
  const parts = changed("frontend", 300);
  const by = (...managers: readonly string[]): Partial<Evidence> => ({
    ...parts,
    deployments: (parts.deployments ?? []).map((one) => ({
      ...one,
      metadata: {
        ...one.metadata,
        managedFields: managers.map((manager, index) => ({ manager, operation: "Update", time: ago(300 - index) })),
      },
    })),
  });
  expect(find(by("kubectl-patch", "stratus"), subject)).toEqual([]);
  expect(find(by("stratus", "kubectl-patch"), subject)).toHaveLength(1);
});
