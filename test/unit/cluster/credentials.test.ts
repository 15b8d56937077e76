/** The client's credentials: renewed when the API turns them away, and never shown. */
import { describe, expect, test } from "vitest";
import { kubernetesCluster } from "../../../src/cluster/kubernetes.ts";
import { status } from "./api-server.ts";
import type { Scripted } from "./api-server.ts";
import { operations, ref, subject, web } from "./subject.ts";

describe("credentials", () => {
  test("are renewed once when the API turns them away, for a write too", async () => {
    const { cluster, api, authorized } = await subject(status(401, "Unauthorized", "Unauthorized"), { status: 200, body: web });
    expect(await cluster.patch(ref, operations, { dryRun: false })).toEqual({ ok: true, value: web });
    expect(authorized).toEqual([false, true]);
    expect(api.seen.map((request) => request.authorization)).toEqual(["Bearer stale-token-1", "Bearer fresh-token-2"]);
  });

  test("that are turned away again are refused", async () => {
    const denied = status(401, "Unauthorized", "Unauthorized");
    const { cluster, api } = await subject(denied, denied);
    expect(await cluster.get(ref)).toEqual({ ok: false, failure: { kind: "refused", reason: "Deployment shop/web: Unauthorized" } });
    expect(api.seen).toHaveLength(2);
  });

  test("that cannot be obtained fail without effect and without the plugin's words", async () => {
    const cluster = kubernetesCluster({
      server: "http://127.0.0.1:1",
      fetch: (url, init) => globalThis.fetch(url, init),
      authorize: () => Promise.reject(new Error("aws: the secret is hunter2")),
    });
    expect(await cluster.patch(ref, operations, { dryRun: false })).toEqual({
      ok: false,
      failure: { kind: "unavailable", effect: "none", reason: "the credentials for the API server could not be obtained" },
    });
  });

  const failures: readonly Scripted[] = [
    status(422, "Invalid", "got header Bearer stale-token-1"),
    status(500, "InternalError", "token stale-token-1 and fresh-token-2"),
    status(403, "Forbidden", "stale-token-1"),
    { status: 200, body: "stale-token-1" },
    "drop",
    "hang",
  ];
  test.each(failures.map((failure, index) => [index, failure] as const))("a failing call leaks no secret (%i)", async (_index, failure) => {
    const { cluster } = await subject(failure, failure);
    const answers = [await cluster.patch(ref, operations, { dryRun: false }), await cluster.get(ref)];
    expect(JSON.stringify(answers)).not.toMatch(/stale-token-1|hunter2/);
  });
});
