/**
 * Moves the in-memory cluster through time: rounds of controllers until nothing changes, then on to the next moment at
 * which something would. No timer, no randomness: the same requests at the same times give the same cluster.
 */
import { BrokenInvariant } from "../../failure.ts";
import type { CustomKinds } from "../../kubernetes/kind.ts";
import { reconcileAutoscalers } from "./autoscaler.ts";
import { reconcileBudgets } from "./budget-status.ts";
import { reconcileDaemonSets } from "./daemon-set.ts";
import { reconcileDeployments } from "./deployment.ts";
import { reconcileEndpointSlices } from "./endpoint-slice.ts";
import { collectGarbage, evictLost } from "./evict-lost.ts";
import { runPods } from "./kubelet.ts";
import { reconcileNodeTaints } from "./node-taints.ts";
import { reconcileQuotas } from "./quota-status.ts";
import { reconcileReplicaSets } from "./replica-set.ts";
import { schedulePods } from "./scheduler.ts";
import { reconcileStatefulSets } from "./stateful-set.ts";
import { createStore } from "./api-server/store.ts";
import type { BehaviourOf, ListensOn, OutputOf, World } from "./world.ts";

export interface Programs {
  /** False: no controller, scheduler or kubelet acts; the API server is alone. */
  readonly controllers: boolean;
  readonly custom: CustomKinds;
  readonly imageExists: (image: string) => boolean;
  readonly behaviourOf: BehaviourOf;
  readonly listensOn: ListensOn;
  readonly outputOf: OutputOf;
  readonly startDelayMs: number;
}

export interface Simulation {
  readonly world: World;
  /** Brings the cluster to this time. Time never runs backwards; an earlier one changes nothing. */
  advanceTo(atMs: number): void;
  /** Does something at a later time, between the controllers' rounds. */
  at(dueMs: number, act: () => void): void;
}

const roundsMax = 500;

export function createSimulation(startMs: number, programs: Programs): Simulation {
  const { controllers, custom, ...decided } = programs;
  const store = createStore();
  let addresses = 0;
  let ports = 0;
  const lostSinceMs = new Map<string, number>();
  let nowMs = startMs;
  let wakeMs = Infinity;
  let number = 0;
  let settledVersion = -1;
  let later: readonly { readonly dueMs: number; readonly act: () => void }[] = [];

  const world: World = {
    ...decided,
    store,
    api: { store, custom, nextAddress: () => `10.96.0.${(addresses += 1)}`, nextPort: () => 30_000 + (ports += 1) },
    nowMs: () => nowMs,
    wakeAt: (atMs) => {
      if (atMs > nowMs) wakeMs = Math.min(wakeMs, atMs);
    },
    nextNumber: () => (number += 1),
    runs: new Map(),
  };

  function round(): void {
    wakeMs = Infinity;
    if (!controllers) return;
    reconcileNodeTaints(world);
    reconcileQuotas(world);
    reconcileAutoscalers(world);
    reconcileDeployments(world);
    reconcileStatefulSets(world);
    reconcileDaemonSets(world);
    reconcileReplicaSets(world);
    evictLost(world, lostSinceMs);
    collectGarbage(world);
    schedulePods(world);
    runPods(world);
    reconcileEndpointSlices(world);
    reconcileBudgets(world);
  }

  function settle(): void {
    for (let rounds = 0; rounds < roundsMax; rounds += 1) {
      const before = store.version();
      round();
      settledVersion = store.version();
      if (settledVersion === before) return;
    }
    throw new BrokenInvariant(`the in-memory cluster did not come to rest in ${roundsMax} rounds`);
  }

  function land(): void {
    const due = later.filter((one) => one.dueMs <= nowMs).toSorted((left, right) => left.dueMs - right.dueMs);
    later = later.filter((one) => one.dueMs > nowMs);
    for (const one of due) one.act();
  }

  return {
    world,
    at(dueMs, act) {
      later = [...later, { dueMs, act }];
    },
    advanceTo(atMs) {
      for (;;) {
        if (store.version() !== settledVersion) settle();
        const nextMs = Math.min(wakeMs, ...later.map((one) => one.dueMs));
        if (nextMs > atMs) break;
        nowMs = Math.max(nowMs, nextMs);
        settledVersion = -1;
        land();
      }
      nowMs = Math.max(nowMs, atMs);
    },
  };
}
