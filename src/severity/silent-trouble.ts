/** PURE. Trouble that no alert speaks of: what is measured is wrong, and nobody has said so. */
import { inScope } from "./alerts.ts";
import type { Readings, Severity, SeverityVector } from "./severity.ts";

/** Who asks when it is Stratus itself that has noticed. */
export const noticer = "Stratus";

/** Undefined: nothing is wrong, or nobody knows, or an alert fires or is on its way: then it comes by itself. */
export function silentTrouble(readings: Readings, severity: Severity): SeverityVector | undefined {
  if (severity.kind !== "known" || severity.mu === 0 || severity.vector.alerts.length > 0) return undefined;
  const alerts = readings.alerts?.known === true ? readings.alerts.value : [];
  return alerts.some((alert) => inScope(alert, readings.scope, [])) ? undefined : severity.vector;
}

export interface TroubledObject {
  readonly kind: "Deployment" | "StatefulSet" | "DaemonSet" | "Service";
  readonly namespace: string;
  readonly name: string;
}

/** The workload that misses most; else a Service that serves nobody; undefined when only an objective or a node tells. */
export function mostTroubled({ lostCapacity, violations }: SeverityVector): TroubledObject | undefined {
  const workloads = lostCapacity.toSorted((left, right) => right.lost - left.lost).map(({ what }) => what);
  for (const what of [...workloads, ...violations]) {
    const [, kind, namespace, name] = /^(Deployment|StatefulSet|DaemonSet|Service) ([^/ ]+)\/([^ ]+)$/.exec(what) ?? [];
    if (kind !== undefined && namespace !== undefined && name !== undefined)
      return { kind: kind as TroubledObject["kind"], namespace, name };
  }
  return undefined;
}

/** One sentence for people. */
export function sayTrouble({ lostCapacity, violations }: SeverityVector): string {
  const idle = violations.map((what) => (what.startsWith("Service ") ? `${what} has no ready endpoint` : what));
  const parts = [...lostCapacity.map(({ what, lost }) => `${what} misses ${lost}`), ...idle];
  return parts.slice(0, 5).join("; ");
}
