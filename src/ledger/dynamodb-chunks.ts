/**
 * Bodies that are too large for one DynamoDB item, in numbered chunks of their own. A set of chunks is named by the nonce
 * of the put that it belongs to, is written whole before the item that names it, and is never changed: a reader finds
 * the set that its item names or none, and what a crash leaves behind is seen by nobody and expires.
 */
import { success, type Result } from "../failure.ts";
import { attribute, chunkBytesMax, keyAttributes, type Attributes, type ChunkSet, type StoredAttributes } from "./dynamodb-item.ts";
import { erase, pages, put, type Table } from "./dynamodb-call.ts";
import type { ItemKey } from "./ledger.ts";

export const chunksMax = 12;
/** A Worker may have six connections open. */
const atOnceMax = 4;

const dayMs = 86_400_000;
/** Nobody needs a set that no item names. One that is in use is written anew before its time is up, whenever it is read. */
const keptMs = 365 * dayMs;
const renewedBeforeMs = 180 * dayMs;

function chunkKey(nonce: string, number: number): ItemKey {
  return { partition: `chunk#${nonce}`, sort: String(number).padStart(2, "0") };
}

/** At most `chunksMax` of `chunkBytesMax`. */
export async function storeChunks(table: Table, nonce: string, gzip: Uint8Array<ArrayBuffer>): Promise<Result<ChunkSet>> {
  const count = Math.ceil(gzip.length / chunkBytesMax);
  const items = Array.from({ length: count }, (_, number) => {
    const bytes = gzip.subarray(number * chunkBytesMax, (number + 1) * chunkBytesMax);
    return chunkItem(chunkKey(nonce, number), bytes, table.nowMs());
  });
  const stored = await inGroups(items, (item) => put(table, item));
  return stored.ok ? success({ nonce, count }) : stored;
}

/**
 * The bytes of the set, in order; undefined when it is not whole: whoever replaced or removed its item has removed it.
 * One query, and one more for each further MB.
 */
export async function loadChunks(table: Table, { nonce, count }: ChunkSet): Promise<Result<Uint8Array<ArrayBuffer> | undefined>> {
  const found = await pages(table, count, {
    ConsistentRead: true,
    KeyConditionExpression: "#partition = :partition",
    ExpressionAttributeNames: { "#partition": attribute.partition },
    ExpressionAttributeValues: { ":partition": { S: chunkKey(nonce, 0).partition } },
  });
  if (!found.ok) return found;
  const chunks = found.value.map((stored) => new Uint8Array(stored[attribute.bodyGzip]?.B ?? []));
  if (chunks.length !== count) return success(undefined);
  await renew(table, nonce, found.value, chunks);
  return success(new Uint8Array(await new Blob(chunks).arrayBuffer()));
}

/** What cannot be removed now expires. */
export async function removeChunks(table: Table, { nonce, count }: ChunkSet): Promise<void> {
  await inGroups(
    Array.from({ length: count }, (_, number) => chunkKey(nonce, number)),
    (key) => erase(table, key),
  );
}

/** Only where it still is: a set that was removed meanwhile must not come back. What fails is done by the next read. */
async function renew(
  table: Table,
  nonce: string,
  stored: readonly StoredAttributes[],
  chunks: readonly Uint8Array<ArrayBuffer>[],
): Promise<void> {
  const nowMs = table.nowMs();
  const ending = stored.some((chunk) => Number(chunk[attribute.expiresAtS]?.N ?? 0) * 1_000 < nowMs + renewedBeforeMs);
  if (!ending) return;
  const items = chunks.map((bytes, number) => chunkItem(chunkKey(nonce, number), bytes, nowMs));
  await inGroups(items, (item) =>
    put(table, item, {
      ConditionExpression: "attribute_exists(#partition)",
      ExpressionAttributeNames: { "#partition": attribute.partition },
    }),
  );
}

function chunkItem(key: ItemKey, bytes: Uint8Array<ArrayBuffer>, nowMs: number): Attributes {
  return {
    ...keyAttributes(key),
    [attribute.bodyGzip]: { B: bytes },
    [attribute.expiresAtS]: { N: String(Math.ceil((nowMs + keptMs) / 1_000)) },
  };
}

/** Stops at the first group of which one failed. */
async function inGroups<T>(items: readonly T[], work: (item: T) => Promise<Result<unknown>>): Promise<Result<void>> {
  for (let from = 0; from < items.length; from += atOnceMax) {
    const answers = await Promise.all(items.slice(from, from + atOnceMax).map(work));
    for (const answer of answers) if (!answer.ok) return answer;
  }
  return success(undefined);
}
