/**
 * Stratus as one AWS Lambda function: a Function URL or API Gateway brings requests, SQS what is to go on, a schedule the
 * sweep. DynamoDB is the ledger. Knows its runtime, wires, decides nothing. Nothing runs after the answer, and nothing but
 * clients outlives an invocation.
 */
import * as http from "node:http";
import * as https from "node:https";
import { handle } from "hono/aws-lambda";
import type { LambdaEvent } from "hono/aws-lambda";
import * as z from "zod";
import { systemClock } from "../clock.ts";
import { httpsFetch } from "../cluster/https-fetch.ts";
import { kubernetesCluster } from "../cluster/kubernetes.ts";
import { directAccess } from "../cluster/reach.ts";
import type { DirectAccess } from "../cluster/reach.ts";
import { compose } from "../compose.ts";
import type { Composed, Runtime } from "../compose.ts";
import { readConfig } from "../config.ts";
import type { Config } from "../config.ts";
import type { QueueContinuation } from "../continuation/queue.ts";
import { readSqsMessage, sqsContinuation } from "../continuation/sqs.ts";
import { BrokenInvariant, describeFailure, malformed, success } from "../failure.ts";
import type { Result } from "../failure.ts";
import { dynamodbLedger } from "../ledger/dynamodb.ts";
import type { LedgerPort } from "../ledger/ledger.ts";
import { createLog } from "../log.ts";
import type { Log } from "../log.ts";
import { step } from "../runner/step.ts";
import { attend, dueItems } from "../runner/sweep.ts";

export interface InvocationContext {
  readonly awsRequestId: string;
  getRemainingTimeInMillis(): number;
}

/** What SQS is told: the messages that are to come again. */
export interface BatchAnswer {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

/**
 * Enough for the one piece of work that may be under way when a slice ends; one that takes longer is killed, which is
 * harmless. Of a short time-out it is half.
 */
const marginMsMax = 30_000;
const sentAtOnceMax = 10;

/** Payload format 2.0 (Lambda Developer Guide, "Invoking Lambda function URLs", "Request payload format"). */
const requestSchema = z.looseObject({ version: z.literal("2.0"), requestContext: z.looseObject({ http: z.looseObject({}) }) });
const recordSchema = z.object({ eventSource: z.literal("aws:sqs"), messageId: z.string(), body: z.string() });
const messagesSchema = z.object({ Records: z.array(recordSchema).min(1) });
/** EventBridge Scheduler without an input of its own, and a rule of EventBridge, say it alike. */
const scheduleSchema = z.looseObject({ "detail-type": z.literal("Scheduled Event") });

export type Handler = (event: unknown, context: InvocationContext) => Promise<unknown>;

/** What a test puts in place of the usual parts. */
export type Overrides = Pick<Runtime, "planner">;

/** Of one execution environment: what outlives an invocation is made at the first one. */
export function createHandler(overrides: Overrides = {}): Handler {
  let warm: Result<Warm> | undefined;
  return async (event, context) => {
    if (warm === undefined || !warm.ok) warm = warmUp();
    const started = warm.ok ? success(start(warm.value, overrides, context)) : warm;
    try {
      if (requestSchema.safeParse(event).success) return await answer(started, event as LambdaEvent);
      const messages = messagesSchema.safeParse(event);
      if (messages.success) return await consume(started, messages.data.Records);
      if (scheduleSchema.safeParse(event).success) return await sweep(started, context);
      throw new Error("an event of an unknown form");
    } finally {
      if (started.ok) started.value.close();
    }
  };
}

export const handler = createHandler();

/** The answer leaves when what was recorded is on its way to a step. */
async function answer(started: Result<Invocation>, event: LambdaEvent): Promise<unknown> {
  if (!started.ok) return { statusCode: 500, body: "Stratus is not configured; its log says what is missing." };
  const { app, woken } = started.value;
  const answered = await handle(app)(event);
  await Promise.all(woken);
  return answered;
}

async function consume(started: Result<Invocation>, records: readonly z.infer<typeof recordSchema>[]): Promise<BatchAnswer> {
  const failed: string[] = [];
  for (const { messageId, body } of records) if (!started.ok || !(await consumed(started.value, body))) failed.push(messageId);
  return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
}

/** False: it is to come again, and in the end to the dead-letter queue, where somebody sees it. */
async function consumed({ runner }: Invocation, body: string): Promise<boolean> {
  const work = readSqsMessage(body);
  if (!work.ok) {
    runner.log.error("a message cannot be read", { reason: describeFailure(work.failure) });
    return false;
  }
  try {
    const end = "item" in work.value ? await attend(runner, work.value.item) : await step(runner, work.value);
    return end.kind !== "unreachable";
  } catch (error) {
    runner.log.error("a step broke off", { ...work.value, error });
    return false;
  }
}

/** Each due item as a message of its own, so that one slow incident holds up no other. What does not fit waits for the next. */
async function sweep(started: Result<Invocation>, context: InvocationContext): Promise<{ readonly due: number }> {
  if (!started.ok) throw new Error(describeFailure(started.failure));
  const { runner, steps, marginMs } = started.value;
  const hasTime = (): boolean => context.getRemainingTimeInMillis() > marginMs;
  const due = await dueItems(runner);
  for (let from = 0; from < due.length && hasTime(); from += sentAtOnceMax) {
    const some = due.slice(from, from + sentAtOnceMax);
    const sent = await Promise.all(some.map(async (item) => ({ item, woken: await steps.wake(item) })));
    for (const { item, woken } of sent) if (!woken.ok && hasTime()) await attend(runner, item);
  }
  return { due: due.length };
}

interface Invocation extends Composed {
  readonly steps: QueueContinuation;
  /** What the doors have asked for, on its way. */
  readonly woken: readonly Promise<void>[];
  /** Nothing new is begun with less time than this left. */
  readonly marginMs: number;
  close(): void;
}

interface Warm {
  readonly config: Config;
  /** By the cluster's name. */
  readonly access: ReadonlyMap<string, DirectAccess>;
  readonly ledger: LedgerPort;
  readonly steps: QueueContinuation;
  readonly log: Log;
}

/** Everything but the clients is put together anew for each invocation. */
function start({ config, access, ledger, steps, log }: Warm, overrides: Overrides, context: InvocationContext): Invocation {
  const woken: Promise<void>[] = [];
  const remainingMs = context.getRemainingTimeInMillis();
  const marginMs = Math.min(marginMsMax, remainingMs / 2);
  // Connections to an API server don't outlive the invocation: a write into one that froze half-open would have an unknown effect.
  const agents = new Map(Array.from(access, ([name, of]) => [name, agentFor(of)]));
  const composed = compose({
    config,
    cluster: ({ name, policy }) => {
      const [way, agent] = [access.get(name), agents.get(name)];
      if (way === undefined || agent === undefined) throw new BrokenInvariant(`no way to cluster ${name} was made`);
      return kubernetesCluster({ ...way, fetch: httpsFetch(() => agent) }, policy.customKinds);
    },
    ledger,
    continuation: steps,
    clock: systemClock,
    log: log.with({ invocation: context.awsRequestId }),
    instance: `lambda/${context.awsRequestId}`,
    sliceMs: remainingMs - marginMs,
    wake: (item) =>
      void woken.push(
        steps.wake(item).then((sent) => {
          if (!sent.ok) log.warn("not queued, the sweep will find it", { inbox: item.partition, reason: describeFailure(sent.failure) });
        }),
      ),
    newId: () => crypto.randomUUID(),
    ...overrides,
  });
  return { ...composed, steps, woken, marginMs, close: () => agents.forEach((agent) => agent.destroy()) };
}

function agentFor({ server, ca }: DirectAccess): http.Agent {
  if (!server.startsWith("https:")) return new http.Agent({ keepAlive: true });
  return new https.Agent({ keepAlive: true, ...(ca === undefined ? {} : { ca }) });
}

/** Fails with `malformed`, told in the log, when a setting is wrong. Opens no connection. */
function warmUp(): Result<Warm> {
  const config = readConfig(process.env, ["dynamodb", "aws", "queue"]);
  const level = config.ok ? config.value.logLevel : "info";
  const log = createLog({ write: (line) => void process.stdout.write(`${line}\n`), clock: systemClock, level });
  const access = config.ok ? accessOf(config.value) : config;
  if (!config.ok || !access.ok) {
    const failure = config.ok ? access : config;
    if (!failure.ok) log.error("Stratus cannot start", { reason: describeFailure(failure.failure) });
    return failure as Extract<Result<Warm>, { ok: false }>;
  }
  const { dynamodb, aws, queue } = config.value;
  return success({
    config: config.value,
    access: access.value,
    ledger: dynamodbLedger({ ...dynamodb, ...aws }),
    steps: sqsContinuation({ queueUrl: queue.url, ...aws }),
    log,
  });
}

/** Each API server with a token of its own, or EKS with one that these credentials sign. */
function accessOf({ clusters, aws }: Config): Result<Warm["access"]> {
  const access = new Map<string, DirectAccess>();
  for (const { name, reach } of clusters) {
    const way = directAccess(reach, { aws, clock: systemClock });
    if (!way.ok) return malformed("environment", `cluster ${name}: ${describeFailure(way.failure)}`);
    access.set(name, way.value);
  }
  return success(access);
}
