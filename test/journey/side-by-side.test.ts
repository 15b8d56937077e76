import { describe, expect, test } from "vitest";
import { builtInPlanner } from "../../src/agent/mitigation.ts";
import { scriptedPlanner } from "../../src/agent/scripted.ts";
import { shop } from "../../src/demo/shop.ts";
import { shopRules } from "../../src/demo/rules.ts";
import { createWorld } from "../../src/demo/world.ts";
import type { World } from "../../src/demo/world.ts";
import type { JsonObject } from "../../src/kubernetes/json.ts";
import { loadIncident } from "../../src/runner/records.ts";
import { step } from "../../src/runner/step.ts";
import { sweep } from "../../src/runner/sweep.ts";
import { faults, make } from "../support/fault.ts";
import { idOf, landscape, scopeHolders, sentWrites, story, textOf, untilState, visiblePath } from "../support/journey.ts";
import { heldUpAtWrite, secondProcess } from "../support/second-process.ts";
import type { HeldUp } from "../support/second-process.ts";
import { breakTargetPort, marksLeft, outcomes, payment, runToTheEnd, worseTwice } from "../support/story.ts";
import { straightEnding, worseStory, writesOfTheStory } from "../support/worse-story.ts";

describe("two incidents", () => {
  test("in one namespace at once: the second waits, and each is cured of its own trouble", async () => {
    const world = createWorld();
    await world.run(20);
    const healthy = landscape(world);
    const [image] = faults;
    if (image !== undefined) make(world, image);
    await world.run(15);
    breakTargetPort(world);
    expect(await runToTheEnd(world)).toBe(true);
    const incidents = await world.incidents();
    expect(incidents.map((each) => `${textOf(each["subject"])}: ${textOf(each["outcome"])}`)).toEqual([
      "Deployment shop/payment: mitigated",
      "Deployment shop/frontend: mitigated",
    ]);
    expect(story(incidents[1])).toContain(`Waiting: incident ${idOf(incidents[0])} is at work in shop.`);
    expect(landscape(world)).toEqual(healthy);
    expect(marksLeft(world)).toEqual([]);
    expect(await scopeHolders(world)).toEqual([]);
  });

  test("the second fault made while the first is measured", async () => {
    const world = createWorld();
    await world.run(20);
    const healthy = landscape(world);
    const [image] = faults;
    if (image !== undefined) make(world, image);
    expect(await untilState(world, "evaluating")).toBe(true);
    breakTargetPort(world);
    expect(await runToTheEnd(world)).toBe(true);
    const incidents = await world.incidents();
    // Trouble that nobody could have caused by a rollback is not held against it, nor is it cured by it.
    expect(incidents.map((each) => `${textOf(each["subject"])}: ${textOf(each["outcome"])}, ${visiblePath(each).join()}`)).toEqual([
      "Deployment shop/frontend: mitigated, 3",
      "Deployment shop/payment: mitigated, 3,0",
    ]);
    expect(landscape(world)).toEqual(healthy);
    expect(marksLeft(world)).toEqual([]);
    expect(await scopeHolders(world)).toEqual([]);
  });

  test("in two namespaces: side by side, neither waits nor sees the other's trouble", async () => {
    const stall = JSON.parse(JSON.stringify(shop).replaceAll(`"namespace":"shop"`, `"namespace":"stall"`)) as JsonObject[];
    const world = createWorld({
      objects: [...shop, ...stall],
      cluster: { namespaces: ["shop", "stall"] },
      environment: { STRATUS_AUTO_NAMESPACES: "shop,stall" },
      rules: (cluster) => [
        ...shopRules(cluster, "shop"),
        ...shopRules(cluster, "stall").map((rule) => ({ ...rule, name: `Stall${rule.name}` })),
      ],
    });
    await world.run(20);
    const healthy = landscape(world);
    breakTargetPort(world);
    world.cluster.edit({ ...payment, namespace: "stall" }, [{ op: "replace", path: "/spec/selector/app", value: "paymnet" }], "somebody");
    await world.run(30);
    expect(await scopeHolders(world)).toHaveLength(2);
    expect(await runToTheEnd(world)).toBe(true);
    const incidents = await world.incidents();
    expect(outcomes(incidents)).toEqual(["mitigated", "mitigated"]);
    expect(incidents.map((each) => visiblePath(each).join()).toSorted()).toEqual(["3,0", "6,0"]);
    expect(incidents.flatMap(story).filter((line) => line.startsWith("Waiting"))).toEqual([]);
    expect(landscape(world)).toEqual(healthy);
  });

  test("several alerts about one owner are one", async () => {
    const crash = faults.find(({ name }) => name === "command of a wrong binary");
    const world = createWorld({
      ...(crash?.cluster === undefined ? {} : { cluster: crash.cluster }),
      environment: { STRATUS_AUTO_NAMESPACES: "" },
    });
    await world.run(20);
    // All at once, not pod by pod: then the Deployment is short as well.
    world.cluster.edit({ kind: "Deployment", namespace: "shop", name: "frontend" }, [
      { op: "replace", path: "/spec/strategy", value: { type: "Recreate" } },
      { op: "add", path: "/spec/template/spec/containers/0/command", value: ["/bin/shpo"] },
    ]);
    await world.run(120);
    const incidents = await world.incidents();
    expect(new Set(incidents.map((each) => each["subject"]))).toEqual(new Set(["Deployment shop/frontend"]));
    const open = new Set(incidents.filter((each) => each["state"] !== "closed").map(idOf));
    expect(open.size).toBeLessThanOrEqual(1);
  });
});

describe("one incident in two processes at once", () => {
  test("every step doubled and interleaved changes nothing twice", async () => {
    const world = createWorld({ planner: scriptedPlanner([worseTwice], builtInPlanner) });
    await world.run(20);
    const healthy = landscape(world);
    breakTargetPort(world);
    const other = secondProcess(world);
    for (let second = 0; second < 400; second += 1) {
      const [incident] = await world.incidents();
      const stored = await loadIncident(world.ledger, idOf(incident));
      const version = stored.ok ? (stored.value?.version ?? 0) : 0;
      const twins = [world.composed.runner, other].map((ports) => step(ports, { incidentId: idOf(incident), version, hop: 0 }));
      await Promise.all([...twins, sweep(other), sweep(world.composed.runner)]);
      await world.run(1);
    }
    const incidents = await world.incidents();
    expect(outcomes(incidents)[0]).toBe("mitigated");
    expect(sentWrites(world)).toHaveLength(writesOfTheStory);
    expect(visiblePath(incidents[0])).toEqual([3, 0]);
    expect(landscape(world)).toEqual(healthy);
    expect(marksLeft(world)).toEqual([]);
    expect(await scopeHolders(world)).toEqual([]);
  });
});

describe("a zombie: held up at a write for longer than its lease, while another process finishes", () => {
  test.each(Array.from({ length: writesOfTheStory }, (_, index) => index + 1))(
    "at write %i: its late write and its late saves are refused",
    async (number) => {
      let held: HeldUp | undefined;
      let zombie: Promise<unknown> | undefined;
      const { ending, world } = await worseStory(
        (begun) => {
          const run = begun.run.bind(begun);
          const untilHeld = async (...given: Parameters<World["run"]>): Promise<boolean> => {
            if (zombie !== undefined) return run(...given);
            const running = run(...given);
            const end = await Promise.race([running, held?.arrived.then(() => "held up" as const)]);
            if (end !== "held up") return end === true;
            zombie = running;
            begun.clock.advance(1_000);
            return false;
          };
          Object.assign(begun, { run: untilHeld });
        },
        {
          port: (cluster) => {
            held = heldUpAtWrite(cluster, number);
            return held.cluster;
          },
        },
      );
      expect(zombie).toBeDefined();
      const before = { landscape: landscape(world), incidents: await world.incidents() };
      held?.release();
      await zombie;
      expect({ landscape: landscape(world), incidents: await world.incidents() }).toEqual(before);
      expect({ ...ending, marks: marksLeft(world) }).toEqual(straightEnding);
    },
  );
});
