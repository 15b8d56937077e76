/**
 * PURE. Long strings that nobody would choose as a name: keys without a form of their own. Names are made of words, numbers
 * and a short hash or two, so whatever is made of these is left alone, and so are identifiers that Kubernetes itself makes
 * up. What it cannot know: a secret made of words, or shorter than 20 characters, under a name that does not tell.
 */
import type { Span } from "./find.ts";

/** No dot and no colon: a host, a version, an image and its tag are judged part by part. */
const candidate = /[A-Za-z0-9+/_=~-]{20,}/g;
const kept: readonly RegExp[] = [
  /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi,
  /\bsha(?:256|512):[0-9a-f]{7,128}\b/g,
  /\b(?:containerd|docker|cri-o):\/\/[0-9a-f]{64}\b/g,
  // An image that is tagged with the commit it was built from.
  /\b[a-z0-9][a-z0-9._-]{0,100}(?::\d{1,5})?\/[a-z0-9._/-]{1,200}:(?:[a-z0-9.]{1,20}-)?[0-9a-f]{7,40}\b/g,
];
const shortHashesMax = 3;

export function randomIn(text: string): Span[] {
  const hits = [...text.matchAll(candidate)].filter(([all]) => isRandom(all));
  if (hits.length === 0) return [];
  const known = kept.flatMap((pattern) => [...text.matchAll(pattern)].map((hit) => ({ start: hit.index, end: hit.index + hit[0].length })));
  return hits.flatMap((hit) => {
    const span = { start: hit.index, end: hit.index + hit[0].length, kind: "random" };
    return known.some(({ start, end }) => start < span.end && span.start < end) ? outside(text, span, known) : [span];
  });
}

/** What of a candidate lies beside an identifier that is kept is judged by itself. */
function outside(text: string, span: Span, known: readonly { readonly start: number; readonly end: number }[]): Span[] {
  const inside = known.filter(({ start, end }) => start < span.end && span.start < end).toSorted((left, right) => left.start - right.start);
  const pieces: Span[] = [];
  let at = span.start;
  for (const { start, end } of [...inside, { start: span.end, end: span.end }]) {
    if (start - at >= 20 && isRandom(text.slice(at, start))) pieces.push({ ...span, start: at, end: start });
    at = Math.max(at, end);
  }
  return pieces;
}

function isRandom(text: string): boolean {
  let hashes = 0;
  for (const part of text.split(/[-_/+=~]+/)) {
    if (isWordLike(part)) continue;
    if (!isShortHash(part)) return true;
    hashes += 1;
  }
  return hashes > shortHashesMax;
}

/** Words in any of the ways that names are written, and numbers; a number may stand behind a word, and a version in front. */
function isWordLike(part: string): boolean {
  if (part === "" || /^\d{1,19}$/.test(part) || /^v?\d{1,4}(?:alpha|beta|rc)?\d{0,3}$/.test(part)) return true;
  const word = part.replace(/^\d{1,3}(?=[a-z]{3,}$)|\d{1,4}$/g, "");
  return /^(?:[a-z]+|[A-Z]+)$/.test(word) ? word.length <= 40 : isCamelCase(word);
}

/** `ProgressDeadlineExceeded`, `CreateContainerConfigError`, `externalIPs`, `kubeAPIServer`: few humps for its length. */
function isCamelCase(word: string): boolean {
  if (!/^[A-Za-z][a-z]*(?:[A-Z]{1,5}[a-z]+)*[A-Z]{0,5}s?$/.test(word) && !/^[A-Z]{2,5}(?:[A-Z][a-z]+)+$/.test(word)) return false;
  return (word.match(/[A-Z](?![A-Z])|[A-Z]+(?=[A-Z][a-z]|$)/g)?.length ?? 0) <= word.length / 4;
}

/** Of a pod template, of a pod: Kubernetes makes up to 10 of consonants and digits. Times: `12h30m`, `1500Mi`, `20260105T0900`. */
function isShortHash(part: string): boolean {
  return (
    /^[a-z0-9]{1,10}$/.test(part) || /^[A-Z0-9]{1,6}$/.test(part) || /^\d{1,8}T?\d{0,6}Z?$/.test(part) || /^\d+[A-Za-z]{1,2}$/.test(part)
  );
}
