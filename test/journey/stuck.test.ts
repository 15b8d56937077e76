import { describe, expect, test } from "vitest";
import { builtInPlanner } from "../../src/agent/mitigation.ts";
import { scriptedPlanner } from "../../src/agent/scripted.ts";
import { createWorld } from "../../src/demo/world.ts";
import type { World } from "../../src/demo/world.ts";
import type { Failure } from "../../src/failure.ts";
import type { PatchOperation } from "../../src/kubernetes/json.ts";
import { faults, make, paymentPods } from "../support/fault.ts";
import { failing, forbidden, invalid, markOf } from "../support/interruption.ts";
import { command, endings, idOf, landscape, listOf, scopeHolders, sentWrites, story, textOf } from "../support/journey.ts";
import { breakTargetPort, frontend, marksLeft, outcomes, payment, runToTheEnd, worseTwice } from "../support/story.ts";

const badImage = "registry.example/shop:0.0.0";
const imagePath = "/spec/template/spec/containers/0/image";

/** The undo of the Service is refused for good; the undo of the Deployment is not. */
async function stuckStory(failure: Failure) {
  const world = createWorld({ planner: scriptedPlanner([worseTwice], builtInPlanner) });
  await world.run(20);
  breakTargetPort(world);
  const broken = landscape(world);
  const allow = failing(world, failure, (request) => {
    return request.verb === "patch" && !request.dryRun && request.ref.kind === "Service" && markOf(request)?.endsWith("/undo") === true;
  });
  await runToTheEnd(world);
  return { world, broken, allow, incident: (await world.incidents())[0] };
}

/** What a person does who follows the line word by word. */
function byHand(world: World, line: string): void {
  const operations = JSON.parse(/-p '(.*)'$/.exec(line)?.[1] ?? "") as PatchOperation[];
  expect(line.startsWith("kubectl -n shop patch service/payment --type=json -p '")).toBe(true);
  expect(world.cluster.edit(payment, operations, "alice").ok).toBe(true);
}

describe.each([
  ["403", forbidden],
  ["422", invalid],
])("an inverse that is refused with %s", (_status, failure) => {
  test("calls a person with the exact line, and everything else is back", async () => {
    const { world, broken, incident } = await stuckStory(failure);
    expect(outcomes([incident ?? {}])).toEqual(["stuck"]);
    expect(endings(incident)).toEqual(["regressed, undo not proven"]);
    const lines = listOf(incident, "/byHand").map(textOf);
    expect(lines).toEqual([
      `kubectl -n shop patch service/payment --type=json -p '[{"op":"test","path":"/spec/selector/app","value":"payment-v2"},{"op":"replace","path":"/spec/selector/app","value":"payment"}]'`,
    ]);
    expect(landscape(world)["Deployment shop/frontend"]).toEqual(broken["Deployment shop/frontend"]);
    byHand(world, lines[0] ?? "");
    expect(landscape(world)).toEqual(broken);
    expect(await scopeHolders(world)).toEqual([incident?.["incidentId"]]);
  });
});

describe("while an incident is stuck", () => {
  test("another one in its namespace waits, and goes on when somebody acknowledges", async () => {
    const { world, allow, incident } = await stuckStory(forbidden);
    const writes = sentWrites(world).length;
    const [image] = faults;
    if (image !== undefined) make(world, image);
    await world.run(120);
    const [, , waiting] = await world.incidents();
    expect(waiting?.["subject"]).toBe("Deployment shop/frontend");
    expect(story(waiting)).toContain(`Waiting: incident ${idOf(incident)} is at work in shop.`);
    expect(sentWrites(world)).toHaveLength(writes);

    allow();
    byHand(world, textOf(listOf(incident, "/byHand")[0]));
    expect(await command(world, incident, "acknowledge")).toBe(202);
    expect(await runToTheEnd(world)).toBe(true);
    expect(outcomes(await world.incidents())).toEqual(["stuck", "self_resolved", "mitigated"]);
    expect(story((await world.incidents())[0]).at(-1)).toBe("Acknowledged by alice: the scope is free again.");
    expect(marksLeft(world)).toEqual([]);
    expect(await scopeHolders(world)).toEqual([]);
  });

  test("news about its own subject open nothing until somebody acknowledges, and are not forgotten", async () => {
    const { world, allow, incident } = await stuckStory(forbidden);
    world.cluster.edit(paymentPods, [{ op: "replace", path: imagePath, value: badImage }], "somebody");
    await world.run(120);
    expect(outcomes(await world.incidents())).toEqual(["stuck", "self_resolved"]);

    allow();
    byHand(world, textOf(listOf(incident, "/byHand")[0]));
    expect(await command(world, incident, "acknowledge")).toBe(202);
    await world.run(60);
    expect(await runToTheEnd(world)).toBe(true);
    const incidents = await world.incidents();
    // The bad plan is tried again for the new incident, and rolls out its bad image for a while again: the last alert.
    expect(incidents.map((each) => `${textOf(each["subject"])}: ${textOf(each["outcome"])}`)).toEqual([
      "Deployment shop/payment: stuck",
      "Deployment shop/frontend: self_resolved",
      "Deployment shop/payment: mitigated",
      "Deployment shop/frontend: self_resolved",
    ]);
    expect(await scopeHolders(world)).toEqual([]);
    expect(marksLeft(world)).toEqual([]);
  });

  test("only the one that is stuck can be acknowledged, and only once does it change anything", async () => {
    const { world, incident } = await stuckStory(forbidden);
    const [, other] = await world.incidents();
    expect(await command(world, other, "acknowledge")).toBe(409);
    expect(await command(world, incident, "acknowledge")).toBe(202);
    expect(await command(world, incident, "acknowledge")).toBe(202);
    await world.run(10);
    const told = story((await world.incidents())[0]);
    expect(told.filter((line) => line.startsWith("Acknowledged"))).toHaveLength(1);
    expect(
      world.cluster.observe().find((object) => object.kind === "Deployment" && object.metadata.name === frontend.name)?.metadata
        .annotations,
    ).toEqual({
      "deployment.kubernetes.io/revision": "3",
    });
  });
});
