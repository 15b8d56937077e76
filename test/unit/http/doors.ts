/** What the tests of the doors share: an app over the memory ledger whose calls are counted and which can be switched off. */
import { readFileSync } from "node:fs";
import type { Clock } from "../../../src/clock.ts";
import { success, unavailable } from "../../../src/failure.ts";
import { createApp, type App, type AppOptions } from "../../../src/http/app.ts";
import type { ItemKey, LedgerPort } from "../../../src/ledger/ledger.ts";
import { memoryLedger } from "../../../src/ledger/memory.ts";
import { createLog } from "../../../src/log.ts";

export const noonMs = Date.UTC(2026, 10, 20, 12);
export const secret = "correct horse";

export interface Doors {
  readonly app: App;
  readonly ledger: LedgerPort;
  readonly woken: ItemKey[];
  readonly lines: string[];
  readonly calls: { gets: number; puts: number };
  /** While true, the ledger is unreachable. */
  switchOff(off: boolean): void;
  alerts(body: BodyInit, headers?: Readonly<Record<string, string>>): Promise<Response>;
}

export function openDoors(change: Partial<AppOptions> = {}): Doors {
  const stored = memoryLedger();
  const calls = { gets: 0, puts: 0 };
  let off = false;
  const ledger: LedgerPort = {
    ...stored,
    get: async (key) => {
      calls.gets += 1;
      return off ? unavailable("the ledger does not answer", "none", 2_500) : stored.get(key);
    },
    put: async (item) => {
      calls.puts += 1;
      return off ? unavailable("the ledger does not answer", "unknown", 2_500) : stored.put(item);
    },
  };
  const woken: ItemKey[] = [];
  const lines: string[] = [];
  const clock: Clock = { nowMs: () => noonMs, monotonicMs: () => 0, sleep: async () => undefined };
  const app = createApp({
    ledger,
    clock,
    secrets: [secret],
    clusters: ["production", "staging"],
    log: createLog({ write: (line) => lines.push(line), clock, level: "debug" }),
    wake: (key) => woken.push(key),
    readiness: async () => [{ name: "ledger", result: success(undefined) }],
    ...change,
  });
  return {
    app,
    ledger,
    woken,
    lines,
    calls,
    switchOff: (value) => {
      off = value;
    },
    alerts: async (body, headers = {}) =>
      app.request("/alerts", { method: "POST", body, headers: { authorization: `Bearer ${secret}`, ...headers } }),
  };
}

export function fixture(name: string): string {
  return readFileSync(new URL(`../../fixtures/alertmanager/${name}.json`, import.meta.url), "utf8");
}
