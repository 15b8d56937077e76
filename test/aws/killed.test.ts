// Invocations die wherever they can: one journey for each item that the ledger stores, in which every environment that is in an
// invocation is killed when the item is stored and before it is told. Also with a first plan that makes it worse.

import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { visiblePath } from "../support/journey.ts";
import { changesOn } from "../support/landscape.ts";
import { witnessLedger } from "../support/ledger-witness.ts";
import { failuresOfEach, upTo } from "../support/pool.ts";
import { startLocalAws } from "./local-aws.ts";
import type { LocalAws } from "./local-aws.ts";
import { expectMitigated, report } from "./outcome.ts";
import { pause } from "./queue.ts";
import type { LambdaWorld } from "./world.ts";

/** They mostly wait for the lease of the dead one. */
const atOnceMax = 8;
const patienceMs = 300_000;
const port = "Service shop/payment /spec/ports/0/targetPort";
const selector = "Service shop/payment /spec/selector/app";

interface Journey {
  readonly name: string;
  /** Beside src/entry/lambda.ts. */
  readonly entry?: string;
  readonly endings: readonly (readonly [verdict: string, ending: string])[];
  readonly visible: readonly number[];
  readonly changes: readonly string[];
  /** One write in so many is the last one: the rest is told by the journeys in memory, which are killed at every one. */
  readonly pace: number;
}

const straight: Journey = {
  name: "service-target-port",
  pace: 4,
  endings: [["resolved", "committed"]],
  visible: [3, 0],
  changes: [port],
};
const worseFirst: Journey = {
  name: "worse-first",
  pace: 10,
  entry: "worse-lambda.ts",
  endings: [
    ["regressed", "undone"],
    ["resolved", "committed"],
  ],
  visible: [3, 0],
  changes: [selector, port, port, selector, port],
};

let aws: LocalAws;
const bundles = new Map<Journey, string>();

beforeAll(async () => {
  aws = await startLocalAws();
  for (const journey of [straight, worseFirst])
    bundles.set(journey, journey.entry === undefined ? aws.bundle : await aws.bundleOf(join(import.meta.dirname, journey.entry)));
});
afterAll(() => aws.stop());

interface End {
  /** Of the ledger. */
  readonly writes: number;
  /** Environments. */
  readonly killed: number;
}

async function travel(journey: Journey, killAtWrite?: number): Promise<End> {
  let shop: LambdaWorld | undefined;
  let [writes, killed] = [0, 0];
  const over = Promise.withResolvers<void>();
  const ledger = await witnessLedger(aws.dynamodb.connection.endpoint, "Lambda", (save) => {
    writes += 1;
    if (writes === killAtWrite) killed = shop?.lambda.killBusy() ?? 0;
    if (save?.incident.state.name === "closed" && save.incident.lease === undefined) over.resolve();
    return false;
  });
  shop = await aws.world(`${journey.name}-${killAtWrite ?? "straight"}`, {
    bundle: bundles.get(journey) ?? "",
    environment: { STRATUS_DYNAMODB_ENDPOINT: ledger.endpoint, STRATUS_GRACE: "500ms" },
    rules: ["HighRequestErrorRate"],
    alertTakesMs: 1_000,
    sweepEveryMs: 2_000,
  });
  try {
    const sinceMs = performance.now();
    shop.breakTargetPort();
    await Promise.race([over.promise, pause(patienceMs)]);
    const incidents = await shop.untilOver(10_000);
    if (killAtWrite === undefined) report(journey.name, shop, sinceMs);
    expectMitigated(shop, incidents, journey.endings);
    expect(visiblePath(incidents[0])).toEqual(journey.visible);
    expect(changesOn(shop.cluster)).toEqual(journey.changes);
    return { writes, killed };
  } finally {
    await shop.stop();
    await ledger.stop();
  }
}

test.each([straight, worseFirst])(
  "$name: straight, and killed at some of the writes of its ledger",
  { timeout: 60 * 60_000 },
  async (journey) => {
    const { writes } = await travel(journey);
    let times = 0;
    const failures = await failuresOfEach(
      upTo(writes).filter((number) => number % journey.pace === 1),
      atOnceMax,
      async (number) => {
        const end = await travel(journey, number);
        // One that was over in fewer writes has shown nothing.
        expect(end.killed > 0 || end.writes < number).toBe(true);
        times += Number(end.killed > 0);
      },
    );
    expect(failures, failures.join("\n")).toEqual([]);
    console.log(`${journey.name}: killed at ${times} of ${writes} writes, ended as ever`);
  },
);
