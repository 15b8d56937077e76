import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createDynamodbClient, dynamodbLedger } from "../../src/ledger/dynamodb.ts";
import { createTable } from "../../src/ledger/dynamodb-table.ts";
import type { LedgerPort } from "../../src/ledger/ledger.ts";
import { memoryLedger } from "../../src/ledger/memory.ts";
import { sqliteLedger } from "../../src/ledger/sqlite.ts";
import { clockedProcess } from "../support/clocked.ts";
import type { ClockedProcess } from "../support/clocked.ts";
import { startDynalite, type LocalDynamodb } from "../support/dynalite.ts";
import { sentWrites } from "../support/journey.ts";
import { straightEnding, worseStory, writesOfTheStory } from "../support/worse-story.ts";

const hourMs = 3_600_000;

let directory: string;
let dynamodb: LocalDynamodb;
let made = 0;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "clocks-"));
  dynamodb = await startDynalite();
});
afterAll(async () => {
  await dynamodb.stop();
  await rm(directory, { recursive: true, force: true });
});

async function dynamodbTable(): Promise<LedgerPort> {
  const options = { client: createDynamodbClient(dynamodb.connection), table: `ledger-${(made += 1)}` };
  expect(await createTable(options)).toEqual({ ok: true, value: undefined });
  return dynamodbLedger(options);
}

/** When the clock jumps: the first time that the incident is seen in this state, or in the middle of a step, right before this write. */
type Moment = string | number;

interface Jump {
  readonly byMs: number;
  readonly moment: Moment;
  /** The first one hears of the alerts and drives; the second one, where there is one, sweeps. */
  readonly processes: number;
  /** Whose clock jumps, from 0. */
  readonly whose: number;
}

/** The worse-first story over processes that run at once, each with clocks of its own. */
async function storyWithJump(ledger: LedgerPort, { byMs, moment, processes, whose }: Jump) {
  const running: ClockedProcess[] = [];
  let jumped = false;
  const jumpOnce = (): void => {
    if (!jumped) running[whose]?.jump(byMs);
    jumped = true;
  };
  let writes = 0;
  const { world, ending } = await worseStory(
    (begun) => {
      running.push(...["first", "second"].slice(0, processes).map((name) => clockedProcess(begun, name)));
      const run = begun.run.bind(begun);
      const runAll: typeof run = async (seconds, until) => {
        for (let second = 0; second < seconds; second += 1) {
          const over = await run(1, async () => {
            await Promise.all(running.map((process) => process.tick()));
            const waitsForState = typeof moment === "string" && !jumped;
            if (waitsForState && (await begun.incidents()).some((incident) => incident["state"] === moment)) jumpOnce();
            return (await until?.()) ?? false;
          });
          if (over) return true;
        }
        return false;
      };
      Object.assign(begun, { run: runAll });
    },
    {
      ledger,
      carrier: {
        continuation: { schedule: async () => ({ ok: true, value: undefined }) },
        wake: (key) => running[0]?.wake(key),
      },
      port: (cluster) => ({
        ...cluster,
        async patch(ref, operations, options) {
          if (!options.dryRun && (writes += 1) === moment) jumpOnce();
          return cluster.patch(ref, operations, options);
        },
      }),
    },
  );
  const fences = sentWrites(world).flatMap(({ operations }) =>
    operations.flatMap((operation) =>
      operation.path.endsWith("stratus.dev~1fence") && "value" in operation ? [Number(operation.value)] : [],
    ),
  );
  return { jumped, ending, writes: sentWrites(world).length, fences };
}

const processes: readonly (readonly [string, Pick<Jump, "processes" | "whose">])[] = [
  ["the only process", { processes: 1, whose: 0 }],
  ["the process that drives", { processes: 2, whose: 0 }],
  ["a process beside the one that drives", { processes: 2, whose: 1 }],
];
const directions: readonly (readonly [string, number])[] = [
  ["an hour forth", hourMs],
  ["an hour back", -hourMs],
];
const ledgers: readonly (readonly [string, () => Promise<LedgerPort>, readonly Moment[]])[] = [
  // The first write, an inverse, the write that mitigates, taking marks off; and waits between steps.
  ["memory", async () => memoryLedger(), [1, 3, 5, 8, "evaluating", "verifying_undo"]],
  ["SQLite", async () => sqliteLedger({ path: join(directory, `${(made += 1)}.sqlite`) }), ["evaluating"]],
  ["dynalite", dynamodbTable, [2]],
];
const rows = directions.flatMap(([direction, byMs]) => processes.map(([who, which]) => [direction, who, { byMs, ...which }] as const));

describe.each(ledgers)("in the middle of an incident, on %s, the wall clock jumps", (_ledger, makeLedger, moments) => {
  test.each(rows)("%s for %s: one driver at a time writes, and the story ends as ever", async (_direction, _who, jump) => {
    for (const moment of moments) {
      const told = await storyWithJump(await makeLedger(), { ...jump, moment });
      // No write after one with a higher fence: nobody who has lost the incident changes anything any more.
      const inOrder = told.fences.toSorted((left, right) => left - right);
      expect({ moment, ...told }).toEqual({ moment, jumped: true, ending: straightEnding, writes: writesOfTheStory, fences: inOrder });
    }
  });
});
