// The Worker dies wherever it can: one journey for each item that it stores, in which workerd is killed when the item is stored
// and before it is told, and another one goes on from the table. Needs Node alone; the waits are real.

import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startDynalite } from "../support/dynalite.ts";
import type { LocalDynamodb } from "../support/dynalite.ts";
import { failuresOfEach, upTo } from "../support/pool.ts";
import { relay } from "./relay.ts";
import type { RelayEnd } from "./relay.ts";
import { expectMitigated, report } from "./relay-end.ts";
import { startOnWorkerd } from "./running.ts";
import type { Start } from "./running.ts";
import { bundleWorker } from "./worker-bundle.ts";

const patienceMs = 300_000;
/** They mostly wait for the lease of the dead one. */
const atOnceMax = 8;
const port = "Service shop/payment /spec/ports/0/targetPort";
const selector = "Service shop/payment /spec/selector/app";

interface Journey {
  readonly name: string;
  /** Beside src/entry/worker.ts. */
  readonly main?: string;
  readonly endings: readonly string[];
  readonly visible: readonly number[];
  readonly changes: readonly string[];
  /** One write in so many is the last one: the rest is told by the journeys in memory, which are killed at every one. */
  readonly pace: number;
}

const straight: Journey = {
  name: "service-target-port",
  pace: 4,
  endings: ["resolved, committed"],
  visible: [3, 0],
  changes: [port],
};
const worseFirst: Journey = {
  name: "worse-first",
  pace: 10,
  main: "worse-worker.ts",
  endings: ["regressed, undone", "resolved, committed"],
  visible: [3, 0],
  changes: [selector, port, port, selector, port],
};

let dynamodb: LocalDynamodb;
const starts = new Map<Journey, Start>();

beforeAll(async () => {
  dynamodb = await startDynalite();
  for (const journey of [straight, worseFirst]) {
    const main = journey.main === undefined ? [] : [join(import.meta.dirname, journey.main)];
    starts.set(journey, startOnWorkerd(await bundleWorker(...main)));
  }
});

afterAll(() => dynamodb.stop());

async function travel(journey: Journey, stopAtWrite?: number): Promise<RelayEnd> {
  const start = starts.get(journey);
  if (start === undefined) throw new Error(`${journey.name} is not bundled`);
  const end = await relay({
    dynamodb,
    table: `stratus-${journey.name}-${stopAtWrite ?? "straight"}`,
    first: start,
    ...(stopAtWrite === undefined ? {} : { handOver: { second: start, stopAtWrite } }),
    decoy: false,
    alertTakesMs: 1_000,
    withinMs: patienceMs,
    settings: { STRATUS_GRACE: "500ms" },
  });
  if (stopAtWrite === undefined) report(journey.name, end);
  expectMitigated(end, journey.endings);
  expect(end.incident?.visiblePath.map(({ mu }) => mu)).toEqual(journey.visible);
  expect(end.changes).toEqual(journey.changes);
  return end;
}

test.each([straight, worseFirst])("$name: straight, and killed at some of its writes", { timeout: 60 * 60_000 }, async (journey) => {
  const { writes } = await travel(journey);
  let killed = 0;
  const failures = await failuresOfEach(
    upTo(writes).filter((number) => number % journey.pace === 1),
    atOnceMax,
    async (number) => {
      const end = await travel(journey, number);
      // One that was over in fewer writes has shown nothing.
      expect(end.cutOff || end.writes < number).toBe(true);
      killed += Number(end.cutOff);
    },
  );
  expect(failures, failures.join("\n")).toEqual([]);
  console.log(`${journey.name}: killed at ${killed} of ${writes} writes, ended as ever`);
});
