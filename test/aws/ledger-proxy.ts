/** DynamoDB's protocol, passed through, with a hand on every write of the ledger: that is where an invocation can be killed. */
import { createServer } from "node:http";
import { answering, bodyOf, close, listen } from "../support/http-server.ts";

export interface LedgerProxy {
  readonly endpoint: string;
  /** Conditional writes that came so far. */
  writes(): number;
  stop(): Promise<void>;
}

/** `onWrite` is called with the number of each write, the first is 1, when it is stored and not yet answered. */
export async function proxyLedger(endpoint: string, onWrite: (number: number) => void): Promise<LedgerProxy> {
  let writes = 0;
  const server = createServer(
    answering(async (request, response) => {
      const body = await bodyOf(request);
      const { host: _host, "content-length": _length, connection: _connection, ...headers } = request.headers;
      const answer = await fetch(endpoint, { method: "POST", headers: headers as Record<string, string>, body });
      const text = await answer.text();
      if (String(request.headers["x-amz-target"]).endsWith(".PutItem") && answer.ok) onWrite((writes += 1));
      response.writeHead(answer.status, { "content-type": "application/x-amz-json-1.0" }).end(text);
    }),
  );
  return { endpoint: await listen(server), writes: () => writes, stop: () => close(server) };
}
