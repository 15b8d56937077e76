/**
 * Continuations through a Cloudflare Queue, for the Worker: what is to go on, and what has news, is a small message that
 * a consumer is started with. It may come late, twice or never; it carries names only, no data of an incident.
 */
import * as z from "zod";
import type { Clock } from "../clock.ts";
import { malformed, success, unavailable } from "../failure.ts";
import type { Result } from "../failure.ts";
import type { ContinuationPort } from "./continuation.ts";

/** The part of a Queue binding that is used (developers.cloudflare.com/queues/configuration/javascript-apis). */
export interface QueueBinding {
  send(body: unknown, options?: { readonly delaySeconds?: number }): Promise<unknown>;
}

const itemSchema = z.object({ partition: z.string(), sort: z.string() });
const messageSchema = z.union([
  z.strictObject({ incidentId: z.string(), version: z.int().min(0), hop: z.int().min(0) }),
  /** An item of the ledger that is due now: an inbox with news, or the head of an incident. */
  z.strictObject({ item: itemSchema }),
]);
export type QueueMessage = Readonly<z.infer<typeof messageSchema>>;

export interface QueueOptions {
  readonly queue: QueueBinding;
  readonly clock: Pick<Clock, "sleep">;
}

/** Queues take whole seconds up to 12 hours (Queues, platform limits); firing at this one is early, and harmless. */
const delayMsMax = 12 * 60 * 60 * 1_000;
/** A fetch handler's `waitUntil` ends after 30 s, and a step must not hang on its last line. */
const sendMsMax = 5_000;

export interface QueueContinuation extends ContinuationPort {
  /** Asks for one due item to be attended to at once. */
  wake(item: z.infer<typeof itemSchema>): Promise<Result<void>>;
}

/** A delay is rounded up to a whole second. Fails with `unavailable` when the queue does not take the message within 5 s. */
export function queueContinuation({ queue, clock }: QueueOptions): QueueContinuation {
  async function send(message: QueueMessage, delayMs: number): Promise<Result<void>> {
    const answered = new AbortController();
    const delaySeconds = Math.ceil(Math.min(Math.max(0, delayMs || 0), delayMsMax) / 1_000);
    try {
      return await Promise.race([
        queue.send(message, { delaySeconds }).then(() => success(undefined)),
        clock
          .sleep(sendMsMax, answered.signal)
          .then(() => unavailable(`the queue did not answer within ${sendMsMax / 1_000} s`, "unknown")),
      ]);
    } catch {
      return unavailable("the queue did not take a message", "unknown");
    } finally {
      answered.abort();
    }
  }
  return {
    schedule: ({ incidentId, version, hop }, delayMs) => send({ incidentId, version, hop }, delayMs),
    wake: ({ partition, sort }) => send({ item: { partition, sort } }, 0),
  };
}

/** `malformed` for a message of another form: it will not become readable by coming again. */
export function readQueueMessage(body: unknown): Result<QueueMessage> {
  const parsed = messageSchema.safeParse(body);
  return parsed.success ? success(parsed.data) : malformed("queue message", "it names neither an incident nor an item");
}
