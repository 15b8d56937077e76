/**
 * What the real API server refuses and the in-memory one takes: the whole of what is known to be missing. Nothing that
 * Stratus may write by default is here. Besides, the sources of volumes are looked at by their names alone, affinities
 * between pods not at all, and custom resources have no schema.
 */
import { containerAt, pod, webhook, webhookConfiguration, workload } from "../manifest.ts";
import { add, create, json, on, replace } from "../probe.ts";
import type { Case } from "../probe.ts";
import { cronJob } from "./schedule.ts";

const webhooks = "ValidatingWebhookConfiguration";

export const beyondTheModel: Case = {
  name: "Beyond the model",
  objects: [workload("Deployment", "web"), cronJob("nightly"), webhookConfiguration(webhooks, "probe-beyond", [webhook("a.stratus.dev")])],
  probes: [
    json("the values of a security context", add(`${containerAt}/securityContext`, { runAsUser: -1 })),
    on("CronJob", "nightly", json("the numbers in a schedule", replace("/spec/schedule", "99 * * * *"))),
    on(
      webhooks,
      "probe-beyond",
      json("expressions of conditions", add("/webhooks/0/matchConditions", [{ name: "a", expression: "object.(" }])),
    ),
    create("a pod of a service account that there is not", pod("stranger", { serviceAccountName: "nobody" })),
  ],
};
