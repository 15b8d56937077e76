import { expect, test } from "vitest";
import { createWorld } from "../../src/demo/world.ts";
import { landscape, story } from "../support/journey.ts";
import { breakTargetPort, outcomes, payment, runToTheEnd } from "../support/story.ts";

/** Nobody watches but Stratus: there is no rule, so no alert ever fires. */
const unwatched = {
  STRATUS_DETECTION: "20s",
  STRATUS_KNOWN_GOOD_INTERVAL: "5s",
};
const noRules = { rules: () => [] };
const nobody = [{ op: "replace", path: "/spec/selector/app", value: "nobody" }] as const;

test("a Service that serves nobody is noticed without an alert, put right, and told as what it is", async () => {
  const world = createWorld({ ...noRules, environment: unwatched });
  await world.run(60);
  expect(await world.incidents()).toEqual([]);
  const healthy = landscape(world);
  world.cluster.edit(payment, nobody, "somebody");
  await world.run(40);
  expect(await runToTheEnd(world)).toBe(true);
  const incidents = await world.incidents();
  expect(outcomes(incidents)).toEqual(["mitigated"]);
  expect(landscape(world)).toEqual(healthy);
  expect(story(incidents[0])[0]).toBe("Noticed without an alert at shop/payment: Service shop/payment has no ready endpoint.");
});

test("a rollout that dips for less than that is no incident", async () => {
  const world = createWorld({ ...noRules, environment: unwatched });
  await world.run(60);
  world.cluster.edit(payment, nobody, "somebody");
  await world.run(12);
  world.cluster.edit(payment, [{ op: "replace", path: "/spec/selector/app", value: "payment" }], "somebody");
  await world.run(120);
  expect(await world.incidents()).toEqual([]);
});

test("what an alert speaks of is left to the alert, and one incident is opened", async () => {
  const world = createWorld({ environment: unwatched });
  await world.run(60);
  breakTargetPort(world);
  expect(await runToTheEnd(world)).toBe(true);
  await world.run(120);
  expect(outcomes(await world.incidents())).toEqual(["mitigated"]);
});

test("trouble that nothing mends is noticed once, and again only after all was well", async () => {
  const world = createWorld({
    ...noRules,
    environment: { ...unwatched, STRATUS_MODE: "observe", STRATUS_AUTO_NAMESPACES: "", STRATUS_OBSERVE_NAMESPACES: "shop" },
  });
  await world.run(60);
  world.cluster.edit(payment, nobody, "somebody");
  await world.run(600);
  expect(outcomes(await world.incidents())).toEqual(["no_action"]);
  world.cluster.edit(payment, [{ op: "replace", path: "/spec/selector/app", value: "payment" }], "somebody");
  await world.run(60);
  world.cluster.edit(payment, nobody, "somebody");
  await world.run(600);
  expect(outcomes(await world.incidents())).toEqual(["no_action", "no_action"]);
});

test("without the setting nobody looks", async () => {
  const world = createWorld({ ...noRules });
  await world.run(60);
  world.cluster.edit(payment, nobody, "somebody");
  await world.run(600);
  expect(await world.incidents()).toEqual([]);
});
