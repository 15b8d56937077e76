/**
 * A Kubernetes cluster in memory: a real adapter of the port, with an API server and controllers that behave as the real
 * ones do, for the demo, the tests and fault injection. It decides nothing about incidents and starts no timer.
 */
import type { Clock } from "../../clock.ts";
import { BrokenInvariant, success } from "../../failure.ts";
import type { Result } from "../../failure.ts";
import type { JsonObject, PatchOperation } from "../../kubernetes/json.ts";
import { noCustomKinds } from "../../kubernetes/kind.ts";
import type { CustomKinds } from "../../kubernetes/kind.ts";
import { asObject, nameOf, refOf } from "../../kubernetes/object.ts";
import type { KubernetesObject, ObjectRef } from "../../kubernetes/object.ts";
import type { AccessRequest } from "../cluster.ts";
import { createObject, patchObject } from "./api-server/api-server.ts";
import { failureOf } from "../answer.ts";
import { createPort, refusedFor } from "./port.ts";
import type { InterruptiblePort } from "./port.ts";
import { createSimulation } from "./simulation.ts";
import { answeredShare } from "./traffic.ts";
import { handOf } from "./world.ts";
import type { BehaviourOf, ListensOn, OutputOf } from "./world.ts";

export interface MemoryClusterOptions {
  readonly clock: Pick<Clock, "nowMs">;
  /** The images that can be pulled, or a question about them. Left out: every image. */
  readonly images?: readonly string[] | ((image: string) => boolean);
  /** What programs do; a pure function. Left out: they run. */
  readonly behaviour?: BehaviourOf;
  /** Where programs listen; a pure function. Left out: on the declared container ports, or everywhere when none is declared. */
  readonly listensOn?: ListensOn;
  /** What programs write; a pure function. Left out: nothing. */
  readonly output?: OutputOf;
  /** From a pod's creation to the start of its containers. 2 s when left out. */
  readonly startDelayMs?: number;
  /** Namespaces that exist from the start, beside `default` and `kube-system`. */
  readonly namespaces?: readonly string[];
  /** False: no node at all, the test creates its own. Left out: `node-1` with 4 CPUs and 8 GiB. */
  readonly defaultNode?: boolean;
  /** SelfSubjectAccessReview and 403. Left out: everything is allowed. */
  readonly permits?: (access: AccessRequest) => boolean;
  /** Custom resources that are served, as if their definitions were installed. */
  readonly customKinds?: CustomKinds;
  /** False: an API server alone; nothing is scheduled, started or cleaned up. */
  readonly controllers?: boolean;
}

export interface MemoryCluster extends InterruptiblePort {
  /** Creates as an administrator. Throws when the API server would refuse: a fixture must be right. */
  make(object: JsonObject): KubernetesObject;
  /** Deletes the object as an administrator and, in the next round, what it owned. Throws when it is not there. */
  lose(ref: ObjectRef): void;
  /** A foreign write: no precondition, another field manager, `status` allowed. Not in `writes`. */
  edit(ref: ObjectRef, operations: readonly PatchOperation[], fieldManager?: string): Result<KubernetesObject>;
  /** Everything that is there now, after the controllers did their work. */
  observe(): readonly KubernetesObject[];
  /** Whether a request to the Service reaches a program on any of its ready endpoints. `port`: its first when left out. */
  reachable(service: ObjectRef, port?: number): boolean;
  /** 0..1: the share of requests to the Service that are answered, spread over its ready endpoints. */
  answeredShare(service: ObjectRef, port?: number): number;
}

export function memoryCluster(options: MemoryClusterOptions): MemoryCluster {
  const { clock } = options;
  const simulation = createSimulation(clock.nowMs(), {
    imageExists: imageQuestion(options.images),
    behaviourOf: options.behaviour ?? (() => "runs"),
    listensOn: options.listensOn ?? ((_pod, container) => container.ports?.map((port) => port.containerPort)),
    outputOf: options.output ?? (() => []),
    startDelayMs: options.startDelayMs ?? 2_000,
    controllers: options.controllers ?? true,
    custom: options.customKinds ?? noCustomKinds,
  });
  const { world } = simulation;

  function hand(fieldManager: string) {
    simulation.advanceTo(clock.nowMs());
    return handOf(world, fieldManager);
  }

  function make(object: JsonObject): KubernetesObject {
    const made = createObject(world.api, object, hand("kubectl-create"));
    if (!made.ok) throw new BrokenInvariant(`${nameOf(refIn(object))}: ${made.refusal.reason}`);
    return made.value;
  }

  function share(service: ObjectRef, port?: number): number {
    simulation.advanceTo(clock.nowMs());
    return answeredShare(world, service, port);
  }

  for (const name of ["default", "kube-system", ...(options.namespaces ?? [])]) make(namespaceNamed(name));
  if (options.defaultNode !== false) make(defaultNode);
  return {
    ...createPort(simulation, clock, options.permits ?? (() => true)),
    make,
    lose(ref) {
      simulation.advanceTo(clock.nowMs());
      if (world.store.get(ref) === undefined) throw new BrokenInvariant(`${nameOf(ref)} is not there to be removed`);
      world.store.remove(ref);
      if (ref.kind !== "Namespace") return;
      for (const object of world.store.all()) if (object.metadata.namespace === ref.name) world.store.remove(refOf(object));
    },
    edit(ref, operations, fieldManager = "kubectl-edit") {
      const edited = patchObject(world.api, ref, operations, hand(fieldManager));
      return edited.ok ? success(edited.value) : refusedFor(ref, edited.refusal, true, failureOf);
    },
    observe() {
      simulation.advanceTo(clock.nowMs());
      return world.store.all();
    },
    answeredShare: share,
    reachable: (service, port) => share(service, port) > 0,
  };
}

function imageQuestion(images: MemoryClusterOptions["images"]): (image: string) => boolean {
  if (images === undefined) return () => true;
  return typeof images === "function" ? images : (image) => images.includes(image);
}

function refIn(object: JsonObject): ObjectRef {
  const { kind, metadata } = asObject(object);
  return { kind, name: metadata.name, namespace: metadata.namespace };
}

function namespaceNamed(name: string): JsonObject {
  const labels = { "kubernetes.io/metadata.name": name };
  return {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name, labels },
    spec: { finalizers: ["kubernetes"] },
    status: { phase: "Active" },
  };
}

const defaultNode: JsonObject = {
  apiVersion: "v1",
  kind: "Node",
  metadata: { name: "node-1", labels: { "kubernetes.io/hostname": "node-1", "kubernetes.io/os": "linux" } },
  spec: { podCIDR: "10.244.0.0/24" },
  status: {
    capacity: { cpu: "4", memory: "8Gi", pods: "110" },
    allocatable: { cpu: "4", memory: "8Gi", pods: "110" },
    conditions: [{ type: "Ready", status: "True", reason: "KubeletReady", message: "kubelet is posting ready status" }],
  },
};
