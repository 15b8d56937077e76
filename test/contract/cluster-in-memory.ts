/** An in-memory cluster for one clause of the contract, with a clock that only the clause moves. */
import type { AccessRequest } from "../../src/cluster/cluster.ts";
import { memoryCluster } from "../../src/cluster/memory/memory.ts";
import type { MemoryCluster, MemoryClusterOptions } from "../../src/cluster/memory/memory.ts";
import type { OutputOf } from "../../src/cluster/memory/world.ts";
import type { ClusterUnderTest } from "./cluster-fixture.ts";

export function inMemory(
  permits: (access: AccessRequest) => boolean,
  more: Partial<MemoryClusterOptions> = {},
): ClusterUnderTest & { readonly cluster: MemoryCluster } {
  let nowMs = Date.parse("2026-03-01T09:00:00Z");
  const cluster = memoryCluster({ clock: { nowMs: () => nowMs }, namespaces: ["contract"], permits, ...more });
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

/** Where programs write something; one image is missing, another one crashes. */
export function withPrograms(output: OutputOf): Partial<MemoryClusterOptions> {
  return {
    output,
    images: (image) => !image.includes("missing"),
    behaviour: (_pod, { image = "" }) => (image.includes("crashes") ? "crashes" : "runs"),
  };
}
