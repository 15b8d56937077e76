import { describe, expect, test } from "vitest";
import { sameOwner, sameTrouble } from "../../../src/severity/trouble.ts";

const crash = { namespace: "shop", pod: "frontend-7d4b9c6f5d-x2x9z", container: "app", uid: "1", instance: "10.0.0.1:8080", node: "w1" };
const replaced = { namespace: "shop", pod: "frontend-6c5b8d7f9b-qqk4t", container: "app", uid: "2", instance: "10.0.0.9:8080", node: "w2" };

describe("an active alert is the trouble that was reported", () => {
  test.each([
    ["it is equal", { a: "1" }, { a: "1" }, true],
    ["it lacks the external labels that Alertmanager adds", { a: "1", cluster: "prod" }, { a: "1" }, true],
    ["it has labels that the episode lacks", { a: "1" }, { a: "1", b: "2" }, true],
    ["a label differs", { a: "1" }, { a: "2" }, false],
    ["another Prometheus of the pair sent it", { prometheus_replica: "k8s-0" }, { prometheus_replica: "k8s-1" }, true],
    ["its pod was replaced by the same Deployment", crash, replaced, true],
    ["its pod is another workload's", crash, { ...replaced, pod: "payment-6c5b8d7f9b-qqk4t" }, false],
    ["its pod was replaced but another container is meant", crash, { ...replaced, container: "sidecar" }, false],
    ["its pod is in another namespace", crash, { ...replaced, namespace: "billing" }, false],
    [
      "the pod of a StatefulSet came back on another node",
      { pod: "db-0", node: "w1", uid: "1" },
      { pod: "db-0", node: "w2", uid: "2" },
      true,
    ],
    ["it names another node and no pod", { node: "w1" }, { node: "w2" }, false],
    ["it names another instance and no pod", { instance: "10.0.0.1:9100" }, { instance: "10.0.0.2:9100" }, false],
    ["kube-state-metrics exports the pod under another name", { exported_pod: crash.pod }, { exported_pod: replaced.pod }, true],
    ["it is the slow warning of a fast page", { severity: "critical" }, { severity: "warning" }, false],
  ])("when %s: %#", (_when, episode, active, same) => {
    const reading = { name: "A", labels: { alertname: "A", ...active }, state: "firing" as const, silenced: false };
    expect(sameTrouble({ name: "A", labels: { alertname: "A", ...episode } }, reading)).toBe(same);
  });

  test("never when the name differs", () => {
    expect(sameTrouble({ name: "A", labels: {} }, { name: "B", labels: {}, state: "firing", silenced: false })).toBe(false);
  });
});

describe("two pods have one owner", () => {
  test.each([
    ["frontend-7d4b9c6f5d-x2x9z", "frontend-7d4b9c6f5d-qqk4t", true],
    ["frontend-7d4b9c6f5d-x2x9z", "frontend-6c5b8d7f9b-qqk4t", true],
    ["fluentd-x2x9z", "fluentd-qqk4t", true],
    ["db-0", "db-11", true],
    ["frontend-7d4b9c6f5d-x2x9z", "frontend-v2-7d4b9c6f5d-x2x9z", false],
    ["fluentd-x2x9z", "fluentbit-x2x9z", false],
    ["db-0", "cache-0", false],
    ["bare", "bare", true],
    ["bare-one", "bare-two", false],
  ])("%s and %s: %s", (pod, other, same) => {
    expect(sameOwner(pod, other)).toBe(same);
  });
});
