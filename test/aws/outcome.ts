/** What a journey through invocations is asked when it is over. */
import { expect } from "vitest";
import type { JsonObject } from "../../src/kubernetes/json.ts";
import { changesOn, landscapeOf, marksOn } from "../support/landscape.ts";
import type { LambdaWorld } from "./world.ts";

export function longestLineage({ lambda }: LambdaWorld): number {
  return Math.max(...lambda.invocations.map(({ lineage }) => lineage));
}

/**
 * What counts in the end: each incident is mitigated by attempts that ended like this, everything is as people made it, and
 * nothing of ours is left on it. By default one attempt of one incident was enough.
 */
export function expectMitigated(
  shop: LambdaWorld,
  incidents: readonly JsonObject[],
  endings: readonly (readonly [verdict: string, ending: string])[] = [["resolved", "committed"]],
): void {
  const attempts = endings.map(([verdict, ending]) => ({ verdict, ending }));
  expect(incidents, shop.lambda.log.slice(-20).join("\n")).toMatchObject([{ state: "closed", outcome: "mitigated", attempts }]);
  expect(landscapeOf(shop.cluster)).toEqual(shop.healthy);
  expect(marksOn(shop.cluster)).toEqual([]);
}

/** Patches of a spec that were meant: those that take our marks off again are left out. */
export function changes({ cluster }: LambdaWorld): number {
  return changesOn(cluster).length;
}

export function report(name: string, { lambda }: LambdaWorld, sinceMs: number): void {
  const of = (kind: string) => lambda.invocations.filter((invocation) => invocation.kind === kind).length;
  const seconds = ((performance.now() - sinceMs) / 1_000).toFixed(1);
  console.log(
    `${name}: ${of("message")} steps, ${of("schedule")} sweeps, ${of("request")} requests in ${lambda.started()} environments, ${seconds} s`,
  );
}
