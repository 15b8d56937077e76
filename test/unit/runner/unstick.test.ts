import { expect, test } from "vitest";
import { defaultPolicy } from "../../../src/action/policy.ts";
import type { ClusterPort } from "../../../src/cluster/cluster.ts";
import { memoryCluster } from "../../../src/cluster/memory/memory.ts";
import type { JsonObject } from "../../../src/kubernetes/json.ts";
import type { Workload } from "../../../src/kubernetes/object.ts";
import { beginTransaction } from "../../support/transaction.ts";

const target = { kind: "StatefulSet", namespace: "shop", name: "db" } as const;
const good = "registry.example/db:1";

const db: JsonObject = {
  apiVersion: "apps/v1",
  kind: "StatefulSet",
  metadata: { name: "db", namespace: "shop" },
  spec: {
    replicas: 2,
    serviceName: "db",
    selector: { matchLabels: { app: "db" } },
    template: { metadata: { labels: { app: "db" } }, spec: { containers: [{ name: "app", image: good }] } },
  },
};

test("an undo is not proven before the controller has seen the template that is back, and the pod it waits for is evicted", async () => {
  let nowMs = 0;
  const cluster = memoryCluster({ clock: { nowMs: () => nowMs }, namespaces: ["shop"], images: [good] });
  cluster.make(db);
  nowMs += 60_000;
  const evicted: string[] = [];
  let staleLooks = 0;
  /** As a controller that is slow: for its first looks after the undo, what it has observed is old. */
  const slow: ClusterPort = {
    ...cluster,
    async get(ref) {
      const found = await cluster.get(ref);
      if (ref.kind !== "StatefulSet" || staleLooks === 0 || !found.ok || found.value === undefined) return found;
      staleLooks -= 1;
      const { status, metadata } = found.value as Workload;
      const old = { ...found.value, status: { ...status, observedGeneration: (metadata.generation ?? 1) - 1 } };
      return { ok: true, value: old };
    },
    evict(ref, preconditions, options) {
      if (!options.dryRun) evicted.push(ref.name);
      return cluster.evict(ref, preconditions, options);
    },
  };
  const image = { op: "replace", path: "/spec/template/spec/containers/0/image", value: "registry.example/db:no-such-tag" } as const;
  const transaction = beginTransaction({
    cluster: slow,
    policy: defaultPolicy,
    namespace: "shop",
    actions: [{ type: "patch", target, operations: [image] }],
    pauseMs: 1,
  });
  expect(await transaction.act(0)).toBeUndefined();
  nowMs += 60_000;
  expect(await transaction.takeBack()).toEqual({ foreign: [], differences: [] });
  staleLooks = 6;
  expect(await transaction.prove()).toMatchObject({ differences: [] });
  expect({ staleLooks, evicted }).toEqual({ staleLooks: 0, evicted: ["db-1"] });
});
