import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createDice } from "../support/dice.ts";
import { urlEvent } from "./event.ts";
import { startLocalAws } from "./local-aws.ts";
import type { LocalAws } from "./local-aws.ts";
import { changes, expectMitigated, longestLineage, report } from "./outcome.ts";
import { pause } from "./queue.ts";
import { webhookSecret } from "./world.ts";

/** Lambda stops a chain of invocations through SQS at about this many (Developer Guide, "Recursive loop detection"). */
const lineageMax = 16;

let aws: LocalAws;
beforeAll(async () => {
  aws = await startLocalAws();
});
afterAll(() => aws.stop());

const alert = {
  version: "4",
  groupKey: "{}:{}",
  status: "firing",
  receiver: "stratus",
  groupLabels: {},
  commonLabels: {},
  commonAnnotations: {},
  externalURL: "",
  alerts: [
    {
      status: "firing",
      labels: { alertname: "HighRequestErrorRate", namespace: "elsewhere", app: "payment" },
      annotations: {},
      startsAt: "2026-01-05T09:00:00Z",
      endsAt: "0001-01-01T00:00:00Z",
      generatorURL: "",
    },
  ],
};

describe("the doors behind the Function URL", () => {
  test("a wrong secret is refused, and an alert is on its way to a step before it is answered", async () => {
    const shop = await aws.world("doors", { polls: false });
    const refused = await shop.lambda.invoke(urlEvent("POST", "/alerts", "some other horse", alert), 1);
    expect(refused).toMatchObject({ statusCode: 401, headers: { "content-type": "application/problem+json" } });
    expect(shop.queues.delays).toEqual([]);

    const answers = await Promise.all(
      Array.from({ length: 5 }, () => shop.lambda.invoke(urlEvent("POST", "/alerts", webhookSecret, alert), 1)),
    );
    expect(answers.map((answer) => (answer as { statusCode: number }).statusCode)).toEqual([202, 202, 202, 202, 202]);
    expect(shop.queues.delays).toEqual([0]);
    await shop.stop();
  });

  test("an environment that was frozen until its connections were closed answers as ever", async () => {
    const shop = await aws.world("frozen", { polls: false });
    expect(await shop.lambda.invoke(urlEvent("GET", "/readyz", undefined), 1)).toMatchObject({ statusCode: 200 });
    // Node's servers close a connection that was idle for 5 s.
    await pause(6_500);
    expect(await shop.lambda.invoke(urlEvent("GET", "/readyz", undefined), 1)).toMatchObject({ statusCode: 200 });
    expect(await shop.lambda.invoke(urlEvent("POST", "/alerts", webhookSecret, alert), 1)).toMatchObject({ statusCode: 202 });
    await shop.stop();
  });

  test("without its settings it says so, and not what they are", async () => {
    const shop = await aws.world("unset", {
      polls: false,
      environment: { STRATUS_EKS_CLUSTER: "production" },
    });
    expect(await shop.lambda.invoke(urlEvent("GET", "/healthz", undefined), 1)).toMatchObject({ statusCode: 500 });
    await expect(shop.lambda.invoke({ "detail-type": "Scheduled Event" }, 1)).rejects.toThrow("exclude each other");
    expect(shop.lambda.log.join("\n")).not.toContain(webhookSecret);
    await shop.stop();
  });
});

describe("an incident from invocation to invocation", () => {
  test("a wrong target port is put right", async () => {
    const shop = await aws.world("straight");
    const sinceMs = performance.now();
    shop.breakTargetPort();
    const incidents = await shop.untilOver(60_000);
    report("straight", shop, sinceMs);
    expectMitigated(shop, incidents);
    expect(changes(shop)).toBe(1);
    await shop.stop();
  });

  test("a longer one than a chain may be is carried on by the sweep, in chains of at most 12 hops", async () => {
    const shop = await aws.world("long", { keepFiringMs: 30_000, sweepEveryMs: 25_000 });
    const sinceMs = performance.now();
    shop.breakTargetPort();
    const incidents = await shop.untilOver(90_000);
    report("long", shop, sinceMs);
    expectMitigated(shop, incidents);
    expect(shop.lambda.invocations.filter(({ kind }) => kind === "message").length).toBeGreaterThan(lineageMax);
    // The delivery, the message that it sends, and the 12 hops from there.
    expect(longestLineage(shop)).toBe(14);
    await shop.stop();
  });

  test.concurrent.each([1, 2, 3, 4])("messages are lost, doubled, late and overtaken: dice %i", async (seed) => {
    const dice = createDice(seed);
    const fateOf = () => ({ times: dice.pick([0, 1, 1, 1, 2, 3]), delayMs: dice.pick([0, 0, 500, 3_000]) });
    const shop = await aws.world(`dice-${seed}`, { fateOf });
    const sinceMs = performance.now();
    shop.breakTargetPort();
    const incidents = await shop.untilOver(90_000);
    report(`dice ${seed}`, shop, sinceMs);
    expectMitigated(shop, incidents);
    expect(changes(shop)).toBe(1);
    expect(longestLineage(shop)).toBeLessThanOrEqual(lineageMax);
    await shop.stop();
  });

  test("every message is doubled, and still no chain is longer than Lambda lets it be", async () => {
    const shop = await aws.world("doubled", { keepFiringMs: 22_000, fateOf: () => ({ times: 2, delayMs: 0 }) });
    const sinceMs = performance.now();
    shop.breakTargetPort();
    const incidents = await shop.untilOver(90_000);
    report("doubled", shop, sinceMs);
    expectMitigated(shop, incidents);
    expect(longestLineage(shop)).toBeLessThanOrEqual(lineageMax);
    await shop.stop();
  });
});

describe("invocations that end in the middle", () => {
  test("a write whose answer never comes runs into the time-out, and the next invocation finds that it took place", async () => {
    const shop = await aws.world("time-out", { timeoutMs: 4_000 });
    let held = 0;
    shop.apiServer.leaveUnanswered((request) => request.startsWith("PATCH") && !request.includes("dryRun") && (held += 1) === 1);
    const sinceMs = performance.now();
    shop.breakTargetPort();
    const incidents = await shop.untilOver(90_000);
    report("time-out", shop, sinceMs);
    expectMitigated(shop, incidents);
    expect(shop.lambda.timedOut()).toBe(1);
    expect(changes(shop)).toBe(1);
    await shop.stop();
  });
});

describe("messages that cannot be done", () => {
  test("come again three times and end in the dead-letter queue", async () => {
    const shop = await aws.world("dead", { visibilityS: 3 });
    const sinceMs = performance.now();
    await aws.moto.json("sqs", "AmazonSQS.SendMessage", { QueueUrl: shop.queues.url, MessageBody: "from somebody else" });
    await aws.moto.json("sqs", "AmazonSQS.SendMessage", {
      QueueUrl: shop.queues.url,
      MessageBody: '{"incidentId":"0","version":1,"hop":-1}',
    });
    while ((await shop.queues.dead()).length < 2 && performance.now() - sinceMs < 30_000) await pause(200);
    expect((await shop.queues.dead()).toSorted()).toEqual(["from somebody else", '{"incidentId":"0","version":1,"hop":-1}']);
    // The sweep sends one of its own meanwhile, which is no first of a chain.
    expect(shop.lambda.invocations.filter(({ kind, lineage }) => kind === "message" && lineage === 1).length).toBe(6);
    await shop.stop();
  });

  test("a message about an incident that is not there is done with", async () => {
    const shop = await aws.world("gone");
    await aws.moto.json("sqs", "AmazonSQS.SendMessage", {
      QueueUrl: shop.queues.url,
      MessageBody: '{"incidentId":"0","version":1,"hop":3}',
    });
    await pause(3_000);
    expect(shop.lambda.invocations.filter(({ kind }) => kind === "message").length).toBe(1);
    expect(await shop.queues.dead()).toEqual([]);
    await shop.stop();
  });
});
