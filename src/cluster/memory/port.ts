/** The in-memory cluster as callers of the port see it, with the answers that a test wants lost or refused. */
import type { Clock } from "../../clock.ts";
import { refused, success } from "../../failure.ts";
import type { Failure, Result } from "../../failure.ts";
import type { PatchOperation } from "../../kubernetes/json.ts";
import { isKind } from "../../kubernetes/kind.ts";
import type { Kind } from "../../kubernetes/kind.ts";
import { nameOf } from "../../kubernetes/object.ts";
import type { KubernetesObject, ObjectRef } from "../../kubernetes/object.ts";
import { failureOf } from "../answer.ts";
import type { AccessRequest, ClusterPort } from "../cluster.ts";
import { patchObject } from "./api-server.ts";
import type { Answer } from "./api-server.ts";
import type { Simulation } from "./simulation.ts";

/** A PATCH as it arrived, whatever became of it. */
export interface WriteRequest {
  readonly atMs: number;
  readonly ref: ObjectRef;
  readonly operations: readonly PatchOperation[];
  readonly dryRun: boolean;
}

export type ClusterRequest =
  | { readonly verb: "get"; readonly ref: ObjectRef }
  | { readonly verb: "list"; readonly kind: Kind; readonly namespace?: string | undefined }
  | { readonly verb: "patch"; readonly ref: ObjectRef; readonly operations: readonly PatchOperation[]; readonly dryRun: boolean }
  | { readonly verb: "allowed"; readonly access: AccessRequest }
  | { readonly verb: "ready" };

/**
 * The answer given instead. `before`: nothing happens. `after`: it happens and the answer is lost. `later`: the answer
 * is lost and a patch takes effect only after `delayMs`, if its preconditions still hold then.
 */
export type Interruption =
  | { readonly when: "before" | "after"; readonly failure: Failure }
  | { readonly when: "later"; readonly delayMs: number; readonly failure: Failure };

/** May also throw, which the caller of the port then sees: a process that dies at this request. */
export type Interceptor = (request: ClusterRequest) => Interruption | undefined;

export interface InterruptiblePort extends ClusterPort {
  /** Every PATCH that came through the port, dry runs included, in order. */
  readonly writes: readonly WriteRequest[];
  /** Asked before each request of the port; the first that interrupts wins. Answers how to take it away again. */
  intercept(interceptor: Interceptor): () => void;
}

/** `permits`: SelfSubjectAccessReview, and 403 for what it denies. */
export function createPort(
  simulation: Simulation,
  clock: Pick<Clock, "nowMs">,
  permits: (access: AccessRequest) => boolean,
): InterruptiblePort {
  const { store } = simulation.world;
  const writes: WriteRequest[] = [];
  const interceptors = new Set<Interceptor>();

  /** One request: interrupted, or done at the time of the clock. */
  async function answer<T>(request: ClusterRequest, act: () => Result<T>): Promise<Result<T>> {
    await Promise.resolve();
    simulation.advanceTo(clock.nowMs());
    for (const interceptor of interceptors) {
      const interruption = interceptor(request);
      if (interruption === undefined) continue;
      if (interruption.when === "after") act();
      if (interruption.when === "later") simulation.at(clock.nowMs() + interruption.delayMs, act);
      return { ok: false, failure: interruption.failure };
    }
    return act();
  }

  function permitted<T>(access: AccessRequest, act: () => Result<T>): Result<T> {
    if (permits(access)) return act();
    return refused(`not permitted to ${access.verb} ${access.kind} in ${access.namespace ?? "the whole cluster"}`);
  }

  return {
    writes,
    intercept(interceptor) {
      interceptors.add(interceptor);
      return () => interceptors.delete(interceptor);
    },
    get: async (ref) => {
      const { kind } = ref;
      if (!isKind(kind)) return unreachableKind(kind);
      return answer({ verb: "get", ref }, () => permitted({ verb: "get", kind, namespace: ref.namespace }, () => success(store.get(ref))));
    },
    list: (kind, namespace) =>
      answer({ verb: "list", kind, namespace }, () =>
        permitted({ verb: "list", kind, namespace }, () => success(store.list(kind, namespace).toSorted(byName))),
      ),
    patch: async (ref, operations, { dryRun }) => {
      const { kind } = ref;
      if (!isKind(kind)) return unreachableKind(kind);
      writes.push({ atMs: clock.nowMs(), ref, operations, dryRun });
      return answer({ verb: "patch", ref, operations, dryRun }, () =>
        permitted({ verb: "patch", kind, namespace: ref.namespace }, () => {
          const hand = { fieldManager: "stratus", mayEditStatus: false, dryRun, atMs: simulation.world.nowMs() };
          return resultOf(ref, patchObject(store, ref, operations, hand), !dryRun);
        }),
      );
    },
    allowed: (access) => answer({ verb: "allowed", access }, () => success(permits(access))),
    ready: () => answer({ verb: "ready" }, () => success(undefined)),
  };
}

function unreachableKind(kind: string): Result<never> {
  return refused(`${kind} is not a kind that Stratus reads or writes`);
}

/** As etcd orders a list: by namespace, then by name. */
function byName(left: KubernetesObject, right: KubernetesObject): number {
  const [a, b] = [left.metadata, right.metadata].map((metadata) => `${metadata.namespace ?? ""}/${metadata.name}`);
  return (a ?? "") < (b ?? "") ? -1 : 1;
}

export function resultOf(ref: ObjectRef, answer: Answer, changes: boolean): Result<KubernetesObject> {
  if (answer.ok) return success(answer.value);
  return failureOf({ ...answer.refusal, reason: `${nameOf(ref)}: ${answer.refusal.reason}` }, changes);
}
