/**
 * An item as DynamoDB stores it: attribute names, the nonce of each put, and bodies gzipped when that makes them
 * smaller. It knows no request and no client. Only web APIs, because it also runs in workerd.
 */
import { malformed, refused, success, type Result } from "../failure.ts";
import type { Item, ItemKey } from "./ledger.ts";
import { bytesOf } from "./answer.ts";

/**
 * The body is under `body` as text or under `body_gzip` as bytes, never both: which one is present is the marker.
 * `expires_at_s` is in epoch seconds because DynamoDB's time to live reads nothing else.
 */
export const attribute = {
  partition: "partition",
  sort: "sort",
  version: "version",
  nonce: "nonce",
  body: "body",
  bodyGzip: "body_gzip",
  indexName: "index_name",
  atMs: "at_ms",
  expiresAtS: "expires_at_s",
} as const;

export type Attributes = Record<string, { S: string } | { N: string } | { B: Uint8Array<ArrayBuffer> }>;
export type StoredAttributes = Readonly<
  Record<string, { readonly S?: string | undefined; readonly N?: string | undefined; readonly B?: Uint8Array | undefined }>
>;

const gzipAboveBytes = 4_096;
/** 400 KB for names and values together (Service quotas of the DynamoDB Developer Guide). */
const itemBytesMax = 409_600;
/** More than the names of all attributes, the numbers and the nonce take. */
const overheadBytes = 512;

export function keyAttributes(key: ItemKey): { partition: { S: string }; sort: { S: string } } {
  return { [attribute.partition]: { S: key.partition }, [attribute.sort]: { S: key.sort } };
}

/** `refused`, naming the sizes, when the item is over DynamoDB's limit even gzipped. */
export async function encodeItem(item: Item, nonce: string): Promise<Result<Attributes>> {
  const plain = new TextEncoder().encode(item.body);
  const gzipped = plain.length > gzipAboveBytes ? await transform(plain, new CompressionStream("gzip")) : plain;
  const storedBytes = Math.min(plain.length, gzipped.length);
  if (storedBytes + bytesOf(item.partition) + bytesOf(item.sort) + overheadBytes > itemBytesMax) {
    return refused(`an item of ${plain.length} bytes, gzipped ${storedBytes}, is over DynamoDB's limit of ${itemBytesMax} bytes`);
  }
  return success({
    ...keyAttributes(item),
    [attribute.version]: { N: String(item.version) },
    [attribute.nonce]: { S: nonce },
    ...(gzipped.length < plain.length ? { [attribute.bodyGzip]: { B: gzipped } } : { [attribute.body]: { S: item.body } }),
    ...(item.index ? { [attribute.indexName]: { S: item.index.name }, [attribute.atMs]: { N: String(item.index.atMs) } } : {}),
    ...(item.expiresAtMs === undefined ? {} : { [attribute.expiresAtS]: { N: String(Math.ceil(item.expiresAtMs / 1_000)) } }),
  });
}

/** `malformed` when an attribute that every item has is missing or the body cannot be unpacked. */
export async function decodeItem(stored: StoredAttributes): Promise<Result<Item>> {
  const key = decodeKey(stored);
  const version = Number(stored[attribute.version]?.N);
  const body = await decodeBody(stored);
  if (key === undefined || !Number.isSafeInteger(version) || body === undefined) {
    return malformed("the DynamoDB ledger", "an item has no key, version or readable body");
  }
  const name = stored[attribute.indexName]?.S;
  const atMs = Number(stored[attribute.atMs]?.N);
  const expiresAtS = stored[attribute.expiresAtS]?.N;
  return success({
    ...key,
    version,
    body,
    ...((name === "due" || name === "ended") && !Number.isNaN(atMs) ? { index: { name, atMs } } : {}),
    ...(expiresAtS === undefined ? {} : { expiresAtMs: Number(expiresAtS) * 1_000 }),
  });
}

export function decodeKey(stored: StoredAttributes): ItemKey | undefined {
  const partition = stored[attribute.partition]?.S;
  const sort = stored[attribute.sort]?.S;
  return partition === undefined || sort === undefined ? undefined : { partition, sort };
}

async function decodeBody(stored: StoredAttributes): Promise<string | undefined> {
  const gzipped = stored[attribute.bodyGzip]?.B;
  if (gzipped === undefined) return stored[attribute.body]?.S;
  try {
    return new TextDecoder().decode(await transform(new Uint8Array(gzipped), new DecompressionStream("gzip")));
  } catch {
    return undefined;
  }
}

async function transform(
  bytes: Uint8Array<ArrayBuffer>,
  through: CompressionStream | DecompressionStream,
): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(through)).arrayBuffer());
}
