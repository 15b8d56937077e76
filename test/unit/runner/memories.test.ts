import { describe, expect, test } from "vitest";
import { conflict, unavailable } from "../../../src/failure.ts";
import type { LedgerPort } from "../../../src/ledger/ledger.ts";
import { memoryLedger } from "../../../src/ledger/memory.ts";
import { forget, loadMemories, memoriesOf, remember } from "../../../src/runner/memories.ts";
import { attemptOf, planOf, selector, targetPort } from "../memory/remedies.ts";
import { incident as anIncident, states } from "../transaction/incidents.ts";

const limits = { keptMs: 10_000 };

function taught(id: string, cause: string, name = "payment") {
  return anIncident(states.acting, {
    id,
    cluster: "demo",
    attempts: [
      attemptOf(planOf(cause, selector(name)), "unchanged", { ending: "undone" }),
      attemptOf(planOf(cause, targetPort(name)), "resolved", { ending: "committed" }),
    ],
  });
}

async function counts(ledger: LedgerPort): Promise<readonly unknown[]> {
  const stored = await loadMemories(ledger, "demo");
  if (!stored.ok) throw new Error("the memories cannot be read");
  return stored.value.map(({ value }) => [value.cause, ...value.remedies.map(({ mitigated, undone }) => [mitigated, undone])]);
}

describe("what an incident taught, in the ledger", () => {
  test("is counted once, however often its incident closes", async () => {
    const ledger = memoryLedger();
    for (let times = 0; times < 3; times += 1)
      expect(await remember(ledger, taught("one", "port"), 1_000, limits)).toMatchObject({ ok: true });
    expect(await counts(ledger)).toEqual([["port", [1, 0], [0, 1]]]);
    await remember(ledger, taught("two", "port"), 2_000, limits);
    expect(await counts(ledger)).toEqual([["port", [2, 0], [0, 2]]]);
  });

  test("is nothing where nothing was tried: then the ledger is not even asked", async () => {
    const failing: LedgerPort = { ...memoryLedger(), get: async () => unavailable("down"), list: async () => unavailable("down") };
    expect(await remember(failing, anIncident(states.acting, { attempts: [] }), 1_000, limits)).toEqual({ ok: true, value: undefined });
  });

  test("is not lost to another process that writes at the same moment", async () => {
    const ledger = memoryLedger();
    let races = 0;
    const raced: LedgerPort = {
      ...ledger,
      async put(item) {
        races += 1;
        if (races === 1) await remember(ledger, taught("two", "port"), 1_500, limits);
        return ledger.put(item);
      },
    };
    await remember(raced, taught("one", "port"), 1_000, limits);
    expect(await counts(ledger)).toEqual([["port", [2, 0], [0, 2]]]);
  });

  test("is tried again when the ledger fails, and not without end", async () => {
    const busy: LedgerPort = { ...memoryLedger(), put: async () => conflict("somebody was faster") };
    expect(await remember(busy, taught("one", "port"), 1_000, limits)).toMatchObject({ ok: false, failure: { kind: "conflict" } });
    const down: LedgerPort = { ...memoryLedger(), put: async () => unavailable("no answer") };
    expect(await remember(down, taught("one", "port"), 1_000, limits)).toMatchObject({ ok: false, failure: { kind: "unavailable" } });
  });

  test("leaves alone what a newer Stratus wrote, and lets the incident close", async () => {
    const ledger = memoryLedger();
    await remember(ledger, taught("one", "port"), 1_000, limits);
    const [item] = await listed(ledger);
    if (item === undefined) throw new Error("nothing was remembered");
    await ledger.put({ ...item, version: 2, body: JSON.stringify({ schema: 2, more: "than we know" }) });
    expect(await remember(ledger, taught("two", "port"), 2_000, limits)).toEqual({ ok: true, value: undefined });
    expect((await listed(ledger)).map(({ body }) => body)).toEqual([`{"schema":2,"more":"than we know"}`]);
    expect(await memoriesOf(ledger, "demo", 2_000, limits)).toEqual({ ok: true, value: [] });
    expect(await forget(ledger, "demo", undefined)).toEqual({ ok: true, value: 1 });
  });

  test("ages out: planning is not told of it any more, and the next one that closes takes it out", async () => {
    const ledger = memoryLedger();
    await remember(ledger, taught("one", "port"), 1_000, limits);
    expect(await memoriesOf(ledger, "demo", 10_999, limits)).toMatchObject({ ok: true, value: [{ cause: "port" }] });
    expect(await memoriesOf(ledger, "demo", 11_000, limits)).toEqual({ ok: true, value: [] });
    await remember(ledger, taught("two", "selector"), 20_000, limits);
    expect(await counts(ledger)).toEqual([["selector", [1, 0], [0, 1]]]);
  });

  test("what comes anew after it was too old is counted from the start", async () => {
    const ledger = memoryLedger();
    await remember(ledger, taught("one", "port"), 1_000, limits);
    await remember(ledger, taught("two", "port"), 20_000, limits);
    expect(await counts(ledger)).toEqual([["port", [1, 0], [0, 1]]]);
  });

  test("is of 200 causes and objects at most: what was used longest ago makes room", async () => {
    const ledger = memoryLedger();
    for (let number = 1; number <= 203; number += 1) await remember(ledger, taught(`i${number}`, `cause-${number}`), number, limits);
    const causes = (await counts(ledger)).map((entry) => String((entry as readonly unknown[])[0]));
    expect(causes.length).toBe(200);
    expect(["cause-3", "cause-4", "cause-203"].map((cause) => causes.includes(cause))).toEqual([false, true, true]);
  });

  test("is one item for each object and cluster", async () => {
    const ledger = memoryLedger();
    await remember(ledger, taught("one", "port"), 1_000, limits);
    await remember(ledger, taught("two", "port", "frontend"), 1_000, limits);
    await remember(ledger, { ...taught("three", "port"), cluster: "other" }, 1_000, limits);
    expect((await counts(ledger)).length).toBe(2);
    const other = await loadMemories(ledger, "other");
    expect(other.ok && other.value.length).toBe(1);
  });
});

async function listed(ledger: LedgerPort) {
  const items = await ledger.list("memory#demo", "");
  return items.ok ? items.value : [];
}
