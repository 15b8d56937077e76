/**
 * The cluster's contract over the client of the Kubernetes API and the in-memory cluster behind HTTP: what a bundle that is
 * tested against it speaks to.
 */
import { onTestFinished } from "vitest";
import type { AccessRequest } from "../../src/cluster/cluster.ts";
import type { MemoryClusterOptions } from "../../src/cluster/memory/memory.ts";
import { httpsFetch } from "../../src/cluster/https-fetch.ts";
import { kubernetesCluster } from "../../src/cluster/kubernetes.ts";
import { Agent } from "node:http";
import { serveCluster } from "../support/memory-api-server.ts";
import { clusterContract } from "./cluster-contract.ts";
import { outputClauses } from "./cluster-contract-logs.ts";
import type { Make } from "./cluster-fixture.ts";
import { inMemory, withPrograms } from "./cluster-in-memory.ts";

const token = "token-of-the-contract";

function served(permits: (access: AccessRequest) => boolean, more: Partial<MemoryClusterOptions> = {}): Make {
  return async () => {
    const under = inMemory(permits, more);
    const api = await serveCluster(under.cluster, token);
    const agent = new Agent({ keepAlive: true });
    onTestFinished(async () => {
      agent.destroy();
      await api.stop();
    });
    const authorize = () => Promise.resolve({ authorization: `Bearer ${token}` });
    return { ...under, cluster: kubernetesCluster({ server: api.url, fetch: httpsFetch(() => agent), authorize }) };
  };
}

clusterContract("served", {
  administrator: served(() => true),
  guest: served(({ verb, subresource }) => verb === "get" || verb === "list" || subresource === "eviction"),
  stranger: served(() => false),
});
outputClauses((output) => served(() => true, withPrograms(output))());
