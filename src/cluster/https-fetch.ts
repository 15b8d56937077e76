/**
 * Fetch over node:https, because the global one can carry neither a client certificate nor a private authority of its own.
 * Connections are kept. Node only; it knows nothing of Kubernetes.
 */
import * as http from "node:http";
import * as https from "node:https";
import type { Fetch } from "./request.ts";

/** Of one answer. A page of 500 usual objects is a few megabytes. */
const bodyBytesMax = 64 * 1024 * 1024;

/** `agentFor`: the agent with the connection's keys; asked for each request, so that keys may be renewed. */
export function httpsFetch(agentFor: () => http.Agent): Fetch {
  return (url, init) =>
    new Promise((resolve, reject) => {
      const secure = new URL(url).protocol === "https:";
      const sent = typeof init.body === "string" ? init.body : undefined;
      const options = {
        method: init.method ?? "GET",
        headers: { ...Object.fromEntries(new Headers(init.headers)), ...lengthOf(sent) },
        agent: agentFor(),
        ...(init.signal === null || init.signal === undefined ? {} : { signal: init.signal }),
      };
      const request = (secure ? https : http).request(url, options, (response) => {
        collect(response).then((body) => resolve(answer(response, body)), reject);
      });
      request.on("error", reject);
      request.end(sent);
    });
}

/**
 * Node states no length for the body of a DELETE: the server then sees none, and takes it for the start of the next request.
 * The preconditions of a deletion, and that it is a dry run, are in there. Source: node, lib/_http_outgoing.js.
 */
function lengthOf(body: string | undefined): Readonly<Record<string, string>> {
  return body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) };
}

function collect(response: http.IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    response.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > bodyBytesMax) response.destroy(new Error("the answer is too large"));
      else chunks.push(chunk);
    });
    response.on("end", () => resolve(Buffer.concat(chunks)));
    response.on("error", reject);
    response.on("aborted", () => reject(new Error("the answer was cut off")));
  });
}

/** Statuses whose Response must have no body. */
const bodiless = new Set([101, 103, 204, 205, 304]);

function answer(response: http.IncomingMessage, body: Buffer): Response {
  const status = response.statusCode ?? 500;
  const headers = new Headers();
  for (const [name, value] of Object.entries(response.headers)) {
    if (value === undefined) continue;
    headers.set(name, Array.isArray(value) ? value.join(", ") : value);
  }
  return new Response(bodiless.has(status) ? null : new Uint8Array(body), { status, headers });
}
