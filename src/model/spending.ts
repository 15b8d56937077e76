/**
 * What models have cost, of each incident and of each day, one ledger item each. The worst that a call can cost is taken
 * before the call, by compare-and-swap, and what it did not cost is given back: a process that dies in between, and any
 * number of others beside it, can spend too little and never too much.
 */
import * as z from "zod";
import { malformed, refused, success } from "../failure.ts";
import type { Result } from "../failure.ts";
import type { ItemKey, LedgerPort } from "../ledger/ledger.ts";
import type { Cost } from "./price.ts";

/** Undefined: not limited. */
export interface Allowance {
  readonly calls: number;
  readonly tokens: number;
  readonly microdollars: number | undefined;
}

export interface Budget {
  readonly perIncident: Allowance;
  readonly perDay: Allowance;
}

const amount = z.int().min(0);
const spentSchema = z.object({ schema: z.literal(1), calls: amount, tokens: amount, microdollars: amount });
const keptMs = 40 * 24 * 60 * 60 * 1000;
/** Others that were faster, in a row. */
const triesMax = 50;

interface Purse {
  readonly key: ItemKey;
  readonly allowance: Allowance;
  /** Of whom: `this incident`. */
  readonly owner: string;
}

export interface Spending {
  /** Takes the cost from both purses. `refused`: one of them does not hold so much. */
  reserve(cost: Cost): Promise<Result<void>>;
  /** Puts `actual` in place of what was reserved. What cannot be put back stays spent. */
  settle(reserved: Cost, actual: Cost): Promise<void>;
}

/** The day is the UTC day of `nowMs`, for the whole of one call. */
export function spendingOf(ledger: LedgerPort, budget: Budget, incidentId: string, nowMs: number): Spending {
  const day = new Date(nowMs).toISOString().slice(0, 10);
  const purses: readonly [Purse, Purse] = [
    { key: { partition: `incident#${incidentId}`, sort: "model#spent" }, allowance: budget.perIncident, owner: "this incident" },
    { key: { partition: "model#spent", sort: day }, allowance: budget.perDay, owner: "this day" },
  ];
  const expiresAtMs = nowMs + keptMs;
  return {
    async reserve(cost) {
      const taken: Purse[] = [];
      for (const purse of purses) {
        const charged = await change(ledger, purse, cost, expiresAtMs, true);
        if (!charged.ok) {
          for (const earlier of taken) await change(ledger, earlier, negative(cost), expiresAtMs, false);
          return charged;
        }
        taken.push(purse);
      }
      return success(undefined);
    },
    async settle(reserved, actual) {
      const difference = {
        calls: actual.calls - reserved.calls,
        tokens: actual.tokens - reserved.tokens,
        microdollars: actual.microdollars - reserved.microdollars,
      };
      for (const purse of purses) await change(ledger, purse, difference, expiresAtMs, false);
    },
  };
}

function negative({ calls, tokens, microdollars }: Cost): Cost {
  return { calls: -calls, tokens: -tokens, microdollars: -microdollars };
}

async function change(ledger: LedgerPort, purse: Purse, by: Cost, expiresAtMs: number, isBounded: boolean): Promise<Result<void>> {
  for (let tried = 1; ; tried += 1) {
    const stored = await ledger.get(purse.key);
    if (!stored.ok) return stored;
    const before = stored.value === undefined ? { schema: 1 as const, calls: 0, tokens: 0, microdollars: 0 } : spentIn(stored.value.body);
    if (before === undefined) return malformed(`what models have cost ${purse.owner}`, "it cannot be read");
    const after = {
      schema: 1 as const,
      calls: Math.max(0, before.calls + by.calls),
      tokens: Math.max(0, before.tokens + by.tokens),
      microdollars: Math.max(0, before.microdollars + by.microdollars),
    };
    const whyNot = isBounded ? whyTooMuch(purse, after) : undefined;
    if (whyNot !== undefined) return refused(whyNot);
    const put = await ledger.put({ ...purse.key, version: (stored.value?.version ?? 0) + 1, body: JSON.stringify(after), expiresAtMs });
    if (put.ok || put.failure.kind !== "conflict" || tried >= triesMax) return put;
  }
}

function whyTooMuch({ allowance, owner }: Purse, after: Cost): string | undefined {
  if (after.calls > allowance.calls) return `the ${allowance.calls} model calls of ${owner} are used up`;
  if (after.tokens > allowance.tokens) return `one more model call could exceed the ${allowance.tokens} tokens of ${owner}`;
  if (allowance.microdollars !== undefined && after.microdollars > allowance.microdollars)
    return `one more model call could exceed the ${allowance.microdollars / 1e6} dollars of ${owner}`;
  return undefined;
}

function spentIn(body: string): z.infer<typeof spentSchema> | undefined {
  try {
    return spentSchema.safeParse(JSON.parse(body)).data;
  } catch {
    return undefined;
  }
}
