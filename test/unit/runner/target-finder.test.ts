import { describe, expect, test } from "vitest";
import { createWorld } from "../../../src/demo/world.ts";
import type { World } from "../../../src/demo/world.ts";
import { targetFinder } from "../../../src/runner/target-finder.ts";

function finderOf({ composed }: World) {
  return targetFinder(composed.runner.sites);
}

describe("looking for what words are about", () => {
  test("asks for namespaces, workloads and Services, and changes nothing", async () => {
    const world = createWorld();
    const asked: string[] = [];
    world.cluster.intercept((request) => {
      asked.push(`${request.verb} ${"kind" in request ? request.kind : ""}`.trim());
      return undefined;
    });
    expect(await finderOf(world).find("demo", "why is frontend slow?", undefined)).toEqual({
      ok: true,
      value: { kind: "found", target: { kind: "Deployment", namespace: "shop", name: "frontend" } },
    });
    expect(asked.toSorted()).toEqual(["list DaemonSet", "list Deployment", "list Namespace", "list Service", "list StatefulSet"]);
  });

  test("says which list is not permitted", async () => {
    const world = createWorld({ cluster: { permits: ({ verb, kind }) => !(verb === "list" && kind === "StatefulSet") } });
    const found = await finderOf(world).find("demo", "why is frontend slow?", undefined);
    expect(found).toMatchObject({ ok: false, failure: { kind: "refused" } });
    expect(JSON.stringify(found)).toContain("StatefulSet");
  });

  test("knows only clusters that are configured", async () => {
    expect(await finderOf(createWorld()).find("moon", "frontend", undefined)).toMatchObject({ ok: false });
  });
});
