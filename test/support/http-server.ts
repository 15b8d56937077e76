/** The little that every HTTP server of the tests needs. Loopback only. */
import type { IncomingMessage, RequestListener, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** Of a client that dies in the middle of its request nothing more is wanted; any other error is one of the test. */
export function answering(work: (request: IncomingMessage, response: ServerResponse) => Promise<void>): RequestListener {
  return (request, response) =>
    void work(request, response).catch((error: unknown) => {
      if (request.complete) throw error;
    });
}

/** On a free port of loopback. */
export async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

export async function close(server: Server): Promise<void> {
  await new Promise((resolve) => {
    server.close(resolve);
    server.closeAllConnections();
  });
}

export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  /** In place of a body, which is JSON. */
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export function send(response: ServerResponse, { status, body, text, headers }: Answer): void {
  if (text !== undefined) {
    response.writeHead(status, { "content-type": "text/plain", ...headers }).end(text);
    return;
  }
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
}

export async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}
