/**
 * A stand-in for one SQS queue with the poller that Lambda runs at its end: SendMessage of the AWS JSON protocol, and what
 * was sent handed over when its delay is over. No other operation, no dead-letter queue; test/aws has the real protocol.
 */
import { createHash, randomUUID } from "node:crypto";
import { createServer } from "node:http";
import type { ServerResponse } from "node:http";
import { answering, bodyOf, close, listen } from "./http-server.ts";

/** A record as Lambda passes it (Lambda Developer Guide, "Using Lambda with Amazon SQS"). */
export interface SqsRecord {
  readonly messageId: string;
  readonly body: string;
  readonly eventSource: "aws:sqs";
  readonly [more: string]: unknown;
}

export interface SqsServer {
  readonly queueUrl: string;
  /** Messages that were taken so far. */
  sent(): number;
  /** Nothing is handed over any more; what waits is lost. */
  stop(): Promise<void>;
}

export interface SqsOptions {
  readonly region: string;
  readonly account: string;
  /** True: done. Otherwise the message comes again after `visibilityMs`. `lineage`: how many invocations in a row lead here. */
  readonly onMessage: (record: SqsRecord, lineage: number) => Promise<boolean>;
  readonly visibilityMs: number;
}

const delaySecondsMax = 900;
/** SQS Developer Guide, "Amazon SQS message quotas". */
const messageBytesMax = 1_048_576;

class Refusal extends Error {
  readonly type: string;
  /** What the older query protocol called it; the SDK reads the error's name from here. */
  readonly queryCode: string;

  constructor(type: string, queryCode: string, message: string) {
    super(message);
    [this.type, this.queryCode] = [type, queryCode];
  }
}

export async function startSqs({ region, account, onMessage, visibilityMs }: SqsOptions): Promise<SqsServer> {
  const path = `/${account}/stratus-steps`;
  const timers = new Set<NodeJS.Timeout>();
  let sent = 0;

  function later(delayMs: number, work: () => void): void {
    const timer = setTimeout(() => {
      timers.delete(timer);
      work();
    }, delayMs);
    timers.add(timer);
  }

  async function handOver(record: SqsRecord, lineage: number, received: number): Promise<void> {
    const attributes = { SenderId: account, SentTimestamp: String(Date.now()), ApproximateReceiveCount: String(received) };
    const done = await onMessage({ ...record, receiptHandle: randomUUID(), attributes }, lineage).catch(() => false);
    if (!done) later(visibilityMs, () => void handOver(record, lineage, received + 1));
  }

  function send(input: unknown, trace: string): unknown {
    const { body, delaySeconds } = accepted(input, path);
    sent += 1;
    const md5OfBody = createHash("md5").update(body).digest("hex");
    const eventSourceARN = `arn:aws:sqs:${region}:${account}:stratus-steps`;
    const record = {
      messageId: randomUUID(),
      body,
      md5OfBody,
      messageAttributes: {},
      eventSource: "aws:sqs",
      eventSourceARN,
      awsRegion: region,
    } as const;
    // As SQS does with the header, and Lambda with the attribute that it becomes.
    const lineage = Number(/Lineage=(\d+)/.exec(trace)?.[1] ?? 0) + 1;
    later(delaySeconds * 1_000, () => void handOver(record, lineage, 1));
    return { MD5OfMessageBody: md5OfBody, MessageId: record.messageId };
  }

  const server = createServer(
    answering(async (request, response) => {
      const body = await bodyOf(request);
      try {
        const target = String(request.headers["x-amz-target"]);
        if (target !== "AmazonSQS.SendMessage")
          throw new Refusal("com.amazon.coral.service#UnknownOperationException", "InvalidAction", `${target} is not served here`);
        answer(response, 200, send(JSON.parse(body), String(request.headers["x-amzn-trace-id"])));
      } catch (error) {
        if (error instanceof Refusal) response.setHeader("x-amzn-query-error", `${error.queryCode};Sender`);
        const [type, message] = error instanceof Refusal ? [error.type, error.message] : [serialization, "the body is not JSON"];
        answer(response, 400, { __type: type, message });
      }
    }),
  );
  const origin = await listen(server);
  return {
    queueUrl: origin + path,
    sent: () => sent,
    async stop() {
      for (const timer of timers) clearTimeout(timer);
      await close(server);
    },
  };
}

const missing = "com.amazon.coral.service#MissingRequiredParameterException";
const invalid = "com.amazon.coral.service#InvalidParameterValueException";
const serialization = "com.amazon.coral.service#SerializationException";

/** What SendMessage takes; throws what SQS would answer otherwise. */
function accepted(input: unknown, path: string): { readonly body: string; readonly delaySeconds: number } {
  const { QueueUrl: url, MessageBody: body, DelaySeconds: delaySeconds = 0 } = input as Readonly<Record<string, unknown>>;
  if (typeof url !== "string" || !URL.canParse(url) || new URL(url).pathname !== path)
    throw new Refusal(
      "com.amazonaws.sqs#QueueDoesNotExist",
      "AWS.SimpleQueueService.NonExistentQueue",
      "The specified queue does not exist.",
    );
  if (typeof body !== "string" || body === "")
    throw new Refusal(missing, "MissingParameter", "The request must contain the parameter MessageBody.");
  if (Buffer.byteLength(body) > messageBytesMax)
    throw invalidValue(`One or more parameters are invalid. Reason: Message must be shorter than ${messageBytesMax} bytes.`);
  if (typeof delaySeconds !== "number" || !Number.isInteger(delaySeconds) || delaySeconds < 0 || delaySeconds > delaySecondsMax) {
    const bounds = `DelaySeconds must be >= 0 and <= ${delaySecondsMax}`;
    throw invalidValue(`Value ${JSON.stringify(delaySeconds)} for parameter DelaySeconds is invalid. Reason: ${bounds}.`);
  }
  return { body, delaySeconds };
}

function invalidValue(message: string): Refusal {
  return new Refusal(invalid, "InvalidParameterValue", message);
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/x-amz-json-1.0", "x-amzn-requestid": randomUUID() }).end(JSON.stringify(body));
}
