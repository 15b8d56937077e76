/** The story that the hardest journeys share: a first plan makes it worse by two writes and is undone, the second mitigates. */
import { builtInPlanner } from "../../src/agent/mitigation.ts";
import { scriptedPlanner } from "../../src/agent/scripted.ts";
import { createWorld } from "../../src/demo/world.ts";
import type { World, WorldOptions } from "../../src/demo/world.ts";
import { jsonEqual } from "../../src/kubernetes/json.ts";
import { endings, landscape, scopeHolders, textOf, visiblePath } from "./journey.ts";
import { breakTargetPort, marksLeft, passTime, runToTheEnd, worseTwice } from "./story.ts";

/** Writes of the straight story: two, their two inverses, the one that mitigates, and four that take our marks off. */
export const writesOfTheStory = 9;

export interface Ending {
  readonly over: boolean;
  readonly outcome: unknown;
  readonly endings: readonly string[];
  readonly visible: readonly unknown[];
  /** What people made is as before the fault (`healthy`), as after it (`broken`), or neither. */
  readonly landscape: "healthy" | "broken" | "something else";
  readonly marks: readonly string[];
  readonly holders: readonly string[];
}

export const straightEnding: Ending = {
  over: true,
  outcome: "mitigated",
  endings: ["regressed, undone", "resolved, committed"],
  visible: [3, 0],
  landscape: "healthy",
  marks: [],
  holders: [],
};

/** `prepare` is called when the fault is made and nothing has been noticed yet. Two more minutes pass after the end. */
export async function worseStory(
  prepare: (world: World) => void,
  options: WorldOptions = {},
): Promise<{ readonly world: World; readonly ending: Ending }> {
  const world = createWorld({ planner: scriptedPlanner([worseTwice], builtInPlanner), ...options });
  await world.run(20);
  const healthy = landscape(world);
  breakTargetPort(world);
  const broken = landscape(world);
  prepare(world);
  const over = await runToTheEnd(world);
  await passTime(world, 120);
  const now = landscape(world);
  // What the bad plan does to the frontend may last long enough to raise an alert of its own.
  const incident = (await world.incidents()).find((each) => textOf(each["subject"]).endsWith("shop/payment"));
  const ending: Ending = {
    over,
    outcome: incident?.["outcome"],
    endings: endings(incident),
    visible: visiblePath(incident),
    landscape: jsonEqual(now, healthy) ? "healthy" : jsonEqual(now, broken) ? "broken" : "something else",
    marks: marksLeft(world),
    holders: await scopeHolders(world),
  };
  return { world, ending };
}
