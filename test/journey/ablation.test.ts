import { describe, expect, test } from "vitest";
import { createWorld } from "../../src/demo/world.ts";
import { baselineOf, measure, muOf } from "../../src/severity/measure.ts";
import { defaultWeights } from "../../src/severity/severity.ts";
import { takeReadings } from "../../src/agent/readings.ts";
import { whyNotPlan } from "../../src/action/policy.ts";
import { arms, runArm } from "../ablation/arm.ts";
import { meanOf, shareOf } from "../ablation/interval.ts";
import { harmfulPlans, programs } from "../ablation/plans.ts";
import { armReport, checksOf } from "../ablation/report.ts";

/** Of each arm: enough to tell the arms apart, and quick. */
const runs = 16;

describe("undo and retry, beside what it is without the one or the other", () => {
  test("mitigates most and leaves no harm, with a planner that is mostly wrong", { timeout: 180_000 }, async () => {
    const reports = [];
    for (const arm of arms) {
      const done = [];
      for (let seed = 0; seed < runs; seed += 1) done.push(await runArm({ arm, seed, rightShare: 0.15 }));
      reports.push(armReport(arm, done));
    }
    const counts = reports.map(({ arm, success, harm }) => [arm, Math.round(success.value * runs), Math.round(harm.value * runs)]);
    expect(counts).toEqual([
      ["undo and retry", 12, 0],
      ["no retry", 3, 0],
      ["retry without undo", 4, 13],
    ]);
    expect(checksOf(reports).every(({ ok }) => ok)).toBe(true);
  });

  test("a planner that is always right is done at the first attempt in every arm, without harm", async () => {
    for (const arm of arms) {
      const run = await runArm({ arm, seed: 0, rightShare: 1 });
      expect({ arm, ...run, durationMs: 0 }).toEqual({
        arm,
        outcome: "mitigated",
        attempts: 1,
        mitigated: true,
        harmed: false,
        durationMs: 0,
      });
    }
  });

  test("a planner that is never right leaves harm only where nothing is undone", async () => {
    const harmed = [];
    for (const arm of arms) harmed.push((await runArm({ arm, seed: 0, rightShare: 0 })).harmed);
    expect(harmed).toEqual([false, false, true]);
  });
});

describe("the plans of the bad planner", () => {
  test.each(harmfulPlans)("$intent: is allowed, and harms a healthy shop", async (plan) => {
    const world = createWorld({ cluster: { behaviour: programs } });
    const site = world.composed.runner.sites.get("demo");
    if (site === undefined) throw new Error("the world has no site");
    expect(whyNotPlan(site.policy, plan, ["shop"])).toBeUndefined();
    await world.run(20);
    const baseline = baselineOf(await takeReadings(site, ["shop"]));
    const [action] = plan.actions;
    if (action?.type === "scale") world.cluster.edit(action.target, [{ op: "replace", path: "/spec/replicas", value: action.replicas }]);
    if (action?.type === "patch") world.cluster.edit(action.target, action.operations);
    for (let second = 0; second < 90; second += 1) {
      world.telemetry.tick();
      world.clock.advance(1_000);
    }
    expect(muOf(measure(await takeReadings(site, ["shop"]), baseline, defaultWeights))).toBeGreaterThan(0);
  });
});

describe("intervals", () => {
  test("of a share are Wilson's", () => {
    const { low, high } = shareOf(8, 10);
    expect([low.toFixed(4), high.toFixed(4)]).toEqual(["0.4902", "0.9433"]);
    const none = shareOf(0, 1_000);
    expect([none.low.toFixed(4), none.high.toFixed(4)]).toEqual(["0.0000", "0.0038"]);
  });

  test("of a mean follow from its spread", () => {
    const { value, low, high } = meanOf([1, 2, 3, 4]);
    expect([value, low.toFixed(3), high.toFixed(3)]).toEqual([2.5, "1.235", "3.765"]);
  });
});
