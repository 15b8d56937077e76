/** Reads a request's body with a bound that is counted while reading: `Content-Length` may be missing or lie. */

export type Body = { readonly kind: "json"; readonly value: unknown } | { readonly kind: "too large" } | { readonly kind: "not JSON" };

/** An empty body reads as `undefined`. A connection that breaks while reading throws. */
export async function readJson(request: Request, bytesMax: number): Promise<Body> {
  if (Number(request.headers.get("content-length") ?? 0) > bytesMax) return { kind: "too large" };
  const bytes = await readBytes(request, bytesMax);
  if (bytes === undefined) return { kind: "too large" };
  if (bytes.length === 0) return { kind: "json", value: undefined };
  try {
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    return { kind: "json", value };
  } catch {
    return { kind: "not JSON" };
  }
}

/** Undefined: there was more than `bytesMax`. */
async function readBytes(request: Request, bytesMax: number): Promise<Uint8Array | undefined> {
  if (request.body === null) return new Uint8Array();
  const reader = (request.body as ReadableStream<Uint8Array>).getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    length += read.value.byteLength;
    if (length > bytesMax) {
      await reader.cancel().catch(() => undefined);
      return undefined;
    }
    chunks.push(read.value);
  }
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return bytes;
}
