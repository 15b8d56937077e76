import { describe, expect, test } from "vitest";
import { crashAfterChange } from "../../../src/cause/crash-after-change.ts";
import type { ContainerStatus } from "../../../src/kubernetes/object.ts";
import {
  ago,
  container,
  crashing,
  deployment,
  evidence,
  healthy,
  metadata,
  pod,
  replicaSet,
  rolloutComplete,
  running,
  stuckRollout,
  template,
  together,
  waiting,
} from "../../support/evidence.ts";

const good = template("catalog");
const bad = template("catalog", [container({ command: ["/bin/nothing"] })]);
const catalog = { kind: "Deployment", namespace: "shop", name: "catalog" };

const terminated = (reason: string, exitCode: number, restartCount: number): ContainerStatus => ({
  name: "app",
  ready: false,
  restartCount,
  state: { terminated: { reason, exitCode } },
});

describe("a crash after a change", () => {
  test("a crash loop in the newest template is answered with a rollback", () => {
    expect(crashAfterChange.diagnose(together(stuckRollout("catalog", { old: good, now: bad, status: crashing(1) })))).toEqual([
      {
        cause: "crash-after-change",
        component: catalog,
        confidence: 0.9,
        evidence: [
          'Pod catalog-r2-c of Deployment shop/catalog crashed: container app: "CrashLoopBackOff" after "Error" with exit code 1, 4 restarts.',
          'The template of Deployment shop/catalog differs from revision 1 in "container app: command".',
          "Of revision 1, 2 pods are still ready.",
        ],
        remedies: [
          {
            intent: "Roll Deployment shop/catalog back to revision 1, of which 2 pods are ready now.",
            actions: [{ type: "rollback", target: catalog, toRevision: 1 }],
          },
        ],
      },
    ]);
  });

  test.each<[string, ContainerStatus]>([
    ["RunContainerError", waiting("RunContainerError")],
    ["CreateContainerError", waiting("CreateContainerError")],
    ["StartError at once", terminated("StartError", 128, 0)],
    ["out of memory, between two restarts", terminated("OOMKilled", 137, 2)],
    [
      "running for a moment after the third crash",
      running("app", { restartCount: 3, state: { running: { startedAt: ago(5) } }, lastState: { terminated: { exitCode: 2 } } }),
    ],
  ])("%s counts as a crash", (_name, status) => {
    const [found] = crashAfterChange.diagnose(together(stuckRollout("catalog", { old: good, now: bad, status })));
    expect(found?.remedies[0]?.actions).toEqual([{ type: "rollback", target: catalog, toRevision: 1 }]);
  });

  test.each<[string, ContainerStatus]>([
    ["a running pod", running()],
    ["a pod that restarted three times long ago", running("app", { restartCount: 3, lastState: { terminated: { exitCode: 1 } } })],
    ["a first failure", terminated("Error", 1, 0)],
    ["a container that is being created", waiting("ContainerCreating")],
    ["a missing setting", waiting("CreateContainerConfigError")],
  ])("%s does not", (_name, status) => {
    expect(crashAfterChange.diagnose(together(stuckRollout("catalog", { old: good, now: bad, status })))).toEqual([]);
  });

  test("a template that differs only by when a restart was asked for is no way back", () => {
    const restarted = {
      ...good,
      metadata: { ...good.metadata, annotations: { "kubectl.kubernetes.io/restartedAt": "2026-03-01T11:00:00Z" } },
    };
    const [found] = crashAfterChange.diagnose(together(stuckRollout("catalog", { old: good, now: restarted, status: crashing(1) })));
    expect(found).toMatchObject({ confidence: 0.3, remedies: [] });
  });

  test("a template that has worked for a day is suspected less than one that never did", () => {
    const owner = rolloutComplete(deployment("catalog", bad));
    const sets = [replicaSet(owner, 1, good, { replicas: 0, ready: 0 }), replicaSet(owner, 2, bad, { replicas: 2, ready: 0 })];
    const crashed = (replicaSets: typeof sets) =>
      crashAfterChange.diagnose(
        evidence({ deployments: [owner], replicaSets, pods: replicaSets.slice(1).map((set) => pod(set, "c", [crashing(1)])) }),
      )[0]?.confidence;
    expect(crashed(sets)).toBe(0.4);
    expect(crashed(sets.map((set) => ({ ...set, metadata: { ...set.metadata, creationTimestamp: ago(600) } })))).toBe(0.6);
  });

  test("a StatefulSet's crash is a diagnosis without a remedy", () => {
    const set = { ...deployment("orders-db", bad), kind: "StatefulSet", metadata: metadata("StatefulSet", "orders-db") };
    const found = crashAfterChange.diagnose(evidence({ statefulSets: [set], pods: [pod(set, "0", [crashing(1)])] }));
    expect(found).toMatchObject([{ component: { kind: "StatefulSet", name: "orders-db" }, confidence: 0.3, remedies: [] }]);
  });

  test("a healthy application is not suspected", () => {
    expect(crashAfterChange.diagnose(together(healthy("catalog")))).toEqual([]);
  });
});
