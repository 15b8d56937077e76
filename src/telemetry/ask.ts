/**
 * One HTTP question to Prometheus or Alertmanager and its JSON answer, or a failure with a reason that is safe to show.
 * It must not put into a reason what the other side or the runtime wrote freely: addresses with credentials, headers
 * and pages of a proxy end up there. It reads only, so an effect is never unknown.
 */
import { readBounded } from "../bounded-body.ts";
import { BrokenInvariant, refused, success, unavailable, malformed, type Result } from "../failure.ts";

export interface AskOptions {
  /** How reasons call it: `Prometheus 2` where there are several. */
  readonly name?: string | undefined;
  /** Base address, with a path prefix if there is one. User and password in it are sent as basic authentication. */
  readonly url: string;
  readonly fetch?: typeof globalThis.fetch | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** For the whole answer, body included. */
  readonly timeoutMs?: number | undefined;
}

export interface Question {
  /** Below the base address: `/api/v1/alerts?…`. */
  readonly path: string;
  /** Present: a POST of this form. */
  readonly form?: Readonly<Record<string, string>>;
}

export interface Answer {
  readonly status: number;
  /** Whether the status is 2xx. */
  readonly ok: boolean;
  readonly json: unknown;
  /** What the other side's clock says (header `Date`, whole seconds): its own times are compared with this one. */
  readonly atMs: number | undefined;
}

export const defaultTimeoutMs = 5_000;
/** A Prometheus with thousands of rules answers a few megabytes. */
const answerBytesMax = 32 * 1024 * 1024;

export interface Asker {
  /**
   * A 2xx, 400, 404 or 422 with JSON is an answer: what it means is the caller's business. `unavailable`: not reached, too slow, 429, 5xx.
   * `refused`: credentials not accepted, a redirect, other 4xx. `malformed`: not JSON, or too long.
   */
  readonly ask: (question: Question) => Promise<Result<Answer>>;
  /** What the other side wrote, fit for a reason: one short line without the secrets that it was sent. */
  readonly quote: (text: string) => string;
}

/** Throws when the address is none: that is known when the program is put together. */
export function asker(name: string, options: AskOptions): Asker {
  const { base, headers, secrets } = readAddress(name, options);
  const timeoutMs = options.timeoutMs ?? defaultTimeoutMs;
  async function ask(question: Question): Promise<Result<Answer>> {
    const send = options.fetch ?? globalThis.fetch;
    const init = question.form === undefined ? { method: "GET" } : { method: "POST", body: new URLSearchParams(question.form) };
    // Not followed: a redirect leads to a login page, and custom headers would travel to another host.
    const request = { ...init, headers, redirect: "manual" as const, signal: AbortSignal.timeout(timeoutMs) };
    try {
      const response = await send(base + question.path, request);
      const refusal = refusalOf(name, response);
      if (refusal !== undefined) {
        await response.body?.cancel();
        return refusal;
      }
      const body = await readBounded(response.body, answerBytesMax);
      if (body === undefined) return malformed(name, `answered more than ${answerBytesMax} bytes`);
      return parse(name, response, new TextDecoder().decode(body));
    } catch (error) {
      if (error instanceof BrokenInvariant) throw error;
      return unavailable(`${name} ${whyNoAnswer(error, timeoutMs)}`);
    }
  }
  return { ask, quote: (text) => quote(text, secrets) };
}

interface Address {
  readonly base: string;
  readonly headers: Headers;
  /** What must not be shown, longest first. */
  readonly secrets: readonly string[];
}

function readAddress(name: string, options: AskOptions): Address {
  const url = URL.canParse(options.url) ? new URL(options.url) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) throw new BrokenInvariant(`the address of ${name} is not an http or https URL`);
  const headers = readHeaders(name, options.headers);
  const [user, password] = [decode(url.username), decode(url.password)];
  if (user + password !== "" && !headers.has("authorization")) headers.set("authorization", `Basic ${base64(`${user}:${password}`)}`);
  // Of `Bearer abc` both the whole and what follows the scheme.
  const sent = [...headers.values()].flatMap((value) => [value, ...value.split(/\s+/).slice(1)]);
  const secrets = [password, url.password, ...sent].filter((secret) => secret !== "").sort((a, b) => b.length - a.length);
  headers.set("accept", "application/json");
  return { base: `${url.origin}${url.pathname.replace(/\/+$/, "")}`, headers, secrets };
}

/** The error that an invalid header throws quotes its value. */
function readHeaders(name: string, headers: AskOptions["headers"]): Headers {
  try {
    return new Headers(headers);
  } catch {
    throw new BrokenInvariant(`a header for ${name} is not valid`);
  }
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** Of UTF-8, as RFC 7617 recommends. */
function base64(text: string): string {
  return btoa(String.fromCodePoint(...new TextEncoder().encode(text)));
}

function refusalOf(name: string, { status, ok, headers }: Response): Result<never> | undefined {
  if (ok || status === 400 || status === 404 || status === 422) return undefined;
  if (status === 429 || status >= 500) {
    const seconds = Number(headers.get("retry-after") ?? Number.NaN);
    return unavailable(`${name} answered ${status}`, "none", seconds >= 0 ? Math.min(seconds, 3600) * 1000 : undefined);
  }
  if (status === 401 || status === 403) return refused(`${name} does not accept our credentials (${status})`);
  // A browser-like fetch answers 0 for a redirect that it did not follow.
  if (status === 0 || status < 400) return refused(`${name} answered with a redirect (${status}), which is not followed`);
  return refused(`${name} answered ${status}`);
}

function parse(name: string, { status, ok, headers }: Response, text: string): Result<Answer> {
  const atMs = Date.parse(headers.get("date") ?? "");
  try {
    return success({ status, ok, json: JSON.parse(text) as unknown, atMs: Number.isNaN(atMs) ? undefined : atMs });
  } catch {
    return ok ? malformed(name, "the answer is not JSON") : refused(`${name} answered ${status}`);
  }
}

/** The message of an error may hold the address or a header; its code (`ECONNREFUSED`) cannot. */
function whyNoAnswer(error: unknown, timeoutMs: number): string {
  if (error instanceof Error && error.name === "TimeoutError") return `did not answer within ${timeoutMs} ms`;
  const cause = error instanceof Error ? error.cause : undefined;
  const code = typeof cause === "object" && cause !== null && "code" in cause ? String(cause.code) : "";
  return /^[A-Z][A-Z0-9_]+$/.test(code) ? `could not be reached (${code})` : "could not be reached";
}

function quote(text: string, secrets: readonly string[]): string {
  const shown = secrets.reduce((line, secret) => line.replaceAll(secret, "***"), text.replace(/\s+/g, " ").trim());
  return shown.length > 200 ? `${shown.slice(0, 200)}…` : shown;
}
