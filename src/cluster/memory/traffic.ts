/**
 * Whether requests to a Service would be answered: by which share of its ready endpoints. For the in-memory telemetry;
 * it reads only.
 */
import type { ObjectRef, Pod, Service } from "../../kubernetes/object.ts";
import { serviceNameLabel } from "./endpoint-slice.ts";
import { listens } from "./probe.ts";
import type { World } from "./world.ts";

/**
 * 0..1. Requests are spread over the ready endpoints; one without a program listening on the target port, or with one
 * that is up but answers nothing, fails its share. 0 also without the Service, the port, or any ready endpoint.
 * `port`: the Service's port; its first one when left out.
 */
export function answeredShare(world: World, ref: ObjectRef, port?: number): number {
  const service = world.store.get({ ...ref, kind: "Service" }) as Service | undefined;
  const wanted = service?.spec.ports?.find((one) => port === undefined || one.port === port);
  if (service === undefined || wanted === undefined) return 0;
  let ready = 0;
  let answered = 0;
  for (const slice of world.store.list("EndpointSlice", ref.namespace)) {
    if (slice.metadata.labels?.[serviceNameLabel] !== ref.name) continue;
    const target = slice.ports?.find((one) => (one.name ?? "") === (wanted.name ?? ""))?.port;
    if (target === undefined) continue;
    for (const endpoint of slice.endpoints ?? []) {
      if (endpoint.conditions?.ready !== true) continue;
      ready += 1;
      const pod = world.store.get({ kind: "Pod", namespace: ref.namespace, name: endpoint.targetRef?.name ?? "" }) as Pod | undefined;
      if (pod !== undefined && answers(world, pod, target)) answered += 1;
    }
  }
  return ready === 0 ? 0 : answered / ready;
}

function answers(world: World, pod: Pod, port: number): boolean {
  const run = world.runs.get(pod.metadata.uid);
  return pod.spec.containers.some((container, index) => {
    const stage = run?.containers[index]?.stage;
    if (stage?.name !== "running" || stage.behaviour === "unready") return false;
    return listens(world, pod, container, stage, port);
  });
}
