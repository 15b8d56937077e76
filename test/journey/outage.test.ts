import { describe, expect, test } from "vitest";
import type { World } from "../../src/demo/world.ts";
import { memoryLedger } from "../../src/ledger/memory.ts";
import type { LedgerPort } from "../../src/ledger/ledger.ts";
import { failing, markOf, staleVersion, unreachable } from "../support/interruption.ts";
import { endings, scopeHolders, sentWrites, story } from "../support/journey.ts";
import { marksLeft, outcomes, runToTheEnd } from "../support/story.ts";
import { straightEnding, worseStory } from "../support/worse-story.ts";

const twoMinutesMs = 120_000;

/** The API server cannot be reached for two minutes from when the first incident is first stored in this state. */
async function downFrom(state: string) {
  const inner = memoryLedger();
  let world: World | undefined;
  let sinceMs: number | undefined;
  const ledger: LedgerPort = {
    ...inner,
    put: async (item) => {
      if (item.sort === "head" && item.body.includes(`"state":{"name":"${state}"`)) sinceMs ??= world?.clock.nowMs();
      return inner.put(item);
    },
  };
  const { ending, world: ended } = await worseStory(
    (begun) => {
      world = begun;
      failing(begun, unreachable, () => sinceMs !== undefined && begun.clock.nowMs() < sinceMs + twoMinutesMs);
    },
    { ledger },
  );
  return { ending, wasDown: sinceMs !== undefined, told: story((await ended.incidents())[0]) };
}

describe("the API server is down for two minutes", () => {
  test.each(["opened", "diagnosing", "planning", "acting", "settling", "evaluating", "undoing", "verifying_undo", "closing"])(
    "from %s on: the story ends as ever, and says that there was trouble",
    async (state) => {
      const { ending, wasDown, told } = await downFrom(state);
      expect({ wasDown, ...ending }).toEqual({ wasDown: true, ...straightEnding });
      expect(told.some((line) => line.startsWith("Having trouble ("))).toBe(true);
    },
  );

  test("while a change is measured: it is taken back, because nobody can see what it does", async () => {
    const { told } = await downFrom("evaluating");
    expect(told).toContain("Attempt 1 is undone (regressed): the cluster is down.");
  });
});

test("a process that is slow while it takes its marks off leaves none: what its lease is too short for, the next one does", async () => {
  const inner = memoryLedger();
  let [closing, slow] = [false, 0];
  const ledger: LedgerPort = {
    ...inner,
    put: async (item) => {
      if (item.sort === "head") closing = item.body.includes('"state":{"name":"closing"');
      return inner.put(item);
    },
  };
  const { ending } = await worseStory(
    ({ cluster, clock }) =>
      void cluster.intercept(({ verb }) => {
        if (verb === "get" && closing && slow < 3) {
          slow += 1;
          clock.advance(25_000);
        }
        return undefined;
      }),
    { ledger },
  );
  expect(slow).toBe(3);
  expect(ending).toEqual(straightEnding);
});

describe("every write meets a foreign one", () => {
  test("for two minutes before the first write: then it goes on", async () => {
    const { ending } = await worseStory((world) => {
      const endsMs = world.clock.nowMs() + twoMinutesMs;
      failing(world, staleVersion, (request) => request.verb === "patch" && !request.dryRun && world.clock.nowMs() < endsMs);
    });
    expect(ending).toEqual(straightEnding);
  });

  test("for two minutes while undoing: it is undone afterwards", async () => {
    let firstMs: number | undefined;
    const { ending } = await worseStory((world) => {
      failing(world, staleVersion, (request) => {
        if (request.verb !== "patch" || request.dryRun || markOf(request)?.endsWith("/undo") !== true) return false;
        firstMs ??= world.clock.nowMs();
        return world.clock.nowMs() < firstMs + twoMinutesMs;
      });
    });
    expect(ending).toEqual(straightEnding);
  });

  test("for ever: it gives up within its limits, having changed nothing", async () => {
    const { world } = await worseStory(
      (begun) => void failing(begun, staleVersion, (request) => request.verb === "patch" && !request.dryRun),
    );
    expect(await runToTheEnd(world)).toBe(true);
    const [incident] = await world.incidents();
    expect(outcomes([incident ?? {}])).toEqual(["restored"]);
    expect(endings(incident)).toEqual(["inconclusive, undone", "inconclusive, undone"]);
    // K = 20 writes an attempt; when half an hour is over, no more are begun.
    expect(sentWrites(world).length).toBeLessThanOrEqual(40);
    expect(marksLeft(world)).toEqual([]);
    expect(await scopeHolders(world)).toEqual([]);
  });
});
