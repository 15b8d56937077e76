/** Stratus in each of its three runtimes, so that a test can begin in one and go on in another. Each can die at once. */
import { randomUUID } from "node:crypto";
import { systemClock } from "../../src/clock.ts";
import { kubernetesCluster } from "../../src/cluster/kubernetes.ts";
import { directAccess } from "../../src/cluster/reach.ts";
import { compose } from "../../src/compose.ts";
import { readConfig } from "../../src/config.ts";
import { timerContinuation } from "../../src/continuation/timer.ts";
import { describeFailure } from "../../src/failure.ts";
import type { Result } from "../../src/failure.ts";
import { dynamodbLedger } from "../../src/ledger/dynamodb.ts";
import { createLog } from "../../src/log.ts";
import { startLoop } from "../../src/runner/loop.ts";
import { attend, dueItems } from "../../src/runner/sweep.ts";
import { scheduleEvent, urlEvent } from "../aws/event.ts";
import { createLambda } from "../aws/sandbox.ts";
import type { Lambda } from "../aws/sandbox.ts";
import { startSqs } from "../support/sqs-server.ts";
import { runWorker } from "./worker-bundle.ts";
import type { WorkerBundle } from "./worker-bundle.ts";

export const secret = "correct horse battery";

export interface Running {
  /** POST /alerts; the status of the answer. */
  deliver(payload: unknown): Promise<number>;
  /** What the platform's clock starts each minute. */
  sweep(): Promise<void>;
  /** Ends in the middle of whatever it does. */
  kill(): Promise<void>;
  readonly log: readonly string[];
}

export type Settings = Readonly<Record<string, string>>;
export type Start = (settings: Settings) => Promise<Running>;

/** The parts of src/entry/node.ts with DynamoDB as the ledger. It is abandoned, not killed: whoever kills it has to cut it off from its ledger. */
export const startOnNode: Start = (settings) => {
  const { dynamodb, aws, ...rest } = must(readConfig(settings, ["dynamodb", "aws", "kubernetes"]));
  const log: string[] = [];
  const said = createLog({ write: (line) => void log.push(line), clock: systemClock, level: "debug" });
  const timer = timerContinuation({ onDue: ({ incidentId }) => loop.wakeIncident(incidentId) });
  const { app, runner } = compose({
    config: { dynamodb, aws, ...rest },
    cluster: ({ reach, policy }) =>
      kubernetesCluster({ ...must(directAccess(reach, { aws, clock: systemClock })), fetch }, policy.customKinds),
    ledger: dynamodbLedger({ ...dynamodb, ...aws }),
    continuation: timer,
    clock: systemClock,
    log: said,
    instance: `node/${randomUUID()}`,
    sliceMs: Infinity,
    wake: (key) => loop.wake(key),
    newId: randomUUID,
  });
  const loop = startLoop({
    clock: systemClock,
    log: said,
    sweepMs: rest.sweepMs,
    attend: (key) => attend(runner, key),
    due: () => dueItems(runner),
  });
  return Promise.resolve({
    log,
    async deliver(payload) {
      const headers = { authorization: `Bearer ${secret}`, "content-type": "application/json" };
      return (await app.request("/alerts", { method: "POST", headers, body: JSON.stringify(payload) })).status;
    },
    sweep: () => Promise.resolve(),
    kill() {
      timer.stop();
      void loop.stop();
      return Promise.resolve();
    },
  });
};

export function startOnWorkerd(bundle: WorkerBundle): Start {
  return async (settings) => {
    const { miniflare, events, lines } = await runWorker(bundle, settings, { consumes: true });
    return {
      log: lines,
      async deliver(payload) {
        const headers = { authorization: `Bearer ${secret}`, "content-type": "application/json" };
        const body = JSON.stringify(payload);
        const answer = await miniflare.dispatchFetch("http://stratus.test/alerts", { method: "POST", headers, body });
        await answer.text();
        return answer.status;
      },
      sweep: async () => void (await events.scheduled({ cron: "* * * * *" })),
      kill: () => miniflare.dispose(),
    };
  };
}

/** Its environments are processes of their own, so that killing them is what it is in Lambda. */
export function startOnLambda(bundlePath: string): Start {
  return async (settings) => {
    const sqs = await startSqs({
      region: "eu-central-1",
      account: "123456789012",
      visibilityMs: 5_000,
      onMessage: async (record, lineage) => isDone(await lambda.invoke({ Records: [record] }, lineage)),
    });
    const environment = { ...settings, STRATUS_QUEUE_URL: sqs.queueUrl };
    const lambda: Lambda = createLambda({ bundle: bundlePath, timeoutMs: 60_000, environment });
    return {
      log: lambda.log,
      async deliver(payload) {
        const { statusCode } = (await lambda.invoke(urlEvent("POST", "/alerts", secret, payload), 1)) as { statusCode: number };
        return statusCode;
      },
      sweep: async () => void (await lambda.invoke(scheduleEvent(), 1)),
      async kill() {
        await Promise.all([sqs.stop(), lambda.stop()]);
      },
    };
  };
}

function isDone(answer: unknown): boolean {
  return (answer as { readonly batchItemFailures: readonly unknown[] }).batchItemFailures.length === 0;
}

function must<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(describeFailure(result.failure));
  return result.value;
}
