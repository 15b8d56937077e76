/**
 * PURE. A workload with spec.replicas 0 has no pods and reports no failure; its Services have no endpoints. How many there
 * were is in `earlier-replicas.ts`.
 */
import type { Service, Workload } from "../kubernetes/object.ts";
import { nameOf, refOf, sameRef } from "../kubernetes/object.ts";
import type { Cause, Evidence, Hypothesis } from "./cause.ts";
import { earlierReplicas } from "./earlier-replicas.ts";
import { targetOf, workloadsOf } from "./owner.ts";
import { hasEndpoints, podsBehind, serviceSelects } from "./selection.ts";

export const scaledToZero: Cause = {
  name: "scaled-to-zero",
  diagnose: (evidence) =>
    [...evidence.deployments, ...evidence.statefulSets].filter(isAtZero).flatMap((workload) => {
      const isSubject = evidence.subject !== undefined && sameRef(evidence.subject, refOf(workload));
      const starved = evidence.services.filter((service) => isStarvedBy(service, workload, evidence));
      return isSubject || starved.length > 0 ? [hypothesis(workload, starved, isSubject, evidence)] : [];
    }),
};

/** Absent means 1 (API default). */
function isAtZero(workload: Workload): boolean {
  return workload.spec.replicas === 0;
}

/** The Service has no endpoints, and only workloads at zero could give it some. */
function isStarvedBy(service: Service, workload: Workload, evidence: Evidence): boolean {
  if (!serviceSelects(service, workload.spec.template.metadata?.labels)) return false;
  if (hasEndpoints(service, evidence) || podsBehind(service, evidence).length > 0) return false;
  return workloadsOf(evidence)
    .filter(({ spec }) => serviceSelects(service, spec.template.metadata?.labels))
    .every(isAtZero);
}

function hypothesis(workload: Workload, starved: readonly Service[], isSubject: boolean, evidence: Evidence): Hypothesis {
  const name = nameOf(refOf(workload));
  const before = earlierReplicas(workload, evidence);
  const known = before === undefined ? "How many replicas it had before is not known." : `${before.source}: it had ${before.replicas}.`;
  const replicas = before?.replicas ?? 1;
  return {
    cause: scaledToZero.name,
    component: refOf(workload),
    confidence: before === undefined ? 0.4 : isSubject ? 0.95 : 0.9,
    evidence: [
      `${name} is scaled to 0 replicas.`,
      ...starved.map((service) => `${nameOf(refOf(service))} therefore has no endpoints.`),
      known,
    ],
    remedies: [
      {
        intent:
          before === undefined
            ? `Scale ${name} to 1 replica; how many it had before is not known.`
            : `Scale ${name} back to ${replicas} ${replicas === 1 ? "replica" : "replicas"}, as many as before.`,
        actions: [{ type: "scale", target: targetOf(workload, evidence), replicas }],
      },
    ],
  };
}
