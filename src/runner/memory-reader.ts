/** What the doors show of memory, and how a person erases it. */
import { success } from "../failure.ts";
import type { Result } from "../failure.ts";
import type { MemoryReader } from "../http/memory.ts";
import type { JsonObject } from "../kubernetes/json.ts";
import type { LedgerPort } from "../ledger/ledger.ts";
import { lastUsedMs } from "../memory/memory.ts";
import { forget, loadMemories } from "./memories.ts";
import type { StoredMemory } from "./memories.ts";

/** 1 query for each cluster; to erase one removal each besides. */
export function memoryReader(ledger: LedgerPort, clusters: readonly string[]): MemoryReader {
  const chosen = (cluster: string | undefined): readonly string[] | undefined => {
    if (cluster === undefined) return clusters;
    return clusters.includes(cluster) ? [cluster] : undefined;
  };
  return {
    list(cluster) {
      return overAll(chosen(cluster), async (name) => {
        const stored = await loadMemories(ledger, name);
        return stored.ok ? success(stored.value.toSorted(latestFirst).map((memory) => shown(name, memory))) : stored;
      });
    },
    async forget(cluster, id) {
      const counts = await overAll(chosen(cluster), async (name) => {
        const count = await forget(ledger, name, id);
        return count.ok ? success([count.value]) : count;
      });
      return counts.ok ? success(counts.value?.reduce((sum, count) => sum + count, 0)) : counts;
    },
  };
}

async function overAll<T>(
  clusters: readonly string[] | undefined,
  ask: (cluster: string) => Promise<Result<readonly T[]>>,
): Promise<Result<readonly T[] | undefined>> {
  if (clusters === undefined) return success(undefined);
  const answers: T[] = [];
  for (const cluster of clusters) {
    const answer = await ask(cluster);
    if (!answer.ok) return answer;
    answers.push(...answer.value);
  }
  return success(answers);
}

function latestFirst(left: StoredMemory, right: StoredMemory): number {
  return lastUsedMs(right.value) - lastUsedMs(left.value);
}

function shown(cluster: string, { id, value }: StoredMemory): JsonObject {
  const { kind, namespace, name } = value.component;
  return {
    id,
    cluster,
    cause: value.cause,
    component: { kind, ...(namespace === undefined ? {} : { namespace }), name },
    remedies: value.remedies.map((remedy) => ({ ...remedy })),
    incidents: value.incidents,
  };
}
