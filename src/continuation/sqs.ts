/**
 * Continuations through a standard SQS queue, for Lambda: what is to go on, and what has news, is a small message that
 * the function is invoked with. It may come late, twice or never; it carries names only, no data of an incident.
 */
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { malformed, success, unavailable } from "../failure.ts";
import type { Result } from "../failure.ts";
import { readQueueMessage } from "./queue.ts";
import type { QueueContinuation, QueueMessage } from "./queue.ts";

export interface SqsOptions {
  readonly queueUrl: string;
  /** Absent: the SDK asks the environment. */
  readonly region?: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken?: string };
}

/** The longest delay of a message (SQS Developer Guide, "Message quotas"). A step that comes early waits again. */
const delaySecondsMax = 900;
/** Two tries of two seconds: a message that is not sent is made good by the sweep, so nobody has to wait long for it. */
const requestTimeoutMs = 2_000;
const connectionTimeoutMs = 1_000;
const attemptsMax = 2;

/** A delay is rounded up to a whole second, at most 15 minutes. Fails with `unavailable` within about 5 s. Opens no connection before its first message. */
export function sqsContinuation({ queueUrl, region, credentials }: SqsOptions): QueueContinuation {
  const client = new SQSClient({
    ...(region === undefined ? {} : { region }),
    ...(credentials === undefined ? {} : { credentials }),
    endpoint: new URL(queueUrl).origin,
    maxAttempts: attemptsMax,
    requestHandler: { connectionTimeout: connectionTimeoutMs, requestTimeout: requestTimeoutMs, throwOnRequestTimeout: true },
  });

  async function send(message: QueueMessage, delayMs: number): Promise<Result<void>> {
    const DelaySeconds = Math.min(delaySecondsMax, Math.ceil(Math.max(0, delayMs || 0) / 1_000));
    try {
      await client.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify(message), DelaySeconds }));
      return success(undefined);
    } catch (error) {
      return unavailable(`SQS did not take a message: ${nameOf(error)}`, "unknown");
    }
  }
  return {
    schedule: ({ incidentId, version, hop }, delayMs) => send({ incidentId, version, hop }, delayMs),
    wake: ({ partition, sort }) => send({ item: { partition, sort } }, 0),
  };
}

/** The body of a message that one of these has sent; `malformed` for any other. */
export function readSqsMessage(body: string): Result<QueueMessage> {
  try {
    return readQueueMessage(JSON.parse(body));
  } catch {
    return malformed("queue message", "it is not JSON");
  }
}

/** An SDK error's message may quote the request: only its name leaves this file. */
function nameOf(error: unknown): string {
  const name = error instanceof Error ? error.name : "";
  return /^[A-Za-z.]{1,64}$/.test(name) && name !== "Error" ? name : "it could not be reached";
}
