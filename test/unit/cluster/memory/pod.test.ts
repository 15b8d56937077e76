/** What becomes of a pod: it starts, or says in the kubelet's words why it does not. */
import { describe, expect, test } from "vitest";
import type { Condition, Pod } from "../../../../src/kubernetes/object.ts";
import { configMap, node, shop, template, web, workload } from "./shop.ts";

describe("a container", () => {
  test("starts after the start delay and is ready after its probe", () => {
    const { cluster, containers, pass } = shop();
    cluster.make(workload("Deployment", {}, { readinessProbe: { httpGet: { port: "http" }, initialDelaySeconds: 4 } }));
    expect(containers()[0]?.state).toEqual({ waiting: { reason: "ContainerCreating" } });
    pass(2);
    expect(containers()[0]).toMatchObject({ ready: false, state: { running: { startedAt: "2026-03-01T09:00:02Z" } } });
    pass(4);
    expect(containers()[0]?.ready).toBe(false);
    pass(1);
    expect(containers()[0]?.ready).toBe(true);
  });

  test("whose image is not to be had waits with ErrImagePull, then ImagePullBackOff, and starts once it is there", () => {
    const images = ["web:0"];
    const { cluster, containers, events, pass } = shop({ images: (image) => images.includes(image) });
    cluster.make(workload("Deployment"));
    pass(2);
    expect(containers()[0]?.state?.waiting).toEqual({
      reason: "ErrImagePull",
      message:
        'rpc error: code = NotFound desc = failed to pull and unpack image "docker.io/library/web:1": failed to resolve reference "docker.io/library/web:1": docker.io/library/web:1: not found',
    });
    pass(4);
    expect(containers()[0]?.state?.waiting?.reason).toBe("ImagePullBackOff");
    expect(containers()[0]?.state?.waiting?.message).toMatch(/^Back-off pulling image "web:1": ErrImagePull: rpc error/);
    expect(events("BackOff").map((event) => event.message)).toEqual(['Back-off pulling image "web:1"']);
    images.push("web:1");
    pass(10);
    expect(containers()[0]?.ready).toBe(true);
  });

  test("whose ConfigMap or key is missing waits with CreateContainerConfigError until it is there", () => {
    const { cluster, containers, events, pass, set } = shop();
    const env = [{ name: "LEVEL", valueFrom: { configMapKeyRef: { name: "settings", key: "LEVEL" } } }];
    cluster.make(workload("Deployment", {}, { env }));
    pass(2);
    expect(containers()[0]?.state?.waiting).toEqual({ reason: "CreateContainerConfigError", message: 'configmap "settings" not found' });
    cluster.make(configMap({ OTHER: "1" }));
    expect(containers()[0]?.state?.waiting?.message).toBe("couldn't find key LEVEL in ConfigMap shop/settings");
    expect(events("Failed").map((event) => event.message)).toEqual([
      'Error: configmap "settings" not found',
      "Error: couldn't find key LEVEL in ConfigMap shop/settings",
    ]);
    set({ kind: "ConfigMap", namespace: "shop", name: "settings" }, "/data/LEVEL", "debug");
    expect(containers()[0]?.ready).toBe(true);
  });

  test("does not mind an optional key that is missing", () => {
    const { cluster, containers, pass } = shop();
    const env = [{ name: "LEVEL", valueFrom: { configMapKeyRef: { name: "settings", key: "LEVEL", optional: true } } }];
    cluster.make(workload("Deployment", {}, { env }));
    pass(2);
    expect(containers()[0]?.ready).toBe(true);
  });

  test("waits for a volume's ConfigMap", () => {
    const { cluster, containers, events, pass } = shop();
    const volumes = [{ name: "conf", configMap: { name: "settings" } }];
    cluster.make(workload("Deployment", {}, {}, { volumes }));
    pass(60);
    expect(containers()[0]?.state).toEqual({ waiting: { reason: "ContainerCreating" } });
    expect(events("FailedMount").map((event) => event.message)).toEqual([
      'MountVolume.SetUp failed for volume "conf" : configmap "settings" not found',
    ]);
    cluster.make(configMap({}));
    expect(containers()[0]?.ready).toBe(true);
  });

  test("that crashes restarts at once, then after 10 s, 20 s, 40 s", () => {
    const { cluster, containers, events, pass } = shop({
      behaviour: (_pod, _container, { LEVEL }) => (LEVEL === "bad" ? "crashes" : "runs"),
    });
    cluster.make(workload("Deployment", {}, { env: [{ name: "LEVEL", value: "bad" }] }));
    pass(2);
    expect(containers()[0]).toMatchObject({
      ready: false,
      restartCount: 1,
      state: { waiting: { reason: "CrashLoopBackOff" } },
      lastState: { terminated: { exitCode: 1, reason: "Error" } },
    });
    expect(containers()[0]?.state?.waiting?.message).toMatch(/^back-off 10s restarting failed container=web pod=web-\S+_shop\(\S+\)$/);
    pass(10);
    expect(containers()[0]?.restartCount).toBe(2);
    pass(20);
    expect(containers()[0]?.restartCount).toBe(3);
    pass(39);
    expect(containers()[0]?.restartCount).toBe(3);
    pass(1);
    expect(containers()[0]?.restartCount).toBe(4);
    expect(events("BackOff")[0]?.message).toMatch(/^Back-off restarting failed container web in pod web-\S+_shop\(\S+\)$/);
  });

  test("that exhausts its memory was OOMKilled", () => {
    const { cluster, containers, pass } = shop({ behaviour: () => "exhausts-memory" });
    cluster.make(workload("Deployment"));
    pass(2);
    expect(containers()[0]?.lastState?.terminated).toMatchObject({ exitCode: 137, reason: "OOMKilled" });
  });

  test("probed on a port without a listener never becomes ready", () => {
    const { cluster, containers, events, pass, pods } = shop();
    cluster.make(workload("Deployment", {}, { readinessProbe: { httpGet: { path: "/health", port: 9999 } } }));
    pass(600);
    expect(containers()[0]).toMatchObject({ ready: false, restartCount: 0, state: { running: {} } });
    const ip = pods()[0]?.status?.podIP ?? "";
    expect(events("Unhealthy").map((event) => [event.message, event.count])).toEqual([
      [`Readiness probe failed: Get "http://${ip}:9999/health": dial tcp ${ip}:9999: connect: connection refused`, 1],
    ]);
  });

  test("whose liveness probe fails is restarted", () => {
    const { cluster, containers, events, pass } = shop();
    cluster.make(workload("Deployment", {}, { livenessProbe: { tcpSocket: { port: 9999 }, periodSeconds: 5, failureThreshold: 2 } }));
    pass(11);
    expect(containers()[0]).toMatchObject({ ready: true, restartCount: 0 });
    pass(1);
    expect(containers()[0]).toMatchObject({ restartCount: 1, lastState: { terminated: { exitCode: 137 } } });
    expect(events("Killing")[0]?.message).toBe("Container web failed liveness probe, will be restarted");
  });

  test("keeps the configuration that it started with", () => {
    const { cluster, containers, pass, set } = shop({ behaviour: (_pod, _container, { LEVEL }) => (LEVEL === "bad" ? "crashes" : "runs") });
    cluster.make(configMap({ LEVEL: "good" }));
    cluster.make(workload("Deployment", {}, { envFrom: [{ configMapRef: { name: "settings" } }] }));
    pass(2);
    set({ kind: "ConfigMap", namespace: "shop", name: "settings" }, "/data/LEVEL", "bad");
    pass(60);
    expect(containers()[0]).toMatchObject({ ready: true, restartCount: 0 });
  });
});

describe("a pod that fits on no node", () => {
  test("for want of CPU is pending and says so", () => {
    const { cluster, events, pods, set, pass } = shop();
    cluster.make(workload("Deployment", {}, { resources: { requests: { cpu: "64" } } }));
    expect(pods()[0]?.status?.phase).toBe("Pending");
    const message =
      "0/1 nodes are available: 1 Insufficient cpu. no new claims to deallocate, preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod.";
    expect(scheduled(pods()[0])).toMatchObject({ status: "False", reason: "Unschedulable", message });
    expect(events("FailedScheduling").map((event) => event.message)).toEqual([message]);
    set(web, `${template}/resources/requests/cpu`, "1");
    pass(2);
    expect(pods().map((pod) => pod.status?.phase)).toEqual(["Running"]);
  });

  test("because its nodeSelector matches none, or they are cordoned, names each reason once", () => {
    const { cluster, pods } = shop();
    cluster.make(node("node-2", { labels: { disk: "ssd" } }));
    cluster.edit({ kind: "Node", name: "node-2" }, [{ op: "add", path: "/spec/unschedulable", value: true }]);
    cluster.make(workload("Deployment", {}, {}, { nodeSelector: { disk: "ssd" } }));
    expect(scheduled(pods()[0])?.message).toBe(
      "0/2 nodes are available: 1 node(s) didn't match Pod's node affinity/selector, 1 node(s) were unschedulable. no new claims to deallocate, preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.",
    );
  });
});

test("pods of a node that is lost become not ready, and move after five minutes", () => {
  const { cluster, containers, pass, pods } = shop();
  cluster.make(node("node-2", { cpu: "1" }));
  cluster.make(workload("Deployment"));
  pass(2);
  expect(pods()[0]?.spec.nodeName).toBe("node-1");
  cluster.edit({ kind: "Node", name: "node-1" }, [{ op: "replace", path: "/status/conditions/0/status", value: "Unknown" }]);
  expect(pods()[0]?.status?.conditions?.find((condition) => condition.type === "Ready")).toMatchObject({ status: "False" });
  pass(303);
  expect(pods().map((pod) => pod.spec.nodeName)).toEqual(["node-2"]);
  expect(containers()[0]?.ready).toBe(true);
});

function scheduled(pod: Pod | undefined): Condition | undefined {
  return pod?.status?.conditions?.find((condition) => condition.type === "PodScheduled");
}
