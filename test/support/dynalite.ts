/** DynamoDB's protocol in this process, in memory. It has no transactions, no time to live and no throttling. */
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import type { Server } from "node:http";

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

export async function startDynalite(): Promise<LocalDynamodb> {
  const server = dynalite({ createTableMs: 0 });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    connection: {
      endpoint: `http://127.0.0.1:${port}`,
      region: "eu-central-1",
      credentials: { accessKeyId: "local-key-id", secretAccessKey: "local-secret-key" },
    },
    stop: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
}
