/**
 * PURE. Containers that end and are started again and again. The kubelet waits longer each time (CrashLoopBackOff, up to
 * five minutes); one whose process cannot be started at all ends as StartError or waits with RunContainerError
 * (containerd) or CreateContainerError (CRI-O).
 */
import type { Container, ContainerStatus, Pod, Workload } from "../kubernetes/object.ts";
import { nameOf, refOf } from "../kubernetes/object.ts";
import type { Evidence } from "./cause.ts";
import { containerStatusesOf, failingWorkloads, namedPods } from "./failing.ts";
import { quoted } from "./wording.ts";

const waitingReasons = ["CrashLoopBackOff", "RunContainerError", "CreateContainerError"];
/** So many restarts are no accident, also when the pod is looked at between two crashes. */
const restartsMin = 2;
const restartsFlappingMin = 3;
const flappingMs = 60_000;

/** A container of a workload's newest template that crashes, for causes that look at what it is told. */
export interface CrashingContainer {
  readonly workload: Workload;
  readonly container: Container;
  readonly index: number;
  /** Never empty: one a pod. */
  readonly statuses: readonly ContainerStatus[];
  /** The sentence that says so. */
  readonly seen: string;
}

/** Init containers are not among them. */
export function crashingContainers(evidence: Evidence): readonly CrashingContainer[] {
  return failingWorkloads(evidence, (pod) => containerStatusesOf(pod).filter((status) => isCrashing(status, evidence.atMs))).flatMap(
    ({ workload, sightings }) =>
      workload.spec.template.spec.containers.flatMap((container, index) => {
        const own = sightings.filter(({ symptom }) => symptom.name === container.name);
        const statuses = own.map(({ symptom }) => symptom);
        const [first] = statuses;
        if (first === undefined) return [];
        const seen = `${namedPods(own.map(({ pod }) => pod))} of ${nameOf(refOf(workload))} crashed: ${describeCrash(first)}.`;
        return [{ workload, container, index, statuses, seen }];
      }),
  );
}

/** What it is told is not to blame then. */
export function ranOutOfMemory({ statuses }: CrashingContainer): boolean {
  return statuses.every(({ lastState }) => lastState?.terminated?.reason === "OOMKilled");
}

/** `container app: "CrashLoopBackOff" after "OOMKilled" with exit code 137, 4 restarts`. */
export function crashesOf(pod: Pod, atMs: number): readonly string[] {
  return containerStatusesOf(pod)
    .filter((status) => isCrashing(status, atMs))
    .map(describeCrash);
}

function describeCrash({ name, state, lastState, restartCount }: ContainerStatus): string {
  const now = state?.waiting?.reason ?? state?.terminated?.reason ?? "Running";
  const ended = lastState?.terminated;
  const after = ended === undefined ? "" : ` after ${quoted(ended.reason ?? "exit", 40)} with exit code ${ended.exitCode ?? "unknown"}`;
  return `container ${name}: ${quoted(now, 40)}${after}, ${restartCount} restarts`;
}

export function isCrashing({ state, lastState, restartCount }: ContainerStatus, atMs: number): boolean {
  if (state?.waiting?.reason !== undefined && waitingReasons.includes(state.waiting.reason)) return true;
  if (state?.terminated !== undefined) {
    const { reason, exitCode } = state.terminated;
    return reason === "StartError" || (restartCount >= restartsMin && exitCode !== 0);
  }
  if (state?.running === undefined || lastState?.terminated === undefined || restartCount < restartsFlappingMin) return false;
  return atMs - Date.parse(state.running.startedAt ?? "") < flappingMs;
}

/**
 * The process itself could not be started: the command names no program of the image, or a file that is none. Source:
 * runc and crun, `exec: "x": executable file not found in $PATH`, `no such file or directory`, `permission denied`.
 */
export function cannotStart({ state, lastState }: ContainerStatus): boolean {
  const ends = [state?.terminated, lastState?.terminated];
  const said = [...ends.map((end) => end?.message), state?.waiting?.message].join(" ");
  return (
    ends.some((end) => end?.reason === "StartError" || end?.reason === "ContainerCannotRun") ||
    /exec: |executable file not found|no such file or directory: unknown|exec format error/.test(said)
  );
}
