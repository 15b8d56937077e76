import { expect, test } from "vitest";
import { memoryLedger } from "../../../src/ledger/memory.ts";
import type { LedgerPort } from "../../../src/ledger/ledger.ts";
import { giveScopeBack, holderOf, takeScope } from "../../../src/runner/scope.ts";
import type { Incident } from "../../../src/transaction/incident.ts";
import { at } from "../transaction/incidents.ts";

function incident(id: string, ...namespaces: readonly string[]): Incident {
  return { ...at("checkpointing"), id, namespaces: [...namespaces], fence: 0 };
}

const shop = incident("shop-1", "shop");
const stall = incident("stall-1", "stall");
const node = incident("node-1", "shop");
const other = incident("other-1", "other");

async function takes(ledger: LedgerPort, who: Incident, wholeCluster = false, nowMs = 0): Promise<string> {
  const answer = await takeScope(ledger, who, wholeCluster, nowMs);
  if (!answer.ok) return answer.failure.reason;
  return answer.value.taken ? "taken" : `held by ${answer.value.holder}`;
}

test("two namespaces are held side by side, one namespace by one incident at a time", async () => {
  const ledger = memoryLedger();
  expect(await takes(ledger, shop)).toBe("taken");
  expect(await takes(ledger, stall)).toBe("taken");
  expect(await takes(ledger, incident("shop-2", "shop"))).toBe("held by shop-1");
  await giveScopeBack(ledger, shop);
  expect(await takes(ledger, incident("shop-2", "shop"))).toBe("taken");
});

test("who writes a node waits for everybody, and nobody new begins meanwhile", async () => {
  const ledger = memoryLedger();
  await takes(ledger, stall);
  expect(await takes(ledger, node, true)).toBe("held by stall-1");
  expect(await takes(ledger, other)).toBe("held by node-1");
  await giveScopeBack(ledger, stall);
  expect(await takes(ledger, other)).toBe("held by node-1");
  expect(await takes(ledger, node, true)).toBe("taken");
  expect(await takes(ledger, other)).toBe("held by node-1");
  expect(await holderOf(ledger, other)).toEqual({ ok: true, value: "node-1" });
  await giveScopeBack(ledger, node);
  expect(await takes(ledger, other)).toBe("taken");
});

test("a waiter that asks no more stops being waited for after a minute", async () => {
  const ledger = memoryLedger();
  await takes(ledger, stall);
  await takes(ledger, node, true, 0);
  expect(await takes(ledger, other, false, 59_999)).toBe("held by node-1");
  expect(await takes(ledger, other, false, 60_000)).toBe("taken");
});

test("a waiter that ends is waited for no longer", async () => {
  const ledger = memoryLedger();
  await takes(ledger, stall);
  await takes(ledger, node, true);
  await giveScopeBack(ledger, node);
  expect(await takes(ledger, other)).toBe("taken");
});

test("of two that hold a namespace each and want the whole cluster, one gets it: whoever waits lets go of its part", async () => {
  const ledger = memoryLedger();
  expect(await takes(ledger, shop)).toBe("taken");
  expect(await takes(ledger, stall)).toBe("taken");
  expect(await takes(ledger, shop, true)).toBe("held by stall-1");
  expect(await takes(ledger, stall, true)).toBe("held by shop-1");
  expect(await takes(ledger, shop, true)).toBe("taken");
  expect(await takes(ledger, shop, true)).toBe("taken");
});

test("the fence of the next holder is above every fence of a former one, one that only let go included", async () => {
  const ledger = memoryLedger();
  await takes(ledger, stall);
  await takeScope(ledger, { ...shop, fence: 7 }, false, 0);
  await takeScope(ledger, { ...shop, fence: 9 }, true, 0);
  await giveScopeBack(ledger, { ...stall, fence: 4 });
  await giveScopeBack(ledger, { ...shop, fence: 9 });
  expect(await takeScope(ledger, other, false, 0)).toEqual({ ok: true, value: { taken: true, fence: 10 } });
});
