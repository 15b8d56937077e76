// Alerts arrive, and nobody can be asked whether they still fire: neither Prometheus nor Alertmanager is configured. Where severity
// is 0 all along, only a fault that was seen can be seen to be gone.
import { describe, expect, test } from "vitest";
import type { Plan } from "../../src/action/action.ts";
import { builtInPlanner } from "../../src/agent/mitigation.ts";
import { scriptedPlanner } from "../../src/agent/scripted.ts";
import { shop } from "../../src/demo/shop.ts";
import { createWorld } from "../../src/demo/world.ts";
import type { World, WorldOptions } from "../../src/demo/world.ts";
import type { JsonObject } from "../../src/kubernetes/json.ts";
import { endings, landscape, sentWrites, story, textOf, visiblePath } from "../support/journey.ts";
import { frontend, marksLeft, outcomes, payment, runToTheEnd } from "../support/story.ts";

const container = "/spec/template/spec/containers/0";

/** One alert, from the second in which the object of that kind and name has something in it. */
function alertAbout(kind: "deployment" | "service", name: string, mark: string): NonNullable<WorldOptions["rules"]> {
  return (cluster) => [
    {
      name: "SomethingIsWrong",
      labels: { severity: "critical" },
      forMs: 5_000,
      evaluate: () =>
        cluster
          .observe()
          .some((object) => object.kind.toLowerCase() === kind && object.metadata.name === name && JSON.stringify(object).includes(mark))
          ? [{ namespace: "shop", [kind]: name }]
          : [],
    },
  ];
}

async function ends(world: World) {
  const over = await runToTheEnd(world, 900);
  const incidents = await world.incidents();
  return { over, outcomes: outcomes(incidents), endings: incidents.flatMap(endings) };
}

async function reason(world: World): Promise<string> {
  return textOf((await world.incidents())[0]?.["outcomeReason"]);
}

describe("severity is 0 and no source of alerts is configured", () => {
  test("a rollout that hangs while the old pods serve is taken back: what was seen is gone, and what nobody measured is named", async () => {
    const world = createWorld({ asksNobody: true, rules: alertAbout("deployment", "frontend", "shop:9.9.9") });
    await world.run(40);
    const healthy = landscape(world);
    world.cluster.edit(frontend, [{ op: "replace", path: `${container}/image`, value: "registry.example/shop:9.9.9" }], "somebody");
    expect(await ends(world)).toEqual({ over: true, outcomes: ["mitigated"], endings: ["resolved, committed"] });
    expect(visiblePath((await world.incidents())[0])).toEqual([0]);
    expect(await reason(world)).toBe(
      "Roll Deployment shop/frontend back to revision 1, of which 3 pods are ready now. (image-cannot-be-pulled at Deployment shop/frontend is not to be seen any more; not measured: alerts, objectives)",
    );
    expect(landscape(world)).toEqual(healthy);
    expect(marksLeft(world)).toEqual([]);
  });

  test("a guess is not tried, and the outcome says which", async () => {
    const world = createWorld({ asksNobody: true, rules: alertAbout("deployment", "frontend", '"value":"debug"') });
    await world.run(40);
    world.cluster.edit(frontend, [{ op: "replace", path: `${container}/env/0/value`, value: "debug" }], "somebody");
    expect(await ends(world)).toEqual({ over: true, outcomes: ["no_action"], endings: [] });
    expect(await reason(world)).toBe(
      "severity is 0 and no source of alerts is configured: whether a change that is only a guess helps could not be told (Roll Deployment shop/frontend back to revision 1)",
    );
    expect(sentWrites(world)).toEqual([]);
  });

  test("what does not make the fault go away is undone, although no number got worse", async () => {
    const useless: Plan = {
      intent: "Name the target port of Service payment.",
      actions: [{ type: "patch", target: payment, operations: [{ op: "replace", path: "/spec/ports/0/targetPort", value: "http" }] }],
      source: "service-selects-another",
      seenAt: payment,
    };
    const world = createWorld({
      asksNobody: true,
      rules: alertAbout("service", "payment", '"selector":{"app":"frontend"}'),
      planner: scriptedPlanner([useless], builtInPlanner),
    });
    await world.run(40);
    const healthy = landscape(world);
    world.cluster.edit(payment, [{ op: "replace", path: "/spec/selector/app", value: "frontend" }], "somebody");
    expect(await ends(world)).toEqual({
      over: true,
      outcomes: ["mitigated"],
      endings: ["unchanged, undone", "resolved, committed"],
    });
    expect(story((await world.incidents())[0])).toContain(
      "Attempt 1 is undone (unchanged): severity is still 0: a change that does nothing must not stay.",
    );
    expect(landscape(world)).toEqual(healthy);
  });

  test("beside what was wrong before, for a reason of its own, a change that ended the fault stays", async () => {
    const noise = JSON.parse(
      JSON.stringify(shop[0]).replaceAll('"frontend"', '"legacy"').replace('"replicas":3', '"replicas":1'),
    ) as JsonObject;
    const world = createWorld({
      asksNobody: true,
      objects: [...shop, noise],
      cluster: { behaviour: ({ metadata }) => (metadata.labels?.["app"] === "legacy" ? "crashes" : "runs") },
      rules: alertAbout("deployment", "frontend", "shop:9.9.9"),
    });
    await world.run(40);
    const healthy = landscape(world);
    world.cluster.edit(frontend, [{ op: "replace", path: `${container}/image`, value: "registry.example/shop:9.9.9" }], "somebody");
    expect(await ends(world)).toEqual({ over: true, outcomes: ["mitigated"], endings: ["improved, committed"] });
    const [incident] = await world.incidents();
    expect(visiblePath(incident)).toEqual([1]);
    expect(story(incident)).toContain("What was seen to be wrong is gone; what is measured to be wrong was so before.");
    expect(landscape(world)).toEqual(healthy);
  });

  test("of two faults the second is mended after the first: nothing is over while something is measured to be wrong", async () => {
    const isBroken = (cluster: World["cluster"]): boolean =>
      cluster
        .observe()
        .filter(({ kind }) => kind === "Deployment" || kind === "Service")
        .some((object) => /shop:9\.9\.9|paymnt/.test(JSON.stringify(object)));
    const world = createWorld({
      asksNobody: true,
      rules: (cluster) => [
        {
          name: "ManyErrors",
          labels: { severity: "critical" },
          forMs: 5_000,
          evaluate: () => (isBroken(cluster) ? [{ namespace: "shop", deployment: "frontend" }] : []),
        },
      ],
    });
    await world.run(40);
    const healthy = landscape(world);
    world.cluster.edit(payment, [{ op: "replace", path: "/spec/selector/app", value: "paymnt" }], "somebody");
    world.cluster.edit(frontend, [{ op: "replace", path: `${container}/image`, value: "registry.example/shop:9.9.9" }], "somebody");
    expect(await ends(world)).toEqual({
      over: true,
      outcomes: ["mitigated"],
      endings: ["improved, committed", "resolved, committed"],
    });
    expect(visiblePath((await world.incidents())[0])).toEqual([3, 0]);
    expect(landscape(world)).toEqual(healthy);
  });
});
