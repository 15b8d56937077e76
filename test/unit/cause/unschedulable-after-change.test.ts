import { describe, expect, test } from "vitest";
import { unschedulableAfterChange as cause } from "../../../src/cause/unschedulable-after-change.ts";
import type { Container, PodTemplate } from "../../../src/kubernetes/object.ts";
import { container, deployment, evidence, pod, replicaSet, stuckRollout, template, together, waiting } from "../../support/evidence.ts";

const catalog = { kind: "Deployment", namespace: "shop", name: "catalog" };
const message = "0/1 nodes are available: 1 Insufficient cpu. preemption: not eligible.";
const pending = { phase: "Pending", conditions: [{ type: "PodScheduled", status: "False", reason: "Unschedulable", message }] };
const wants = (cpu: string, given: Partial<Container> = {}): PodTemplate =>
  template("catalog", [container({ resources: { requests: { cpu, memory: "16Mi" } }, ...given })]);

const on = (value: string): PodTemplate => template("catalog", [container()], { nodeSelector: { "disk.example/kind": value, zone: "a" } });

function diagnose(old: PodTemplate, now: PodTemplate, podStatus: object = pending) {
  return cause.diagnose(together(stuckRollout("catalog", { old, now, status: waiting("ContainerCreating"), podStatus })));
}

const operationsOf = (found: ReturnType<typeof diagnose>) =>
  found[0]?.remedies.flatMap(({ actions }) => actions.flatMap((action) => (action.type === "patch" ? action.operations : [])));

describe("a pod that fits no node since a change", () => {
  test("a request that became too large is answered with a rollback, then with the old request alone", () => {
    expect(diagnose(wants("10m"), wants("64"))).toEqual([
      {
        cause: "unschedulable-after-change",
        component: catalog,
        confidence: 0.95,
        evidence: [
          `Pod catalog-r2-c of Deployment shop/catalog found no node: "${message}".`,
          'The template of Deployment shop/catalog differs from revision 1 in "container app: resources".',
          "Of revision 1, 2 pods are still ready.",
        ],
        remedies: [
          {
            intent: "Roll Deployment shop/catalog back to revision 1, of which 2 pods are ready now.",
            actions: [{ type: "rollback", target: catalog, toRevision: 1 }],
          },
          {
            intent: 'Put back only what changed in Deployment shop/catalog: "container app: resources".',
            actions: [
              {
                type: "patch",
                target: catalog,
                operations: [{ op: "replace", path: "/spec/template/spec/containers/0/resources/requests/cpu", value: "10m" }],
              },
            ],
          },
        ],
      },
    ]);
  });

  test("a nodeSelector that nobody satisfies is removed, and a changed image beside it stays", () => {
    const now = template("catalog", [container({ image: "podinfo:6.7.2" })], { nodeSelector: { "disk.example/kind": "none" } });
    expect(operationsOf(diagnose(template("catalog"), now))).toEqual([{ op: "remove", path: "/spec/template/spec/nodeSelector" }]);
  });

  test("one changed label of a nodeSelector is put back alone", () => {
    expect(operationsOf(diagnose(on("ssd"), on("none")))).toEqual([
      { op: "replace", path: "/spec/template/spec/nodeSelector/disk.example~1kind", value: "ssd" },
    ]);
  });

  test("a toleration that was dropped comes back", () => {
    const tolerations = [{ key: "dedicated", operator: "Exists", effect: "NoSchedule" }];
    expect(operationsOf(diagnose(template("catalog", [container()], { tolerations }), template("catalog")))).toEqual([
      { op: "add", path: "/spec/template/spec/tolerations", value: tolerations },
    ]);
  });

  test("a change that the scheduler does not look at is not to blame", () => {
    expect(diagnose(wants("10m"), wants("10m", { args: ["--level=debug"] }))).toEqual([]);
  });

  test("a pod that is only waiting for its container, or for the scheduler's first try, is healthy", () => {
    const scheduled = { phase: "Pending", conditions: [{ type: "PodScheduled", status: "True" }] };
    expect(diagnose(wants("10m"), wants("64"), scheduled)).toEqual([]);
    expect(diagnose(wants("10m"), wants("64"), { phase: "Pending", conditions: [] })).toEqual([]);
  });

  test("without an earlier template it is a diagnosis without a remedy", () => {
    const owner = deployment("catalog", wants("64"));
    const set = replicaSet(owner, 1, wants("64"), { replicas: 1, ready: 0 });
    const pods = [pod(set, "a", [waiting("ContainerCreating")], pending)];
    expect(cause.diagnose(evidence({ deployments: [owner], replicaSets: [set], pods }))).toMatchObject([{ confidence: 0.3, remedies: [] }]);
  });
});
