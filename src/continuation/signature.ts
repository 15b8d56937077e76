/**
 * PURE. The wire form of a continuation that Stratus posts to itself, `{incident, version, hop, exp}`, and its signature
 * over the exact body. It proves that Stratus wrote it, and nothing else: whether there is anything to do, the ledger says.
 */
import * as z from "zod";
import { hopsMax } from "./continuation.ts";
import type { Continuation } from "./continuation.ts";

export const signatureHeader = "stratus-signature";
/** A body that was seen on its way is of no use after this. */
export const validMsMax = 5 * 60_000;

const scheme = "v1=";
const bodySchema = z.strictObject({
  incident: z.string().min(1).max(100),
  version: z.int().min(0),
  hop: z.int().min(0).max(hopsMax),
  /** Seconds since 1970, as in a JWT (RFC 7519, NumericDate). */
  exp: z.int(),
});

/** `validUntilMs` is rounded up to a whole second. */
export function writeContinuation({ incidentId, version, hop }: Continuation, validUntilMs: number): string {
  return JSON.stringify({ incident: incidentId, version, hop, exp: Math.ceil(validUntilMs / 1_000) });
}

export type ContinuationReading =
  | { readonly kind: "continuation"; readonly continuation: Continuation }
  | { readonly kind: "not ours" }
  | { readonly kind: "no continuation"; readonly reason: string }
  | { readonly kind: "expired" };

/** `keys`: all that are valid now. Nothing of the body is looked at before its signature holds. */
export async function readContinuation(
  body: Uint8Array<ArrayBuffer>,
  signature: string | undefined,
  keys: readonly string[],
  nowMs: number,
): Promise<ContinuationReading> {
  if (!(await isSigned(body, signature, keys))) return { kind: "not ours" };
  const parsed = bodySchema.safeParse(jsonIn(body));
  if (!parsed.success)
    return { kind: "no continuation", reason: `it must be {incident, version, hop, exp} with at most ${hopsMax} hops in a row` };
  const { incident, version, hop, exp } = parsed.data;
  if (exp * 1_000 <= nowMs) return { kind: "expired" };
  if (exp * 1_000 > nowMs + validMsMax) return { kind: "no continuation", reason: `exp is more than ${validMsMax / 60_000} minutes ahead` };
  return { kind: "continuation", continuation: { incidentId: incident, version, hop } };
}

/** `v1=` and the HMAC-SHA256 of the body in hex. */
export async function sign(body: string, key: string): Promise<string> {
  const signed = await crypto.subtle.sign("HMAC", await imported(key, "sign"), new TextEncoder().encode(body));
  return scheme + Array.from(new Uint8Array(signed), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** All keys are tried whatever comes of the first, and WebCrypto compares without telling how much was right. */
async function isSigned(body: Uint8Array<ArrayBuffer>, signature: string | undefined, keys: readonly string[]): Promise<boolean> {
  const claimed = bytesOf(signature);
  const answers = await Promise.all(
    keys.filter((key) => key !== "").map(async (key) => crypto.subtle.verify("HMAC", await imported(key, "verify"), claimed, body)),
  );
  return answers.includes(true);
}

/** Empty, which no body is signed with, when it has another form. */
function bytesOf(signature: string | undefined): Uint8Array<ArrayBuffer> {
  const [, hex] = /^v1=([0-9a-f]{64})$/.exec(signature ?? "") ?? [];
  return Uint8Array.from(hex?.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
}

function imported(key: string, use: "sign" | "verify"): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", new TextEncoder().encode(key), { name: "HMAC", hash: "SHA-256" }, false, [use]);
}

function jsonIn(body: Uint8Array<ArrayBuffer>): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch {
    return undefined;
  }
}
