import { expect, test } from "vitest";
import { shopRules } from "../../src/demo/rules.ts";
import { shop } from "../../src/demo/shop.ts";
import { createWorld } from "../../src/demo/world.ts";
import type { World } from "../../src/demo/world.ts";
import type { JsonObject } from "../../src/kubernetes/json.ts";
import { endings, idOf, scopeHolders, sentWrites, story, textOf } from "../support/journey.ts";
import { marksLeft, outcomes, payment, runToTheEnd } from "../support/story.ts";

const node = { kind: "Node", name: "node-1" } as const;
const recording = { STRATUS_KNOWN_GOOD: "on", STRATUS_KNOWN_GOOD_INTERVAL: "5s", STRATUS_KNOWN_GOOD_TRIAL: "30s" };

/** Somebody closes the only node, and a pod of the frontend has to start anew. */
function cordon({ cluster }: World): void {
  cluster.edit(node, [{ op: "add", path: "/spec/unschedulable", value: true }], "alice");
  const pod = cluster
    .observe()
    .find(({ kind, metadata }) => kind === "Pod" && metadata.namespace === "shop" && metadata.name.startsWith("frontend-"));
  cluster.lose({ kind: "Pod", namespace: "shop", name: pod?.metadata.name ?? "none" });
}

function breakIn(world: World, namespace: string): void {
  world.cluster.edit({ ...payment, namespace }, [{ op: "replace", path: "/spec/ports/0/targetPort", value: 9999 }], "somebody");
}

test("a node that was closed since all was well is opened again, where that is allowed", async () => {
  const world = createWorld({ environment: { ...recording, STRATUS_CLUSTER_SCOPED_MODE: "auto" } });
  await world.run(90);
  cordon(world);
  expect(await runToTheEnd(world)).toBe(true);
  const [incident] = await world.incidents();
  expect({ outcome: incident?.["outcome"], endings: endings(incident) }).toEqual({
    outcome: "mitigated",
    endings: ["resolved, committed"],
  });
  expect(sentWrites(world).map(({ verb, ref }) => `${verb} ${ref.kind}`)).toEqual(["patch Node", "patch Node"]);
  expect(world.cluster.observe().find(({ kind }) => kind === "Node")).toMatchObject({ spec: { podCIDR: "10.244.0.0/24" } });
  expect(marksLeft(world)).toEqual([]);
});

test("where it is not, the node stays closed and a person is told what would open it", async () => {
  const world = createWorld({ environment: recording });
  await world.run(90);
  cordon(world);
  expect(await runToTheEnd(world)).toBe(true);
  const [incident] = await world.incidents();
  expect(outcomes([incident ?? {}])).toEqual(["no_action"]);
  expect(textOf(incident?.["outcomeReason"])).toContain("kubectl uncordon node-1");
  expect(sentWrites(world)).toEqual([]);
});

test("a node action waits for everybody at work, and everybody else waits for it", async () => {
  const inNamespace = (name: string): JsonObject[] =>
    JSON.parse(JSON.stringify(shop).replaceAll(`"namespace":"shop"`, `"namespace":"${name}"`)) as JsonObject[];
  const world = createWorld({
    objects: [...shop, ...inNamespace("stall"), ...inNamespace("kiosk")],
    cluster: { namespaces: ["shop", "stall", "kiosk"] },
    environment: { ...recording, STRATUS_AUTO_NAMESPACES: "shop,stall,kiosk", STRATUS_CLUSTER_SCOPED_MODE: "auto" },
    rules: (cluster) =>
      ["shop", "stall", "kiosk"].flatMap((namespace) =>
        shopRules(cluster, namespace).map((rule) => ({ ...rule, name: `${rule.name}In${namespace}` })),
      ),
  });
  await world.run(90);
  breakIn(world, "stall");
  expect(await world.run(120, async () => (await scopeHolders(world)).length === 1)).toBe(true);
  const [stall] = await world.incidents();
  cordon(world);
  expect(
    await world.run(120, async () =>
      (await world.incidents()).some((each) => story(each).includes(`Waiting: incident ${idOf(stall)} is at work in shop.`)),
    ),
  ).toBe(true);
  breakIn(world, "kiosk");
  expect(await runToTheEnd(world)).toBe(true);
  const incidents = await world.incidents();
  const closed = incidents.find((each) => textOf(each["subject"]).includes("shop/frontend"));
  const kiosk = incidents.find((each) => textOf(each["subject"]).includes("kiosk/payment"));
  expect(incidents.filter((each) => story(each).length > 0 && each["outcome"] !== "self_resolved").map((each) => each["outcome"])).toEqual([
    "mitigated",
    "mitigated",
    "mitigated",
  ]);
  expect(story(kiosk)).toContain(`Waiting: incident ${idOf(closed)} is at work in kiosk.`);
  expect(await scopeHolders(world)).toEqual([]);
  expect(marksLeft(world)).toEqual([]);
});
