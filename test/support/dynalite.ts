/** DynamoDB's protocol in this process, in memory. It has no transactions, no time to live and no throttling. */
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

// dynalite is CommonJS and has no types.
const dynalite = createRequire(import.meta.url)("dynalite") as (options: { createTableMs?: number }) => Server;

export interface LocalDynamodb {
  /** For createDynamodbClient. The credentials are made up: dynalite takes any. */
  readonly connection: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
  stop(): Promise<void>;
}

const drainMaxMs = 5_000;

export async function startDynalite(): Promise<LocalDynamodb> {
  const server = dynalite({ createTableMs: 0 });
  const exchanges = new Set<{ readonly request: IncomingMessage; readonly response: ServerResponse }>();
  server.on("request", (request: IncomingMessage, response: ServerResponse) => {
    const exchange = { request, response };
    exchanges.add(exchange);
    response.once("finish", () => exchanges.delete(exchange));
  });

  /** It goes on with a request whose client is gone, and would meet a closed database. */
  async function drain(): Promise<void> {
    server.on("connection", (socket) => socket.destroy());
    server.closeAllConnections();
    const isBusy = (): boolean => [...exchanges].some(({ request, response }) => request.complete && !response.writableEnded);
    for (const endsAtMs = Date.now() + drainMaxMs; isBusy() && Date.now() < endsAtMs;) await sleep(5);
  }

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    connection: {
      endpoint: `http://127.0.0.1:${port}`,
      region: "eu-central-1",
      credentials: { accessKeyId: "local-key-id", secretAccessKey: "local-secret-key" },
    },
    async stop() {
      await drain();
      await new Promise<void>((resolve, reject) => server.close((error) => (error ? reject(error) : resolve())));
    },
  };
}
