/**
 * DynamoDB's protocol, passed through, with an eye on every item that one runtime stores; of a version of an incident, what
 * it held, with which fence, and when. There the runtime can be cut off, in the middle of a step and before it knows.
 */
import { createServer } from "node:http";
import { decodeItem } from "../../src/ledger/dynamodb-item.ts";
import type { StoredAttributes } from "../../src/ledger/dynamodb-item.ts";
import { incidentIdOf } from "../../src/runner/records.ts";
import { incidentSchema } from "../../src/transaction/incident.ts";
import type { Incident } from "../../src/transaction/incident.ts";
import { answering, bodyOf, close, listen } from "./http-server.ts";

export interface Save {
  readonly by: string;
  readonly atMs: number;
  readonly incident: Incident;
}

export interface LedgerWitness {
  readonly endpoint: string;
  /** From now on nothing is passed on and nothing is answered. */
  cutOff(): void;
  stop(): Promise<void>;
}

/**
 * `onWrite` is called when the ledger has stored an item and the runtime has not been told; true cuts the runtime off there.
 * Undefined: of no incident.
 */
export async function witnessLedger(endpoint: string, by: string, onWrite: (save: Save | undefined) => boolean): Promise<LedgerWitness> {
  let cut = false;
  const server = createServer(
    answering(async (request, response) => {
      const body = await bodyOf(request);
      if (cut) return;
      const { host: _host, "content-length": _length, connection: _connection, ...headers } = request.headers;
      const answer = await fetch(endpoint, { method: "POST", headers: headers as Record<string, string>, body });
      const text = await answer.text();
      if (answer.ok && String(request.headers["x-amz-target"]).endsWith(".PutItem")) {
        const incident = await incidentIn(body);
        if (onWrite(incident === undefined ? undefined : { by, atMs: Date.now(), incident })) cut = true;
      }
      if (!cut) response.writeHead(answer.status, { "content-type": "application/x-amz-json-1.0" }).end(text);
    }),
  );
  return {
    endpoint: await listen(server),
    cutOff() {
      cut = true;
    },
    stop: () => close(server),
  };
}

/** Undefined for an item that is no incident's head. */
async function incidentIn(body: string): Promise<Incident | undefined> {
  const { Item } = JSON.parse(body, (name, value: unknown) =>
    // JSON carries bytes in base64.
    name === "B" && typeof value === "string" ? new Uint8Array(Buffer.from(value, "base64")) : value,
  ) as { readonly Item: StoredAttributes };
  const item = await decodeItem(Item);
  if (!item.ok || incidentIdOf(item.value) === undefined) return undefined;
  return incidentSchema.parse(JSON.parse(item.value.body));
}
