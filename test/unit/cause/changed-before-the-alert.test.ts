import { expect, test } from "vitest";
import type { Evidence } from "../../../src/cause/cause.ts";
import { changedBeforeTheAlert } from "../../../src/cause/changed-before-the-alert.ts";
import type { ContainerStatus } from "../../../src/kubernetes/object.ts";
import {
  ago,
  atMs,
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

test("a template that came after the incident began is somebody's answer to it", () => {
  expect(find(changed("frontend", 60), subject, { beganAtMs: atMs - 120_000 })).toEqual([]);
  expect(find(changed("frontend", 300), subject, { beganAtMs: atMs - 120_000 })).toHaveLength(1);
});

test("so is one that is older than what it replaced: a rollback finds its old ReplicaSet again", () => {
  const parts = changed("frontend", 300);
  const replicaSets = (parts.replicaSets ?? []).map((set, index) =>
    index === 0 ? { ...set, metadata: { ...set.metadata, creationTimestamp: ago(200) } } : set,
  );
  expect(find({ ...parts, replicaSets }, subject)).toEqual([]);
});
