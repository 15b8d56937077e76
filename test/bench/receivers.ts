/** The two that are compared: the door of Stratus, and a bare Hono handler that parses the JSON and writes one item. */
import { Hono } from "hono";
import { systemClock } from "../../src/clock.ts";
import { success } from "../../src/failure.ts";
import { createApp } from "../../src/http/app.ts";
import type { LedgerPort } from "../../src/ledger/ledger.ts";
import { createLog } from "../../src/log.ts";

export const secret = "a-secret-of-the-bench";

export type Fetch = (request: Request) => Response | Promise<Response>;

/** With authentication and its log, whose lines are made and thrown away. Nobody is woken: only the door is measured. */
export function stratusReceiver(ledger: LedgerPort): Fetch {
  const app = createApp({
    ledger,
    clock: systemClock,
    secrets: [secret],
    clusters: ["production"],
    log: createLog({ write: () => undefined, clock: systemClock, level: "info" }),
    wake: () => undefined,
    readiness: async () => [{ name: "ledger", result: success(undefined) }],
  });
  return (request) => app.fetch(request);
}

/** Each request becomes an item of its own, due at once as Stratus' are; nothing is checked and nothing is read. */
export function bareReceiver(ledger: LedgerPort): Fetch {
  const app = new Hono();
  let count = 0;
  app.post("/alerts", async (context) => {
    const payload: { readonly alerts?: unknown } = await context.req.json();
    count += 1;
    const stored = await ledger.put({
      partition: `bare#${count}`,
      sort: "inbox",
      version: 1,
      body: JSON.stringify(payload.alerts),
      index: { name: "due", atMs: systemClock.nowMs() },
    });
    return context.json({ recorded: 1 }, stored.ok ? 202 : 503);
  });
  return (request) => app.fetch(request);
}
