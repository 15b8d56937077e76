import { DeleteItemCommand, paginateScan } from "@aws-sdk/client-dynamodb";
import type { AttributeValue, DynamoDBClient, PutItemCommandInput } from "@aws-sdk/client-dynamodb";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createDynamodbClient, dynamodbLedger } from "../../src/ledger/dynamodb.ts";
import { createTable } from "../../src/ledger/dynamodb-table.ts";
import type { Item, LedgerPort } from "../../src/ledger/ledger.ts";
import type { LocalDynamodb } from "../support/dynalite.ts";
import { localDynamodbs, startedWithinMs } from "../support/dynamodb-local.ts";
import { expectEveryCallUnavailable, incompressible } from "./ledger-contract.ts";

const head: Item = { partition: "incident#1", sort: "head", version: 1, body: "first" };
const key = { partition: "incident#1", sort: "head" };
const written = { ok: true, value: undefined };

let dynamodb: LocalDynamodb;
let made = 0;
async function freshTable(): Promise<{ client: DynamoDBClient; table: string }> {
  made += 1;
  const options = { client: createDynamodbClient(dynamodb.connection), table: `ledger-${made}` };
  expect(await createTable(options)).toEqual(written);
  return options;
}

/** DynamoDB does what it is asked, and the first `times` answers to this command are lost on their way back. */
async function loseAnswers(
  command: string,
  times: number,
  which: (input: PutItemCommandInput) => boolean = () => true,
): Promise<LedgerPort & { lost(): number }> {
  const { client, table } = await freshTable();
  let lost = 0;
  client.middlewareStack.add(
    (next, context) => async (args) => {
      if (context["commandName"] !== command || lost >= times || !which(args.input as PutItemCommandInput)) return next(args);
      lost += 1;
      await Promise.allSettled([next(args)]);
      throw Object.assign(new Error("socket hang up"), { code: "ECONNRESET" });
    },
    { step: "deserialize", priority: "high" },
  );
  return { ...dynamodbLedger({ client, table }), lost: () => lost };
}

/** Takes two chunks. */
function large(version: number, sort = "head"): Item {
  return { ...key, sort, version, body: incompressible(600_000, 33, version) };
}

/** The names of the commands from now on. */
function commandsOf(client: DynamoDBClient): string[] {
  const commands: string[] = [];
  client.middlewareStack.add(
    (next, context) => async (args) => {
      commands.push(String(context["commandName"]));
      return next(args);
    },
    { step: "initialize" },
  );
  return commands;
}

/** As a process that is killed: nothing is sent any more after so many puts. */
function dieAfterPuts(client: DynamoDBClient, puts: number): void {
  let left = puts;
  client.middlewareStack.add(
    (next) => async (args) => {
      if (left === 0) throw Object.assign(new Error("killed"), { code: "ECONNREFUSED" });
      left -= 1;
      return next(args);
    },
    { step: "initialize" },
  );
}

/** What the table really holds; `expiring`: the chunks that have an end. */
async function storedIn(client: DynamoDBClient, table: string): Promise<{ heads: number; chunks: number; expiring: number }> {
  const items = await everyItem(client, table);
  const chunks = items.filter((found) => found["partition"]?.S?.startsWith("chunk#"));
  return { heads: items.length - chunks.length, chunks: chunks.length, expiring: chunks.filter((found) => found["expires_at_s"]).length };
}

/** Of the chunks, in seconds since the epoch. */
async function expiries(client: DynamoDBClient, table: string): Promise<readonly number[]> {
  const items = await everyItem(client, table);
  return items.flatMap((found) => (found["expires_at_s"]?.N === undefined ? [] : [Number(found["expires_at_s"].N)]));
}

async function everyItem(client: DynamoDBClient, table: string): Promise<readonly Record<string, AttributeValue>[]> {
  const items: Record<string, AttributeValue>[] = [];
  for await (const page of paginateScan({ client }, { TableName: table, ConsistentRead: true })) items.push(...(page.Items ?? []));
  return items;
}

describe.each(localDynamodbs())("the DynamoDB ledger on %s", (_name, start) => {
  beforeAll(async () => {
    dynamodb = await start();
  }, startedWithinMs);
  afterAll(() => dynamodb.stop());

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

  test("reads what fits into one item by one request, and a body in chunks by two", async () => {
    const { client, table } = await freshTable();
    const ledger = dynamodbLedger({ client, table });
    await ledger.put(head);
    await ledger.put(large(1, "undo#1"));
    const commands = commandsOf(client);
    await ledger.get(key);
    expect(commands.splice(0)).toEqual(["GetItemCommand"]);
    await ledger.list("incident#1", "head");
    expect(commands.splice(0)).toEqual(["QueryCommand"]);
    await ledger.get({ ...key, sort: "undo#1" });
    expect(commands.splice(0)).toEqual(["GetItemCommand", "QueryCommand"]);
  });

  test.each([0, 1, 2])(
    "is killed after %i chunks of the next body: the last one is read, and the next put goes through",
    async (chunks) => {
      const { client, table } = await freshTable();
      await dynamodbLedger({ client, table }).put(large(1));
      const dying = createDynamodbClient(dynamodb.connection);
      dieAfterPuts(dying, chunks);
      const killed = await dynamodbLedger({ client: dying, table }).put(large(2));
      expect(killed).toMatchObject({ ok: false, failure: { kind: "unavailable" } });
      const next = dynamodbLedger({ client, table });
      expect(await next.get(key)).toEqual({ ok: true, value: large(1) });
      expect(await next.list("incident#1", "")).toEqual({ ok: true, value: [large(1)] });
      expect(await storedIn(client, table)).toEqual({ heads: 1, chunks: 2 + chunks, expiring: 2 + chunks });
      expect(await next.put(large(2))).toEqual(written);
      expect(await next.get(key)).toEqual({ ok: true, value: large(2) });
    },
  );

  test("leaves no chunks behind of what it replaced, lost against another writer or removed", async () => {
    const { client, table } = await freshTable();
    const ledger = dynamodbLedger({ client, table });
    await ledger.put(large(1));
    await ledger.put(large(2));
    expect(await storedIn(client, table)).toEqual({ heads: 1, chunks: 2, expiring: 2 });
    expect(await ledger.put(large(2))).toMatchObject({ ok: false, failure: { kind: "conflict" } });
    expect(await storedIn(client, table)).toEqual({ heads: 1, chunks: 2, expiring: 2 });
    const other = dynamodbLedger({ client, table });
    await other.get(key);
    await other.put({ ...head, version: 3 });
    expect(await storedIn(client, table)).toEqual({ heads: 1, chunks: 0, expiring: 0 });
    await ledger.put(large(4));
    await other.remove(key, 4);
    expect(await storedIn(client, table)).toEqual({ heads: 0, chunks: 0, expiring: 0 });
  });

  test("recognises its own put of a body in chunks after lost answers, and keeps the chunks when it is put again", async () => {
    const ledger = await loseAnswers("PutItemCommand", 3, (input) => input.Item?.["partition"]?.S === "incident#1");
    const item = large(1);
    expect(await ledger.put(item)).toMatchObject({ ok: false, failure: { kind: "unavailable", effect: "unknown" } });
    expect(await ledger.get(key)).toEqual({ ok: true, value: item });
    expect(await ledger.put(item)).toEqual(written);
    expect(await ledger.get(key)).toEqual({ ok: true, value: item });
  });

  test("says that nothing happened when a chunk could not be stored", async () => {
    const { client, table } = await freshTable();
    const dying = createDynamodbClient(dynamodb.connection);
    dieAfterPuts(dying, 1);
    expect(await dynamodbLedger({ client: dying, table }).put(large(1))).toMatchObject({
      ok: false,
      failure: { kind: "unavailable", effect: "none" },
    });
    expect(await dynamodbLedger({ client, table }).get(key)).toEqual({ ok: true, value: undefined });
  });

  test("keeps the chunks of an item alive that is read, and only those", async () => {
    const { client, table } = await freshTable();
    let nowMs = 0;
    const ledger = dynamodbLedger({ client, table, nowMs: () => nowMs });
    await ledger.put(large(1));
    const dayS = 86_400;
    expect(await expiries(client, table)).toEqual([365 * dayS, 365 * dayS]);
    nowMs = 184 * dayS * 1_000;
    await ledger.get(key);
    expect(await expiries(client, table)).toEqual([365 * dayS, 365 * dayS]);
    nowMs = 186 * dayS * 1_000;
    expect(await ledger.get(key)).toEqual({ ok: true, value: large(1) });
    expect(await expiries(client, table)).toEqual([551 * dayS, 551 * dayS]);
  });

  test("calls a body malformed whose chunks are gone, and shows no part of it", async () => {
    const { client, table } = await freshTable();
    const ledger = dynamodbLedger({ client, table });
    await ledger.put(large(1));
    const items = await everyItem(client, table);
    const chunk = items.find((found) => found["sort"]?.S === "01");
    await client.send(
      new DeleteItemCommand({ TableName: table, Key: { partition: chunk?.["partition"] ?? { S: "" }, sort: { S: "01" } } }),
    );
    const failure = { kind: "malformed", source: "the DynamoDB ledger", reason: "chunks of a body are missing" };
    expect(await ledger.get(key)).toEqual({ ok: false, failure });
    expect(await ledger.list("incident#1", "")).toEqual({ ok: false, failure });
  });

  test("refuses a key that DynamoDB does not take", async () => {
    const ledger = dynamodbLedger(await freshTable());
    expect(await ledger.put({ ...head, sort: "" })).toMatchObject({ ok: false, failure: { kind: "refused" } });
  });

  test("is unavailable without its table or an endpoint that answers, and leaks no credentials", async () => {
    const { connection } = dynamodb;
    const { accessKeyId, secretAccessKey } = connection.credentials;
    await expectEveryCallUnavailable(dynamodbLedger({ ...connection, table: "absent-table" }), [accessKeyId, secretAccessKey]);
    const unreachable = dynamodbLedger({ ...connection, endpoint: "http://127.0.0.1:9/hidden-path", table: "ledger" });
    await expectEveryCallUnavailable(unreachable, [accessKeyId, secretAccessKey, "hidden-path", "127.0.0.1"]);
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
