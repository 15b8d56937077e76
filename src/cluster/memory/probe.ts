/**
 * Whether a running container passes its probes, and when: a probe on a port without a listener never passes. Source:
 * Kubernetes `pkg/kubelet/prober`; messages as the kubelet prints them.
 */
import type { Container, Pod, Probe } from "../../kubernetes/object.ts";
import type { Running } from "./container-run.ts";
import type { World } from "./world.ts";

interface TimedProbe extends Probe {
  readonly initialDelaySeconds?: number;
  readonly periodSeconds?: number;
  readonly failureThreshold?: number;
}

/** How long one passing probe takes after its initial delay. */
const probeMs = 1_000;

function initialDelayMs(probe: TimedProbe | undefined): number {
  return probe === undefined ? 0 : (probe.initialDelaySeconds ?? 0) * 1000 + probeMs;
}

function lastFailureMs(probe: TimedProbe): number {
  return (probe.initialDelaySeconds ?? 0) * 1000 + (probe.periodSeconds ?? 10) * 1000 * (probe.failureThreshold ?? 3);
}

/** Whether the program accepts connections on the port. */
export function listens(world: World, pod: Pod, container: Container, stage: Running, port: number): boolean {
  const ports = world.listensOn(pod, container, stage.environment);
  return ports === undefined || ports.includes(port);
}

/** Why the probe fails, in the kubelet's words, or undefined when it passes. */
function failureOf(world: World, pod: Pod, container: Container, stage: Running, probe: Probe, ip: string): string | undefined {
  const port = probe.httpGet?.port ?? probe.tcpSocket?.port;
  if (port === undefined) return undefined;
  const number = typeof port === "number" ? port : container.ports?.find((one) => one.name === port)?.containerPort;
  if (number === undefined) return `strconv.Atoi: parsing "${port}": invalid syntax`;
  if (listens(world, pod, container, stage, number)) return undefined;
  const refused = `dial tcp ${ip}:${number}: connect: connection refused`;
  return probe.httpGet === undefined ? refused : `Get "http://${ip}:${number}${probe.httpGet.path ?? "/"}": ${refused}`;
}

function unreadiness(world: World, pod: Pod, container: Container, stage: Running, ip: string): string | undefined {
  const probe = container.readinessProbe;
  if (probe === undefined) return undefined;
  if (stage.behaviour !== "unready") return failureOf(world, pod, container, stage, probe, ip);
  return probe.httpGet === undefined ? "command failed with exit code 1" : "HTTP probe failed with statuscode: 503";
}

export type Readiness =
  | { readonly name: "ready" }
  /** Nothing is wrong yet; look again at this time. */
  | { readonly name: "waiting"; readonly untilMs: number }
  | { readonly name: "failing"; readonly message: string };

export function readinessOf(world: World, pod: Pod, container: Container, stage: Running, ip: string): Readiness {
  const startup: TimedProbe | undefined = container.startupProbe;
  if (startup !== undefined) {
    const failure = failureOf(world, pod, container, stage, startup, ip);
    if (failure !== undefined) return { name: "failing", message: `Startup probe failed: ${failure}` };
  }
  const untilMs = stage.startedAtMs + initialDelayMs(startup) + initialDelayMs(container.readinessProbe);
  if (world.nowMs() < untilMs) return { name: "waiting", untilMs };
  const failure = unreadiness(world, pod, container, stage, ip);
  return failure === undefined ? { name: "ready" } : { name: "failing", message: `Readiness probe failed: ${failure}` };
}

/** When the kubelet kills the container because its startup or liveness probe keeps failing, and why. */
export function killOf(
  world: World,
  pod: Pod,
  container: Container,
  stage: Running,
  ip: string,
): { readonly atMs: number; readonly probe: "Startup" | "Liveness"; readonly message: string } | undefined {
  const startup: TimedProbe | undefined = container.startupProbe;
  const beforeStartup = startup === undefined ? undefined : failureOf(world, pod, container, stage, startup, ip);
  if (startup !== undefined && beforeStartup !== undefined)
    return { atMs: stage.startedAtMs + lastFailureMs(startup), probe: "Startup", message: beforeStartup };
  const liveness: TimedProbe | undefined = container.livenessProbe;
  const failure = liveness === undefined ? undefined : failureOf(world, pod, container, stage, liveness, ip);
  if (liveness === undefined || failure === undefined) return undefined;
  return { atMs: stage.startedAtMs + initialDelayMs(startup) + lastFailureMs(liveness), probe: "Liveness", message: failure };
}
