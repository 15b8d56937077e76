/** CronJobs, autoscalers and budgets. */
import type { JsonObject } from "../../../src/kubernetes/json.ts";
import { budget } from "../manifest.ts";
import { add, create, drop, dry, json, merge, on, remove, replace, strategic } from "../probe.ts";
import type { Case, Manifest } from "../probe.ts";

export function cronJob(name: string, spec: JsonObject = {}, podSpec: JsonObject = {}): Manifest {
  const containers = [{ name: "job", image: "registry.example/job:1" }];
  return {
    apiVersion: "batch/v1",
    kind: "CronJob",
    metadata: { name },
    spec: {
      schedule: "0 3 * * *",
      jobTemplate: { spec: { template: { spec: { restartPolicy: "OnFailure", containers, ...podSpec } } } },
      ...spec,
    },
  };
}

function autoscaler(name: string, spec: JsonObject = {}): Manifest {
  return {
    apiVersion: "autoscaling/v2",
    kind: "HorizontalPodAutoscaler",
    metadata: { name },
    spec: { scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "web" }, maxReplicas: 5, ...spec },
  };
}

function cpu(averageUtilization: number): JsonObject {
  return { type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization } } };
}

const jobContainer = "/spec/jobTemplate/spec/template/spec/containers/0";

export const cronJobCases: readonly Case[] = [
  {
    name: "CronJob",
    objects: [cronJob("nightly")],
    probes: [
      json("suspended", replace("/spec/suspend", true)),
      json("suspended again", replace("/spec/suspend", true)),
      dry(json("not suspended", replace("/spec/suspend", false))),
      json("not suspended", replace("/spec/suspend", false)),
      json("without suspend", remove("/spec/suspend")),
      json("another schedule", replace("/spec/schedule", "*/5 * * * *")),
      json("a schedule by name", replace("/spec/schedule", "@hourly")),
      json("another image", replace(`${jobContainer}/image`, "registry.example/job:2")),
      json("a deadline", add("/spec/startingDeadlineSeconds", 60)),
      json("one after the other", replace("/spec/concurrencyPolicy", "Forbid")),
      json("a time zone", add("/spec/timeZone", "Etc/UTC")),
      json("tries", add("/spec/jobTemplate/spec/backoffLimit", 2)),
      json("no history", replace("/spec/successfulJobsHistoryLimit", 0)),
      json("a label", add("/metadata/labels", { a: "b" })),
      merge("suspended", { spec: { suspend: true } }),
      strategic("a variable", {
        spec: { jobTemplate: { spec: { template: { spec: { containers: [{ name: "job", env: [{ name: "A", value: "1" }] }] } } } } },
      }),
      json("a schedule that is none", replace("/spec/schedule", "at night")),
      json("an empty schedule", replace("/spec/schedule", "")),
      json("a time zone that there is not", replace("/spec/timeZone", "Mars/Base")),
      json("a bad concurrency policy", replace("/spec/concurrencyPolicy", "Sometimes")),
      json("a deadline below zero", replace("/spec/startingDeadlineSeconds", -1)),
      json("a history below zero", replace("/spec/failedJobsHistoryLimit", -1)),
      json("tries below zero", replace("/spec/jobTemplate/spec/backoffLimit", -1)),
      json("pods that are always started again", replace("/spec/jobTemplate/spec/template/spec/restartPolicy", "Always")),
      json("suspend as text", replace("/spec/suspend", "yes")),
      json("no image", remove(`${jobContainer}/image`)),
      dry(create("another one", cronJob("weekly", { schedule: "@weekly" }))),
      create("with a name that is too long", cronJob("x".repeat(53))),
      create("without a restart policy", cronJob("bad", {}, { restartPolicy: null })),
    ],
  },
];

export const autoscalerCases: readonly Case[] = [
  {
    name: "Autoscaler",
    objects: [autoscaler("web")],
    probes: [
      json("a minimum", replace("/spec/minReplicas", 2)),
      json("a maximum", replace("/spec/maxReplicas", 10)),
      json("the same maximum again", replace("/spec/maxReplicas", 10)),
      dry(json("another maximum", replace("/spec/maxReplicas", 20))),
      json("no minimum", remove("/spec/minReplicas")),
      json("a minimum equal to the maximum", replace("/spec/minReplicas", 10)),
      json("a metric", replace("/spec/metrics", [cpu(50)])),
      json(
        "a metric in memory",
        replace("/spec/metrics", [
          { type: "Resource", resource: { name: "memory", target: { type: "AverageValue", averageValue: "1024Mi" } } },
        ]),
      ),
      json("no metrics", remove("/spec/metrics")),
      json("a window for scaling down", add("/spec/behavior", { scaleDown: { stabilizationWindowSeconds: 60 } })),
      json("never down", replace("/spec/behavior", { scaleDown: { selectPolicy: "Disabled" } })),
      json("no behaviour", remove("/spec/behavior")),
      merge("minimum and maximum", { spec: { minReplicas: 1, maxReplicas: 3 } }),
      strategic("a maximum", { spec: { maxReplicas: 4 } }),
      json("a minimum above the maximum", replace("/spec/minReplicas", 9)),
      json("a minimum of zero", replace("/spec/minReplicas", 0)),
      json("a maximum of zero", replace("/spec/maxReplicas", 0)),
      json("a maximum below zero", replace("/spec/maxReplicas", -1)),
      json("a maximum as text", replace("/spec/maxReplicas", "many")),
      json("no maximum", remove("/spec/maxReplicas")),
      json("no target", remove("/spec/scaleTargetRef")),
      json("a target without a name", replace("/spec/scaleTargetRef/name", "")),
      json("a metric without its target", replace("/spec/metrics", [{ type: "Resource", resource: { name: "cpu" } }])),
      json("a metric of a type that there is not", replace("/spec/metrics", [{ type: "Magic" }])),
      json("a utilization below zero", replace("/spec/metrics", [cpu(-1)])),
      json("a window below zero", add("/spec/behavior", { scaleDown: { stabilizationWindowSeconds: -1 } })),
      dry(create("another one", autoscaler("other"))),
      create("with a minimum", autoscaler("other", { minReplicas: 2, metrics: [cpu(70)] })),
      create("without a maximum", autoscaler("bad", { maxReplicas: null })),
      on("HorizontalPodAutoscaler", "other", drop("as it is")),
    ],
  },
];

export const budgetCases: readonly Case[] = [
  {
    name: "Budget",
    objects: [budget("web", { minAvailable: 1 }, undefined)],
    probes: [
      json("another minimum", replace("/spec/minAvailable", 2)),
      json("a minimum in per cent", replace("/spec/minAvailable", "50%")),
      dry(json("no minimum", replace("/spec/minAvailable", 0))),
      json("a maximum instead", remove("/spec/minAvailable"), add("/spec/maxUnavailable", 1)),
      json("a maximum and a minimum", add("/spec/minAvailable", 1)),
      json("neither", remove("/spec/maxUnavailable")),
      json("a maximum below zero", add("/spec/maxUnavailable", -1)),
      json("a maximum above all", add("/spec/maxUnavailable", "150%")),
      json("a maximum that is no percentage", add("/spec/maxUnavailable", "half")),
      json("another selector", replace("/spec/selector/matchLabels", { app: "other" })),
      json("an empty selector", replace("/spec/selector", {})),
      json("no selector", remove("/spec/selector")),
      json("a policy for pods that are not healthy", add("/spec/unhealthyPodEvictionPolicy", "AlwaysAllow")),
      json("a policy that there is not", add("/spec/unhealthyPodEvictionPolicy", "Never")),
      json("a selector with a bad operator", add("/spec/selector", { matchExpressions: [{ key: "a", operator: "Like", values: ["b"] }] })),
      merge("a maximum", { spec: { maxUnavailable: 2 } }),
      strategic("a selector in place of the other", { spec: { selector: { matchLabels: { tier: "web" } } } }),
      dry(create("another one", budget("other", { maxUnavailable: 1 }, undefined))),
      create("another one", budget("other", { maxUnavailable: 1 }, undefined)),
      create("with both", budget("bad", { maxUnavailable: 1, minAvailable: 1 }, undefined)),
      drop("as it is"),
    ],
  },
];
