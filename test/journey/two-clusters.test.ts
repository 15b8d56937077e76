import { describe, expect, test } from "vitest";
import type { World } from "../../src/demo/world.ts";
import { loadScopes } from "../../src/runner/records.ts";
import { idOf, landscape, sentWrites, story, visiblePath } from "../support/journey.ts";
import { breakTargetPort, marksLeft, outcomes } from "../support/story.ts";
import { twoClusters } from "../support/two-clusters.ts";

async function holders({ ledger }: World, cluster: string): Promise<readonly string[]> {
  const scopes = await loadScopes(ledger, cluster);
  return scopes.ok ? scopes.value.value.holders.map(({ incidentId }) => incidentId) : ["unreadable"];
}

function alert(cluster: string): unknown {
  return {
    status: "firing",
    labels: { alertname: "Down", namespace: "shop", deployment: "frontend", cluster },
    startsAt: "2026-01-05T09:00:00Z",
  };
}

describe("one Stratus, two clusters", () => {
  test("the same fault in both at once: each is handled in its own cluster, and neither waits for the other", async () => {
    const { east, west, run } = twoClusters();
    await run(20);
    const healthy = { east: landscape(east), west: landscape(west) };
    breakTargetPort(east);
    breakTargetPort(west);
    await run(25);
    const [ofEast] = await east.incidents();
    const [ofWest] = await west.incidents();
    expect(idOf(ofEast)).not.toBe(idOf(ofWest));
    expect({ east: await holders(east, "east"), west: await holders(west, "west") }).toEqual({
      east: [idOf(ofEast)],
      west: [idOf(ofWest)],
    });
    await run(180);
    for (const side of [east, west]) {
      const incidents = await side.incidents();
      expect(outcomes(incidents)).toEqual(["mitigated"]);
      expect(visiblePath(incidents[0])).toEqual([3, 0]);
      expect(incidents.flatMap(story).filter((line) => line.startsWith("Waiting"))).toEqual([]);
      expect(sentWrites(side)).toHaveLength(2);
      expect(marksLeft(side)).toEqual([]);
    }
    expect({ east: landscape(east), west: landscape(west) }).toEqual(healthy);
    expect({ east: await holders(east, "east"), west: await holders(west, "west") }).toEqual({ east: [], west: [] });
  });

  test("a fault in one: nothing is written in the other", async () => {
    const { east, west, run } = twoClusters();
    await run(20);
    breakTargetPort(west);
    await run(180);
    expect(outcomes(await west.incidents())).toEqual(["mitigated"]);
    expect(await east.incidents()).toEqual([]);
    expect(east.cluster.writes).toEqual([]);
  });

  test("an API server that is gone takes only its own incidents along", async () => {
    const { east, west, run } = twoClusters();
    await run(20);
    breakTargetPort(east);
    breakTargetPort(west);
    east.cluster.intercept(() => ({ when: "before", failure: { kind: "unavailable", effect: "none", reason: "nobody answers" } }));
    await run(180);
    expect(outcomes(await west.incidents())).toEqual(["mitigated"]);
    expect(outcomes(await east.incidents())).toEqual([undefined]);
    const ready = await east.composed.app.request("/readyz");
    expect(await ready.json()).toMatchObject({ failing: ["cluster east"] });
  });

  test("an alert of a cluster that is not configured is refused by its name, the others of its batch are taken", async () => {
    const { post } = twoClusters();
    const answer = await post("/alerts", { version: "4", alerts: [alert("north"), alert("west")] });
    expect(answer.status).toBe(202);
    expect(await answer.json()).toEqual({
      recorded: 1,
      known: 0,
      rejected: [{ index: 0, reason: "cluster north is not configured" }],
      subjects: ["west/shop/frontend"],
    });
  });
});
