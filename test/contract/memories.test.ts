import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createDynamodbClient, dynamodbLedger } from "../../src/ledger/dynamodb.ts";
import { createTable } from "../../src/ledger/dynamodb-table.ts";
import type { LedgerPort } from "../../src/ledger/ledger.ts";
import { memoryLedger } from "../../src/ledger/memory.ts";
import { sqliteLedger } from "../../src/ledger/sqlite.ts";
import { forget, memoriesOf, remember } from "../../src/runner/memories.ts";
import { startDynalite } from "../support/dynalite.ts";
import type { LocalDynamodb } from "../support/dynalite.ts";
import { attemptOf, planOf, targetPort } from "../unit/memory/remedies.ts";
import { incident as anIncident, states } from "../unit/transaction/incidents.ts";

const limits = { keptMs: 60_000 };
const attempts = [attemptOf(planOf("target-port", targetPort("payment")), "resolved")];

let dynamodb: LocalDynamodb;
beforeAll(async () => {
  dynamodb = await startDynalite();
});
afterAll(() => dynamodb.stop());

async function onDynamodb(): Promise<LedgerPort> {
  const client = createDynamodbClient(dynamodb.connection);
  const table = "memories";
  expect((await createTable({ client, table })).ok).toBe(true);
  return dynamodbLedger({ client, table });
}

const ledgers: readonly (readonly [string, () => Promise<LedgerPort>])[] = [
  ["memory", async () => memoryLedger()],
  ["SQLite", async () => sqliteLedger({ path: ":memory:" })],
  ["DynamoDB", onDynamodb],
];

describe.each(ledgers)("memory of incidents in %s", (_, open) => {
  test("is counted once an incident, read back, and erased", async () => {
    const ledger = await open();
    const nowMs = Date.now();
    for (const id of ["one", "one", "two", "one"])
      expect(await remember(ledger, anIncident(states.acting, { id, cluster: "demo", attempts }), nowMs, limits)).toMatchObject({
        ok: true,
      });
    const read = await memoriesOf(ledger, "demo", nowMs, limits);
    expect(read.ok && read.value.map(({ remedies, incidents }) => [remedies[0]?.mitigated, incidents])).toEqual([[2, ["one", "two"]]]);
    expect(await forget(ledger, "demo", undefined)).toEqual({ ok: true, value: 1 });
    expect(await memoriesOf(ledger, "demo", nowMs, limits)).toEqual({ ok: true, value: [] });
  });
});
