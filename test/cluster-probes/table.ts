/** Every case, in the order in which they are recorded; those that the in-memory cluster must answer alike, and the one that it does not. */
import { namespaceCases, nodeCases, webhookCases } from "./cases/cluster-scoped.ts";
import { beyondTheModel } from "./cases/beyond.ts";
import { deploymentCases } from "./cases/deployment.ts";
import { networkCases } from "./cases/network.ts";
import { podCases } from "./cases/pod.ts";
import { podTemplateCases } from "./cases/pod-template.ts";
import { quotaCases } from "./cases/quota.ts";
import { autoscalerCases, budgetCases, cronJobCases } from "./cases/schedule.ts";
import { configMapCases, serviceCases } from "./cases/service.ts";
import { workloadCases } from "./cases/workloads.ts";
import type { Case } from "./probe.ts";

export const modelled: readonly Case[] = [
  ...deploymentCases,
  ...podTemplateCases,
  ...workloadCases,
  ...serviceCases,
  ...configMapCases,
  ...cronJobCases,
  ...autoscalerCases,
  ...budgetCases,
  ...networkCases,
  ...quotaCases,
  ...podCases,
  ...nodeCases,
  ...webhookCases,
  ...namespaceCases,
];

export const cases: readonly Case[] = [...modelled, beyondTheModel];
