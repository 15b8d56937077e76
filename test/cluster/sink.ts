// A program: `node sink.ts PORT FILE` keeps every alert of every notification as one line of JSON with the time it came.

import { appendFileSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";

export interface SunkAlert {
  readonly atMs: number;
  readonly status: "firing" | "resolved";
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly fingerprint: string;
}

const bodyBytesMax = 16 * 1024 * 1024;

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > bodyBytesMax) throw new Error("body too long");
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}

if (import.meta.main) {
  const [port = "9095", file = "alerts.jsonl"] = process.argv.slice(2);
  const server = createServer((request, response) => {
    bodyOf(request)
      .then((body) => {
        const { alerts } = JSON.parse(body) as { alerts: Omit<SunkAlert, "atMs">[] };
        for (const { status, labels, annotations, startsAt, endsAt, fingerprint } of alerts) {
          const line: SunkAlert = { atMs: Date.now(), status, labels, annotations, startsAt, endsAt, fingerprint };
          appendFileSync(file, `${JSON.stringify(line)}\n`);
        }
        response.writeHead(200).end();
      })
      .catch((error: unknown) => response.writeHead(400).end(String(error)));
  });
  server.listen(Number(port), "127.0.0.1");
}
