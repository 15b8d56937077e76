/** What every adapter says in the same words: that another version is stored, and that a body is more than any of them must take. */
import { conflict, refused, type Failure } from "../failure.ts";
import { bodyBytesMax } from "./ledger.ts";

/** Bytes of the text in UTF-8. */
export function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** `refused`, naming the size, when the body is over `bodyBytesMax`; otherwise undefined. */
export function refuseOversized(body: string): { readonly ok: false; readonly failure: Failure } | undefined {
  const bodyBytes = bytesOf(body);
  return bodyBytes > bodyBytesMax
    ? refused(`an item of ${bodyBytes} bytes is over the ledger's limit of ${bodyBytesMax} bytes`)
    : undefined;
}

/** `conflict` for a change that needed this version to be stored; 0: nothing. */
export function notAtVersion(sort: string, version: number): { readonly ok: false; readonly failure: Failure } {
  return conflict(version === 0 ? `${sort} is stored already` : `${sort} is not at version ${version}`);
}
