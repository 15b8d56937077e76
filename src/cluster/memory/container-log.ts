/**
 * What a container's log says, or why there is none, in the words of the API server and the kubelet. Sources: Kubernetes
 * `pkg/registry/core/pod/strategy.go` (LogLocation), `pkg/kubelet/kubelet_pods.go` (validateContainerLogStatus), 1.34.
 */
import type { ContainerLog, LogRequest } from "../cluster.ts";
import { logOf } from "../log-lines.ts";
import type { Container, ContainerState, Node, Pod } from "../../kubernetes/object.ts";
import { absent, refuse } from "./api-server/refusal.ts";
import type { Refusal } from "./api-server/refusal.ts";
import { nodeReady } from "./kubelet.ts";
import type { World } from "./world.ts";

export type LogAnswer = { readonly ok: true; readonly value: ContainerLog } | Refusal;

const nothingYet: LogAnswer = { ok: true, value: { lines: [], isCut: false } };

export function logIn(world: World, request: LogRequest): LogAnswer {
  const { store, api } = world;
  const { namespace, pod: name, linesMax, bytesMax } = request;
  const ref = { kind: "Pod", namespace, name };
  const pod = store.get(ref) as Pod | undefined;
  if (pod === undefined) return absent(ref, api.custom);
  const container = containerIn(pod, request.container);
  if (!container.ok) return container;
  if (pod.spec.nodeName === undefined) return nothingYet;
  const nodeRef = { kind: "Node", name: pod.spec.nodeName };
  const node = store.get(nodeRef) as Node | undefined;
  // Measured: the server says of the node that it misses the pod of that name.
  if (node === undefined) return absent({ ...nodeRef, kind: "Pod" }, api.custom);
  if (!nodeReady(node))
    return refuse(
      500,
      `Get "https://${nodeRef.name}:10250/containerLogs/${namespace}/${name}/${container.value.name}": dial tcp: i/o timeout`,
    );
  const run = runOf(world, pod, container.value.name, request.previous);
  if (!run.ok) return run;
  const written = world.outputOf(pod, container.value, run.value).flatMap((line) => line.split("\n"));
  const text = new TextEncoder()
    .encode(
      written
        .slice(-linesMax)
        .map((line) => `${line}\n`)
        .join(""),
    )
    .slice(0, bytesMax);
  return { ok: true, value: logOf(new TextDecoder().decode(text), text.length, bytesMax) };
}

type Found<T> = { readonly ok: true; readonly value: T } | Refusal;

function containerIn(pod: Pod, name: string | undefined): Found<Container> {
  const all = [...(pod.spec.initContainers ?? []), ...pod.spec.containers];
  const [only, ...others] = pod.spec.containers;
  if (name === undefined && only !== undefined && others.length === 0) return { ok: true, value: only };
  const { name: of } = pod.metadata;
  if (name === undefined)
    return refuse(400, `a container name must be specified for pod ${of}, choose one of: [${all.map((each) => each.name).join(" ")}]`);
  const named = all.find((each) => each.name === name);
  return named === undefined ? refuse(400, `container ${name} is not valid for pod ${of}`) : { ok: true, value: named };
}

/** Which of its runs, counted from 0, the log is of. While it backs off, the one that ended last is the newest there is. */
function runOf(world: World, pod: Pod, name: string, previous: boolean): Found<number> {
  const status = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])].find(
    (each) => each.name === name,
  );
  const one = world.runs.get(pod.metadata.uid)?.containers.find((each) => each.name === name);
  const what = `container "${name}" in pod "${pod.metadata.name}"`;
  if (status === undefined || one === undefined) return refuse(400, `${what} is not available`);
  const ended = one.last === undefined ? undefined : one.stage.name === "backing-off" ? one.restarts : one.restarts - 1;
  if (previous && ended === undefined) return refuse(400, `previous terminated ${what} not found`);
  if (!previous && one.stage.name === "running") return { ok: true, value: one.restarts };
  return ended === undefined ? refuse(400, `${what} is waiting to start: ${whyWaiting(status.state)}`) : { ok: true, value: ended };
}

function whyWaiting(state: ContainerState | undefined): string {
  const reason = state?.waiting?.reason ?? "";
  if (reason === "ErrImagePull") return "image can't be pulled";
  return reason === "ImagePullBackOff" ? "trying and failing to pull image" : reason;
}
