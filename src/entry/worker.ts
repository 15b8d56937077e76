/**
 * Stratus as a Cloudflare Worker: DynamoDB as the ledger, a Queue for what is to go on, a cron for what was lost. Knows its
 * runtime, wires, decides nothing. Everything is put together anew for each invocation: a binding or an open request of one
 * must not be used in another. Only web APIs, no `node:` import anywhere below.
 */
import { systemClock } from "../clock.ts";
import { kubernetesCluster } from "../cluster/kubernetes.ts";
import { directAccess } from "../cluster/reach.ts";
import { compose } from "../compose.ts";
import type { Composed, Runtime } from "../compose.ts";
import { readConfig } from "../config.ts";
import { queueContinuation, readQueueMessage } from "../continuation/queue.ts";
import type { QueueBinding, QueueContinuation } from "../continuation/queue.ts";
import { BrokenInvariant, describeFailure, success } from "../failure.ts";
import type { Result } from "../failure.ts";
import { problem } from "../http/problem.ts";
import { dynamodbLedger } from "../ledger/dynamodb.ts";
import { createLog } from "../log.ts";
import { attend, dueItems } from "../runner/sweep.ts";
import { step } from "../runner/step.ts";

/** Beside these: every setting of config.ts, as a variable or a secret. */
export interface WorkerEnvironment {
  readonly STEPS: QueueBinding;
  /** A Workers VPC service, for an API server that the internet does not reach. */
  readonly KUBERNETES?: { fetch(url: string, init: RequestInit): Promise<Response> };
  readonly [setting: string]: unknown;
}

export interface InvocationContext {
  waitUntil(work: Promise<unknown>): void;
}

/** The part of a queue's batch that is used. */
export interface MessageBatch {
  readonly messages: readonly { readonly body: unknown; ack(): void; retry(): void }[];
}

/** A consumer and a cron are stopped after 15 minutes of wall clock (Workers, platform limits). */
const sliceMs = 5 * 60_000;

export interface Handlers {
  fetch(request: Request, environment: WorkerEnvironment, context: InvocationContext): Promise<Response>;
  queue(batch: MessageBatch, environment: WorkerEnvironment, context: InvocationContext): Promise<void>;
  scheduled(event: unknown, environment: WorkerEnvironment, context: InvocationContext): Promise<void>;
}

/** What a test puts in place of the usual parts. */
export type Overrides = Pick<Runtime, "planner">;

export function createWorker(overrides: Overrides = {}): Handlers {
  return {
    async fetch(request, environment, context) {
      const started = start(environment, overrides, context);
      return started.ok ? started.value.app.fetch(request) : problem(500, "Stratus is not configured; its log says what is missing.");
    },

    async queue(batch, environment, context) {
      const started = start(environment, overrides, context);
      for (const message of batch.messages) {
        if (started.ok) await consume(started.value, message);
        else message.retry();
      }
    },

    /** Each due item as a message of its own, so that one slow incident holds up no other. */
    async scheduled(_event, environment, context) {
      const started = start(environment, overrides, context);
      if (!started.ok) return;
      const { runner, steps } = started.value;
      for (const item of await dueItems(runner)) {
        const woken = await steps.wake(item);
        if (!woken.ok) await attend(runner, item);
      }
    },
  };
}

export default createWorker();

interface Started extends Composed {
  readonly steps: QueueContinuation;
}

async function consume({ runner }: Started, message: MessageBatch["messages"][number]): Promise<void> {
  const work = readQueueMessage(message.body);
  if (!work.ok) {
    runner.log.error("a message was dropped", { reason: describeFailure(work.failure) });
    return message.ack();
  }
  try {
    const end = "item" in work.value ? await attend(runner, work.value.item) : await step(runner, work.value);
    if (end.kind === "unreachable") message.retry();
    else message.ack();
  } catch (error) {
    runner.log.error("a step broke off", { ...work.value, error });
    message.retry();
  }
}

/** Fails with `malformed`, told in the log, when a setting is wrong. It opens no connection. */
function start(environment: WorkerEnvironment, overrides: Overrides, context: InvocationContext): Result<Started> {
  const settings = Object.entries(environment).filter((entry): entry is [string, string] => typeof entry[1] === "string");
  const config = readConfig(Object.fromEntries(settings), ["dynamodb", "aws", "kubernetes"]);
  const level = config.ok ? config.value.logLevel : "info";
  const log = createLog({ write: (line) => console.log(line), clock: systemClock, level });
  if (!config.ok) {
    log.error("Stratus cannot start", { reason: describeFailure(config.failure) });
    return config;
  }
  const { dynamodb, aws } = config.value;
  const steps = queueContinuation({ queue: environment.STEPS, clock: systemClock });
  const composed = compose({
    config: config.value,
    cluster: ({ reach, policy }) => {
      const way = directAccess(reach, { aws, clock: systemClock });
      if (!way.ok) throw new BrokenInvariant(describeFailure(way.failure));
      // Called on its owner: workerd's fetch refuses to be a method of something else.
      const access = { ...way.value, fetch: (url: string, init: RequestInit) => (environment.KUBERNETES ?? globalThis).fetch(url, init) };
      return kubernetesCluster(access, policy.customKinds);
    },
    ledger: dynamodbLedger({ ...dynamodb, ...aws }),
    continuation: steps,
    clock: systemClock,
    log,
    instance: `worker/${crypto.randomUUID()}`,
    sliceMs,
    wake: (item) =>
      context.waitUntil(
        steps.wake(item).then((woken) => {
          if (!woken.ok) log.warn("not queued, the cron will find it", { inbox: item.partition, reason: describeFailure(woken.failure) });
        }),
      ),
    newId: () => crypto.randomUUID(),
    ...overrides,
  });
  return success({ ...composed, steps });
}
