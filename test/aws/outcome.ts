/** What a journey through invocations is asked when it is over. */
import { expect } from "vitest";
import type { JsonObject } from "../../src/kubernetes/json.ts";
import type { LambdaWorld } from "./world.ts";

export function longestLineage({ lambda }: LambdaWorld): number {
  return Math.max(...lambda.invocations.map(({ lineage }) => lineage));
}

/** What counts in the end: one attempt was enough, the port is right again, and nothing of ours is left on the Service. */
export function expectMitigated(shop: LambdaWorld, incidents: readonly JsonObject[]): void {
  expect(incidents).toMatchObject([{ state: "closed", outcome: "mitigated", attempts: [{ verdict: "resolved", ending: "committed" }] }]);
  const service = shop.cluster.observe().find(({ kind, metadata }) => kind === "Service" && metadata.name === "payment");
  expect(service).toMatchObject({ spec: { ports: [{ targetPort: 8080 }] } });
  expect(Object.keys(service?.metadata.annotations ?? {})).toEqual([]);
}

/** Patches of a spec that were meant: those that take our marks off again are left out. */
export function changes({ cluster }: LambdaWorld): number {
  return cluster.writes.filter((write) => !write.dryRun && write.operations.some(({ path }) => path.startsWith("/spec"))).length;
}

export function report(name: string, { lambda }: LambdaWorld, sinceMs: number): void {
  const of = (kind: string) => lambda.invocations.filter((invocation) => invocation.kind === kind).length;
  const seconds = ((performance.now() - sinceMs) / 1_000).toFixed(1);
  console.log(
    `${name}: ${of("message")} steps, ${of("schedule")} sweeps, ${of("request")} requests in ${lambda.started()} environments, ${seconds} s`,
  );
}
