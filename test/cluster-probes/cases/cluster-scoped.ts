/** Nodes, admission webhook configurations, and namespaces that are not there or are going away. */
import { configMap, node, service, webhook, webhookConfiguration, workload } from "../manifest.ts";
import { add, create, drop, dry, evict, json, merge, on, remove, replace, strategic } from "../probe.ts";
import type { Case } from "../probe.ts";

const dedicated = { key: "dedicated", value: "web", effect: "NoSchedule" };
const validating = "ValidatingWebhookConfiguration";
const mutating = "MutatingWebhookConfiguration";

export const nodeCases: readonly Case[] = [
  {
    name: "Node",
    objects: [node("probe-node", { podCIDR: "10.250.0.0/24" })],
    probes: [
      json("cordoned", add("/spec/unschedulable", true)),
      json("cordoned again", add("/spec/unschedulable", true)),
      dry(json("uncordoned", remove("/spec/unschedulable"))),
      json("uncordoned by false", replace("/spec/unschedulable", false)),
      json("a taint", add("/spec/taints", [dedicated])),
      json("a second taint", add("/spec/taints/-", { key: "slow", effect: "PreferNoSchedule" })),
      json("the first taint taken away", remove("/spec/taints/0")),
      json("a taint with a time", add("/spec/taints/-", { key: "away", effect: "NoExecute", timeAdded: "2026-01-01T00:00:00Z" })),
      json("the taints taken away", remove("/spec/taints")),
      json("an empty list of taints", add("/spec/taints", [])),
      json("a label", add("/metadata/labels/zone", "a")),
      json("the same taint twice", add("/spec/taints", [dedicated, dedicated])),
      json("a taint without an effect", add("/spec/taints", [{ key: "a" }])),
      json("a taint with an effect that there is not", add("/spec/taints", [{ key: "a", effect: "Never" }])),
      json("a taint with a bad key", add("/spec/taints", [{ key: "a b", effect: "NoSchedule" }])),
      json("a taint with a bad value", add("/spec/taints", [{ key: "a", value: "b c", effect: "NoSchedule" }])),
      json("other addresses for its pods", replace("/spec/podCIDR", "10.251.0.0/24")),
      json("a provider", add("/spec/providerID", "cloud://1")),
      json("another provider", replace("/spec/providerID", "cloud://2")),
      json("the status", add("/status/capacity", { cpu: "4" })),
      merge("cordoned", { spec: { unschedulable: true } }),
      merge("uncordoned", { spec: { unschedulable: null } }),
      strategic("a taint", { spec: { taints: [dedicated] } }),
      strategic("a taint in place of the other", { spec: { taints: [{ key: "slow", effect: "NoSchedule" }] } }),
      on("Node", "no-such-node", json("one that is not there", add("/spec/unschedulable", true))),
    ],
  },
];

export const webhookCases: readonly Case[] = [
  {
    name: "Validating webhooks",
    objects: [webhookConfiguration(validating, "probe-validating", [webhook("one.stratus.dev"), webhook("two.stratus.dev")])],
    probes: [
      json("one that may fail", replace("/webhooks/0/failurePolicy", "Fail")),
      json("one that may not", replace("/webhooks/0/failurePolicy", "Ignore")),
      json("the same again", replace("/webhooks/0/failurePolicy", "Ignore")),
      json("a time limit", replace("/webhooks/0/timeoutSeconds", 5)),
      json("some namespaces", replace("/webhooks/0/namespaceSelector", { matchLabels: { a: "b" } })),
      json("a time limit that is too long", replace("/webhooks/0/timeoutSeconds", 31)),
      json("a policy that there is not", replace("/webhooks/0/failurePolicy", "Sometimes")),
      json("side effects that are not known", replace("/webhooks/0/sideEffects", "Unknown")),
      json("two of one name", replace("/webhooks/1/name", "one.stratus.dev")),
      json("a short name", replace("/webhooks/0/name", "one")),
      json("no versions", replace("/webhooks/0/admissionReviewVersions", [])),
      json("a verb that there is not", replace("/webhooks/0/rules/0/operations", ["LOOK"])),
      strategic("one by its name", { webhooks: [{ name: "two.stratus.dev", timeoutSeconds: 3 }] }),
      merge("none", { webhooks: [] }),
      dry(create("another one", webhookConfiguration(validating, "probe-other", [webhook("a.stratus.dev")]))),
      create("another one", webhookConfiguration(validating, "probe-other", [webhook("a.stratus.dev", { failurePolicy: null })])),
      create("the same once more", webhookConfiguration(validating, "probe-other", [])),
      create("without a client", webhookConfiguration(validating, "probe-bad", [webhook("a.stratus.dev", { clientConfig: {} })])),
      create("without side effects", webhookConfiguration(validating, "probe-bad", [webhook("a.stratus.dev", { sideEffects: null })])),
      dry(on(validating, "probe-other", drop("a dry run"))),
      on(validating, "probe-other", drop("another uid", { uid: "other" })),
      on(validating, "probe-other", drop("as it is")),
      on(validating, "probe-other", drop("what is gone")),
    ],
  },
  {
    name: "Mutating webhooks",
    objects: [webhookConfiguration(mutating, "probe-mutating", [webhook("one.stratus.dev")])],
    probes: [
      json("one that may fail", replace("/webhooks/0/failurePolicy", "Fail")),
      json("asked again", replace("/webhooks/0/reinvocationPolicy", "IfNeeded")),
      json("asked again by a policy that there is not", replace("/webhooks/0/reinvocationPolicy", "Always")),
      json("a client by address", replace("/webhooks/0/clientConfig", { url: "https://hooks.example/admit" })),
      json("a client without encryption", replace("/webhooks/0/clientConfig", { url: "http://hooks.example/admit" })),
      json("a label", add("/metadata/labels", { a: "b" })),
      dry(create("another one", webhookConfiguration(mutating, "probe-other", [webhook("a.stratus.dev")]))),
      dry(drop("a dry run")),
      drop("as it is"),
    ],
  },
];

export const namespaceCases: readonly Case[] = [
  {
    name: "Namespace that is not there",
    objects: [],
    probes: [
      create("a ConfigMap", configMap("a", {}, { metadata: { name: "a", namespace: "no-such-namespace" } })),
      dry(create("a ConfigMap", configMap("a", {}, { metadata: { name: "a", namespace: "no-such-namespace" } }))),
      create("a Deployment", { ...workload("Deployment", "a"), metadata: { name: "a", namespace: "no-such-namespace" } }),
      create("a Service", { ...service("a"), metadata: { name: "a", namespace: "no-such-namespace" } }),
      on("ConfigMap", "nowhere", json("a patch", add("/data", {}))),
      on("ConfigMap", "nowhere", drop("a deletion", { uid: "other", resourceVersion: "1" })),
      on("Pod", "nowhere", evict("an eviction", { uid: "other", resourceVersion: "1" })),
    ],
  },
  {
    name: "Namespace that goes away",
    objects: [configMap("here", { A: "1" })],
    terminating: true,
    probes: [
      create("a ConfigMap", configMap("new", {})),
      dry(create("a ConfigMap", configMap("new", {}))),
      create("a Deployment", workload("Deployment", "new")),
      json("a patch of what is there", replace("/data/A", "2")),
      drop("what is there"),
    ],
  },
];
