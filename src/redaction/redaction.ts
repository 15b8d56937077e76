/**
 * PURE. Takes secrets out of what leaves Stratus, to a model or to people, and puts a marker in place of each:
 * `<redacted:password:1f0c22ab>`. The marker is a keyed digest, so one secret looks the same all through an incident and
 * another way in the next one, and nothing has to be kept. What a diagnosis needs (names, images, ports, messages) stays;
 * so do IP addresses, which are no credentials.
 */
import { isJsonArray, isJsonObject } from "../kubernetes/json.ts";
import type { Json, JsonObject } from "../kubernetes/json.ts";
import { secretsIn } from "./find.ts";
import type { Span } from "./find.ts";
import type { Shape } from "./shapes.ts";
import { isTelling } from "./telling-name.ts";

export interface Redactor {
  readonly text: (text: string) => Promise<string>;
  /** The same form without its secrets. Of a Secret, and of what is only bookkeeping, nothing is left. */
  readonly json: (value: Json) => Promise<Json>;
}

const markerStart = "<redacted:";

/** Of a text that was redacted before: what holds a marker must never be written to a cluster. */
export function holdsMarker(text: string): boolean {
  return text.includes(markerStart);
}

/** `key`: differs between incidents, and nobody outside knows it. `more`: what is taken out besides credentials. */
export function createRedactor(key: string, more: readonly Shape[] = []): Redactor {
  const known = new Map<string, string>();
  let imported: Promise<CryptoKey> | undefined;

  /** Eight hex digits: enough to tell secrets apart, too few to find one by trying. */
  async function digestOf(secret: string): Promise<string> {
    imported ??= crypto.subtle.importKey("raw", new TextEncoder().encode(key), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
    const signed = await crypto.subtle.sign("HMAC", await imported, new TextEncoder().encode(secret));
    return Array.from(new Uint8Array(signed, 0, 4), (byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  async function markerFor(kind: string, secret: string): Promise<string> {
    const digest = known.get(secret) ?? (await digestOf(secret));
    known.set(secret, digest);
    return `${markerStart}${kind}:${digest}>`;
  }

  async function text(plain: string): Promise<string> {
    const spans: readonly Span[] = secretsIn(plain, more);
    if (spans.length === 0) return plain;
    const pieces: string[] = [];
    let at = 0;
    for (const { start, end, kind } of spans) {
      pieces.push(plain.slice(at, start), await markerFor(kind, plain.slice(start, end)));
      at = end;
    }
    return pieces.join("") + plain.slice(at);
  }

  /** A value that stands under a telling name is hidden whole, whatever it looks like; a map says names, of a Secret perhaps. */
  async function hidden(kind: string, value: Json): Promise<Json> {
    if (typeof value === "string") return value === "" || value.startsWith(markerStart) ? value : markerFor(kind, value);
    if (typeof value === "number") return markerFor(kind, String(value));
    if (isJsonArray(value)) return Promise.all(value.map((each) => hidden(kind, each)));
    return json(value);
  }

  async function list(values: readonly Json[]): Promise<Json> {
    const copy: Json[] = [];
    for (const [index, value] of values.entries()) {
      const before = values[index - 1];
      // `--password`, `hunter2`: two words of one command line.
      const told = typeof before === "string" && /^--?[\w-]+$/.test(before) && isTelling(before);
      copy.push(told && typeof value === "string" && !value.startsWith("-") ? await hidden("argument", value) : await json(value));
    }
    return copy;
  }

  async function map(values: JsonObject): Promise<Json> {
    const { name, kind } = values;
    const isEntry = typeof name === "string" && isTelling(name);
    const copy: Record<string, Json> = {};
    for (const [field, value] of Object.entries(values)) {
      if (isBookkeeping(field)) continue;
      const shown = await text(field);
      if (kind === "Secret" && isContent(field)) copy[shown] = await everyValue(value);
      else copy[shown] = isTelling(field) || (isEntry && field === "value") ? await hidden("value", value) : await json(value);
    }
    return copy;
  }

  async function everyValue(values: Json): Promise<Json> {
    if (!isJsonObject(values)) return hidden("secret", values);
    const entries = await Promise.all(
      Object.entries(values).map(async ([field, value]) => [field, await hidden("secret", value)] as const),
    );
    return Object.fromEntries(entries);
  }

  async function json(value: Json): Promise<Json> {
    if (typeof value === "string") return text(value);
    if (isJsonArray(value)) return list(value);
    return isJsonObject(value) ? map(value) : value;
  }

  return { text, json };
}

/** Says the whole object once more, or who wrote which field. */
function isBookkeeping(field: string): boolean {
  return field === "managedFields" || field === "binaryData" || field === "kubectl.kubernetes.io/last-applied-configuration";
}

function isContent(field: string): boolean {
  return field === "data" || field === "stringData";
}
