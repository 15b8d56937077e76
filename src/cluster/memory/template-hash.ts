/**
 * PURE. Names that look like those of the real controllers and are the same on every run: a hash of a pod template,
 * a suffix made from a counter. They need not equal the real server's, only behave alike.
 */
import { isJsonArray, isJsonObject } from "../../kubernetes/json.ts";
import type { Json } from "../../kubernetes/json.ts";

/** Without vowels and look-alikes, as Kubernetes' own name suffixes are. */
const alphabet = "bcdfghjklmnpqrstvwxz2456789";

/** JSON with sorted keys, so that equal documents give equal text. */
export function stableText(value: Json): string {
  if (isJsonArray(value)) return `[${value.map(stableText).join(",")}]`;
  if (!isJsonObject(value)) return JSON.stringify(value);
  const entries = Object.keys(value).sort();
  return `{${entries.map((key) => `${JSON.stringify(key)}:${stableText(value[key] ?? null)}`).join(",")}}`;
}

/** FNV-1a, 32 bits. */
function fnv(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash >>> 0;
}

function letters(number: number, length: number): string {
  let rest = number;
  let text = "";
  for (let index = 0; index < length; index += 1) {
    text += alphabet[rest % alphabet.length] ?? "";
    rest = Math.floor(rest / alphabet.length);
  }
  return text;
}

/**
 * For `pod-template-hash` and `controller-revision-hash`: the decimal digits of a 32-bit hash in that alphabet, so that
 * only ten of its letters occur (ComputeHash and SafeEncodeString). Alerts' owners are told by that.
 */
export function templateHash(template: Json): string {
  return String(fnv(stableText(template))).replaceAll(/\d/g, (digit) => alphabet[digit.charCodeAt(0) % alphabet.length] ?? "");
}

/** Five letters, as at the end of a pod's name. */
export function nameSuffix(seed: string): string {
  return letters(fnv(seed), 5);
}
