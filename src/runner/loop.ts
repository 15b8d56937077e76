/**
 * Keeps one process's runner going: wakes for news, continuations and the sweep, a bounded number at a time, never two
 * for one incident at once (the lease would refuse the second anyway). Drains on stop: what is under way is finished.
 */
import type { Clock } from "../clock.ts";
import type { ItemKey } from "../ledger/ledger.ts";
import type { Log } from "../log.ts";
import { headKey } from "./records.ts";

export interface LoopOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly sweepMs: number;
  /** Does one due item. */
  readonly attend: (key: ItemKey) => Promise<unknown>;
  /** Everything that is due now. */
  readonly due: () => Promise<readonly ItemKey[]>;
}

export interface Loop {
  wake(key: ItemKey): void;
  wakeIncident(incidentId: string): void;
  /** Resolves when nothing is under way any more; nothing is begun after the call. */
  stop(): Promise<void>;
}

const atOnceMax = 8;

export function startLoop(options: LoopOptions): Loop {
  const waiting = new Map<string, ItemKey>();
  const running = new Map<string, Promise<void>>();
  const stopping = new AbortController();
  const sweeping = sweepForever();

  function wake(key: ItemKey): void {
    waiting.set(`${key.partition} ${key.sort}`, key);
    begin();
  }

  function begin(): void {
    for (const [name, key] of waiting) {
      if (stopping.signal.aborted || running.size >= atOnceMax) return;
      if (running.has(name)) continue;
      waiting.delete(name);
      running.set(name, run(name, key));
    }
  }

  async function run(name: string, key: ItemKey): Promise<void> {
    // Begun in a later turn, so that the caller of `wake` is never held up.
    await Promise.resolve();
    try {
      await options.attend(key);
    } catch (error) {
      options.log.error("a step broke off", { item: key.partition, error });
    } finally {
      running.delete(name);
      begin();
    }
  }

  async function sweepForever(): Promise<void> {
    while (!stopping.signal.aborted) {
      for (const key of await options.due()) wake(key);
      await options.clock.sleep(options.sweepMs, stopping.signal);
    }
  }

  return {
    wake,
    wakeIncident: (incidentId) => wake(headKey(incidentId)),
    async stop() {
      stopping.abort();
      waiting.clear();
      await sweeping;
      while (running.size > 0) await Promise.all(running.values());
    },
  };
}
