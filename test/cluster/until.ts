// Waits for a condition of the machine: the only place here that sleeps, always up to a limit.

import { request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { ClusterFailure } from "./failure.ts";

export interface Wait {
  readonly what: string;
  readonly limitMs: number;
  readonly everyMs?: number;
  /** Where to read on when the time is over. */
  readonly logPath?: string;
}

/** A text in place of true says why not yet; the last one is part of the failure. */
export async function until(wait: Wait, holds: () => boolean | string | Promise<boolean | string>): Promise<void> {
  const endsAtMs = Date.now() + wait.limitMs;
  for (;;) {
    const held = await holds();
    if (held === true) return;
    if (Date.now() > endsAtMs) {
      const reason = held === false ? "" : ` (${held})`;
      throw new ClusterFailure(`${wait.what}: not within ${wait.limitMs / 1000} s${reason}`, wait.logPath);
    }
    await sleep(wait.everyMs ?? 100);
  }
}

/**
 * True when the address answers 2xx, else what it does instead. Each try is a new connection: fetch would wait on with one
 * whose first packet was lost before kube-proxy had written its rules.
 */
export function answers(url: string, how: { method?: string; body?: string } = {}): Promise<true | string> {
  return new Promise((resolve) => {
    const asked = request(url, { method: how.method ?? "GET", agent: false, signal: AbortSignal.timeout(1500) }, (response) => {
      response.on("error", () => undefined).resume();
      const status = response.statusCode ?? 0;
      resolve((status >= 200 && status < 300) || `status ${status}`);
    });
    asked.on("error", (error) => resolve(error.message));
    asked.end(how.body);
  });
}
