import { afterAll, beforeAll, expect, test } from "vitest";
import type { JsonObject } from "../../src/kubernetes/json.ts";
import { idOf, listOf, story, textOf, visiblePath } from "../support/journey.ts";
import { changesOn, landscapeOf, marksOn } from "../support/landscape.ts";
import { startLocalAws } from "./local-aws.ts";
import type { LocalAws } from "./local-aws.ts";
import { report } from "./outcome.ts";

let aws: LocalAws;
beforeAll(async () => {
  aws = await startLocalAws();
});
afterAll(() => aws.stop());

/** From its first attempt, when it has its scope, to its end. */
function workOf(incident: JsonObject | undefined): { readonly fromMs: number; readonly toMs: number } {
  const begun = (listOf(incident, "/timeline") as readonly JsonObject[]).find(({ text }) => textOf(text).startsWith("Attempt 1: "));
  return { fromMs: Number(begun?.["atMs"]), toMs: Number(incident?.["endedAtMs"]) };
}

function waits(incident: JsonObject | undefined): readonly string[] {
  return story(incident).filter((line) => line.startsWith("Waiting"));
}

test("over one queue: two incidents in two namespaces progress side by side, two in one scope one after the other", async () => {
  const shop = await aws.world("several", { namespaces: ["shop", "stall"], rules: ["HighRequestErrorRate"], alertTakesMs: 1_000 });
  const sinceMs = performance.now();
  shop.breakTargetPort({ kind: "Service", namespace: "shop", name: "payment" });
  shop.breakTargetPort({ kind: "Service", namespace: "shop", name: "frontend" });
  shop.breakTargetPort({ kind: "Service", namespace: "stall", name: "payment" });
  const incidents = await shop.untilOver(90_000, 3);
  report("three incidents", shop, sinceMs);

  expect(incidents.map(({ subject, outcome }) => `${textOf(subject)}: ${textOf(outcome)}`).toSorted()).toEqual([
    "Deployment shop/frontend: mitigated",
    "Deployment shop/payment: mitigated",
    "Deployment stall/payment: mitigated",
  ]);
  const inStall = incidents.find(({ subject }) => textOf(subject).startsWith("Deployment stall/"));
  const [first, second] = incidents
    .filter((incident) => incident !== inStall)
    .toSorted((left, right) => workOf(left).fromMs - workOf(right).fromMs);
  // The two that were at work first: each began before the other one ended.
  expect(workOf(inStall).fromMs).toBeLessThan(workOf(first).toMs);
  expect(workOf(first).fromMs).toBeLessThan(workOf(inStall).toMs);
  expect(workOf(second).fromMs).toBeGreaterThanOrEqual(workOf(first).toMs);
  expect([first, inStall].map(waits)).toEqual([[], []]);
  expect(waits(second)).toEqual([`Waiting: incident ${idOf(first)} is at work in shop.`]);
  expect([first, second, inStall].map(visiblePath)).toEqual([
    [6, 3],
    [3, 0],
    [3, 0],
  ]);

  expect(changesOn(shop.cluster).toSorted()).toEqual([
    "Service shop/frontend /spec/ports/0/targetPort",
    "Service shop/payment /spec/ports/0/targetPort",
    "Service stall/payment /spec/ports/0/targetPort",
  ]);
  expect(landscapeOf(shop.cluster)).toEqual(shop.healthy);
  expect(marksOn(shop.cluster)).toEqual([]);
  await shop.stop();
});
