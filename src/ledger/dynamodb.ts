/**
 * The ledger in one DynamoDB table, for Lambda, Workers and several replicas of a pod. No exception of the SDK passes
 * the port, and nothing here knows what an item means. Only web APIs, because it also runs in workerd.
 */
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { failed, malformed, refused, success, unavailable, type Result } from "../failure.ts";
import { bytesOf, notAtVersion } from "./answer.ts";
import { erase, pages, put, read, type Condition, type Table } from "./dynamodb-call.ts";
import { chunksMax, loadChunks, removeChunks, storeChunks } from "./dynamodb-chunks.ts";
import { attribute, chunkBytesMax, chunksOf, decodeItem, decodeKey, encodeBody, encodeItem } from "./dynamodb-item.ts";
import type { Attributes, ChunkSet, StoredAttributes } from "./dynamodb-item.ts";
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
/** How often an item is read anew because the chunks that it named were gone. */
const readsMax = 5;
/** Of items whose body is in chunks. */
const rememberedMax = 1_000;

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

export type DynamodbOptions = { readonly table: string; readonly nowMs?: () => number } & (
  | { readonly client: DynamoDBClient }
  | DynamodbConnection
);

interface Ledger extends Table {
  /** Nonces of puts whose answer never came: the same item put again is the same put. */
  readonly unanswered: WeakMap<Item, string>;
  /** By key, the chunks that were in use when this process last read or wrote the item: removed when it replaces them. */
  readonly inChunks: Map<string, ChunkSet>;
}

/**
 * Fails with `unavailable` (throttled, unreachable, no table, no permission), `conflict`, and `refused` over twelve
 * chunks of 350 KB gzipped.
 */
export function dynamodbLedger(options: DynamodbOptions): LedgerPort {
  const client = "client" in options ? options.client : createDynamodbClient(options);
  const { table: name, nowMs = Date.now } = options;
  const ledger: Ledger = { client, name, nowMs, unanswered: new WeakMap(), inChunks: new Map() };
  return {
    get: (key) => getItem(ledger, key),
    list: (partition, sortPrefix) => listItems(ledger, partition, sortPrefix),
    put: (item) => putItem(ledger, item),
    remove: (key, version) => removeItem(ledger, key, version),
    query: (index, untilMs, limit) => queryIndex(ledger, index, untilMs, limit),
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
 *
 * A body over 350 KB gzipped lies in chunks, which the nonce of its put names:
 *
 *   time ──── store chunks b ─────── put v2 ─────── remove chunks a ────▶
 *   stored    v1, chunks a                  │ v2, chunks b
 *
 * Only the put makes them visible. A crash before it leaves v1 as it was and chunks that nobody names and that expire.
 */
const nothingIsStored = "attribute_not_exists(#partition)";
const previousVersionIsStored = "#version = :previous_version";
const whatWasReadIsStored = "#nonce = :nonce_read";

async function putItem(ledger: Ledger, item: Item): Promise<Result<void>> {
  const nonce = ledger.unanswered.get(item) ?? crypto.randomUUID();
  ledger.unanswered.delete(item);
  const body = await encodeBody(item.body);
  if (!("gzip" in body) || body.gzip.length <= chunkBytesMax) return putHead(ledger, item, nonce, encodeItem(item, nonce, body));
  if (body.gzip.length > chunksMax * chunkBytesMax) return tooLarge(item, body.gzip.length);
  const stored = await storeChunks(ledger, nonce, body.gzip);
  // Whatever became of the chunks, the item itself was not touched.
  if (!stored.ok) return stored.failure.kind === "unavailable" ? failed({ ...stored.failure, effect: "none" }) : stored;
  const answer = await putHead(ledger, item, nonce, encodeItem(item, nonce, stored.value));
  if (answer.ok) remember(ledger, item, stored.value);
  else if (answer.failure.kind === "conflict") await removeChunks(ledger, stored.value);
  return answer;
}

function tooLarge({ body }: Item, gzipBytes: number): Result<never> {
  return refused(
    `an item of ${bytesOf(body)} bytes, gzipped ${gzipBytes}, is over the ledger's limit of ${chunksMax * chunkBytesMax} bytes`,
  );
}

async function putHead(ledger: Ledger, item: Item, nonce: string, attributes: Attributes): Promise<Result<void>> {
  const answer = await put(ledger, attributes, conditionOf(item));
  if (answer.ok) return replaced(ledger, item, nonce);
  if (answer.failure.kind !== "conflict") {
    if (answer.failure.kind === "unavailable" && answer.failure.effect === "unknown") ledger.unanswered.set(item, nonce);
    return answer;
  }
  const stored = await read(ledger, item);
  if (!stored.ok) {
    ledger.unanswered.set(item, nonce);
    return unavailable("DynamoDB did not say whose version is stored", "unknown");
  }
  const itWasUs = stored.value?.[attribute.nonce]?.S === nonce;
  return itWasUs ? replaced(ledger, item, nonce) : notAtVersion(item.sort, item.version - 1);
}

function conditionOf({ version }: Item): Condition {
  if (version === 1) return { ConditionExpression: nothingIsStored, ExpressionAttributeNames: { "#partition": attribute.partition } };
  return {
    ConditionExpression: previousVersionIsStored,
    ExpressionAttributeNames: { "#version": attribute.version },
    ExpressionAttributeValues: { ":previous_version": { N: String(version - 1) } },
  };
}

/** The chunks of what was before are of no use any more. Those of this very put stay: it may be told twice that it is done. */
async function replaced(ledger: Ledger, key: ItemKey, nonce: string): Promise<Result<void>> {
  const before = ledger.inChunks.get(nameOf(key));
  if (before === undefined || before.nonce === nonce) return success(undefined);
  ledger.inChunks.delete(nameOf(key));
  await removeChunks(ledger, before);
  return success(undefined);
}

function remember(ledger: Ledger, key: ItemKey, set: ChunkSet): void {
  const [oldest] = ledger.inChunks.keys();
  if (oldest !== undefined && ledger.inChunks.size >= rememberedMax) ledger.inChunks.delete(oldest);
  ledger.inChunks.set(nameOf(key), set);
}

function nameOf({ partition, sort }: ItemKey): string {
  return `${partition}\n${sort}`;
}

async function removeItem(ledger: Ledger, key: ItemKey, version: number): Promise<Result<void>> {
  const stored = await read(ledger, key);
  if (!stored.ok) return stored;
  if (stored.value === undefined) return success(undefined);
  const nonceRead = stored.value[attribute.nonce]?.S;
  if (stored.value[attribute.version]?.N !== String(version) || nonceRead === undefined) {
    return notAtVersion(key.sort, version);
  }
  const removed = await erase(ledger, key, {
    ConditionExpression: `${nothingIsStored} OR ${whatWasReadIsStored}`,
    ExpressionAttributeNames: { "#partition": attribute.partition, "#nonce": attribute.nonce },
    ExpressionAttributeValues: { ":nonce_read": { S: nonceRead } },
  });
  if (!removed.ok) return removed;
  const set = chunksOf(stored.value);
  if (set !== undefined) await removeChunks(ledger, set);
  return success(undefined);
}

/** One request; for a body in chunks more, and from the start again when they were replaced meanwhile. */
async function getItem(ledger: Ledger, key: ItemKey): Promise<Result<Item | undefined>> {
  let missing: string | undefined;
  for (let reads = 0; reads < readsMax; reads += 1) {
    const stored = await read(ledger, key);
    if (!stored.ok || stored.value === undefined) return stored.ok ? success(undefined) : stored;
    const item = await wholeItem(ledger, stored.value);
    if (!item.ok || item.value !== undefined) return item;
    const nonce = chunksOf(stored.value)?.nonce;
    if (nonce === missing) return malformed("the DynamoDB ledger", "chunks of a body are missing");
    missing = nonce;
  }
  return unavailable("an item was replaced faster than it could be read");
}

/** Undefined: the chunks that it names are not there. */
async function wholeItem(ledger: Ledger, stored: StoredAttributes): Promise<Result<Item | undefined>> {
  const set = chunksOf(stored);
  if (set === undefined) return decodeItem(stored);
  const gzip = await loadChunks(ledger, set);
  if (!gzip.ok || gzip.value === undefined) return gzip.ok ? success(undefined) : gzip;
  const item = await decodeItem(stored, gzip.value);
  if (item.ok) remember(ledger, item.value, set);
  return item;
}

async function listItems(ledger: Ledger, partition: string, sortPrefix: string): Promise<Result<readonly Item[]>> {
  // DynamoDB takes no empty string as the value of a key.
  const anySort = sortPrefix === "";
  const found = await pages(ledger, Infinity, {
    ConsistentRead: true,
    KeyConditionExpression: anySort ? "#partition = :partition" : "#partition = :partition AND begins_with(#sort, :prefix)",
    ExpressionAttributeNames: { "#partition": attribute.partition, ...(anySort ? {} : { "#sort": attribute.sort }) },
    ExpressionAttributeValues: { ":partition": { S: partition }, ...(anySort ? {} : { ":prefix": { S: sortPrefix } }) },
  });
  if (!found.ok) return found;
  const items: Item[] = [];
  for (const stored of found.value) {
    const listed = await wholeItem(ledger, stored);
    const key = decodeKey(stored);
    const item = listed.ok && listed.value === undefined && key !== undefined ? await getItem(ledger, key) : listed;
    if (!item.ok) return item;
    if (item.value !== undefined) items.push(item.value);
  }
  return success(items);
}

async function queryIndex(ledger: Ledger, index: "due" | "ended", untilMs: number, limit: number): Promise<Result<readonly ItemKey[]>> {
  if (limit < 1) return success([]);
  const found = await pages(ledger, limit, {
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
