/**
 * What the parts of the in-memory cluster share: the objects, the time, and what a test decided about programs and
 * images. Controllers act on it in rounds and say when they want to look again; nothing here runs by itself.
 */
import { controllerOf } from "../../kubernetes/object.ts";
import type { Container, KubernetesObject, Pod } from "../../kubernetes/object.ts";
import type { ContainerRun } from "./container-run.ts";
import type { Api, Hand } from "./api-server/api-server.ts";
import type { ObjectOf, Store } from "./api-server/store.ts";

/**
 * What a program does once its container has started. `unready`: fails its readiness probe and answers no request, but
 * stays alive. Decided when the container starts and kept until it restarts.
 */
export type Behaviour = "runs" | "crashes" | "unready" | "exhausts-memory";

/** `environment`: the variables as resolved from literals and ConfigMaps when the container started. */
export type BehaviourOf = (pod: Pod, container: Container, environment: Readonly<Record<string, string>>) => Behaviour;

/** The ports on which the program listens; undefined means every port. */
export type ListensOn = (pod: Pod, container: Container, environment: Readonly<Record<string, string>>) => readonly number[] | undefined;

/** The lines that the program wrote in one of its runs: 0 is the first, and each restart is one more. */
export type OutputOf = (pod: Pod, container: Container, run: number) => readonly string[];

export interface World {
  readonly store: Store;
  /** The API server over the store, for what must be admitted like anybody else's objects. */
  readonly api: Api;
  nowMs(): number;
  /** Asks for another round at this time; one that is past is ignored. */
  wakeAt(atMs: number): void;
  /** 1, 2, 3 ...: for names and addresses, the same on every run. */
  nextNumber(): number;
  readonly imageExists: (image: string) => boolean;
  readonly behaviourOf: BehaviourOf;
  readonly listensOn: ListensOn;
  readonly outputOf: OutputOf;
  /** From creation of a pod until its containers start: scheduling, pull and start together. */
  readonly startDelayMs: number;
  /** By uid of the pod: what the node knows about its containers. */
  readonly runs: Map<string, PodRun>;
}

export interface PodRun {
  readonly scheduledAtMs: number;
  readonly ip: string;
  readonly containers: readonly ContainerRun[];
}

export function ownerReferenceTo(owner: KubernetesObject): {
  apiVersion: string;
  kind: string;
  name: string;
  uid: string;
  controller: true;
  blockOwnerDeletion: true;
} {
  const { name, uid } = owner.metadata;
  return { apiVersion: owner.apiVersion, kind: owner.kind, name, uid, controller: true, blockOwnerDeletion: true };
}

/** Of a controller, or of an administrator: it writes status too. */
export function handOf(world: World, source: string): Hand {
  return { fieldManager: source, mayEditStatus: true, dryRun: false, atMs: world.nowMs() };
}

/** The objects of a kind that this owner controls, oldest first. */
export function owned<K extends string>(world: World, owner: KubernetesObject, kind: K): readonly ObjectOf<K>[] {
  return world.store.list(kind, owner.metadata.namespace).filter((object) => controllerOf(object)?.uid === owner.metadata.uid);
}
