import { describe, expect, test } from "vitest";
import type { Interruption } from "../../src/cluster/memory/port.ts";
import { atWrite, markOf, noAnswer, staleVersion, unreachable } from "../support/interruption.ts";
import type { Sent } from "../support/interruption.ts";
import { landscape, sentWrites } from "../support/journey.ts";
import { seeded } from "../support/seeded.ts";
import { straightEnding, worseStory, writesOfTheStory } from "../support/worse-story.ts";

const fates: readonly (readonly [string, Interruption])[] = [
  ["lands and its answer is lost", { when: "after", failure: noAnswer }],
  ["never lands", { when: "before", failure: noAnswer }],
  ["lands one second later", { when: "later", delayMs: 1_000, failure: noAnswer }],
  ["lands three seconds later", { when: "later", delayMs: 3_000, failure: noAnswer }],
  ["lands twenty seconds later", { when: "later", delayMs: 20_000, failure: noAnswer }],
  ["lands a minute later", { when: "later", delayMs: 60_000, failure: noAnswer }],
];

describe("a write whose answer nobody has", () => {
  test("the straight story sends nine writes", async () => {
    const { world, ending } = await worseStory(() => undefined);
    expect(ending).toEqual(straightEnding);
    expect(sentWrites(world)).toHaveLength(writesOfTheStory);
  });

  test.each(fates)("%s: the story ends as ever, whichever write it is", async (_name, fate) => {
    for (let number = 1; number <= writesOfTheStory; number += 1) {
      const { ending } = await worseStory((world) => void atWrite(world, number, fate));
      expect({ number, ...ending }).toEqual({ number, ...straightEnding });
    }
  });

  test("sent once more when all is over, it is refused and changes nothing", async () => {
    for (let number = 1; number <= writesOfTheStory; number += 1) {
      let late: (() => Sent | undefined) | undefined;
      const { world, ending } = await worseStory((begun) => {
        late = atWrite(begun, number, { when: "before", failure: noAnswer }).caught;
      });
      const patch = late?.();
      if (patch?.verb !== "patch") throw new Error(`there was no write ${number}`);
      const before = landscape(world);
      const landed = await world.cluster.patch(patch.ref, patch.operations, { dryRun: false });
      expect({ number, landed: landed.ok }).toEqual({ number, landed: false });
      expect(landscape(world)).toEqual(before);
      expect(ending.marks).toEqual([]);
    }
  });

  test("lands between the look for it and the touch that would shut it out: it is found and taken back", async () => {
    for (const number of [1, 2]) {
      let taken = 0;
      const { ending } = await worseStory((world) => {
        const { caught } = atWrite(world, number, { when: "before", failure: noAnswer });
        world.cluster.intercept((request) => {
          const late = caught();
          if (late?.verb !== "patch" || request.verb !== "patch" || request.dryRun || markOf(request)?.endsWith("/void") !== true)
            return undefined;
          if (world.cluster.edit(late.ref, late.operations, "stratus").ok) taken += 1;
          return undefined;
        });
      });
      expect({ number, taken, ...ending }).toEqual({ number, taken: 1, ...straightEnding });
    }
  });
});

describe("a cluster that fails two in five writes at random", () => {
  test("what was made worse is always taken back, nothing of ours stays, severity never rises from one end to the next", async () => {
    for (let seed = 1; seed <= 40; seed += 1) {
      const chance = seeded(seed);
      const { ending } = await worseStory((world) => {
        world.cluster.intercept((request) => {
          if (request.verb !== "patch" || request.dryRun) return chance() < 0.03 ? { when: "before", failure: unreachable } : undefined;
          if (chance() > 0.4) return undefined;
          const fate = Math.floor(chance() * 5);
          const delayMs = Math.floor(chance() * 90_000);
          if (fate === 0) return { when: "after", failure: noAnswer };
          if (fate === 1) return { when: "before", failure: noAnswer };
          if (fate === 2) return { when: "before", failure: staleVersion };
          return { when: "later", delayMs, failure: noAnswer };
        });
      });
      const { over, marks, holders } = ending;
      expect({ seed, over, marks, holders }).toEqual({ seed, over: true, marks: [], holders: [] });
      // Measurements may fail too: then the good plan is undone as well, and the fault is what it was.
      expect([`${seed}: mitigated, healthy, 3,0`, `${seed}: restored, broken, 3`]).toContain(
        `${seed}: ${String(ending.outcome)}, ${ending.landscape}, ${ending.visible.join()}`,
      );
    }
  }, 60_000);
});
