/**
 * One request to the API server over a given fetch: bounded in time, authorized, retried only where that is harmless,
 * and every way to fail turned into data. It knows no object; no reason that it gives holds a credential.
 */
import { readBounded } from "../bounded-body.ts";
import { failed, malformed, success, unavailable } from "../failure.ts";
import type { Failure, Result } from "../failure.ts";
import * as z from "zod";

/** `globalThis.fetch`, a Worker's VPC binding, or https-fetch.ts. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export interface ApiAccess {
  /** `https://host:port`, perhaps with a path before the API's own. */
  readonly server: string;
  readonly fetch: Fetch;
  /** The headers that prove who we are. `fresh`: the ones given before were turned away with 401. */
  authorize(fresh: boolean): Promise<Readonly<Record<string, string>>>;
  /** For one request, its answer's body included. 10 s when left out: far below the lease of an incident. */
  readonly timeoutMs?: number;
}

export interface ApiRequest {
  readonly method: "GET" | "PATCH" | "POST" | "DELETE";
  /** With its query. */
  readonly path: string;
  readonly contentType?: string;
  readonly body?: string;
  /** Of the answer's body, where its length is nobody's promise. */
  readonly bytesMax?: number;
  /** Whether it would change something: decides between effect `none` and `unknown`, and against a retry. */
  readonly changes: boolean;
}

export interface ApiResponse {
  readonly status: number;
  readonly body: string;
  /** Of a body with a bound, as it came: before credentials were taken out of it. */
  readonly bytes?: number | undefined;
  readonly retryAfterMs?: number | undefined;
}

const timeoutDefaultMs = 10_000;
const reasonCharactersMax = 1_000;

/** Any HTTP status is an answer. Fails with `unavailable`, or `malformed` when the body is longer than it may be. */
export async function send(access: ApiAccess, request: ApiRequest): Promise<Result<ApiResponse>> {
  let fresh = false;
  let retries = request.changes ? 0 : 1;
  for (;;) {
    const answer = await sendOnce(access, request, fresh);
    if (answer.ok && answer.value.status === 401 && !fresh) {
      fresh = true;
      continue;
    }
    if (!answer.ok && answer.dropped && retries > 0) {
      retries -= 1;
      continue;
    }
    return answer.ok ? answer : failed(answer.failure);
  }
}

type Attempt =
  | { readonly ok: true; readonly value: ApiResponse }
  | { readonly ok: false; readonly failure: Failure; readonly dropped: boolean };

async function sendOnce(access: ApiAccess, request: ApiRequest, fresh: boolean): Promise<Attempt> {
  const timeoutMs = access.timeoutMs ?? timeoutDefaultMs;
  const signal = AbortSignal.timeout(timeoutMs);
  let credentials: Readonly<Record<string, string>>;
  try {
    credentials = await access.authorize(fresh);
  } catch {
    return { ...unavailable("the credentials for the API server could not be obtained"), dropped: false };
  }
  try {
    const response = await access.fetch(access.server.replace(/\/$/, "") + request.path, {
      method: request.method,
      headers: {
        accept: "application/json",
        "user-agent": "stratus",
        ...(request.contentType === undefined ? {} : { "content-type": request.contentType }),
        ...credentials,
      },
      redirect: "manual",
      signal,
      ...(request.body === undefined ? {} : { body: request.body }),
    });
    const read = await bodyOf(response, request.bytesMax);
    if (read === undefined) return { ...malformed("the API server's answer", "it is longer than was asked for"), dropped: false };
    const body = withoutSecrets(read.text, credentials);
    return { ok: true, value: { status: response.status, body, bytes: read.bytes, retryAfterMs: retryAfterMs(response.headers) } };
  } catch (error) {
    if (signal.aborted) return lost(`the API server did not answer within ${timeoutMs / 1000} s`, request.changes, false);
    const code = codeOf(error);
    const named = code === undefined ? "" : ` (${code})`;
    if (code !== undefined && neverSent.has(code)) return { ...unavailable(`the API server cannot be reached${named}`), dropped: false };
    return lost(`the connection to the API server was lost${named}`, request.changes, true);
  }
}

/** Undefined: it is longer than `bytesMax`. */
async function bodyOf(
  response: Response,
  bytesMax: number | undefined,
): Promise<{ readonly text: string; readonly bytes?: number } | undefined> {
  if (bytesMax === undefined) return { text: await response.text() };
  const bytes = await readBounded(response.body, bytesMax);
  return bytes === undefined ? undefined : { text: new TextDecoder().decode(bytes), bytes: bytes.length };
}

function lost(reason: string, changes: boolean, dropped: boolean): Attempt {
  return { ...unavailable(reason, changes ? "unknown" : "none"), dropped };
}

/** No connection came about, so no request can have had an effect. */
const neverSent = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "CERT_HAS_EXPIRED",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "ERR_TLS_CERT_ALTNAME_INVALID",
]);

const coded = z.object({ code: z.string().regex(/^[A-Z0-9_]{3,60}$/) });
const caused = z.object({ cause: coded });

/** Fetch wraps the socket's error; only its code is shown, never a message that may quote the request. */
function codeOf(error: unknown): string | undefined {
  return coded.safeParse(error).data?.code ?? caused.safeParse(error).data?.cause.code;
}

/** Seconds, or a date (RFC 9110, 10.2.3), which is told against the answer's own date. */
function retryAfterMs(headers: Headers): number | undefined {
  const header = headers.get("retry-after");
  if (header === null) return undefined;
  if (/^\d+$/.test(header)) return Number(header) * 1000;
  const waitMs = Date.parse(header) - Date.parse(headers.get("date") ?? "");
  return Number.isNaN(waitMs) ? undefined : Math.max(0, waitMs);
}

/** A server that quotes our credentials back, in an error perhaps, must not bring them into a log. */
function withoutSecrets(text: string, credentials: Readonly<Record<string, string>>): string {
  let clean = text;
  for (const value of Object.values(credentials))
    for (const secret of [value, value.replace(/^\w+ /, "")]) if (secret.length >= 8) clean = clean.replaceAll(secret, "[redacted]");
  return clean;
}

const statusSchema = z.object({ kind: z.literal("Status"), message: z.string().optional(), reason: z.string().optional() });

export type ApiStatus = z.infer<typeof statusSchema>;

/** The API's own account of a failure (`metav1.Status`); undefined when a proxy or something else answered. */
export function statusIn(response: ApiResponse): ApiStatus | undefined {
  const json = jsonIn(response);
  return json.ok ? statusSchema.safeParse(json.value).data : undefined;
}

/** One sentence about a status that is no success. */
export function reasonOf(response: ApiResponse): string {
  const message = statusIn(response)?.message ?? "";
  const reason = message === "" ? `the API server answered with status ${response.status}` : message;
  return reason.length > reasonCharactersMax ? `${reason.slice(0, reasonCharactersMax)} ...` : reason;
}

/** Fails with `malformed` when the body is not JSON. */
export function jsonIn(response: ApiResponse): Result<unknown> {
  try {
    return success(JSON.parse(response.body) as unknown);
  } catch {
    return malformed("the API server's answer", "it is not JSON");
  }
}
