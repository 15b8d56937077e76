/**
 * A fetch for the client of the model: the whole answer is read before it is handed on, so that the time-out of the request
 * counts for its body too, and no answer is longer than we take. A redirect is an answer; it is not followed with our key.
 */

const answerBytesMax = 1024 * 1024;

export type Fetch = (url: string | URL | Request, init?: RequestInit) => Promise<Response>;

export function boundedFetch(send: Fetch = (url, init) => globalThis.fetch(url, init)): Fetch {
  return async (url, init) => {
    const answer = await send(url, { ...init, redirect: "manual" });
    const body = await readBounded(answer);
    // 0 is what a browser-like fetch answers for a redirect.
    return new Response(body, { status: answer.status < 200 ? 502 : answer.status, headers: answer.headers });
  };
}

async function readBounded({ body }: Response): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  const reader = body?.getReader();
  for (;;) {
    const chunk = await reader?.read();
    if (chunk === undefined || chunk.done) break;
    bytes += chunk.value.byteLength;
    if (bytes > answerBytesMax) {
      await reader?.cancel();
      throw new TooLong();
    }
    chunks.push(chunk.value);
  }
  const all = new Uint8Array(bytes);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.byteLength;
  }
  return all;
}

export class TooLong extends Error {
  override readonly name = "TooLong";
}
