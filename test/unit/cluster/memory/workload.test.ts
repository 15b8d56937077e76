/** How Deployments, StatefulSets and DaemonSets carry a template to their pods. */
import { describe, expect, test } from "vitest";
import { node, shop, template, web, workload } from "./shop.ts";

const revision = "deployment.kubernetes.io/revision";

describe("a Deployment", () => {
  test("has its pods through a ReplicaSet, and each knows its owner", () => {
    const { cluster, objects, pods, pass } = shop();
    const deployment = cluster.make(workload("Deployment", { replicas: 2 }));
    pass(2);
    const [set] = objects("ReplicaSet");
    expect(set?.metadata.ownerReferences).toEqual([
      { apiVersion: "apps/v1", kind: "Deployment", name: "web", uid: deployment.metadata.uid, controller: true, blockOwnerDeletion: true },
    ]);
    expect(pods().map((pod) => pod.metadata.ownerReferences?.[0]?.uid)).toEqual([set?.metadata.uid, set?.metadata.uid]);
    expect(pods()[0]?.metadata.labels?.["pod-template-hash"]).toBe(set?.metadata.labels?.["pod-template-hash"]);
  });

  test("keeps serving with its old pods while a bad image cannot be pulled, and gives up after the deadline", () => {
    const { cluster, workload: read, pass, set } = shop({ images: ["web:1"] });
    cluster.make(workload("Deployment", { replicas: 4 }));
    pass(2);
    set(web, `${template}/image`, "web:bad");
    pass(60);
    expect(read("Deployment", "web").status).toMatchObject({ replicas: 5, updatedReplicas: 2, readyReplicas: 3, unavailableReplicas: 2 });
    pass(600);
    expect(read("Deployment", "web").status?.conditions?.find((condition) => condition.type === "Progressing")).toMatchObject({
      status: "False",
      reason: "ProgressDeadlineExceeded",
    });
  });

  test("put back to its earlier template finds its ReplicaSet and its pods again", () => {
    const { cluster, objects, workload: read, pass, pods, set } = shop({ images: ["web:1"] });
    cluster.make(workload("Deployment", { replicas: 2 }));
    pass(2);
    const before = pods().map((pod) => pod.metadata.uid);
    set(web, `${template}/image`, "web:bad");
    pass(60);
    set(web, `${template}/image`, "web:1");
    pass(5);
    expect(pods().map((pod) => pod.metadata.uid)).toEqual(before);
    expect(objects("ReplicaSet").map((one) => one.metadata.annotations?.[revision])).toEqual(["3", "2"]);
    const deployment = read("Deployment", "web");
    expect(deployment.metadata.annotations?.[revision]).toBe("3");
    expect(deployment.status).toMatchObject({ observedGeneration: 3, replicas: 2, updatedReplicas: 2, availableReplicas: 2 });
  });

  test("replaces all of its pods when the new ones work", () => {
    const { cluster, objects, pass, pods, set } = shop();
    cluster.make(workload("Deployment", { replicas: 3 }));
    pass(2);
    set(web, `${template}/image`, "web:2");
    pass(30);
    expect(pods().map((pod) => pod.spec.containers[0]?.image)).toEqual(["web:2", "web:2", "web:2"]);
    expect(objects("ReplicaSet").map((one) => (one as unknown as { spec: { replicas: number } }).spec.replicas)).toEqual([0, 3]);
  });

  test("with the strategy Recreate has none of both versions at once", () => {
    const { cluster, pass, pods, set } = shop({ images: ["web:1"] });
    cluster.make(workload("Deployment", { replicas: 2, strategy: { type: "Recreate" } }));
    pass(2);
    set(web, `${template}/image`, "web:bad");
    expect(pods().map((pod) => pod.spec.containers[0]?.image)).toEqual(["web:bad", "web:bad"]);
  });

  test("that is paused scales but does not roll out", () => {
    const { cluster, pass, pods, set } = shop();
    cluster.make(workload("Deployment", { replicas: 1 }));
    pass(2);
    set(web, "/spec/paused", true);
    set(web, `${template}/image`, "web:2");
    set(web, "/spec/replicas", 2);
    pass(10);
    expect(pods().map((pod) => pod.spec.containers[0]?.image)).toEqual(["web:1", "web:1"]);
  });

  test("takes everything that it owned with it", () => {
    const { cluster, objects, pass } = shop();
    cluster.make(workload("Deployment", { replicas: 2 }));
    pass(2);
    cluster.lose(web);
    expect([...objects("ReplicaSet"), ...objects("Pod")]).toEqual([]);
  });

  test("has its lost pods replaced", () => {
    const { cluster, containers, pass, pods } = shop();
    cluster.make(workload("Deployment", { replicas: 2 }));
    pass(2);
    cluster.lose({ kind: "Pod", namespace: "shop", name: pods()[0]?.metadata.name ?? "" });
    expect(pods()).toHaveLength(2);
    pass(2);
    expect(containers().map((container) => container?.ready)).toEqual([true, true]);
  });
});

describe("a StatefulSet", () => {
  const ref = { kind: "StatefulSet", namespace: "shop", name: "web" };

  test("starts its pods in order, one after another", () => {
    const { cluster, pass, pods } = shop();
    cluster.make(workload("StatefulSet", { replicas: 3, serviceName: "web" }));
    pass(1);
    expect(pods().map((pod) => pod.metadata.name)).toEqual(["web-0"]);
    pass(5);
    expect(pods().map((pod) => pod.metadata.name)).toEqual(["web-0", "web-1", "web-2"]);
  });

  test("updates from the highest ordinal and stops at the first that does not come up", () => {
    const { cluster, pass, pods, set, workload: read, objects } = shop({ images: ["web:1"] });
    cluster.make(workload("StatefulSet", { replicas: 2 }));
    pass(10);
    set(ref, `${template}/image`, "web:bad");
    pass(600);
    expect(pods().map((pod) => [pod.metadata.name, pod.spec.containers[0]?.image])).toEqual([
      ["web-0", "web:1"],
      ["web-1", "web:bad"],
    ]);
    expect(objects("ControllerRevision").map((one) => (one as unknown as { revision: number }).revision)).toEqual([1, 2]);
    const { currentRevision, updateRevision } = read("StatefulSet", "web").status ?? {};
    expect(currentRevision).not.toBe(updateRevision);
  });

  test("leaves a broken pod alone after its template was put back, until somebody deletes it", () => {
    const { cluster, containers, pass, pods, set, objects } = shop({ images: ["web:1"] });
    cluster.make(workload("StatefulSet", { replicas: 2 }));
    pass(10);
    set(ref, `${template}/image`, "web:bad");
    pass(60);
    set(ref, `${template}/image`, "web:1");
    pass(600);
    expect(pods().map((pod) => pod.spec.containers[0]?.image)).toEqual(["web:1", "web:bad"]);
    expect(objects("ControllerRevision").map((one) => (one as unknown as { revision: number }).revision)).toEqual([3, 2]);
    cluster.lose({ kind: "Pod", namespace: "shop", name: "web-1" });
    pass(5);
    expect(containers().map((container) => [container?.image, container?.ready])).toEqual([
      ["web:1", true],
      ["web:1", true],
    ]);
  });

  test("scales down from the highest ordinal", () => {
    const { cluster, pass, pods, set } = shop();
    cluster.make(workload("StatefulSet", { replicas: 3 }));
    pass(10);
    set(ref, "/spec/replicas", 1);
    expect(pods().map((pod) => pod.metadata.name)).toEqual(["web-0"]);
  });
});

describe("a DaemonSet", () => {
  const ref = { kind: "DaemonSet", namespace: "shop", name: "web" };

  test("has a pod on every node that its selector accepts, also on one that comes later", () => {
    const { cluster, pass, pods, workload: read } = shop({ defaultNode: false });
    cluster.make(node("a", { labels: { disk: "ssd" } }));
    cluster.make(node("b"));
    cluster.make(workload("DaemonSet", {}, {}, { nodeSelector: { disk: "ssd" } }));
    cluster.make(node("c", { labels: { disk: "ssd" } }));
    pass(3);
    expect(pods().map((pod) => pod.spec.nodeName)).toEqual(["a", "c"]);
    expect(read("DaemonSet", "web").status).toMatchObject({ desiredNumberScheduled: 2, numberReady: 2, updatedNumberScheduled: 2 });
  });

  test("updates one node after another and stops at a broken one", () => {
    const { cluster, pass, pods, set } = shop({ defaultNode: false, images: ["web:1"] });
    for (const name of ["a", "b", "c"]) cluster.make(node(name));
    cluster.make(workload("DaemonSet"));
    pass(3);
    set(ref, `${template}/image`, "web:bad");
    pass(60);
    expect(pods().map((pod) => pod.spec.containers[0]?.image)).toEqual(["web:1", "web:1", "web:bad"]);
    set(ref, `${template}/image`, "web:1");
    pass(10);
    expect(pods().map((pod) => pod.spec.containers[0]?.image)).toEqual(["web:1", "web:1", "web:1"]);
  });
});
