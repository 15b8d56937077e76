/** The cluster's contract over the in-memory adapter. test/cluster runs the same clauses over a real API server. */
import type { AccessRequest } from "../../src/cluster/cluster.ts";
import { memoryCluster } from "../../src/cluster/memory/memory.ts";
import { clusterContract } from "./cluster-contract.ts";
import type { ClusterUnderTest } from "./cluster-fixture.ts";

function makeCluster(permits: (access: AccessRequest) => boolean): () => Promise<ClusterUnderTest> {
  return async () => {
    let nowMs = Date.parse("2026-03-01T09:00:00Z");
    const cluster = memoryCluster({ clock: { nowMs: () => nowMs }, namespaces: ["contract"], permits });
    return {
      cluster,
      namespace: "contract",
      create: async (object) => void cluster.make(object),
      run: async (pod) => {
        cluster.make(pod);
        nowMs += 5_000;
      },
      remove: async (ref) => {
        const there = cluster.observe().some(({ kind, metadata }) => kind === ref.kind && metadata.name === ref.name);
        if (there) cluster.lose(ref);
      },
      wait: async (durationMs) => {
        nowMs += durationMs;
      },
    };
  };
}

clusterContract("in-memory", {
  administrator: makeCluster(() => true),
  guest: makeCluster(({ verb, subresource }) => verb === "get" || verb === "list" || subresource === "eviction"),
});
