import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createDynamodbClient, dynamodbLedger } from "../../src/ledger/dynamodb.ts";
import { createTable } from "../../src/ledger/dynamodb-table.ts";
import type { Item, LedgerPort } from "../../src/ledger/ledger.ts";
import { memoryLedger } from "../../src/ledger/memory.ts";
import { sqliteLedger } from "../../src/ledger/sqlite.ts";
import { startDynalite, type LocalDynamodb } from "../support/dynalite.ts";
import { ledgerContract } from "./ledger-contract.ts";

const head: Item = { partition: "incident#1", sort: "head", version: 1, body: "first" };
const key = { partition: "incident#1", sort: "head" };
const written = { ok: true, value: undefined };

let directory: string;
let dynamodb: LocalDynamodb;
let made = 0;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "ledger-"));
  dynamodb = await startDynalite();
});
afterAll(async () => {
  await dynamodb.stop();
  await rm(directory, { recursive: true, force: true });
});

function freshPath(): string {
  made += 1;
  return join(directory, `ledger-${made}.sqlite`);
}

async function freshTable(): Promise<{ client: ReturnType<typeof createDynamodbClient>; table: string }> {
  made += 1;
  const options = { client: createDynamodbClient(dynamodb.connection), table: `ledger-${made}` };
  expect(await createTable(options)).toEqual(written);
  return options;
}

ledgerContract("memory", async () => memoryLedger());
ledgerContract("SQLite", async () => sqliteLedger({ path: freshPath() }));
ledgerContract("DynamoDB", async () => dynamodbLedger(await freshTable()));

async function expectEveryCallUnavailable(ledger: LedgerPort, secrets: readonly string[]): Promise<void> {
  const answers = [
    await ledger.get(key),
    await ledger.list("incident#1", ""),
    await ledger.put(head),
    await ledger.remove(key, 1),
    await ledger.query("due", 1_000, 10),
  ];
  for (const answer of answers) {
    expect(answer).toMatchObject({ ok: false, failure: { kind: "unavailable" } });
    for (const secret of secrets) expect(JSON.stringify(answer)).not.toContain(secret);
  }
}

/** DynamoDB does what it is asked, and the first `times` answers to this command are lost on their way back. */
async function loseAnswers(command: string, times: number): Promise<LedgerPort & { lost(): number }> {
  const { client, table } = await freshTable();
  let lost = 0;
  client.middlewareStack.add(
    (next, context) => async (args) => {
      if (context["commandName"] !== command || lost >= times) return next(args);
      lost += 1;
      await Promise.allSettled([next(args)]);
      throw Object.assign(new Error("socket hang up"), { code: "ECONNRESET" });
    },
    { step: "deserialize", priority: "high" },
  );
  return { ...dynamodbLedger({ client, table }), lost: () => lost };
}

describe("the SQLite ledger", () => {
  test("keeps what was put over close and reopen", async () => {
    const path = freshPath();
    const before = sqliteLedger({ path });
    await before.put(head);
    before.close();
    const after = sqliteLedger({ path });
    expect(await after.get(key)).toEqual({ ok: true, value: head });
    after.close();
  });

  test("shows two openings of one file each other's writes, and lets one of two rivals win", async () => {
    const path = freshPath();
    const [one, other] = [sqliteLedger({ path }), sqliteLedger({ path })];
    await one.put(head);
    expect(await other.get(key)).toEqual({ ok: true, value: head });
    expect(await other.put({ ...head, version: 2, body: "other" })).toEqual(written);
    expect(await one.put({ ...head, version: 2, body: "one" })).toMatchObject({ ok: false, failure: { kind: "conflict" } });
    expect(await one.get(key)).toEqual({ ok: true, value: { ...head, version: 2, body: "other" } });
    one.close();
    other.close();
  });

  test("is unavailable while another process holds the file's lock, and goes on afterwards", async () => {
    const path = freshPath();
    const ledger = sqliteLedger({ path });
    await ledger.put(head);
    const rival = new DatabaseSync(path);
    rival.exec("BEGIN IMMEDIATE");
    expect(await ledger.put({ ...head, version: 2 })).toEqual({
      ok: false,
      failure: {
        kind: "unavailable",
        effect: "none",
        reason: "the SQLite ledger could not answer: database is locked",
        retryAfterMs: 1_000,
      },
    });
    expect(await ledger.get(key)).toEqual({ ok: true, value: head });
    rival.exec("ROLLBACK");
    rival.close();
    expect(await ledger.put({ ...head, version: 2 })).toEqual(written);
    ledger.close();
  });

  test("is unavailable when its disk is full, changes nothing, and keeps what it had", async () => {
    const path = freshPath();
    const ledger = sqliteLedger({ path, pagesMax: 20 });
    await ledger.put(head);
    const large = { ...head, version: 2, body: "x".repeat(300_000) };
    expect(await ledger.put(large)).toMatchObject({
      failure: { kind: "unavailable", effect: "none", reason: "the SQLite ledger could not answer: database or disk is full" },
    });
    expect(await ledger.get(key)).toEqual({ ok: true, value: head });
    ledger.close();
  });

  test("is unavailable once closed, and closing it twice is harmless", async () => {
    const ledger = sqliteLedger({ path: freshPath() });
    await ledger.put(head);
    ledger.close();
    ledger.close();
    await expectEveryCallUnavailable(ledger, [directory]);
  });

  test("is unavailable, naming no path, when the file cannot be opened or is no database", async () => {
    await expectEveryCallUnavailable(sqliteLedger({ path: join(directory, "absent-directory", "ledger.sqlite") }), ["absent-directory"]);
    const path = freshPath();
    await writeFile(path, "not a database, and long enough to be read as one".repeat(100));
    await expectEveryCallUnavailable(sqliteLedger({ path }), [directory, "ledger-"]);
  });

  test("refuses the file of a newer Stratus and leaves it as it is", async () => {
    const path = freshPath();
    const newer = new DatabaseSync(path);
    newer.exec("PRAGMA user_version = 2");
    newer.close();
    const answer = await sqliteLedger({ path }).put(head);
    expect(answer).toEqual({ ok: false, failure: { kind: "refused", reason: "the SQLite ledger was written by a newer Stratus" } });
  });

  test("removes expired items at most once an hour, and never those without an expiry", async () => {
    let nowMs = 0;
    const ledger = sqliteLedger({ path: freshPath(), nowMs: () => nowMs });
    await ledger.put({ ...head, sort: "delivery", expiresAtMs: 1_000 });
    await ledger.put(head);
    nowMs = 3_599_999;
    expect(await ledger.get({ ...key, sort: "delivery" })).toMatchObject({ value: { sort: "delivery" } });
    nowMs = 3_600_000;
    expect(await ledger.list("incident#1", "")).toEqual({ ok: true, value: [head] });
    ledger.close();
  });
});

describe("the DynamoDB ledger", () => {
  test.each([
    ["first", [head]],
    ["next", [head, { ...head, version: 2, body: "second" }]],
  ])("recognises its own %s put after a lost answer", async (_which, items) => {
    const ledger = await loseAnswers("PutItemCommand", 1);
    for (const item of items) expect(await ledger.put(item)).toEqual(written);
    expect(ledger.lost()).toBe(1);
    expect(await ledger.get(key)).toEqual({ ok: true, value: items.at(-1) });
  });

  test("says that the effect is unknown when every answer is lost, and recognises the same item put again", async () => {
    const ledger = await loseAnswers("PutItemCommand", 3);
    expect(await ledger.put(head)).toEqual({
      ok: false,
      failure: { kind: "unavailable", effect: "unknown", reason: "DynamoDB could not answer: ECONNRESET" },
    });
    expect(ledger.lost()).toBe(3);
    expect(await ledger.put(head)).toEqual(written);
    expect(await ledger.put(head)).toMatchObject({ ok: false, failure: { kind: "conflict" } });
  });

  test("does not take a rival's equal item for its own", async () => {
    const { client, table } = await freshTable();
    await dynamodbLedger({ client, table }).put({ ...head });
    expect(await dynamodbLedger({ client, table }).put({ ...head })).toMatchObject({ ok: false, failure: { kind: "conflict" } });
  });

  test("removes once when the answer to a removal is lost", async () => {
    const ledger = await loseAnswers("DeleteItemCommand", 1);
    await ledger.put(head);
    expect(await ledger.remove(key, 1)).toEqual(written);
    expect(ledger.lost()).toBe(1);
    expect(await ledger.get(key)).toEqual({ ok: true, value: undefined });
  });

  test("stores the expiry in whole epoch seconds, rounded up", async () => {
    const ledger = dynamodbLedger(await freshTable());
    await ledger.put({ ...head, expiresAtMs: 1_700_000_000_001 });
    expect(await ledger.get(key)).toEqual({ ok: true, value: { ...head, expiresAtMs: 1_700_000_001_000 } });
  });

  test("stores well compressible text far over 400 KB", async () => {
    const ledger = dynamodbLedger(await freshTable());
    const body = "replicas: 3\n".repeat(100_000);
    expect(await ledger.put({ ...head, body })).toEqual(written);
    const stored = await ledger.get(key);
    expect(stored.ok && stored.value?.body === body).toBe(true);
  });

  test("refuses a key that DynamoDB does not take", async () => {
    const ledger = dynamodbLedger(await freshTable());
    expect(await ledger.put({ ...head, sort: "" })).toMatchObject({ ok: false, failure: { kind: "refused" } });
  });

  test("is unavailable without its table or an endpoint that answers, and leaks no credentials", async () => {
    const { connection } = dynamodb;
    await expectEveryCallUnavailable(dynamodbLedger({ ...connection, table: "absent-table" }), ["local-key-id", "local-secret-key"]);
    const unreachable = dynamodbLedger({ ...connection, endpoint: "http://127.0.0.1:9/hidden-path", table: "ledger" });
    await expectEveryCallUnavailable(unreachable, ["local-key-id", "local-secret-key", "hidden-path", "127.0.0.1"]);
  });

  test.each([
    ["ProvisionedThroughputExceededException", 400, { effect: "none", retryAfterMs: 1_000 }],
    ["ThrottlingException", 400, { effect: "none", retryAfterMs: 1_000 }],
    ["RequestLimitExceeded", 400, { effect: "none", retryAfterMs: 1_000 }],
    ["InternalServerError", 500, { effect: "unknown" }],
    ["AccessDeniedException", 400, { effect: "none" }],
  ])("is unavailable on %s, whose message stays inside", async (name, status, expected) => {
    const { client, table } = await freshTable();
    client.middlewareStack.add(
      () => async () => {
        throw Object.assign(new Error("request of arn:aws:iam::123456789012"), { name, $metadata: { httpStatusCode: status } });
      },
      { step: "initialize" },
    );
    expect(await dynamodbLedger({ client, table }).put(head)).toEqual({
      ok: false,
      failure: { kind: "unavailable", reason: `DynamoDB could not answer: ${name} (HTTP ${status})`, ...expected },
    });
  });

  test("is unavailable with unknown effect when an endpoint takes a write and never answers", async () => {
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const { port } = silent.address() as AddressInfo;
    const client = createDynamodbClient({ ...dynamodb.connection, endpoint: `http://127.0.0.1:${port}`, requestTimeoutMs: 100 });
    expect(await dynamodbLedger({ client, table: "ledger" }).put(head)).toEqual({
      ok: false,
      failure: { kind: "unavailable", effect: "unknown", reason: "DynamoDB could not answer: ETIMEDOUT" },
    });
    silent.closeAllConnections();
    silent.close();
  });

  test("creates its table once and is content when it is there already", async () => {
    const options = await freshTable();
    await dynamodbLedger(options).put(head);
    expect(await createTable(options)).toEqual(written);
    expect(await dynamodbLedger(options).get(key)).toEqual({ ok: true, value: head });
  });
});
