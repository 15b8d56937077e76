/**
 * PURE. Containers that have had time enough to become ready and have not. A rollout that is still starting is healthy,
 * so the time that the probe itself allows is given before anything is suspected.
 */
import { valueAt } from "../kubernetes/json.ts";
import type { Json } from "../kubernetes/json.ts";
import type { Container, Pod, Probe } from "../kubernetes/object.ts";
import type { Evidence } from "./cause.ts";

const graceMinMs = 30_000;
const graceMaxMs = 600_000;

/** Containers of the pod that run, have a readiness probe and are not ready although its time is up. */
export function unreadyContainersOf(pod: Pod, evidence: Evidence): readonly Container[] {
  return pod.spec.containers.filter((container) => {
    const status = pod.status?.containerStatuses?.find(({ name }) => name === container.name);
    const { readinessProbe, startupProbe } = container;
    if (readinessProbe === undefined || status === undefined || status.ready) return false;
    const runningMs = evidence.atMs - Date.parse(status.state?.running?.startedAt ?? "");
    return runningMs > Math.min(graceMaxMs, Math.max(graceMinMs, allowedMs(readinessProbe) + allowedMs(startupProbe)));
  });
}

/** initialDelaySeconds + periodSeconds * failureThreshold, in milliseconds; Kubernetes' defaults are 0, 10 and 3. */
function allowedMs(probe: Probe | undefined): number {
  if (probe === undefined) return 0;
  const seconds = (field: string, otherwise: number): number => {
    const value = valueAt(probe as unknown as Json, `/${field}`);
    return typeof value === "number" ? value : otherwise;
  };
  return (seconds("initialDelaySeconds", 0) + seconds("periodSeconds", 10) * seconds("failureThreshold", 3)) * 1000;
}
