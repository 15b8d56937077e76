import { describe, expect, test } from "vitest";
import { memoryLedger } from "../../src/ledger/memory.ts";
import { mortalCluster, mortalLedger } from "../support/crash.ts";
import type { Fate, Moment } from "../support/crash.ts";
import { seeded } from "../support/seeded.ts";
import { straightEnding, worseStory, writesOfTheStory } from "../support/worse-story.ts";

async function mortalStory(fate: Fate) {
  const { ending } = await worseStory(() => undefined, {
    // Each death costs a lease of half a minute: long enough to take three samples all the same.
    environment: { STRATUS_EVALUATION: "10m" },
    ledger: mortalLedger(memoryLedger(), fate),
    port: (cluster) => mortalCluster(cluster, fate),
  });
  return ending;
}

/** The nth such moment, once. */
function atThe(number: number, which: Moment): { readonly fate: Fate; readonly died: () => boolean } {
  let seen = 0;
  return { fate: (moment) => moment === which && (seen += 1) === number, died: () => seen >= number };
}

describe("a process that dies", () => {
  test.each(["before a write", "after a write"] as const)(
    "%s, whichever it is: the story ends as ever",
    async (moment) => {
      for (let number = 1; number <= writesOfTheStory; number += 1) {
        const { fate, died } = atThe(number, moment);
        const ending = await mortalStory(fate);
        expect({ number, died: died(), ...ending }).toEqual({ number, died: true, ...straightEnding });
      }
    },
    30_000,
  );

  test("again and again, at any moment: the story ends as ever", async () => {
    const begunMs = performance.now();
    for (let seed = 1; seed <= 200 && performance.now() - begunMs < 10_000; seed += 1) {
      const chance = seeded(seed);
      const deaths: string[] = [];
      let moments = 0;
      const ending = await mortalStory((moment) => {
        moments += 1;
        const dies = deaths.length < 6 && chance() < (moment === "before a read" ? 0.002 : 0.04);
        if (dies) deaths.push(`${moment} (${moments})`);
        return dies;
      });
      expect({ seed, deaths, ...ending }).toEqual({ seed, deaths, ...straightEnding });
    }
  }, 60_000);
});
