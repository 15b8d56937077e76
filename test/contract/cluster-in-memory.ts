/** An in-memory cluster for one clause of the contract, with a clock that only the clause moves. */
import type { AccessRequest } from "../../src/cluster/cluster.ts";
import { memoryCluster } from "../../src/cluster/memory/memory.ts";
import type { MemoryCluster } from "../../src/cluster/memory/memory.ts";
import type { ClusterUnderTest } from "./cluster-fixture.ts";

export function inMemory(permits: (access: AccessRequest) => boolean): ClusterUnderTest & { readonly cluster: MemoryCluster } {
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
}
