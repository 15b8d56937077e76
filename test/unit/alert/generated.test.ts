import { describe, expect, test } from "vitest";
import { ownerOfClaim, ownerOfJob, ownerOfPod, ownerOfReplicaSet, servedBy } from "../../../src/alert/generated.ts";

describe("a pod's name tells its owner", () => {
  test.each([
    ["frontend-5d4f8c7b9-x2k4z", { kind: "Deployment", name: "frontend" }],
    ["frontend-66b6c48dd5-7hgmv", { kind: "Deployment", name: "frontend" }],
    ["a-b-c-6c7b8d5f9f-k2x4z", { kind: "Deployment", name: "a-b-c" }],
    ["web-0", { kind: "StatefulSet", name: "web" }],
    ["web-12", { kind: "StatefulSet", name: "web" }],
    ["backup-29123456-x2k4z", { kind: "CronJob", name: "backup" }],
    ["backup-1638316800-x2k4z", { kind: "CronJob", name: "backup" }],
    ["agent-x2k4z", { name: "agent" }],
    ["etcd-node-1", { name: "etcd" }],
  ])("%s", (pod, owner) => {
    expect(ownerOfPod(pod, "node-1")).toEqual(owner);
  });

  test.each(["debug", "frontend-cache", "frontend-v2x", "web-007", "x-abcde"])("%s follows no controller's rule", (pod) => {
    expect(ownerOfPod(pod)).toBeUndefined();
  });

  test("a word of ten letters is no template hash", () => {
    expect(ownerOfPod("shop-deadbeefca-x2k4z")).toEqual({ name: "shop-deadbeefca" });
  });
});

test("a ReplicaSet without a hash was made by a person", () => {
  expect(ownerOfReplicaSet("frontend")).toEqual({ kind: "ReplicaSet", name: "frontend" });
  expect(ownerOfReplicaSet("frontend-5d4f8c7b9")).toEqual({ kind: "Deployment", name: "frontend" });
});

test("a Job that ends in its time was made by a CronJob", () => {
  expect(ownerOfJob("backup-29123456")).toEqual({ kind: "CronJob", name: "backup" });
  expect(ownerOfJob("backup-2026")).toEqual({ kind: "Job", name: "backup-2026" });
});

test("a claim is a StatefulSet's only where its template's name is a usual one", () => {
  expect(ownerOfClaim("data-postgres-0")).toBe("postgres");
  expect(ownerOfClaim("uploads")).toBe("uploads");
  expect(ownerOfClaim("my-claim-0")).toBe("my-claim-0");
});

test("what serves a workload says so in its name, or does not", () => {
  expect(["frontend-hpa", "frontend-pdb", "keda-hpa-frontend", "frontend"].map(servedBy)).toEqual([
    "frontend",
    "frontend",
    "frontend",
    "frontend",
  ]);
});
