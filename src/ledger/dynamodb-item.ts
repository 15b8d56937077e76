/**
 * An item as DynamoDB stores it: attribute names, the nonce of each put, and bodies gzipped when that makes them
 * smaller. It knows no request and no client. Only web APIs, because it also runs in workerd.
 */
import { malformed, success, type Result } from "../failure.ts";
import type { Item, ItemKey } from "./ledger.ts";

/**
 * The body is under `body` as text or under `body_gzip` as bytes, or `chunks` says how many items of their own it takes:
 * which one is present is the marker.
 * `expires_at_s` is in epoch seconds because DynamoDB's time to live reads nothing else.
 */
export const attribute = {
  partition: "partition",
  sort: "sort",
  version: "version",
  nonce: "nonce",
  body: "body",
  bodyGzip: "body_gzip",
  chunks: "chunks",
  indexName: "index_name",
  atMs: "at_ms",
  expiresAtS: "expires_at_s",
} as const;

export type Attributes = Record<string, { S: string } | { N: string } | { B: Uint8Array<ArrayBuffer> }>;
export type StoredAttributes = Readonly<
  Record<string, { readonly S?: string | undefined; readonly N?: string | undefined; readonly B?: Uint8Array | undefined }>
>;

/** Of a body in one item: 400 KB are allowed for names, keys (up to 3 KB) and values together (Service quotas of the Developer Guide). */
export const chunkBytesMax = 350_000;
const gzipAboveBytes = 4_096;

export function keyAttributes(key: ItemKey): { partition: { S: string }; sort: { S: string } } {
  return { [attribute.partition]: { S: key.partition }, [attribute.sort]: { S: key.sort } };
}

/** A body as it is stored: as text, or gzipped when that makes it smaller. */
export type StoredBody = { readonly text: string } | { readonly gzip: Uint8Array<ArrayBuffer> };

export async function encodeBody(body: string): Promise<StoredBody> {
  const plain = new TextEncoder().encode(body);
  if (plain.length <= gzipAboveBytes) return { text: body };
  const gzip = await transform(plain, new CompressionStream("gzip"));
  // What is over the size of a chunk is cut by its bytes, so it is gzipped in any case, which also seals it with a checksum.
  return gzip.length < plain.length || plain.length > chunkBytesMax ? { gzip } : { text: body };
}

/** `body`: itself, or the chunks that it lies in. */
export function encodeItem(item: Item, nonce: string, body: StoredBody | ChunkSet): Attributes {
  return {
    ...keyAttributes(item),
    [attribute.version]: { N: String(item.version) },
    [attribute.nonce]: { S: nonce },
    ...bodyAttribute(body),
    ...(item.index ? { [attribute.indexName]: { S: item.index.name }, [attribute.atMs]: { N: String(item.index.atMs) } } : {}),
    ...(item.expiresAtMs === undefined ? {} : { [attribute.expiresAtS]: { N: String(Math.ceil(item.expiresAtMs / 1_000)) } }),
  };
}

function bodyAttribute(body: StoredBody | ChunkSet): Attributes {
  if ("count" in body) return { [attribute.chunks]: { N: String(body.count) } };
  return "gzip" in body ? { [attribute.bodyGzip]: { B: body.gzip } } : { [attribute.body]: { S: body.text } };
}

/** The chunks of one body: the nonce of its put names them. */
export interface ChunkSet {
  readonly nonce: string;
  readonly count: number;
}

/** Undefined where the item holds its body itself. */
export function chunksOf(stored: StoredAttributes): ChunkSet | undefined {
  const count = Number(stored[attribute.chunks]?.N);
  const nonce = stored[attribute.nonce]?.S;
  return nonce === undefined || !Number.isSafeInteger(count) ? undefined : { nonce, count };
}

/** `chunks`: the bytes of the body, where the item only names them. `malformed` when an attribute that every item has is missing or the body cannot be unpacked. */
export async function decodeItem(stored: StoredAttributes, chunks?: Uint8Array<ArrayBuffer>): Promise<Result<Item>> {
  const key = decodeKey(stored);
  const version = Number(stored[attribute.version]?.N);
  const body = await decodeBody(stored, chunks);
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

async function decodeBody(stored: StoredAttributes, chunks: Uint8Array<ArrayBuffer> | undefined): Promise<string | undefined> {
  const gzipped = chunks ?? stored[attribute.bodyGzip]?.B;
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
