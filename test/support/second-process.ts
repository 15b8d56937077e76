/** Another process of the same Stratus: the same ledger and cluster, its own name in leases, its own way to the cluster. */
import type { ClusterPort } from "../../src/cluster/cluster.ts";
import type { World } from "../../src/demo/world.ts";
import type { RunnerPorts } from "../../src/runner/runner.ts";

export function secondProcess(world: World, cluster: ClusterPort = world.cluster): RunnerPorts {
  const { runner } = world.composed;
  const sites = new Map([...runner.sites].map(([name, site]) => [name, { ...site, cluster }]));
  return { ...runner, sites, instance: "another" };
}

export interface HeldUp {
  readonly cluster: ClusterPort;
  /** Resolves when a request is being held up. */
  readonly arrived: Promise<void>;
  /** Lets it go on to the cluster. */
  release(): void;
}

/** The first write (no dry run) with this number, counted from 1, is held up before it reaches the cluster. */
export function heldUpAtWrite(inner: ClusterPort, number: number): HeldUp {
  const arrived = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  let seen = 0;
  return {
    arrived: arrived.promise,
    release: () => released.resolve(),
    cluster: {
      ...inner,
      async patch(ref, operations, options) {
        if (!options.dryRun) seen += 1;
        if (!options.dryRun && seen === number) {
          arrived.resolve();
          await released.promise;
        }
        return inner.patch(ref, operations, options);
      },
    },
  };
}
