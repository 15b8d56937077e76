/** ResourceQuotas and LimitRanges, and what they let be created. */
import type { JsonObject } from "../../../src/kubernetes/json.ts";
import { configMap, pod, service } from "../manifest.ts";
import { add, create, drop, dry, json, merge, on, remove, replace, strategic } from "../probe.ts";
import type { Case, Manifest } from "../probe.ts";

/** `used`: what its controller has counted. */
function quota(name: string, hard: JsonObject, used?: JsonObject, spec: JsonObject = {}): Manifest {
  return {
    apiVersion: "v1",
    kind: "ResourceQuota",
    metadata: { name },
    spec: { hard, ...spec },
    ...(used === undefined ? {} : { status: { hard, used } }),
  };
}

function limits(name: string, ...items: readonly JsonObject[]): Manifest {
  return { apiVersion: "v1", kind: "LimitRange", metadata: { name }, spec: { limits: items } };
}

function sized(name: string, resources: JsonObject): Manifest {
  return pod(name, { containers: [{ name: "app", image: "registry.example/app:1", resources }] });
}

const hard = "/spec/hard";

export const quotaCases: readonly Case[] = [
  {
    name: "ResourceQuota",
    objects: [quota("most", { pods: "10" })],
    probes: [
      json("another number", replace(`${hard}/pods`, "20")),
      json("as a number", replace(`${hard}/pods`, 20)),
      json("the same again", replace(`${hard}/pods`, "20")),
      dry(json("a third number", replace(`${hard}/pods`, "30"))),
      json("computing power", add(`${hard}/requests.cpu`, "1000m"), add(`${hard}/limits.memory`, "1024Mi")),
      json("by count", add(`${hard}/count~1deployments.apps`, "5")),
      json("taken away", remove(`${hard}/pods`)),
      json("below zero", add(`${hard}/pods`, "-1")),
      json("with a fraction", add(`${hard}/pods`, "1.5")),
      json("of a resource that there is not", add(`${hard}/colours`, "1")),
      json("no quantity", add(`${hard}/pods`, "lots")),
      json("scopes", add("/spec/scopes", ["NotTerminating"])),
      json("a scope that there is not", add("/spec/scopes", ["Sometimes"])),
      json("nothing", replace(hard, {})),
      merge("a number", { spec: { hard: { pods: "7" } } }),
      strategic("one more", { spec: { hard: { services: "3" } } }),
      json("the status", add("/status/used", { pods: "9" })),
      dry(create("another one", quota("other", { pods: "1" }))),
      create("with a scope", quota("scoped", { pods: "1" }, undefined, { scopes: ["BestEffort"] })),
      create("with scopes against each other", quota("bad", { pods: "1" }, undefined, { scopes: ["BestEffort", "NotBestEffort"] })),
      dry(drop("a dry run")),
      drop("as it is"),
    ],
  },
  {
    name: "LimitRange",
    objects: [limits("usual", { type: "Container", max: { cpu: "2" } })],
    probes: [
      json("another maximum", replace("/spec/limits/0/max/cpu", "3000m")),
      dry(json("a third maximum", replace("/spec/limits/0/max/cpu", "4"))),
      json(
        "what a container gets",
        replace("/spec/limits", [{ type: "Container", default: { cpu: "500m" }, defaultRequest: { cpu: "100m" } }]),
      ),
      json("a minimum", replace("/spec/limits", [{ type: "Container", min: { memory: "64Mi" } }])),
      json("of pods", add("/spec/limits/-", { type: "Pod", max: { cpu: "4" } })),
      json("a minimum above the maximum", replace("/spec/limits", [{ type: "Container", min: { cpu: "3" }, max: { cpu: "2" } }])),
      json("a default above the maximum", replace("/spec/limits", [{ type: "Container", default: { cpu: "3" }, max: { cpu: "2" } }])),
      json(
        "a default request above the default",
        replace("/spec/limits", [{ type: "Container", default: { cpu: "1" }, defaultRequest: { cpu: "2" } }]),
      ),
      json("a default for pods", replace("/spec/limits", [{ type: "Pod", default: { cpu: "1" } }])),
      json("twice of one type", replace("/spec/limits", [{ type: "Pod" }, { type: "Pod" }])),
      json("no type", replace("/spec/limits", [{ max: { cpu: "1" } }])),
      json("no limits", replace("/spec/limits", [])),
      json("a ratio below one", replace("/spec/limits", [{ type: "Container", maxLimitRequestRatio: { cpu: "500m" } }])),
      merge("limits", { spec: { limits: [{ type: "Pod", max: { memory: "1Gi" } }] } }),
      dry(create("another one", limits("other", { type: "Container", default: { cpu: "1" } }))),
      create("without anything", limits("none")),
      drop("as it is"),
    ],
  },
  {
    name: "Admission by quota",
    objects: [
      quota(
        "few",
        { configmaps: "2", services: "1", pods: "1", "requests.cpu": "1" },
        { configmaps: "1", services: "0", pods: "0", "requests.cpu": "0" },
      ),
    ],
    probes: [
      dry(create("the second ConfigMap", configMap("two", {}))),
      create("the second ConfigMap", configMap("two", {})),
      create("one ConfigMap too many", configMap("three", {})),
      dry(create("one ConfigMap too many", configMap("three", {}))),
      create("the first Service", service("one")),
      create("one Service too many", service("two")),
      create("a pod that does not say what it needs", pod("vague")),
      create("a pod that needs too much", sized("large", { requests: { cpu: "2" } })),
      create("a pod that fits", sized("fits", { requests: { cpu: "250m" } })),
      create("one pod too many", sized("more", { requests: { cpu: "250m" } })),
      on("ResourceQuota", "few", json("more ConfigMaps", replace("/spec/hard/configmaps", "9"))),
    ],
  },
  {
    name: "Admission by a quota not counted yet",
    objects: [quota("new", { configmaps: "2" })],
    probes: [create("a ConfigMap", configMap("one", {})), create("a Service", service("one"))],
  },
  {
    name: "Admission by limits",
    objects: [
      limits("usual", {
        type: "Container",
        default: { cpu: "500m" },
        defaultRequest: { cpu: "100m" },
        min: { cpu: "50m" },
        max: { cpu: "2" },
      }),
    ],
    probes: [
      create("a pod that says nothing", pod("quiet")),
      create("a pod that says something", sized("loud", { requests: { cpu: "200m" }, limits: { cpu: "1" } })),
      create("a pod with limits alone", sized("limited", { limits: { cpu: "1" } })),
      create("a pod that wants too much", sized("large", { requests: { cpu: "1" }, limits: { cpu: "3" } })),
      create("a pod that wants too little", sized("small", { requests: { cpu: "10m" } })),
    ],
  },
];
