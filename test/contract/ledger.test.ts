import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect } from "vitest";
import { createDynamodbClient, dynamodbLedger } from "../../src/ledger/dynamodb.ts";
import { createTable } from "../../src/ledger/dynamodb-table.ts";
import type { LedgerPort } from "../../src/ledger/ledger.ts";
import { memoryLedger } from "../../src/ledger/memory.ts";
import { sqliteLedger } from "../../src/ledger/sqlite.ts";
import type { LocalDynamodb } from "../support/dynalite.ts";
import { localDynamodbs, startedWithinMs } from "../support/dynamodb-local.ts";
import { ledgerContract } from "./ledger-contract.ts";

let directory: string;
let made = 0;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "ledger-"));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

ledgerContract("memory", async () => memoryLedger());
ledgerContract("SQLite", async () => sqliteLedger({ path: join(directory, `ledger-${(made += 1)}.sqlite`) }));
for (const [name, start] of localDynamodbs()) ledgerContract(`DynamoDB (${name})`, tablesOf(start));

/** An empty table for each ledger, on a server that runs as long as this file. */
function tablesOf(start: () => Promise<LocalDynamodb>): () => Promise<LedgerPort> {
  let dynamodb: LocalDynamodb;
  beforeAll(async () => {
    dynamodb = await start();
  }, startedWithinMs);
  afterAll(() => dynamodb.stop());
  return async () => {
    const options = { client: createDynamodbClient(dynamodb.connection), table: `ledger-${(made += 1)}` };
    expect(await createTable(options)).toEqual({ ok: true, value: undefined });
    return dynamodbLedger(options);
  };
}
