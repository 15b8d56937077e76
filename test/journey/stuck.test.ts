import { describe, expect, test } from "vitest";
import { scriptedPlanner } from "../../src/agent/scripted.ts";
import { builtInPlanner } from "../../src/agent/mitigation.ts";
import { createWorld } from "../../src/demo/world.ts";
import { failing, forbidden, markOf } from "../support/interruption.ts";
import { command, endings, scopeHolders, story } from "../support/journey.ts";
import { breakTargetPort, marksLeft, outcomes, payment, worseTwice, frontend, runToTheEnd } from "../support/story.ts";

describe("x", () => {
  test("stuck", async () => {
    const world = createWorld({ planner: scriptedPlanner([worseTwice], builtInPlanner) });
    await world.run(20);
    breakTargetPort(world);
    const stop = failing(world, forbidden, (r) => r.verb === "patch" && r.ref.kind === "Service" && markOf(r)?.endsWith("/undo") === true && !r.dryRun);
    await world.run(400);
    for (const i of await world.incidents()) { console.log(i["subject"], i["state"], i["outcome"], i["outcomeReason"], i["byHand"], endings(i), story(i).join("\n")); }
    console.log(await scopeHolders(world), marksLeft(world));
    // another episode about the same subject while stuck
    world.cluster.edit({ kind: "Deployment", namespace: "shop", name: "payment" }, [{ op: "replace", path: "/spec/template/spec/containers/0/image", value: "registry.example/shop:0.0.0" }], "x");
    await world.run(200);
    for (const i of await world.incidents()) { console.log(i["subject"], i["alerts"], i["state"], i["outcome"], i["outcomeReason"], i["byHand"], endings(i), story(i).join("\n")); }
    stop();
    console.log(await command(world, (await world.incidents())[0], "acknowledge"));
    await world.run(600);
    for (const i of await world.incidents()) { console.log(i["subject"], i["state"], i["outcome"], i["outcomeReason"], i["byHand"], endings(i), story(i).join("\n")); }
    console.log(await scopeHolders(world), marksLeft(world));
  });
});
