import { describe, expect, test } from "vitest";
import type { Plan } from "../../src/action/action.ts";
import { builtInPlanner } from "../../src/agent/mitigation.ts";
import type { Planner } from "../../src/agent/planner.ts";
import type { Interruption } from "../../src/cluster/memory/port.ts";
import { shop } from "../../src/demo/shop.ts";
import { createWorld } from "../../src/demo/world.ts";
import type { World, WorldOptions } from "../../src/demo/world.ts";
import { success } from "../../src/failure.ts";
import { jsonEqual } from "../../src/kubernetes/json.ts";
import type { JsonObject } from "../../src/kubernetes/json.ts";
import { memoryLedger } from "../../src/ledger/memory.ts";
import { mortalCluster, mortalLedger } from "../support/crash.ts";
import type { Fate, Moment } from "../support/crash.ts";
import { atWrite, noAnswer } from "../support/interruption.ts";
import { endings, landscape, scopeHolders, sentWrites, story } from "../support/journey.ts";
import { breakTargetPort, marksLeft, outcomes, passTime, runToTheEnd, worseSelector } from "../support/story.ts";

const extra = { kind: "ConfigMap", namespace: "shop", name: "extra" } as const;
const quota = { kind: "ResourceQuota", namespace: "shop", name: "roomy" } as const;
const manifest: JsonObject = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "extra", namespace: "shop" }, data: { a: "1" } };
const roomy: JsonObject = {
  apiVersion: "v1",
  kind: "ResourceQuota",
  metadata: { name: "roomy", namespace: "shop", labels: { team: "shop" } },
  spec: { hard: { pods: "50" } },
};

/** Makes an object, removes one, evicts a pod, and then makes it worse: so all of it is taken back. */
function bad(world: World): Plan {
  const pod = world.cluster.observe().find(({ kind, metadata }) => kind === "Pod" && metadata.name.startsWith("frontend-"));
  return {
    intent: "Make one thing, remove another, evict a pod.",
    actions: [
      { type: "create", target: extra, manifest },
      { type: "delete", target: quota },
      { type: "evict", target: { kind: "Pod", namespace: "shop", name: pod?.metadata.name ?? "none" } },
      ...worseSelector.actions,
    ],
    source: "script",
  };
}

/** Four writes, three inverses, the one that mitigates, and what takes our marks off: of the Service and the new quota. */
const writesOfTheStory = 10;

interface Ending {
  readonly outcome: unknown;
  readonly endings: readonly string[];
  readonly landscape: "as before" | readonly string[];
  readonly marks: readonly string[];
  readonly holders: readonly string[];
}

const straightEnding: Ending = {
  outcome: "mitigated",
  endings: ["regressed, undone", "resolved, committed"],
  landscape: "as before",
  marks: [],
  holders: [],
};

async function told(
  prepare: (world: World) => void = () => undefined,
  options: WorldOptions = {},
): Promise<{ readonly world: World; readonly ending: Ending; readonly lines: readonly string[] }> {
  let plan: Plan | undefined;
  const planner: Planner = {
    async propose(input) {
      plan ??= bad(world);
      const rest = await builtInPlanner.propose(input);
      return rest.ok ? success([plan, ...rest.value]) : rest;
    },
  };
  const world: World = createWorld({ planner, objects: [...shop, roomy], environment: { STRATUS_EVALUATION: "10m" }, ...options });
  await world.run(20);
  const healthy = landscape(world);
  breakTargetPort(world);
  prepare(world);
  await runToTheEnd(world);
  await passTime(world, 120);
  const now = landscape(world);
  const incidents = await world.incidents();
  const names = [...new Set([...Object.keys(healthy), ...Object.keys(now)])];
  const differing = names.filter((name) => !jsonEqual(healthy[name], now[name]));
  const ending: Ending = {
    outcome: outcomes(incidents)[0],
    endings: endings(incidents[0]),
    landscape: differing.length === 0 ? "as before" : differing,
    marks: marksLeft(world),
    holders: await scopeHolders(world),
  };
  return { world, ending, lines: story(incidents[0]) };
}

describe("an attempt that made, removed and evicted whole objects", () => {
  test("is taken back: what was made is gone, what was removed is there again", async () => {
    const { world, ending, lines } = await told();
    expect(ending).toEqual(straightEnding);
    expect(lines).toContain("Removed ConfigMap shop/extra again.");
    expect(lines).toContain("Made ResourceQuota shop/roomy again.");
    expect(sentWrites(world).map(({ verb, ref }) => `${verb} ${ref.kind}`)).toEqual([
      "create ConfigMap",
      "delete ResourceQuota",
      "evict Pod",
      "patch Service",
      "patch Service",
      "create ResourceQuota",
      "delete ConfigMap",
      "patch Service",
      "patch ResourceQuota",
      "patch Service",
    ]);
  });

  test("leaves to somebody else what they have made of it", async () => {
    const { world, ending, lines } = await told((begun) => {
      begun.cluster.intercept((request) => {
        if (request.verb !== "patch" || request.dryRun || request.ref.kind !== "Service") return undefined;
        begun.cluster.edit(extra, [{ op: "add", path: "/data/theirs", value: "2" }], "alice");
        if (begun.cluster.observe().every(({ kind }) => kind !== "ResourceQuota"))
          begun.cluster.make({ ...roomy, spec: { hard: { pods: "9" } } });
        return undefined;
      });
    });
    expect(ending).toMatchObject({ outcome: "mitigated", landscape: ["ResourceQuota shop/roomy", "ConfigMap shop/extra"] });
    expect(lines).toContain("ConfigMap shop/extra, which was created, was changed by somebody else since (data.theirs): left as it is.");
    expect(lines).toContain("ResourceQuota shop/roomy was created again by somebody else: left as it is.");
    expect(landscape(world)["ResourceQuota shop/roomy"]).toMatchObject({ spec: { hard: { pods: "9" } } });
    expect(marksLeft(world)).toEqual([]);
  });

  const fates: readonly (readonly [string, Interruption])[] = [
    ["lands and its answer is lost", { when: "after", failure: noAnswer }],
    ["never lands", { when: "before", failure: noAnswer }],
    ["lands twenty seconds later", { when: "later", delayMs: 20_000, failure: noAnswer }],
  ];
  test.each(fates)(
    "of which a write %s, whichever it is: the story ends as ever",
    async (_name, fate) => {
      for (let number = 1; number <= writesOfTheStory; number += 1) {
        const { ending } = await told((world) => void atWrite(world, number, fate));
        // An eviction cannot be shut out but by time, and half a plan may not wait for that long: it is taken back, and tried again.
        const waited = number === 3 && fate.when === "before" ? ["inconclusive, undone"] : [];
        expect({ number, ...ending }).toEqual({ number, ...straightEnding, endings: [...waited, ...straightEnding.endings] });
      }
    },
    60_000,
  );

  test.each<readonly [Moment, number]>([
    ["before a write", 1],
    ["after a write", 1],
    // There are some seventy: every one of them in the shorter story of crash.test.ts.
    ["after a save", 4],
  ])(
    "by a process that dies %s, one in %i: the story ends as ever",
    async (moment, pace) => {
      for (let number = 1; ; number += pace) {
        let seen = 0;
        const fate: Fate = (which) => which === moment && (seen += 1) === number;
        const { ending } = await told(undefined, {
          ledger: mortalLedger(memoryLedger(), fate),
          port: (cluster) => mortalCluster(cluster, fate),
        });
        expect({ number, ...ending }).toEqual({ number, ...straightEnding });
        if (seen < number) return;
      }
    },
    60_000,
  );
});
