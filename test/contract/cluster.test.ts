/** The cluster's contract over the in-memory adapter. test/cluster runs the same clauses over a real API server. */
import { memoryCluster } from "../../src/cluster/memory/memory.ts";
import { clusterContract } from "./cluster-contract.ts";

clusterContract("in-memory", async () => {
  let nowMs = Date.parse("2026-03-01T09:00:00Z");
  const cluster = memoryCluster({ clock: { nowMs: () => nowMs }, namespaces: ["contract"] });
  return {
    cluster,
    namespace: "contract",
    create: async (object) => void cluster.make(object),
    remove: async (ref) => cluster.lose(ref),
    wait: async (durationMs) => {
      nowMs += durationMs;
    },
  };
});
