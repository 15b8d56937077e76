// What a runtime leaves behind is all that the next one needs: an incident begun in any of the three goes on in any other from
// the same table, and a first try that did nothing is taken back in each of them. Needs Node alone; the waits are real.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bundleLambda } from "../../infra/aws/bundle.ts";
import { startDynalite } from "../support/dynalite.ts";
import type { LocalDynamodb } from "../support/dynalite.ts";
import { startSqs } from "../support/sqs-server.ts";
import { relay } from "./relay.ts";
import type { RelayEnd } from "./relay.ts";
import { expectMitigated, report } from "./relay-end.ts";
import { startOnLambda, startOnNode, startOnWorkerd } from "./running.ts";
import type { Start } from "./running.ts";
import { bundleWorker } from "./worker-bundle.ts";

type Name = "Node" | "Worker" | "Lambda";

const patienceMs = 100_000;
const port = "Service shop/payment /spec/ports/0/targetPort";
const rollback = "Deployment shop/payment /spec/template";
const imageBack = "Deployment shop/payment /spec/template/spec/containers/0/image";

let directory: string;
let dynamodb: LocalDynamodb;
let starts: Readonly<Record<Name, Start>>;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "stratus-relay-"));
  const lambdaPath = join(directory, "index.mjs");
  const [worker, local] = await Promise.all([bundleWorker(), startDynalite(), bundleLambda(lambdaPath)]);
  dynamodb = local;
  starts = { Node: startOnNode, Worker: startOnWorkerd(worker), Lambda: startOnLambda(lambdaPath) };
});

afterAll(async () => {
  await dynamodb.stop();
  await rm(directory, { recursive: true, force: true });
});

describe.concurrent("begun under one runtime and finished under another", () => {
  test("Lambda to Node, cut off while undoing", { timeout: patienceMs + 20_000 }, async () => {
    const end = await relay({
      dynamodb,
      table: "stratus-Lambda-Node",
      first: starts.Lambda,
      handOver: { second: starts.Node, stopIn: "undoing" },
      decoy: true,
      alertTakesMs: 5_000,
      withinMs: patienceMs,
    });
    report("Lambda to Node, cut off while undoing", end);
    expectTakenOver(end, "undoing");
    expectMitigated(end, ["unchanged, undone", "resolved, committed"]);
    expect(end.changes).toEqual([rollback, imageBack, port]);
    expectNewDrivers(end);
  });

  test.each([
    ["Node", "Worker", "settling"],
    ["Node", "Lambda", "evaluating"],
    ["Worker", "Node", "evaluating"],
    ["Worker", "Lambda", "settling"],
    ["Lambda", "Worker", "evaluating"],
  ] as const)("%s to %s, cut off while %s", { timeout: patienceMs + 20_000 }, async (first, second, stopIn) => {
    const end = await relay({
      dynamodb,
      table: `stratus-${first}-${second}`,
      first: starts[first],
      handOver: { second: starts[second], stopIn },
      decoy: false,
      alertTakesMs: 60_000,
      withinMs: patienceMs,
    });
    report(`${first} to ${second}, cut off while ${stopIn}`, end);
    expectTakenOver(end, stopIn);
    expectMitigated(end, ["resolved, committed"]);
    expect(end.changes).toEqual([port]);
  });
});

describe.concurrent("a first remedy that does nothing", () => {
  test.each(["Node", "Worker", "Lambda"] as const)(
    "is taken back with proof, and the second one is kept: %s",
    { timeout: patienceMs + 20_000 },
    async (name) => {
      const end = await relay({
        dynamodb,
        table: `stratus-${name}`,
        first: starts[name],
        decoy: true,
        alertTakesMs: 5_000,
        withinMs: patienceMs,
      });
      report(`${name} alone, twice`, end);
      expectMitigated(end, ["unchanged, undone", "resolved, committed"]);
      expect(end.incident?.visiblePath.map(({ mu }) => mu)).toEqual([3, 0]);
      expect(end.changes).toEqual([rollback, imageBack, port]);
      expectNewDrivers(end);
    },
  );
});

describe("the stand-in for SQS", () => {
  test.each([
    [{ DelaySeconds: 901 }, "InvalidParameterValue"],
    [{ MessageBody: "" }, "MissingParameter"],
    [{ QueueUrl: "http://127.0.0.1/123456789012/another" }, "QueueDoesNotExist"],
  ])("refuses %o as SQS does, and nothing is sent", async (input, name) => {
    const sqs = await startSqs({
      region: "eu-central-1",
      account: "123456789012",
      visibilityMs: 0,
      onMessage: () => Promise.resolve(true),
    });
    const client = new SQSClient({
      region: "eu-central-1",
      endpoint: new URL(sqs.queueUrl).origin,
      credentials: dynamodb.connection.credentials,
    });
    await expect(client.send(new SendMessageCommand({ QueueUrl: sqs.queueUrl, MessageBody: "hello", ...input }))).rejects.toMatchObject({
      name,
    });
    expect(sqs.sent()).toBe(0);
    await sqs.stop();
  });
});

/** More than one driver wrote: one that is slow may find its next pause over, and go on under its fence. */
function expectNewDrivers({ fences }: RelayEnd): void {
  expect(new Set(fences).size).toBeGreaterThan(1);
}

/** The second one waits until the lease of the first is over, goes on in the state that it left, and with a higher fence. */
function expectTakenOver({ saves }: RelayEnd, state: string): void {
  const left = saves.findLast(({ by }) => by === "first");
  const taken = saves.find(({ by }) => by === "second");
  expect([left?.incident.state.name, taken?.incident.state.name]).toEqual([state, state]);
  expect(taken?.atMs).toBeGreaterThanOrEqual(left?.incident.lease?.expiresAtMs ?? Infinity);
  expect(taken?.incident.fence).toBeGreaterThan(left?.incident.fence ?? Infinity);
}
