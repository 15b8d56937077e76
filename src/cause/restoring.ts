/**
 * PURE. What brings an object back to an earlier state, and what has to start anew then: an environment takes the values
 * of a ConfigMap at a container's start, and a program mostly reads its files then too (kubernetes.io, ConfigMaps).
 */
import type { Action, ActionOf } from "../action/action.ts";
import type { Change } from "../action/change.ts";
import { restoreChanges } from "../action/restore.ts";
import { asJson } from "../kubernetes/object.ts";
import type { KubernetesObject, Workload } from "../kubernetes/object.ts";
import type { Evidence, Remedy } from "./cause.ts";
import { failedCreates } from "./failed-create.ts";
import { containerStatusesOf } from "./failing.ts";
import { isLive, targetOf, workloadOf, workloadsOf } from "./owner.ts";
import { configMapsOf } from "./relation.ts";
import { withMore } from "./remedy.ts";
import { isTroubled } from "./troubled.ts";

/** One transaction may touch five objects (blast.ts), and the ConfigMap is one of them. */
const readersMax = 4;

/** The patch that takes the changes back from the object as it is. */
export function operationsTo(now: KubernetesObject, changes: readonly Change[]): ActionOf<"patch">["operations"] {
  return restoreChanges(changes, asJson(now)).operations.flatMap((operation): ActionOf<"patch">["operations"] => {
    if (operation.op === "test") return [];
    return operation.op === "remove" ? [operation] : [{ ...operation, op: operation.op }];
  });
}

/** The remedy of a ConfigMap alone, and with a restart of its readers that are not well, or of all when all look well. */
export function withRestarts(remedy: Remedy, configMap: string, evidence: Evidence): Remedy[] {
  const readers = workloadsOf(evidence).filter((workload) => configMapsOf(workload).includes(configMap));
  const troubled = readers.filter((reader) => isTroubled(reader, evidence));
  const restarted = (troubled.length > 0 ? troubled : readers).slice(0, readersMax);
  if (restarted.length === 0) return [remedy];
  const restarts = restarted.map((reader): Action => ({ type: "restart", target: targetOf(reader, evidence) }));
  const both = withMore(remedy, "restart what reads it", restarts);
  // Containers that wait for it start by themselves once it is back; those that run hold what they read at their start.
  return restarted.every((reader) => waits(reader, evidence)) ? [remedy, both] : [both, remedy];
}

/**
 * The remedy of a quota or a limit range alone, and with a restart of the workloads that it keeps from pods. Their controllers ask again after
 * pauses that double, up to a quarter of an hour (client-go, DefaultTypedControllerRateLimiter), and at once for a new
 * template. Where pods still run the restart comes second; where none does it takes nobody away.
 */
export function withNewTries(remedy: Remedy, isMeant: (message: string) => boolean, evidence: Evidence): Remedy[] {
  const kept = failedCreates(evidence).filter(({ message }) => isMeant(message));
  const waiting = kept.map(({ workload }) => workload).slice(0, readersMax);
  if (waiting.length === 0) return [remedy];
  const restarts = waiting.map((each): Action => ({ type: "restart", target: targetOf(each, evidence) }));
  const both = withMore(remedy, "restart what waits for pods", restarts);
  const serves = ({ status }: Workload): boolean => (status?.readyReplicas ?? status?.numberReady ?? 0) > 0;
  return waiting.some(serves) ? [remedy, both] : [both, remedy];
}

function waits(workload: Workload, evidence: Evidence): boolean {
  const pods = evidence.pods.filter((pod) => isLive(pod) && workloadOf(pod, evidence)?.metadata.uid === workload.metadata.uid);
  return pods.some((pod) =>
    containerStatusesOf(pod).some(
      ({ state }) => state?.waiting?.reason === "CreateContainerConfigError" || state?.waiting?.reason === "ContainerCreating",
    ),
  );
}
