/**
 * Says which pods stand behind a Service. A pod whose named port cannot be resolved lands in a slice without ports, as
 * on the real cluster. Source: Kubernetes `staging/src/k8s.io/endpointslice`.
 */
import type { Json, JsonObject } from "../../kubernetes/json.ts";
import { asJson } from "../../kubernetes/object.ts";
import type { EndpointSlice, Pod, Service } from "../../kubernetes/object.ts";
import { isReady } from "./pod-template.ts";
import { matchesLabels } from "./api-server/selector.ts";
import { nameSuffix, stableText } from "./template-hash.ts";
import { owned, ownerReferenceTo } from "./world.ts";
import type { World } from "./world.ts";

export const serviceNameLabel = "kubernetes.io/service-name";

interface PublishingService {
  readonly publishNotReadyAddresses?: boolean;
}

export function reconcileEndpointSlices(world: World): void {
  const services = world.store.list("Service");
  const alive = new Set(services.map((service) => service.metadata.uid));
  for (const slice of world.store.list("EndpointSlice")) {
    const owner = slice.metadata.ownerReferences?.[0];
    if (owner !== undefined && !alive.has(owner.uid)) remove(world, slice);
  }
  for (const service of services) if (service.spec.selector !== undefined) reconcile(world, service, service.spec.selector);
}

function remove(world: World, slice: EndpointSlice): void {
  world.store.remove({ kind: "EndpointSlice", namespace: slice.metadata.namespace, name: slice.metadata.name });
}

function reconcile(world: World, service: Service, selector: Readonly<Record<string, string>>): void {
  const pods = world.store
    .list("Pod", service.metadata.namespace)
    .filter((pod) => matchesLabels(selector, pod.metadata.labels) && pod.status?.podIP !== undefined);
  const groups = new Map<string, { readonly ports: readonly JsonObject[]; readonly pods: Pod[] }>();
  for (const pod of pods) {
    const ports = portsOf(service, pod);
    const key = stableText(ports);
    const group = groups.get(key) ?? { ports, pods: [] };
    group.pods.push(pod);
    groups.set(key, group);
  }
  if (groups.size === 0) groups.set("none", { ports: [], pods: [] });
  const existing = [...owned(world, service, "EndpointSlice")];
  for (const group of groups.values()) {
    const content: JsonObject = {
      addressType: "IPv4",
      endpoints: group.pods.map((pod) => endpointOf(service, pod)),
      ports: group.ports,
    };
    const slice = existing.shift();
    if (slice === undefined) insert(world, service, content);
    else world.store.replace(slice, { ...asJson(slice), ...content });
  }
  for (const slice of existing) remove(world, slice);
}

function insert(world: World, service: Service, content: JsonObject): void {
  const { name, namespace } = service.metadata;
  world.store.insert(
    {
      apiVersion: "discovery.k8s.io/v1",
      kind: "EndpointSlice",
      metadata: {
        name: `${name}-${nameSuffix(`${service.metadata.uid} ${world.nextNumber()}`)}`,
        namespace: namespace ?? "default",
        generation: 1,
        labels: {
          ...service.metadata.labels,
          [serviceNameLabel]: name,
          "endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io",
        },
        ownerReferences: [ownerReferenceTo(service)],
      },
      ...content,
    },
    world.nowMs(),
  );
}

function portsOf(service: Service, pod: Pod): readonly JsonObject[] {
  return (service.spec.ports ?? []).flatMap((port) => {
    const number = resolvePort(pod, port.targetPort ?? port.port);
    return number === undefined ? [] : [{ name: port.name ?? "", port: number, protocol: port.protocol ?? "TCP" }];
  });
}

/** The number behind a targetPort on this pod; undefined when no container names such a port. */
export function resolvePort(pod: Pod, target: number | string): number | undefined {
  if (typeof target === "number") return target;
  return pod.spec.containers.flatMap((container) => container.ports ?? []).find((port) => port.name === target)?.containerPort;
}

function endpointOf(service: Service, pod: Pod): Json {
  const serving = isReady(pod);
  const { name, namespace, uid } = pod.metadata;
  return {
    addresses: [pod.status?.podIP ?? ""],
    conditions: {
      ready: serving || (service.spec as PublishingService).publishNotReadyAddresses === true,
      serving,
      terminating: false,
    },
    ...(pod.spec.nodeName === undefined ? {} : { nodeName: pod.spec.nodeName }),
    targetRef: { kind: "Pod", name, namespace: namespace ?? "default", uid },
  };
}
