/** PURE. All cases, and the few of them that a quick test runs. */
import type { FidelityCase } from "./case.ts";
import { clusterCases } from "./cases-cluster.ts";
import { deploymentCases } from "./cases-deployment.ts";
import { objectCases } from "./cases-object.ts";
import { rolloutCases } from "./cases-rollout.ts";

export const fidelityCases: readonly FidelityCase[] = [...rolloutCases, ...deploymentCases, ...objectCases, ...clusterCases];
