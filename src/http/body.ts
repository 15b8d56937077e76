/** Reads a request's body with a bound that is counted while reading where `Content-Length` does not tell. */
import { readBounded } from "../bounded-body.ts";

export type Body = { readonly kind: "json"; readonly value: unknown } | { readonly kind: "too large" } | { readonly kind: "not JSON" };

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** An empty body reads as `undefined`. A connection that breaks while reading throws. */
export async function readJson(request: Request, bytesMax: number): Promise<Body> {
  const declared = request.headers.get("content-length");
  if (Number(declared ?? 0) > bytesMax) return { kind: "too large" };
  // HTTP ends a body where its declared length ends (RFC 9112, 6.2), so it may be read in one go, which is several times as
  // fast. Where a gateway made the request out of an event, the length may be wrong, but the body is in memory already.
  const bytes = declared === null ? await readBounded(request.body, bytesMax) : new Uint8Array(await request.arrayBuffer());
  if (bytes === undefined || bytes.length > bytesMax) return { kind: "too large" };
  if (bytes.length === 0) return { kind: "json", value: undefined };
  try {
    const value: unknown = JSON.parse(utf8.decode(bytes));
    return { kind: "json", value };
  } catch {
    return { kind: "not JSON" };
  }
}
