/** How many replicas are ready, by the workloads' own account, and whether a healthy workload ever has none while somebody looks. */
import { setTimeout as sleep } from "node:timers/promises";
import type { ObjectRef, Workload } from "../../src/kubernetes/object.ts";
import type { Hands } from "./hands.ts";

export interface Watch {
  /** Ready replicas at the start and the fewest that were seen since, of each workload. */
  end(): Promise<{ readonly lostAll: boolean }>;
}

const everyMs = 50;

export async function readyReplicasOf(hands: Hands, refs: readonly ObjectRef[]): Promise<number> {
  let sum = 0;
  for (const ref of refs) sum += readyIn(await hands.read(ref));
  return sum;
}

export async function watchReadiness(hands: Hands, refs: readonly ObjectRef[]): Promise<Watch> {
  const starts: number[] = [];
  for (const ref of refs) starts.push(readyIn(await hands.read(ref)));
  let lostAll = false;
  const over = new AbortController();
  const watching = (async () => {
    while (!over.signal.aborted) {
      for (const [index, ref] of refs.entries()) if ((starts[index] ?? 0) > 0 && readyIn(await hands.read(ref)) === 0) lostAll = true;
      await sleep(everyMs);
    }
  })();
  // Told by `end`; nobody asks when a run breaks off.
  watching.catch(() => over.abort());
  return {
    async end() {
      over.abort();
      await watching;
      return { lostAll };
    },
  };
}

function readyIn(object: unknown): number {
  const status = (object as Workload | undefined)?.status;
  return status?.numberReady ?? status?.readyReplicas ?? 0;
}
