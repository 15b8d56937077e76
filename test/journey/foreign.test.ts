import { describe, expect, test } from "vitest";
import { scriptedPlanner } from "../../src/agent/scripted.ts";
import { createWorld } from "../../src/demo/world.ts";
import type { World } from "../../src/demo/world.ts";
import { isJsonObject, valueAt } from "../../src/kubernetes/json.ts";
import { shop } from "../../src/demo/shop.ts";
import { endings, landscape, scopeHolders, story, untilState } from "../support/journey.ts";
import { breakTargetPort, frontend, marksLeft, outcomes, payment, worseTwice } from "../support/story.ts";

const image = "/spec/template/spec/containers/0/image";
const goodImage = "registry.example/shop:1.4.2";

/** The plan makes it worse by two writes; somebody else is at work too while Stratus waits for what they do. */
async function meddled(foreign: (world: World) => void) {
  const world = createWorld({ planner: scriptedPlanner([worseTwice]) });
  await world.run(20);
  breakTargetPort(world);
  expect(await untilState(world, "settling")).toBe(true);
  foreign(world);
  await world.run(1_000, async () => (await world.incidents())[0]?.["state"] === "closed");
  const [incident] = await world.incidents();
  const now = landscape(world);
  return {
    world,
    incident,
    outcome: outcomes([incident ?? {}])[0],
    told: story(incident),
    selector: valueAt(now["Service shop/payment"] ?? {}, "/spec/selector/app"),
    image: valueAt(now["Deployment shop/frontend"] ?? {}, image),
    now,
  };
}

describe("somebody else changes what a transaction has changed", () => {
  test("the same field: theirs is kept and told, ours elsewhere is undone, and a person looks at the rest", async () => {
    const {
      outcome,
      selector,
      image: found,
      told,
    } = await meddled(({ cluster }) => {
      cluster.edit(payment, [{ op: "replace", path: "/spec/selector/app", value: "payment-v3" }], "bob");
    });
    expect({ outcome, selector, found }).toEqual({ outcome: "stuck", selector: "payment-v3", found: goodImage });
    expect(told).toContain("Service shop/payment: spec.selector.app was changed by somebody else meanwhile: left as it is.");
    expect(told).toContain("Put back on Deployment shop/frontend: spec.template.spec.containers[name=app].image.");
  });

  test("another field of the same object: theirs is kept and told, ours is undone", async () => {
    const {
      outcome,
      now,
      image: found,
      told,
    } = await meddled(({ cluster }) => {
      cluster.edit(frontend, [{ op: "replace", path: "/spec/replicas", value: 4 }], "bob");
    });
    expect({ outcome, found, replicas: valueAt(now["Deployment shop/frontend"] ?? {}, "/spec/replicas") }).toEqual({
      outcome: "restored",
      found: goodImage,
      replicas: 4,
    });
    expect(told).toContain("Deployment shop/frontend: spec.replicas was changed by somebody else meanwhile: kept.");
  });

  test("another field of the pod template", async () => {
    const variable = { name: "X", value: "1" };
    const {
      outcome,
      now,
      image: found,
      told,
    } = await meddled(({ cluster }) => {
      cluster.edit(frontend, [{ op: "add", path: "/spec/template/spec/containers/0/env/-", value: variable }], "bob");
    });
    expect({ outcome, found }).toEqual({ outcome: "restored", found: goodImage });
    expect(valueAt(now["Deployment shop/frontend"] ?? {}, "/spec/template/spec/containers/0/env/1")).toEqual(variable);
    expect(told).toContain(
      "Deployment shop/frontend: spec.template.spec.containers[name=app].env[name=X] was changed by somebody else meanwhile: kept.",
    );
  });

  test("the Service is deleted: it stays deleted and that is told, ours elsewhere is undone", async () => {
    const { selector, image: found, told, world } = await meddled(({ cluster }) => cluster.lose(payment));
    expect({ selector, found }).toEqual({ selector: undefined, found: goodImage });
    expect(told).toContain("Service shop/payment was deleted by somebody else: left as it is.");
    expect(marksLeft(world)).toEqual([]);
  });

  test("the Service is deleted and created anew, whole: the new one is not touched, and the plan's other write is not kept", async () => {
    const {
      selector,
      image: found,
      told,
      incident,
      world,
    } = await meddled(({ cluster }) => {
      cluster.lose(payment);
      const manifest = shop.find(
        (object) => object["kind"] === "Service" && isJsonObject(object["metadata"]) && object["metadata"]["name"] === "payment",
      );
      cluster.make(manifest ?? {});
    });
    expect({ selector, found }).toEqual({ selector: "payment", found: goodImage });
    expect(endings(incident)).toEqual(["unchanged, undone"]);
    expect(told).toContain("Service shop/payment was deleted and created again by somebody else: left as it is.");
    expect(marksLeft(world)).toEqual([]);
  });

  test("the Deployment is deleted: a person is called, because what was lost is not ours to bring back", async () => {
    const { outcome, selector, image: found, told } = await meddled(({ cluster }) => cluster.lose(frontend));
    expect({ outcome, selector, found }).toEqual({ outcome: "stuck", selector: "payment", found: undefined });
    expect(told).toContain("Deployment shop/frontend was deleted by somebody else: left as it is.");
  });
});

describe("somebody's GitOps sets everything back every two seconds", () => {
  test.each([
    ["a plan that makes it worse", { planner: scriptedPlanner([worseTwice]) }],
    ["the plan that would help", {}],
  ])("%s: nothing of it stays, and who set it back is told", async (_name, options) => {
    const world = createWorld(options);
    await world.run(20);
    breakTargetPort(world);
    const broken = landscape(world);
    for (let round = 0; round < 300 && (await world.incidents())[0]?.["state"] !== "closed"; round += 1) {
      await world.run(2);
      world.cluster.edit(payment, [
        { op: "replace", path: "/spec/selector/app", value: "payment" },
        { op: "replace", path: "/spec/ports/0/targetPort", value: 9999 },
      ]);
      world.cluster.edit(frontend, [{ op: "replace", path: image, value: goodImage }]);
    }
    const [incident] = await world.incidents();
    expect(outcomes([incident ?? {}])).toEqual(["restored"]);
    expect(endings(incident)).toEqual(["unchanged, undone"]);
    expect(story(incident)).toContain("Service shop/payment: what was written has been set back by somebody else already.");
    expect(landscape(world)).toEqual(broken);
    expect(marksLeft(world)).toEqual([]);
    expect(await scopeHolders(world)).toEqual([]);
  });
});
