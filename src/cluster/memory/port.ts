/** The in-memory cluster as callers of the port see it, with the answers that a test wants lost or refused. */
import type { Clock } from "../../clock.ts";
import { refused, success } from "../../failure.ts";
import type { Failure, Result } from "../../failure.ts";
import type { PatchOperation } from "../../kubernetes/json.ts";
import { routeOf } from "../../kubernetes/kind.ts";
import { asObject, nameOf, ownManager, refOf } from "../../kubernetes/object.ts";
import type { KubernetesObject, ObjectRef } from "../../kubernetes/object.ts";
import { evictionFailureOf, failureOf } from "../answer.ts";
import type { ApiRefusal } from "../answer.ts";
import type { AccessRequest, ClusterPort, LogRequest } from "../cluster.ts";
import { createObject, patchObject, removeObject } from "./api-server/api-server.ts";
import type { Answer, Hand } from "./api-server/api-server.ts";
import { logIn } from "./container-log.ts";
import { evictPod } from "./api-server/eviction.ts";
import type { Refusal } from "./api-server/refusal.ts";
import type { Simulation } from "./simulation.ts";

/** A write as it arrived, whatever became of it. `operations`: of a PATCH, else none. */
export interface WriteRequest {
  readonly atMs: number;
  readonly verb: "patch" | "create" | "delete" | "evict";
  readonly ref: ObjectRef;
  readonly operations: readonly PatchOperation[];
  readonly dryRun: boolean;
}

export type ClusterRequest =
  | { readonly verb: "get"; readonly ref: ObjectRef }
  | { readonly verb: "list"; readonly kind: string; readonly namespace?: string | undefined }
  | { readonly verb: "patch"; readonly ref: ObjectRef; readonly operations: readonly PatchOperation[]; readonly dryRun: boolean }
  | { readonly verb: "create" | "delete" | "evict"; readonly ref: ObjectRef; readonly dryRun: boolean }
  | { readonly verb: "log"; readonly log: LogRequest }
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
  /** What the API server said, status and all, for whoever serves this cluster over HTTP; undefined for other failures. */
  refusalBehind(failure: Failure): ApiRefusal | undefined;
  /** Every write that came through the port, dry runs included, in order. */
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
  const { store, api } = simulation.world;
  const writes: WriteRequest[] = [];
  const interceptors = new Set<Interceptor>();
  const refusals = new WeakMap<Failure, ApiRefusal>();

  function refusedBy(ref: ObjectRef, refusal: ApiRefusal, changes: boolean, failing: typeof failureOf = failureOf): Result<never> {
    const told = refusedFor(ref, refusal, changes, failing);
    refusals.set(told.failure, refusal);
    return told;
  }

  function resultOf(ref: ObjectRef, given: Answer, changes: boolean): Result<KubernetesObject> {
    return given.ok ? success(given.value) : refusedBy(ref, given.refusal, changes);
  }

  function outcomeOf(ref: ObjectRef, refusal: Refusal | undefined, changes: boolean, failing?: typeof failureOf): Result<void> {
    return refusal === undefined ? success(undefined) : refusedBy(ref, refusal.refusal, changes, failing);
  }

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
    const what = access.subresource === "log" ? "Pod/log" : access.kind;
    return refused(`not permitted to ${access.verb} ${what} in ${access.namespace ?? "the whole cluster"}`);
  }

  function reached<T>(kind: string, act: () => Promise<Result<T>>): Promise<Result<T>> {
    return routeOf(kind, api.custom) === undefined ? Promise.resolve(refused(`${kind} is not a kind that Stratus reads or writes`)) : act();
  }

  function written<T>(
    verb: "create" | "delete" | "evict",
    ref: ObjectRef,
    dryRun: boolean,
    access: AccessRequest,
    act: () => Result<T>,
  ): Promise<Result<T>> {
    return reached(ref.kind, () => {
      writes.push({ atMs: clock.nowMs(), verb, ref, operations: [], dryRun });
      return answer({ verb, ref, dryRun }, () => permitted(access, act));
    });
  }

  function handOf(dryRun: boolean): Hand {
    return { fieldManager: ownManager, mayEditStatus: false, dryRun, atMs: simulation.world.nowMs() };
  }

  return {
    writes,
    refusalBehind: (failure) => refusals.get(failure),
    intercept(interceptor) {
      interceptors.add(interceptor);
      return () => interceptors.delete(interceptor);
    },
    get: (ref) =>
      reached(ref.kind, () =>
        answer({ verb: "get", ref }, () =>
          permitted({ verb: "get", kind: ref.kind, namespace: ref.namespace }, () => success(store.get(ref))),
        ),
      ),
    list: (kind, namespace, keep = (object) => object) =>
      reached(kind, () =>
        answer({ verb: "list", kind, namespace }, () =>
          permitted({ verb: "list", kind, namespace }, () => success(store.list(kind, namespace).toSorted(byName).map(keep))),
        ),
      ),
    patch: (ref, operations, { dryRun }) =>
      reached(ref.kind, () => {
        writes.push({ atMs: clock.nowMs(), verb: "patch", ref, operations, dryRun });
        return answer({ verb: "patch", ref, operations, dryRun }, () =>
          permitted({ verb: "patch", kind: ref.kind, namespace: ref.namespace }, () =>
            resultOf(ref, patchObject(api, ref, operations, handOf(dryRun)), !dryRun),
          ),
        );
      }),
    create: (object, { dryRun }) => {
      const ref = refOf(asObject(object));
      return written("create", ref, dryRun, { verb: "create", kind: ref.kind, namespace: ref.namespace }, () =>
        resultOf(ref, createObject(api, object, handOf(dryRun)), !dryRun),
      );
    },
    remove: (ref, preconditions, { dryRun }) =>
      written("delete", ref, dryRun, { verb: "delete", kind: ref.kind, namespace: ref.namespace }, () =>
        outcomeOf(ref, removeObject(api, ref, preconditions, handOf(dryRun)), !dryRun),
      ),
    evict: (ref, preconditions, { dryRun }) =>
      written("evict", ref, dryRun, { verb: "create", subresource: "eviction", kind: "Pod", namespace: ref.namespace }, () =>
        outcomeOf(ref, evictPod(api, ref, preconditions, handOf(dryRun)), !dryRun, evictionFailureOf),
      ),
    log: (request) => {
      const { namespace, pod: name } = request;
      const ref = { kind: "Pod", namespace, name };
      return answer({ verb: "log", log: request }, () =>
        permitted({ verb: "get", subresource: "log", kind: "Pod", namespace }, () => {
          const given = logIn(simulation.world, request);
          return given.ok ? success(given.value) : refusedBy(ref, given.refusal, false);
        }),
      );
    },
    allowed: (access) => answer({ verb: "allowed", access }, () => success(permits(access))),
    ready: () => answer({ verb: "ready" }, () => success(undefined)),
  };
}

/** As etcd orders a list: by namespace, then by name. */
function byName(left: KubernetesObject, right: KubernetesObject): number {
  const [a, b] = [left.metadata, right.metadata].map((metadata) => `${metadata.namespace ?? ""}/${metadata.name}`);
  return (a ?? "") < (b ?? "") ? -1 : 1;
}

export function refusedFor(ref: ObjectRef, refusal: ApiRefusal, changes: boolean, failing: typeof failureOf): ReturnType<typeof failureOf> {
  return failing({ ...refusal, reason: `${nameOf(ref)}: ${refusal.reason}` }, changes);
}
