import { describe, expect, test } from "vitest";
import { createWorld } from "../../src/demo/world.ts";
import type { World } from "../../src/demo/world.ts";
import { scriptedPlanner } from "../../src/agent/scripted.ts";
import { command, endings, landscape, scopeHolders, sentWrites, story, untilState, visiblePath } from "../support/journey.ts";
import { breakTargetPort, marksLeft, outcomes, runToTheEnd, worseTwice } from "../support/story.ts";

const observe = { STRATUS_AUTO_NAMESPACES: "", STRATUS_OBSERVE_NAMESPACES: "shop" };
const approve = { STRATUS_AUTO_NAMESPACES: "", STRATUS_APPROVE_NAMESPACES: "shop" };

async function broken(environment: Readonly<Record<string, string>>) {
  const world = createWorld({ environment });
  await world.run(20);
  const healthy = landscape(world);
  breakTargetPort(world);
  return { world, healthy, faulty: landscape(world) };
}

async function newest(world: World) {
  return (await world.incidents()).at(-1);
}

const plan = `Change the target port in Service shop/payment: of port 80 to "8080" (named like the Service's port).`;
const line = `kubectl -n shop patch service/payment --type=json -p '[{"op":"replace","path":"/spec/ports/0/targetPort","value":8080}]'`;

describe("observe", () => {
  test("says what it would have done, and writes nothing, not even a dry run", async () => {
    const { world, faulty } = await broken(observe);
    expect(await runToTheEnd(world)).toBe(true);
    const incident = await newest(world);
    expect(incident?.["outcome"]).toBe("no_action");
    expect(incident?.["outcomeReason"]).toBe(`shop is in observe mode; it would have tried "${plan}" with ${line}`);
    expect(world.cluster.writes).toEqual([]);
    expect(landscape(world)).toEqual(faulty);
  });

  test("is what an installation does that nobody has configured", async () => {
    const { world } = await broken({ STRATUS_AUTO_NAMESPACES: "" });
    expect(await runToTheEnd(world)).toBe(true);
    expect(outcomes(await world.incidents())).toEqual(["no_action"]);
    expect(world.cluster.writes).toEqual([]);
  });
});

describe("approve", () => {
  test("waits, holding no scope, and goes on when a person says yes", async () => {
    const { world, healthy } = await broken(approve);
    expect(await untilState(world, "awaiting_approval")).toBe(true);
    await world.run(120);
    expect((await newest(world))?.["state"]).toBe("awaiting_approval");
    expect(world.cluster.writes).toEqual([]);
    expect(await scopeHolders(world)).toEqual([]);
    expect(await command(world, await newest(world), "approve")).toBe(202);
    expect(await runToTheEnd(world)).toBe(true);
    const incident = await newest(world);
    expect(incident?.["outcome"]).toBe("mitigated");
    expect(story(incident)).toContain(`Asking for approval: ${plan} (${line}).`);
    expect(story(incident)).toContain("Approved by alice.");
    expect(visiblePath(incident)).toEqual([3, 0]);
    expect(landscape(world)).toEqual(healthy);
  });

  test("a no ends it", async () => {
    const { world, faulty } = await broken(approve);
    await untilState(world, "awaiting_approval");
    expect(await command(world, await newest(world), "reject")).toBe(202);
    expect(await runToTheEnd(world)).toBe(true);
    const incident = await newest(world);
    expect([incident?.["outcome"], incident?.["outcomeReason"]]).toEqual(["no_action", "stopped by alice"]);
    expect(await command(world, incident, "approve")).toBe(409);
    expect(sentWrites(world)).toEqual([]);
    expect(landscape(world)).toEqual(faulty);
  });

  test("silence ends it after half an hour, and a late yes changes nothing", async () => {
    const { world } = await broken(approve);
    await untilState(world, "awaiting_approval");
    await world.run(29 * 60);
    expect((await newest(world))?.["state"]).toBe("awaiting_approval");
    expect(await untilState(world, "closed", 120)).toBe(true);
    const incident = await newest(world);
    expect([incident?.["outcome"], incident?.["outcomeReason"]]).toEqual(["no_action", "nobody approved the plan in time"]);
    expect(await command(world, incident, "approve")).toBe(409);
    await world.run(30);
    expect(sentWrites(world)).toEqual([]);
  });

  test("every plan is asked for by itself: a yes to the first is none to the second", async () => {
    const world = createWorld({
      environment: approve,
      planner: scriptedPlanner([worseTwice, { ...worseTwice, actions: worseTwice.actions.slice(0, 1) }]),
    });
    await world.run(20);
    breakTargetPort(world);
    await untilState(world, "awaiting_approval");
    await command(world, (await world.incidents())[0], "approve");
    await command(world, (await world.incidents())[0], "approve");
    await world.run(
      400,
      async () => endings((await world.incidents())[0]).length === 1 && (await world.incidents())[0]?.["state"] === "awaiting_approval",
    );
    await world.run(60);
    const [incident] = await world.incidents();
    expect(incident?.["state"]).toBe("awaiting_approval");
    expect(endings(incident)).toEqual(["regressed, undone"]);
  });
});

describe("abort", () => {
  test.each(["settling", "evaluating", "verifying_undo"])("while %s: everything is taken back and nothing more is tried", async (state) => {
    const world = createWorld({ planner: scriptedPlanner([worseTwice]) });
    await world.run(20);
    breakTargetPort(world);
    const faulty = landscape(world);
    expect(await world.run(400, async () => (await world.incidents())[0]?.["state"] === state)).toBe(true);
    expect(await command(world, (await world.incidents())[0], "abort")).toBe(202);
    expect(await runToTheEnd(world)).toBe(true);
    const [incident] = await world.incidents();
    expect([incident?.["outcome"], incident?.["outcomeReason"]]).toEqual(["restored", "stopped by alice"]);
    expect(landscape(world)).toEqual(faulty);
    expect(marksLeft(world)).toEqual([]);
    expect(await scopeHolders(world)).toEqual([]);
  });
});
