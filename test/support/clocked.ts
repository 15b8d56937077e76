/**
 * Processes of one Stratus whose wall clocks can be set, over the world's ledger and cluster: each with timers, a sweep
 * every 15 seconds and a monotonic clock that nobody can set, as a Node process has them.
 */
import type { Clock } from "../../src/clock.ts";
import { timerContinuation } from "../../src/continuation/timer.ts";
import type { World } from "../../src/demo/world.ts";
import type { ItemKey } from "../../src/ledger/ledger.ts";
import { headKey } from "../../src/runner/records.ts";
import type { RunnerPorts } from "../../src/runner/runner.ts";
import { attend, dueItems } from "../../src/runner/sweep.ts";

export interface ClockedProcess {
  readonly ports: RunnerPorts;
  /** Sets its wall clock forth, or back. */
  jump(byMs: number): void;
  wake(key: ItemKey): void;
  /** Everything that it has to do at this moment. */
  tick(): Promise<void>;
}

const sweepMs = 15_000;

export function clockedProcess(world: World, instance: string): ClockedProcess {
  let aheadMs = 0;
  let sweptMs = -Infinity;
  const clock: Clock = {
    nowMs: () => world.clock.nowMs() + aheadMs,
    monotonicMs: () => world.clock.monotonicMs(),
    sleep: () => Promise.resolve(),
  };
  const waiting = new Map<string, ItemKey>();
  const timers = new Set<{ readonly atMs: number; readonly fire: () => void }>();
  const { runner } = world.composed;
  const ports: RunnerPorts = {
    ...runner,
    instance,
    clock,
    sites: new Map([...runner.sites].map(([name, site]) => [name, { ...site, clock }])),
    continuation: timerContinuation({
      monotonicMs: () => clock.monotonicMs(),
      setTimer: (fire, delayMs) => {
        const timer = { atMs: clock.monotonicMs() + delayMs, fire };
        timers.add(timer);
        return () => timers.delete(timer);
      },
      onDue: ({ incidentId }) => wake(headKey(incidentId)),
    }),
  };

  function wake(key: ItemKey): void {
    waiting.set(`${key.partition} ${key.sort}`, key);
  }

  return {
    ports,
    jump(byMs) {
      aheadMs += byMs;
    },
    wake,
    async tick() {
      for (const timer of [...timers].filter(({ atMs }) => atMs <= clock.monotonicMs())) {
        timers.delete(timer);
        timer.fire();
      }
      if (clock.monotonicMs() - sweptMs >= sweepMs) {
        sweptMs = clock.monotonicMs();
        for (const key of await dueItems(ports)) wake(key);
      }
      for (const [name, key] of waiting) {
        waiting.delete(name);
        await attend(ports, key);
      }
    },
  };
}
