/**
 * The nodes' side of a pod: gives it an address and moves its containers on, and ends it when it is to go. It never creates one; what it
 * saw is written by pod-status.ts.
 */
import { refOf } from "../../kubernetes/object.ts";
import type { Container, Node, Pod } from "../../kubernetes/object.ts";
import { stepContainer } from "./container-run.ts";
import type { ContainerRun } from "./container-run.ts";
import { mountFault } from "./environment.ts";
import { writeLost, writeStatus } from "./pod-status.ts";
import { recordEvent, recorded } from "./record-event.ts";
import type { PodRun, World } from "./world.ts";

export function runPods(world: World): void {
  const pods = world.store.list("Pod");
  const alive = new Set(pods.map((pod) => pod.metadata.uid));
  for (const uid of world.runs.keys()) if (!alive.has(uid)) world.runs.delete(uid);
  for (const pod of pods) if (pod.spec.nodeName !== undefined) runPod(world, pod, pod.spec.nodeName);
  for (const pod of world.store.list("Pod")) if (pod.metadata.deletionTimestamp !== undefined) end(world, pod);
}

/** Programs here end when they are told to; a node that is lost hears nothing. */
function end(world: World, pod: Pod): void {
  const node = world.store.get({ kind: "Node", name: pod.spec.nodeName ?? "" }) as Node | undefined;
  const held = (pod.metadata as { readonly finalizers?: readonly string[] }).finalizers?.length ?? 0;
  if (node !== undefined && nodeReady(node) && held === 0) world.store.remove(refOf(pod));
}

function runPod(world: World, pod: Pod, nodeName: string): void {
  const run = world.runs.get(pod.metadata.uid) ?? firstRun(world, pod);
  const node = world.store.get({ kind: "Node", name: nodeName }) as Node | undefined;
  if (node === undefined || !nodeReady(node)) {
    world.runs.set(pod.metadata.uid, run);
    return writeLost(world, pod);
  }
  const stuck = waitingForMounts(run) ? mountFault(world, pod) : undefined;
  if (stuck !== undefined && world.nowMs() >= run.scheduledAtMs + world.startDelayMs) {
    reportMountOnce(world, pod, stuck);
    world.runs.set(pod.metadata.uid, run);
    return writeStatus(world, pod, run);
  }
  const containers = pod.spec.containers.map((container, index) => {
    const before = run.containers[index] ?? newContainer(world, container);
    return stepContainer(world, pod, container, before, run.ip);
  });
  const after = { ...run, containers };
  world.runs.set(pod.metadata.uid, after);
  writeStatus(world, pod, after);
}

export function nodeReady(node: Node): boolean {
  return (node.status?.conditions ?? []).some((condition) => condition.type === "Ready" && condition.status === "True");
}

function firstRun(world: World, pod: Pod): PodRun {
  const number = world.nextNumber();
  const ip = `10.244.${Math.floor(number / 250) % 250}.${(number % 250) + 2}`;
  return { scheduledAtMs: world.nowMs(), ip, containers: pod.spec.containers.map((container) => newContainer(world, container)) };
}

function newContainer(world: World, container: Container): ContainerRun {
  return { name: container.name, stage: { name: "creating", untilMs: world.nowMs() + world.startDelayMs }, restarts: 0, crashes: 0 };
}

function waitingForMounts(run: PodRun): boolean {
  return run.containers.every((container) => container.stage.name === "creating");
}

function reportMountOnce(world: World, pod: Pod, message: string): void {
  if (!recorded(world, pod, message)) recordEvent(world, pod, { type: "Warning", reason: "FailedMount", message, source: "kubelet" });
}
