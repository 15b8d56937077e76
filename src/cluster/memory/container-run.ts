/**
 * One container on its node: pull, configure, start, crash, back off, start again. A step looks at the time and answers
 * where the container is now; it never writes the pod. Delays and messages are the kubelet's (1.34).
 */
import type { Container, Pod } from "../../kubernetes/object.ts";
import { environmentOf } from "./environment.ts";
import { killOf } from "./probe.ts";
import { recordEvent } from "./record-event.ts";
import { timestamp } from "./api-server/store.ts";
import type { Behaviour, World } from "./world.ts";

export interface Running {
  readonly name: "running";
  readonly startedAtMs: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly behaviour: Behaviour;
}

export type Stage =
  | Running
  | { readonly name: "creating"; readonly untilMs: number }
  | { readonly name: "unpulled"; readonly attempts: number; readonly attemptedAtMs: number }
  | { readonly name: "misconfigured"; readonly message: string }
  | { readonly name: "backing-off"; readonly untilMs: number; readonly delaySeconds: number };

export interface Termination {
  readonly exitCode: number;
  readonly reason: "Error" | "OOMKilled";
  readonly startedAt: string;
  readonly finishedAt: string;
}

export interface ContainerRun {
  readonly name: string;
  readonly stage: Stage;
  readonly restarts: number;
  /** Crashes without ten quiet minutes between them: what the next delay grows with. */
  readonly crashes: number;
  readonly last?: Termination;
}

const backOffFirstSeconds = 10;
const backOffMaxSeconds = 300;
const backOffForgottenMs = 600_000;
/** How long `ErrImagePull` shows after an attempt, before `ImagePullBackOff`. */
export const pullErrorShownMs = 3_000;

export function backOffSeconds(times: number): number {
  return Math.min(backOffMaxSeconds, backOffFirstSeconds * 2 ** Math.max(0, times - 1));
}

/** The kubelet and the runtime name an image with its registry. */
export function pullFailure(image: string): string {
  const full = /^[^/]+[.:][^/]*\//.test(image) ? image : `docker.io/${image.includes("/") ? "" : "library/"}${image}`;
  return `rpc error: code = NotFound desc = failed to pull and unpack image "${full}": failed to resolve reference "${full}": ${full}: not found`;
}

/** Where the container is now. Asks the world for another round when time alone will move it on. */
export function stepContainer(world: World, pod: Pod, container: Container, run: ContainerRun, ip: string): ContainerRun {
  const { stage } = run;
  switch (stage.name) {
    case "creating":
      if (world.nowMs() >= stage.untilMs) return start(world, pod, container, run);
      world.wakeAt(stage.untilMs);
      return run;
    case "unpulled": {
      const retryAtMs = stage.attemptedAtMs + backOffSeconds(stage.attempts) * 1000;
      if (world.nowMs() >= retryAtMs) return start(world, pod, container, run);
      world.wakeAt(stage.attemptedAtMs + pullErrorShownMs);
      world.wakeAt(retryAtMs);
      return run;
    }
    case "misconfigured":
      return start(world, pod, container, run);
    case "backing-off":
      if (world.nowMs() >= stage.untilMs) return start(world, pod, container, { ...run, restarts: run.restarts + 1 });
      world.wakeAt(stage.untilMs);
      return run;
    case "running":
      return stepRunning(world, pod, container, run, stage, ip);
    default:
      return stage satisfies never;
  }
}

function start(world: World, pod: Pod, container: Container, run: ContainerRun): ContainerRun {
  const image = container.image ?? "";
  if (!world.imageExists(image)) return unpulled(world, pod, container, run);
  const environment = environmentOf(world, pod, container);
  if (!environment.ok) {
    const { message } = environment;
    if (run.stage.name !== "misconfigured" || run.stage.message !== message) warn(world, pod, "Failed", `Error: ${message}`);
    return { ...run, stage: { name: "misconfigured", message } };
  }
  const behaviour = world.behaviourOf(pod, container, environment.variables);
  const stage: Running = { name: "running", startedAtMs: world.nowMs(), environment: environment.variables, behaviour };
  recordEvent(world, pod, { type: "Normal", reason: "Started", message: `Started container ${container.name}`, source: "kubelet" });
  if (behaviour === "crashes") return ended(world, pod, container, { ...run, stage }, stage, 1, "Error");
  if (behaviour === "exhausts-memory") return ended(world, pod, container, { ...run, stage }, stage, 137, "OOMKilled");
  return { ...run, stage };
}

function unpulled(world: World, pod: Pod, container: Container, run: ContainerRun): ContainerRun {
  const image = container.image ?? "";
  const attempts = run.stage.name === "unpulled" ? run.stage.attempts + 1 : 1;
  warn(world, pod, "Failed", `Failed to pull image "${image}": ${pullFailure(image)}`);
  warn(world, pod, "Failed", "Error: ErrImagePull");
  recordEvent(world, pod, { type: "Normal", reason: "BackOff", message: `Back-off pulling image "${image}"`, source: "kubelet" });
  warn(world, pod, "Failed", "Error: ImagePullBackOff");
  world.wakeAt(world.nowMs() + pullErrorShownMs);
  world.wakeAt(world.nowMs() + backOffSeconds(attempts) * 1000);
  return { ...run, stage: { name: "unpulled", attempts, attemptedAtMs: world.nowMs() } };
}

function stepRunning(world: World, pod: Pod, container: Container, run: ContainerRun, stage: Running, ip: string): ContainerRun {
  const kill = killOf(world, pod, container, stage, ip);
  if (kill === undefined) return run;
  if (world.nowMs() < kill.atMs) {
    world.wakeAt(kill.atMs);
    return run;
  }
  warn(world, pod, "Unhealthy", `${kill.probe} probe failed: ${kill.message}`);
  const probe = kill.probe.toLowerCase();
  const message = `Container ${container.name} failed ${probe} probe, will be restarted`;
  recordEvent(world, pod, { type: "Normal", reason: "Killing", message, source: "kubelet" });
  return ended(world, pod, container, run, stage, 137, "Error");
}

/** The first restart comes at once, the next ones after 10 s, 20 s ... 300 s. */
function ended(
  world: World,
  pod: Pod,
  container: Container,
  run: ContainerRun,
  stage: Running,
  exitCode: number,
  reason: Termination["reason"],
): ContainerRun {
  const nowMs = world.nowMs();
  const last: Termination = { exitCode, reason, startedAt: timestamp(stage.startedAtMs), finishedAt: timestamp(nowMs) };
  const crashes = (nowMs - stage.startedAtMs >= backOffForgottenMs ? 0 : run.crashes) + 1;
  if (crashes === 1) return start(world, pod, container, { ...run, crashes, last, restarts: run.restarts + 1 });
  const delaySeconds = backOffSeconds(crashes - 1);
  const untilMs = nowMs + delaySeconds * 1000;
  world.wakeAt(untilMs);
  const where = `${pod.metadata.name}_${pod.metadata.namespace ?? ""}(${pod.metadata.uid})`;
  warn(world, pod, "BackOff", `Back-off restarting failed container ${container.name} in pod ${where}`);
  return { ...run, crashes, last, stage: { name: "backing-off", untilMs, delaySeconds } };
}

function warn(world: World, pod: Pod, reason: string, message: string): void {
  recordEvent(world, pod, { type: "Warning", reason, message, source: "kubelet" });
}
