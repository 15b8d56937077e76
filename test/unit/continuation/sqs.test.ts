import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readSqsMessage, sqsContinuation } from "../../../src/continuation/sqs.ts";

const hourMs = 3_600_000;
const secretAccessKey = "secret-of-the-function";
const sent: { readonly MessageBody: string; readonly DelaySeconds: number }[] = [];
let refuses = false;
let server: Server;
let queueUrl = "";

/** SendMessage of the AWS JSON protocol; SQS answers with the MD5 of the body, which the SDK checks. */
beforeAll(async () => {
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const message = JSON.parse(Buffer.concat(chunks).toString("utf8")) as { MessageBody: string; DelaySeconds: number };
      response.setHeader("content-type", "application/x-amz-json-1.0");
      if (refuses) return response.writeHead(403).end(JSON.stringify({ __type: "AccessDeniedException", message: secretAccessKey }));
      sent.push({ MessageBody: message.MessageBody, DelaySeconds: message.DelaySeconds });
      const MD5OfMessageBody = createHash("md5").update(message.MessageBody).digest("hex");
      return response.end(JSON.stringify({ MessageId: "1", MD5OfMessageBody }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  queueUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/123456789012/steps`;
});
afterAll(async () => {
  await new Promise((resolve) => {
    server.close(resolve);
    server.closeAllConnections();
  });
});

function continuation() {
  return sqsContinuation({ queueUrl, region: "eu-central-1", credentials: { accessKeyId: "key", secretAccessKey } });
}

describe("what SQS is given", () => {
  test.each([
    { delayMs: 0, seconds: 0 },
    { delayMs: 1, seconds: 1 },
    { delayMs: 10_000, seconds: 10 },
    { delayMs: 10_001, seconds: 11 },
    { delayMs: 12 * hourMs, seconds: 900 },
    { delayMs: Infinity, seconds: 900 },
    { delayMs: -5, seconds: 0 },
    { delayMs: Number.NaN, seconds: 0 },
  ])("a wait of $delayMs ms is $seconds s", async ({ delayMs, seconds }) => {
    sent.length = 0;
    expect(await continuation().schedule({ incidentId: "a1", version: 7, hop: 3 }, delayMs)).toEqual({ ok: true, value: undefined });
    expect(sent).toEqual([{ MessageBody: '{"incidentId":"a1","version":7,"hop":3}', DelaySeconds: seconds }]);
  });

  test("an item that has news is sent at once", async () => {
    sent.length = 0;
    await continuation().wake({ partition: "subject#default/shop", sort: "inbox" });
    expect(sent).toEqual([{ MessageBody: '{"item":{"partition":"subject#default/shop","sort":"inbox"}}', DelaySeconds: 0 }]);
  });

  test("a queue that refuses is unavailable, by its error's name and without what it wrote", async () => {
    refuses = true;
    const reason = "SQS did not take a message: AccessDeniedException";
    expect(await continuation().schedule({ incidentId: "a1", version: 7, hop: 3 }, 0)).toEqual({
      ok: false,
      failure: { kind: "unavailable", effect: "unknown", reason },
    });
    refuses = false;
  });
});

describe("what comes from SQS", () => {
  test("a message of ours is read as it was sent", () => {
    const body = '{"incidentId":"a1","version":7,"hop":3}';
    expect(readSqsMessage(body)).toEqual({ ok: true, value: { incidentId: "a1", version: 7, hop: 3 } });
  });

  test.each(["", "not JSON", "{}", "[]", '{"incidentId":"a1","version":7,"hop":-1}'])("%j is malformed", (body) => {
    expect(readSqsMessage(body)).toMatchObject({ ok: false, failure: { kind: "malformed", source: "queue message" } });
  });
});
