import { describe, expect, test } from "vitest";
import { memoryLedger } from "../../../src/ledger/memory.ts";
import type { LedgerPort } from "../../../src/ledger/ledger.ts";
import { spendingOf } from "../../../src/model/spending.ts";
import type { Budget } from "../../../src/model/spending.ts";

const morningMs = Date.UTC(2026, 0, 5, 9);
const one = { calls: 1, tokens: 100, microdollars: 10 };
const budget: Budget = {
  perIncident: { calls: 3, tokens: 1_000, microdollars: undefined },
  perDay: { calls: 5, tokens: 10_000, microdollars: undefined },
};

async function spent(ledger: LedgerPort, day: string): Promise<unknown> {
  const item = await ledger.get({ partition: "model#spent", sort: day });
  return item.ok && item.value !== undefined ? (JSON.parse(item.value.body) as unknown) : undefined;
}

describe("what models may cost", () => {
  test("many at once never take more than there is, and nothing is lost", async () => {
    const ledger = memoryLedger();
    const ids = Array.from({ length: 30 }, (_, index) => `incident-${index % 3}`);
    const taken = await Promise.all(ids.map((id) => spendingOf(ledger, budget, id, morningMs).reserve(one)));
    expect(taken.filter((result) => result.ok)).toHaveLength(5);
    expect(await spent(ledger, "2026-01-05")).toEqual({ schema: 1, calls: 5, tokens: 500, microdollars: 50 });
  });

  test("what the day refuses is given back to the incident", async () => {
    const ledger = memoryLedger();
    for (const id of ["a", "b"]) for (let call = 0; call < 3; call += 1) await spendingOf(ledger, budget, id, morningMs).reserve(one);
    const other = await spendingOf(ledger, budget, "c", morningMs).reserve(one);
    expect(other).toMatchObject({ ok: false, failure: { reason: "the 5 model calls of this day are used up" } });
    const item = await ledger.get({ partition: "incident#c", sort: "model#spent" });
    expect(item.ok && JSON.parse(item.value?.body ?? "")).toEqual({ schema: 1, calls: 0, tokens: 0, microdollars: 0 });
  });

  test("the next day begins anew, the incident does not", async () => {
    const ledger = memoryLedger();
    const tomorrowMs = morningMs + 24 * 60 * 60 * 1000;
    await spendingOf(ledger, budget, "a", morningMs).reserve(one);
    await spendingOf(ledger, budget, "a", tomorrowMs).reserve(one);
    await spendingOf(ledger, budget, "a", tomorrowMs).reserve(one);
    expect(await spent(ledger, "2026-01-06")).toMatchObject({ calls: 2 });
    expect(await spendingOf(ledger, budget, "a", tomorrowMs).reserve(one)).toMatchObject({ ok: false });
  });

  test("settling puts what it did cost in place of the worst", async () => {
    const ledger = memoryLedger();
    const spending = spendingOf(ledger, budget, "a", morningMs);
    await spending.reserve({ calls: 1, tokens: 900, microdollars: 90 });
    await spending.settle({ calls: 1, tokens: 900, microdollars: 90 }, { calls: 1, tokens: 40, microdollars: 4 });
    expect(await spent(ledger, "2026-01-05")).toEqual({ schema: 1, calls: 1, tokens: 40, microdollars: 4 });
  });

  test("what cannot be read is not spent from", async () => {
    const ledger = memoryLedger();
    await ledger.put({ partition: "model#spent", sort: "2026-01-05", version: 1, body: "{}" });
    expect(await spendingOf(ledger, budget, "a", morningMs).reserve(one)).toMatchObject({ ok: false, failure: { kind: "malformed" } });
  });
});
