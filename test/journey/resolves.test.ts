import { describe, expect, test } from "vitest";
import { createWorld } from "../../src/demo/world.ts";
import type { World } from "../../src/demo/world.ts";
import { scriptedPlanner } from "../../src/agent/scripted.ts";
import type { Plan } from "../../src/action/action.ts";
import { failing, unreachable } from "../support/interruption.ts";
import { endings, landscape, scopeHolders, sentWrites, story, untilState } from "../support/journey.ts";
import { breakTargetPort, frontend, marksLeft, outcomes, payment, runToTheEnd } from "../support/story.ts";

const fourth: Plan = {
  intent: "Take a fourth frontend.",
  actions: [{ type: "scale", target: frontend, replicas: 4 }],
  source: "script",
};

/** Somebody was faster. */
function repair(world: World): void {
  world.cluster.edit(payment, [{ op: "replace", path: "/spec/ports/0/targetPort", value: 8080 }], "bob");
}

async function firstIncident(world: World) {
  return (await world.incidents())[0];
}

describe("the alert resolves by itself", () => {
  test("before anything is looked at: nothing is begun", async () => {
    const world = createWorld();
    await world.run(20);
    breakTargetPort(world);
    const up = failing(world, unreachable);
    await untilState(world, "observing");
    repair(world);
    await world.run(20);
    up();
    expect(await runToTheEnd(world)).toBe(true);
    expect(outcomes(await world.incidents())).toEqual(["self_resolved"]);
    expect(world.cluster.writes).toEqual([]);
    expect(await scopeHolders(world)).toEqual([]);
  });

  test("while a person is asked: the question is taken back", async () => {
    const world = createWorld({ environment: { STRATUS_AUTO_NAMESPACES: "", STRATUS_APPROVE_NAMESPACES: "shop" } });
    await world.run(20);
    breakTargetPort(world);
    await untilState(world, "awaiting_approval");
    repair(world);
    expect(await untilState(world, "closed", 30)).toBe(true);
    expect(outcomes(await world.incidents())).toEqual(["self_resolved"]);
    expect(world.cluster.writes).toEqual([]);
  });

  test("between the checkpoint and the first write: no write is sent any more", async () => {
    const world = createWorld({ planner: scriptedPlanner([fourth]) });
    await world.run(20);
    const healthy = landscape(world);
    breakTargetPort(world);
    const up = failing(world, unreachable, (request) => request.verb === "patch" || request.verb === "allowed");
    expect(await untilState(world, "acting")).toBe(true);
    repair(world);
    await world.run(20);
    up();
    expect(await runToTheEnd(world)).toBe(true);
    const incident = await firstIncident(world);
    expect(incident?.["outcome"]).toBe("self_resolved");
    expect(story(incident)).toContain("Attempt 1 was not carried out: the alerts have resolved meanwhile.");
    expect(sentWrites(world)).toEqual([]);
    expect(landscape(world)).toEqual(healthy);
    expect(await scopeHolders(world)).toEqual([]);
  });

  test("between the two writes of a plan: the second is not sent, the first is judged", async () => {
    const two: Plan = {
      intent: "Put the port back and take a fourth frontend.",
      actions: [
        { type: "patch", target: payment, operations: [{ op: "replace", path: "/spec/ports/0/targetPort", value: 8080 }] },
        ...fourth.actions,
      ],
      source: "script",
    };
    const world = createWorld({ planner: scriptedPlanner([two]) });
    await world.run(20);
    const healthy = landscape(world);
    breakTargetPort(world);
    const up = failing(world, unreachable, (request) => request.verb === "patch" && request.ref.kind === "Deployment");
    await untilState(world, "acting");
    await world.run(15);
    up();
    expect(await runToTheEnd(world)).toBe(true);
    const incident = await firstIncident(world);
    expect(incident?.["outcome"]).toBe("mitigated");
    expect(story(incident)).toContain("The alerts have resolved: the rest of the plan is not begun.");
    expect(landscape(world)).toEqual(healthy);
    expect(marksLeft(world)).toEqual([]);
  });

  test("while the change is measured: the evaluation under way is finished", async () => {
    const world = createWorld();
    await world.run(20);
    breakTargetPort(world);
    expect(await untilState(world, "evaluating")).toBe(true);
    expect(story(await firstIncident(world)).some((line) => line.startsWith("Attempt 1 is kept"))).toBe(false);
    await world.run(3);
    expect((await firstIncident(world))?.["state"]).toBe("evaluating");
    expect(await runToTheEnd(world)).toBe(true);
    const incident = await firstIncident(world);
    expect([incident?.["outcome"], ...endings(incident)]).toEqual(["mitigated", "resolved, committed"]);
  });
});

describe("an alert that comes back", () => {
  test("as a new episode opens a new incident", async () => {
    const world = createWorld();
    await world.run(20);
    breakTargetPort(world);
    await runToTheEnd(world);
    breakTargetPort(world);
    await world.run(30);
    expect(await runToTheEnd(world)).toBe(true);
    expect(outcomes(await world.incidents())).toEqual(["mitigated", "mitigated"]);
  });
});
