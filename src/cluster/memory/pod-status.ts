/**
 * Writes what the node saw of a pod into the pod's status, in the kubelet's words, and the event of a failing probe. Source
 * of states and conditions: Kubernetes `pkg/kubelet/status`.
 */
import { BrokenInvariant } from "../../failure.ts";
import type { JsonObject } from "../../kubernetes/json.ts";
import { asJson } from "../../kubernetes/object.ts";
import type { Container, Pod } from "../../kubernetes/object.ts";
import { conditionOf, transitioned } from "./condition.ts";
import { pullErrorShownMs, pullFailure } from "./container-run.ts";
import type { ContainerRun } from "./container-run.ts";
import { readinessOf } from "./probe.ts";
import { recordEvent, recorded } from "./record-event.ts";
import { timestamp } from "./api-server/store.ts";
import type { PodRun, World } from "./world.ts";

/** The node does not answer: the node controller marks the pod not ready; its containers are left as last seen. */
export function writeLost(world: World, pod: Pod): void {
  if (conditionOf(pod, "Ready")?.status !== "True") return;
  const others = (pod.status?.conditions ?? []).filter((condition) => condition.type !== "Ready");
  const ready = transitioned(pod, { type: "Ready", status: "False", reason: "NodeNotReady" }, world.nowMs());
  const status = { ...(asJson(pod)["status"] as JsonObject), conditions: [...(others as unknown as JsonObject[]), ready] };
  world.store.replace(pod, { ...asJson(pod), status });
}

export function writeStatus(world: World, pod: Pod, run: PodRun): void {
  const statuses = pod.spec.containers.map((container, index) => containerStatus(world, pod, container, run, index));
  const unready = pod.spec.containers.map((container) => container.name).filter((_name, index) => statuses[index]?.["ready"] !== true);
  const started = run.containers.every((container) => container.stage.name === "running" || container.restarts > 0);
  const message = `containers with unready status: [${unready.join(" ")}]`;
  const complete = unready.length === 0 ? { status: "True" } : { status: "False", reason: "ContainersNotReady", message };
  const creating = run.containers.some((container) => container.stage.name === "creating");
  const conditions = [
    { type: "PodReadyToStartContainers", status: creating ? "False" : "True" },
    { type: "Initialized", status: "True" },
    { type: "Ready", ...complete },
    { type: "ContainersReady", ...complete },
    { type: "PodScheduled", status: "True" },
  ].map((condition) => transitioned(pod, condition, world.nowMs()));
  const status: JsonObject = {
    phase: started ? "Running" : "Pending",
    conditions,
    ...(creating ? {} : { podIP: run.ip, podIPs: [{ ip: run.ip }] }),
    startTime: timestamp(run.scheduledAtMs),
    containerStatuses: statuses,
  };
  world.store.replace(pod, { ...asJson(pod), status });
}

function containerStatus(world: World, pod: Pod, container: Container, run: PodRun, index: number): JsonObject {
  const one = run.containers[index];
  if (one === undefined) throw new BrokenInvariant(`${pod.metadata.name} runs another number of containers than it has`);
  return {
    name: one.name,
    image: container.image ?? "",
    imageID: one.stage.name === "running" ? `sha256:${container.image ?? ""}` : "",
    ready: containerReady(world, pod, container, run, one),
    started: one.stage.name === "running",
    restartCount: one.restarts,
    state: stateOf(world, pod, container, one),
    lastState: one.last === undefined ? {} : { terminated: { ...one.last } },
  };
}

function containerReady(world: World, pod: Pod, container: Container, run: PodRun, one: ContainerRun): boolean {
  if (one.stage.name !== "running") return false;
  const readiness = readinessOf(world, pod, container, one.stage, run.ip);
  if (readiness.name === "waiting") world.wakeAt(readiness.untilMs);
  if (readiness.name === "failing") reportOnce(world, pod, one, readiness.message);
  return readiness.name === "ready";
}

/** Once a start of the container: the pod's last status tells whether it has been said. */
function reportOnce(world: World, pod: Pod, one: ContainerRun, message: string): void {
  const before = pod.status?.containerStatuses?.find((status) => status.name === one.name);
  const said = recorded(world, pod, message);
  if (said && before?.restartCount === one.restarts) return;
  recordEvent(world, pod, { type: "Warning", reason: "Unhealthy", message, source: "kubelet" });
}

function stateOf(world: World, pod: Pod, container: Container, one: ContainerRun): JsonObject {
  const { stage } = one;
  switch (stage.name) {
    case "running":
      return { running: { startedAt: timestamp(stage.startedAtMs) } };
    case "creating":
      return { waiting: { reason: "ContainerCreating" } };
    case "misconfigured":
      return { waiting: { reason: "CreateContainerConfigError", message: stage.message } };
    case "unpulled": {
      const image = container.image ?? "";
      const fresh = world.nowMs() < stage.attemptedAtMs + pullErrorShownMs;
      if (fresh) return { waiting: { reason: "ErrImagePull", message: pullFailure(image) } };
      return { waiting: { reason: "ImagePullBackOff", message: `Back-off pulling image "${image}": ErrImagePull: ${pullFailure(image)}` } };
    }
    case "backing-off": {
      const delay =
        stage.delaySeconds < 60 ? `${stage.delaySeconds}s` : `${Math.floor(stage.delaySeconds / 60)}m${stage.delaySeconds % 60}s`;
      const where = `${pod.metadata.name}_${pod.metadata.namespace ?? ""}(${pod.metadata.uid})`;
      const message = `back-off ${delay} restarting failed container=${container.name} pod=${where}`;
      return { waiting: { reason: "CrashLoopBackOff", message } };
    }
    default:
      return stage satisfies never;
  }
}
