/**
 * The road that a message takes: SQS (moto) behind a proxy that notes which invocation sent it, and the poller that
 * Lambda runs between a queue and a function, with what can happen to a message on the way.
 */
import { createServer } from "node:http";
import { answering, bodyOf, close, listen } from "../support/http-server.ts";
import { account, region } from "./moto.ts";
import type { Moto } from "./moto.ts";
import type { Lambda } from "./sandbox.ts";

export interface Queues {
  readonly url: string;
  readonly deadUrl: string;
  /** Of a message: how many invocations in a row led to the one that takes it. */
  lineageOf(messageId: string): number;
  /** DelaySeconds of every message that was sent, in order. */
  readonly delays: readonly number[];
  /** The bodies of what is in the dead-letter queue. */
  dead(): Promise<readonly string[]>;
  stop(): Promise<void>;
}

/** New queues, or the ones of a stack; a message is dead after `receiveMax` receptions. */
export async function openQueues(moto: Moto, name: string, existing?: { readonly url: string; readonly deadUrl: string }): Promise<Queues> {
  const lineages = new Map<string, number>();
  const delays: number[] = [];
  const proxy = createServer(
    answering(async (request, response) => {
      const body = await bodyOf(request);
      const { host: _host, "content-length": _length, connection: _connection, ...headers } = request.headers;
      const answer = await fetch(moto.url + request.url, { method: "POST", headers: headers as Record<string, string>, body });
      const text = await answer.text();
      if (request.headers["x-amz-target"] === "AmazonSQS.SendMessage" && answer.ok) {
        // As SQS does with the header, and Lambda with the attribute that it becomes.
        const lineage = Number(/Lineage=(\d+)/.exec(String(request.headers["x-amzn-trace-id"]))?.[1] ?? Number.NaN);
        lineages.set((JSON.parse(text) as { MessageId: string }).MessageId, lineage + 1);
        delays.push((JSON.parse(body) as { DelaySeconds?: number }).DelaySeconds ?? 0);
      }
      response.writeHead(answer.status, { "content-type": "application/x-amz-json-1.0" }).end(text);
    }),
  );
  const origin = await listen(proxy);
  const { url, deadUrl } = existing ?? (await createQueues(moto, name));
  return {
    url: origin + new URL(url).pathname,
    deadUrl,
    delays,
    lineageOf: (messageId) => lineages.get(messageId) ?? 1,
    async dead() {
      const { Messages } = await moto.json("sqs", "AmazonSQS.ReceiveMessage", {
        QueueUrl: deadUrl,
        MaxNumberOfMessages: 10,
        VisibilityTimeout: 0,
      });
      return ((Messages ?? []) as readonly { Body: string }[]).map(({ Body }) => Body);
    },
    stop: () => close(proxy),
  };
}

async function createQueues(moto: Moto, name: string): Promise<{ readonly url: string; readonly deadUrl: string }> {
  const dead = await moto.json("sqs", "AmazonSQS.CreateQueue", { QueueName: `${name}-dead` });
  const redrive = JSON.stringify({ deadLetterTargetArn: `arn:aws:sqs:${region}:${account}:${name}-dead`, maxReceiveCount: "3" });
  const created = await moto.json("sqs", "AmazonSQS.CreateQueue", { QueueName: name, Attributes: { RedrivePolicy: redrive } });
  return { url: String(created["QueueUrl"]), deadUrl: String(dead["QueueUrl"]) };
}

interface Message {
  readonly MessageId: string;
  readonly ReceiptHandle: string;
  readonly Body: string;
  readonly MD5OfBody: string;
  readonly Attributes: Readonly<Record<string, string>>;
}

/** What happens to one message on its way: how often it is delivered, and how late. */
export interface Fate {
  readonly times: number;
  readonly delayMs: number;
}

export interface Poller {
  /** Takes no more messages and waits for those under way. */
  stop(): Promise<void>;
}

const concurrencyMax = 4;
const pollMs = 200;

/**
 * Receives as Lambda does and deletes what was done; the rest becomes visible again after `visibilityS`. `fateOf`: left
 * out, each message is delivered once, at once.
 */
export function startPoller(
  moto: Moto,
  queues: Queues,
  lambda: Lambda,
  options: { readonly visibilityS: number; readonly fateOf?: (() => Fate) | undefined },
): Poller {
  const underWay = new Set<Promise<void>>();
  const stopping = new AbortController();

  async function deliver(message: Message): Promise<void> {
    const { times, delayMs } = options.fateOf?.() ?? { times: 1, delayMs: 0 };
    if (delayMs > 0) await pause(delayMs);
    const lineage = queues.lineageOf(message.MessageId);
    const event = { Records: [recordOf(message, queues.url)] };
    const outcomes = await Promise.all(Array.from({ length: times }, () => taken(lambda, event, lineage, message.MessageId)));
    // One copy that succeeded is enough for Lambda to delete the message.
    if (times > 0 && !outcomes.includes(true)) return;
    // A message that was under way for longer than it was invisible has been received again by now: its old handle is none any more.
    await moto
      .json("sqs", "AmazonSQS.DeleteMessage", { QueueUrl: queues.url, ReceiptHandle: message.ReceiptHandle })
      .catch(() => undefined);
  }

  async function poll(): Promise<void> {
    while (!stopping.signal.aborted) {
      const room = concurrencyMax - underWay.size;
      const { Messages } =
        room < 1
          ? { Messages: [] }
          : await moto.json("sqs", "AmazonSQS.ReceiveMessage", {
              QueueUrl: queues.url,
              MaxNumberOfMessages: room,
              VisibilityTimeout: options.visibilityS,
              AttributeNames: ["All"],
            });
      for (const message of (Messages ?? []) as readonly Message[]) {
        const delivering: Promise<void> = deliver(message).finally(() => underWay.delete(delivering));
        underWay.add(delivering);
      }
      await pause(pollMs);
    }
  }

  const polling = poll();
  return {
    async stop() {
      stopping.abort();
      await polling;
      await Promise.all(underWay);
    },
  };
}

async function taken(lambda: Lambda, event: unknown, lineage: number, messageId: string): Promise<boolean> {
  try {
    const { batchItemFailures } = (await lambda.invoke(event, lineage)) as { batchItemFailures: readonly { itemIdentifier: string }[] };
    return !batchItemFailures.some(({ itemIdentifier }) => itemIdentifier === messageId);
  } catch {
    return false;
  }
}

/** A record as Lambda passes it (Lambda Developer Guide, "Using Lambda with Amazon SQS"). */
function recordOf(message: Message, queueUrl: string): unknown {
  return {
    messageId: message.MessageId,
    receiptHandle: message.ReceiptHandle,
    body: message.Body,
    attributes: message.Attributes,
    messageAttributes: {},
    md5OfBody: message.MD5OfBody,
    eventSource: "aws:sqs",
    eventSourceARN: `arn:aws:sqs:${region}:${account}:${new URL(queueUrl).pathname.split("/").at(-1)}`,
    awsRegion: region,
  };
}

export function pause(durationMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, durationMs));
}
