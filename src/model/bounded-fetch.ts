/**
 * A fetch for the client of the model: the whole answer is read before it is handed on, so that the time-out of the request
 * counts for its body too, and no answer is longer than we take. A redirect is an answer; it is not followed with our key.
 */
import { readBounded } from "../bounded-body.ts";

const answerBytesMax = 1024 * 1024;

export type Fetch = (url: string | URL | Request, init?: RequestInit) => Promise<Response>;

export function boundedFetch(send: Fetch = (url, init) => globalThis.fetch(url, init)): Fetch {
  return async (url, init) => {
    const answer = await send(url, { ...init, redirect: "manual" });
    const body = await readBounded(answer.body, answerBytesMax);
    if (body === undefined) throw new TooLong();
    // 0 is what a browser-like fetch answers for a redirect.
    return new Response(body, { status: answer.status < 200 ? 502 : answer.status, headers: answer.headers });
  };
}

export class TooLong extends Error {
  override readonly name = "TooLong";
}
