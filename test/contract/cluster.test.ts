/** The cluster's contract over the in-memory adapter. test/cluster runs the same clauses over a real API server. */
import { clusterContract } from "./cluster-contract.ts";
import { outputClauses } from "./cluster-contract-logs.ts";
import { inMemory, withPrograms } from "./cluster-in-memory.ts";

clusterContract("in-memory", {
  administrator: async () => inMemory(() => true),
  guest: async () => inMemory(({ verb, subresource }) => verb === "get" || verb === "list" || subresource === "eviction"),
  stranger: async () => inMemory(() => false),
});
outputClauses(async (output) => inMemory(() => true, withPrograms(output)));
