/**
 * The ledger in one DynamoDB table, for Lambda, Workers and several replicas of a pod. No exception of the SDK passes
 * the port, and nothing here knows what an item means. Only web APIs, because it also runs in workerd.
 */
import {
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  type QueryCommandInput,
} from "@aws-sdk/client-dynamodb";
import { failed, refused, success, unavailable, type Result } from "../failure.ts";
import { notAtVersion } from "./answer.ts";
import { dynamodbFailure } from "./dynamodb-failure.ts";
import { attribute, decodeItem, decodeKey, encodeItem, keyAttributes, type StoredAttributes } from "./dynamodb-item.ts";
import { indexName } from "./dynamodb-table.ts";
import type { Item, ItemKey, LedgerPort } from "./ledger.ts";

export interface DynamodbConnection {
  /** Absent: the SDK asks the environment, where it has one (Lambda, a pod); a Worker must name it. */
  readonly region?: string | undefined;
  readonly endpoint?: string | undefined;
  /** Absent: the platform's own chain; a Worker has none and must pass them. */
  readonly credentials?:
    | { readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken?: string | undefined }
    | undefined;
  /** Of one attempt; absent: 3 seconds, so that a call with all its attempts ends within ten, far below the lease. */
  readonly requestTimeoutMs?: number | undefined;
}

const connectionTimeoutMs = 1_000;
const attemptsMax = 3;
/** A page is at most 1 MB, so a partition beyond this is not one that an incident can have. */
const pagesMax = 64;

/** A client that gives up early; it opens no connection before its first call. */
export function createDynamodbClient(connection: DynamodbConnection): DynamoDBClient {
  const { region, endpoint, credentials, requestTimeoutMs = 3_000 } = connection;
  return new DynamoDBClient({
    ...(region === undefined ? {} : { region }),
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(credentials === undefined
      ? {}
      : {
          credentials: {
            accessKeyId: credentials.accessKeyId,
            secretAccessKey: credentials.secretAccessKey,
            ...(credentials.sessionToken === undefined ? {} : { sessionToken: credentials.sessionToken }),
          },
        }),
    maxAttempts: attemptsMax,
    // Node's handler and fetch's read their own names and skip the others; without the last, Node's only warns.
    requestHandler: { connectionTimeout: connectionTimeoutMs, requestTimeout: requestTimeoutMs, throwOnRequestTimeout: true },
  });
}

export type DynamodbOptions = { readonly table: string } & ({ readonly client: DynamoDBClient } | DynamodbConnection);

interface Table {
  readonly client: DynamoDBClient;
  readonly name: string;
  /** Nonces of puts whose answer never came: the same item put again is the same put. */
  readonly unanswered: WeakMap<Item, string>;
}

/** Fails with `unavailable` (throttled, unreachable, no table, no permission), `conflict`, and `refused` over 400 KB gzipped. */
export function dynamodbLedger(options: DynamodbOptions): LedgerPort {
  const client = "client" in options ? options.client : createDynamodbClient(options);
  const table: Table = { client, name: options.table, unanswered: new WeakMap() };
  return {
    get: (key) => getItem(table, key),
    list: (partition, sortPrefix) => listItems(table, partition, sortPrefix),
    put: (item) => putItem(table, item),
    remove: (key, version) => removeItem(table, key, version),
    query: (index, untilMs, limit) => queryIndex(table, index, untilMs, limit),
  };
}

/*
 * The life of one item, and which condition lets which call through:
 *
 *   time ──── put v1 ─────────── put v2 ─────────── put v3 ─────────── remove v3 ────▶
 *   stored    nothing │ v1, nonce a      │ v2, nonce b      │ v3, nonce c      │ nothing
 *
 *   put v1    passes while nothingIsStored
 *   put v3    passes while previousVersionIsStored
 *   remove v3 passes while nothingIsStored OR whatWasReadIsStored (not "v3": after a lost answer the SDK asks again,
 *             and by then another writer may have begun the same item anew and reached the same version)
 *
 * A condition that fails is either another writer or our own earlier success whose answer was lost and which the SDK
 * sent again. The nonce tells: each put stores its own, so when ours is what a strong read finds, it was us.
 */
const nothingIsStored = "attribute_not_exists(#partition)";
const previousVersionIsStored = "#version = :previous_version";
const whatWasReadIsStored = "#nonce = :nonce_read";

async function putItem(table: Table, item: Item): Promise<Result<void>> {
  const nonce = table.unanswered.get(item) ?? crypto.randomUUID();
  table.unanswered.delete(item);
  const encoded = await encodeItem(item, nonce);
  if (!encoded.ok) return encoded;
  const itIsNew = item.version === 1;
  const answer = await attempt("write", () =>
    table.client.send(
      new PutItemCommand({
        TableName: table.name,
        Item: encoded.value,
        ConditionExpression: itIsNew ? nothingIsStored : previousVersionIsStored,
        ExpressionAttributeNames: itIsNew ? { "#partition": attribute.partition } : { "#version": attribute.version },
        ...(itIsNew ? {} : { ExpressionAttributeValues: { ":previous_version": { N: String(item.version - 1) } } }),
      }),
    ),
  );
  if (answer.ok) return success(undefined);
  if (answer.failure.kind !== "conflict") {
    if (answer.failure.kind === "unavailable" && answer.failure.effect === "unknown") table.unanswered.set(item, nonce);
    return answer;
  }
  const stored = await read(table, item);
  if (!stored.ok) {
    table.unanswered.set(item, nonce);
    return unavailable("DynamoDB did not say whose version is stored", "unknown");
  }
  const itWasUs = stored.value?.[attribute.nonce]?.S === nonce;
  return itWasUs ? success(undefined) : notAtVersion(item.sort, item.version - 1);
}

async function removeItem(table: Table, key: ItemKey, version: number): Promise<Result<void>> {
  const stored = await read(table, key);
  if (!stored.ok) return stored;
  if (stored.value === undefined) return success(undefined);
  const nonceRead = stored.value[attribute.nonce]?.S;
  if (stored.value[attribute.version]?.N !== String(version) || nonceRead === undefined) {
    return notAtVersion(key.sort, version);
  }
  const answer = await attempt("write", () =>
    table.client.send(
      new DeleteItemCommand({
        TableName: table.name,
        Key: keyAttributes(key),
        ConditionExpression: `${nothingIsStored} OR ${whatWasReadIsStored}`,
        ExpressionAttributeNames: { "#partition": attribute.partition, "#nonce": attribute.nonce },
        ExpressionAttributeValues: { ":nonce_read": { S: nonceRead } },
      }),
    ),
  );
  return answer.ok ? success(undefined) : answer;
}

async function getItem(table: Table, key: ItemKey): Promise<Result<Item | undefined>> {
  const stored = await read(table, key);
  if (!stored.ok) return stored;
  return stored.value === undefined ? success(undefined) : decodeItem(stored.value);
}

async function read(table: Table, key: ItemKey): Promise<Result<StoredAttributes | undefined>> {
  const answer = await attempt("read", () =>
    table.client.send(new GetItemCommand({ TableName: table.name, Key: keyAttributes(key), ConsistentRead: true })),
  );
  return answer.ok ? success(answer.value.Item) : answer;
}

async function listItems(table: Table, partition: string, sortPrefix: string): Promise<Result<readonly Item[]>> {
  // DynamoDB takes no empty string as the value of a key.
  const anySort = sortPrefix === "";
  const found = await pages(table, Infinity, {
    ConsistentRead: true,
    KeyConditionExpression: anySort ? "#partition = :partition" : "#partition = :partition AND begins_with(#sort, :prefix)",
    ExpressionAttributeNames: { "#partition": attribute.partition, ...(anySort ? {} : { "#sort": attribute.sort }) },
    ExpressionAttributeValues: { ":partition": { S: partition }, ...(anySort ? {} : { ":prefix": { S: sortPrefix } }) },
  });
  if (!found.ok) return found;
  const items: Item[] = [];
  for (const stored of found.value) {
    const item = await decodeItem(stored);
    if (!item.ok) return item;
    items.push(item.value);
  }
  return success(items);
}

async function queryIndex(table: Table, index: "due" | "ended", untilMs: number, limit: number): Promise<Result<readonly ItemKey[]>> {
  if (limit < 1) return success([]);
  const found = await pages(table, limit, {
    IndexName: indexName,
    KeyConditionExpression: "#index_name = :index_name AND #at_ms <= :until_ms",
    ExpressionAttributeNames: { "#index_name": attribute.indexName, "#at_ms": attribute.atMs },
    ExpressionAttributeValues: {
      ":index_name": { S: index },
      ":until_ms": { N: String(Math.min(untilMs, Number.MAX_SAFE_INTEGER)) },
    },
    ScanIndexForward: index === "due",
    Limit: limit,
  });
  return found.ok ? success(found.value.flatMap((stored) => decodeKey(stored) ?? [])) : found;
}

async function pages(table: Table, itemsMax: number, query: Omit<QueryCommandInput, "TableName">): Promise<Result<StoredAttributes[]>> {
  const found: StoredAttributes[] = [];
  let from: QueryCommandInput["ExclusiveStartKey"];
  for (let page = 0; page < pagesMax; page += 1) {
    const answer = await attempt("read", () =>
      table.client.send(new QueryCommand({ TableName: table.name, ...query, ...(from === undefined ? {} : { ExclusiveStartKey: from }) })),
    );
    if (!answer.ok) return answer;
    found.push(...(answer.value.Items ?? []));
    from = answer.value.LastEvaluatedKey;
    if (from === undefined || found.length >= itemsMax) return success(found.slice(0, itemsMax));
  }
  return refused(`more than ${pagesMax} pages were found in DynamoDB where a few were expected`);
}

async function attempt<T>(call: "read" | "write", request: () => Promise<T>): Promise<Result<T>> {
  try {
    return success(await request());
  } catch (error) {
    return failed(dynamodbFailure(error, call));
  }
}
