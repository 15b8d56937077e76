/**
 * The ledger of tests, simulations and a first try. It keeps every clause of the contract but one: it does not outlive
 * its process. Items never expire here, so that a simulation stays the same however long it takes.
 */
import { success } from "../failure.ts";
import type { Item, ItemKey, LedgerPort } from "./ledger.ts";
import { notAtVersion, refuseOversized } from "./answer.ts";

/** An empty ledger. It fails only with `conflict` and, over `bodyBytesMax`, `refused`. */
export function memoryLedger(): LedgerPort {
  const partitions = new Map<string, Map<string, Item>>();

  function partitionOf(name: string): Map<string, Item> {
    const items = partitions.get(name) ?? new Map<string, Item>();
    partitions.set(name, items);
    return items;
  }

  return {
    get: async (key) => success(partitions.get(key.partition)?.get(key.sort)),

    list: async (partition, sortPrefix) => {
      const items = [...(partitions.get(partition)?.values() ?? [])];
      return success(items.filter((item) => item.sort.startsWith(sortPrefix)).sort((a, b) => compareCodePoints(a.sort, b.sort)));
    },

    put: async (item) => {
      const oversized = refuseOversized(item.body);
      if (oversized) return oversized;
      const items = partitionOf(item.partition);
      if ((items.get(item.sort)?.version ?? 0) !== item.version - 1) return notAtVersion(item.sort, item.version - 1);
      items.set(item.sort, Object.freeze({ ...item }));
      return success(undefined);
    },

    remove: async (key, version) => {
      const items = partitions.get(key.partition);
      const stored = items?.get(key.sort);
      if (!items || !stored) return success(undefined);
      if (stored.version !== version) return notAtVersion(key.sort, version);
      items.delete(key.sort);
      if (items.size === 0) partitions.delete(key.partition);
      return success(undefined);
    },

    query: async (index, untilMs, limit) => success(indexed([...partitions.values()], index, untilMs).slice(0, Math.max(0, limit))),
  };
}

function indexed(partitions: readonly Map<string, Item>[], index: "due" | "ended", untilMs: number): ItemKey[] {
  const direction = index === "due" ? 1 : -1;
  return partitions
    .flatMap((items) => [...items.values()])
    .flatMap(({ partition, sort, index: entry }) =>
      entry?.name === index && entry.atMs <= untilMs ? [{ partition, sort, atMs: entry.atMs }] : [],
    )
    .sort((a, b) => direction * (a.atMs - b.atMs))
    .map(({ partition, sort }) => ({ partition, sort }));
}

/** DynamoDB and SQLite order text by its UTF-8 bytes, which is the order of code points and not JavaScript's. */
function compareCodePoints(a: string, b: string): number {
  for (let at = 0; at < Math.min(a.length, b.length); at += 1) {
    const difference = (a.codePointAt(at) ?? 0) - (b.codePointAt(at) ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
