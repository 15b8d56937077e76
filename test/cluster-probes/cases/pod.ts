/** Pods: what may be changed of them, their deletion, and eviction under budgets. */
import { budget, pod, runningPod } from "../manifest.ts";
import { add, create, drop, dry, evict, json, merge, on, remove, replace, strategic } from "../probe.ts";
import type { Case } from "../probe.ts";

const other = "00000000-0000-4000-8000-aaaaaaaaaaaa";

export const podCases: readonly Case[] = [
  {
    name: "Pod",
    objects: [runningPod("one", true, { tolerations: [{ key: "a", operator: "Exists" }] })],
    probes: [
      json("another image", replace("/spec/containers/0/image", "registry.example/app:2")),
      json("the same image again", replace("/spec/containers/0/image", "registry.example/app:2")),
      json("a label", add("/metadata/labels/tier", "web")),
      json("one more toleration", add("/spec/tolerations/-", { key: "b", operator: "Exists" })),
      json("a toleration less", remove("/spec/tolerations/0")),
      json("a deadline", add("/spec/activeDeadlineSeconds", 600)),
      json("a longer deadline", replace("/spec/activeDeadlineSeconds", 900)),
      json("another command", add("/spec/containers/0/command", ["true"])),
      json("another node", replace("/spec/nodeName", "elsewhere")),
      json("no image", replace("/spec/containers/0/image", "")),
      json("the status", replace("/status/phase", "Failed")),
      json("other resources", replace("/spec/containers/0/resources", { requests: { cpu: "1" } })),
      merge("a label taken away", { metadata: { labels: { tier: null } } }),
      strategic("an image", { spec: { containers: [{ name: "app", image: "registry.example/app:3" }] } }),
      create("that says what it needs", pod("sized", { containers: [{ name: "app", image: "app", resources: { limits: { cpu: "1" } } }] })),
      create("without containers", pod("empty", { containers: [] })),
    ],
  },
  {
    name: "Pod removed",
    objects: [
      runningPod("running", true),
      pod("unbound", { nodeName: null }),
      pod("failed", {}, { status: { phase: "Failed" } }),
      runningPod("hasty", true, { terminationGracePeriodSeconds: 0 }),
    ],
    probes: [
      drop("another uid", { uid: other }),
      drop("an older resourceVersion", { resourceVersion: "1" }),
      dry(drop("a dry run")),
      drop("one that runs"),
      drop("one that is ending already"),
      on("Pod", "unbound", drop("one on no node")),
      on("Pod", "failed", drop("one that failed")),
      on("Pod", "hasty", drop("one without a grace period")),
      on("Pod", "unbound", drop("one that is gone")),
    ],
  },
  {
    name: "Eviction",
    objects: [
      runningPod("one", true),
      runningPod("two", false),
      pod("pending"),
      pod("failed", {}, { status: { phase: "Failed" } }),
      pod("unbound", { nodeName: null }),
    ],
    probes: [
      evict("another uid", { uid: other }),
      evict("an older resourceVersion", { resourceVersion: "1" }),
      dry(evict("an older resourceVersion", { resourceVersion: "1" })),
      dry(evict("one that runs")),
      evict("one that runs"),
      evict("one that is ending already"),
      on("Pod", "two", evict("one that is not ready")),
      on("Pod", "pending", evict("one that has not started")),
      on("Pod", "failed", evict("one that failed")),
      on("Pod", "unbound", evict("one on no node")),
      on("Pod", "nowhere", evict("one that is not there", { uid: other, resourceVersion: "1" })),
    ],
  },
  {
    name: "Eviction under a budget that is spent",
    objects: [
      runningPod("one", true),
      runningPod("two", false),
      pod("pending"),
      budget("web", { minAvailable: 2 }, { currentHealthy: 1, desiredHealthy: 2, expectedPods: 2, disruptionsAllowed: 0 }),
    ],
    probes: [
      evict("one that is ready"),
      dry(evict("one that is ready")),
      evict("one that is ready, by another uid", { uid: other }),
      on("Pod", "two", evict("one that is not ready")),
      on("Pod", "pending", evict("one that has not started")),
    ],
  },
  {
    name: "Eviction under a budget with room",
    objects: [
      runningPod("one", true),
      runningPod("two", true),
      runningPod("three", false),
      budget("web", { minAvailable: 1 }, { currentHealthy: 2, desiredHealthy: 1, expectedPods: 3, disruptionsAllowed: 1 }),
    ],
    probes: [
      dry(evict("the first")),
      on("PodDisruptionBudget", "web", json("and the budget has all of its room", add("/metadata/labels", { seen: "1" }))),
      evict("the first by an older resourceVersion", { resourceVersion: "1" }),
      on("PodDisruptionBudget", "web", json("which has used up the budget", add("/metadata/labels", { seen: "2" }))),
      evict("the first, when none is left"),
      on("Pod", "three", evict("one that is not ready, while enough are")),
    ],
  },
  {
    name: "Eviction step by step",
    objects: [
      runningPod("one", true),
      runningPod("two", true),
      budget("web", { minAvailable: 1 }, { currentHealthy: 2, desiredHealthy: 1, expectedPods: 2, disruptionsAllowed: 1 }),
    ],
    probes: [
      evict("the first"),
      on("PodDisruptionBudget", "web", json("and the budget has no room left", add("/metadata/labels", { seen: "1" }))),
      on("Pod", "two", evict("the second")),
      evict("the first once more"),
    ],
  },
  {
    name: "Eviction of what is not healthy",
    objects: [
      runningPod("one", false),
      runningPod("two", false),
      budget(
        "web",
        { minAvailable: 2, unhealthyPodEvictionPolicy: "AlwaysAllow" },
        { currentHealthy: 0, desiredHealthy: 2, expectedPods: 2, disruptionsAllowed: 0 },
      ),
    ],
    probes: [dry(evict("one that is not ready")), evict("one that is not ready")],
  },
  {
    name: "Eviction under a budget not seen yet",
    objects: [
      runningPod("one", true),
      budget("web", { minAvailable: 1 }, { currentHealthy: 1, desiredHealthy: 1, disruptionsAllowed: 1 }, false),
    ],
    probes: [evict("one that is ready")],
  },
  {
    name: "Eviction under two budgets",
    objects: [
      runningPod("one", true),
      budget("web", { minAvailable: 0 }, { currentHealthy: 1, disruptionsAllowed: 1, expectedPods: 1 }),
      budget("more", { minAvailable: 0 }, { currentHealthy: 1, disruptionsAllowed: 1, expectedPods: 1 }),
    ],
    probes: [dry(evict("one that is ready")), evict("one that is ready")],
  },
];
