/**
 * Remembers for a minute what our credentials may do, so that a transaction does not ask before each of its writes. Only a
 * permission is remembered, never its lack: who grants one is not kept waiting. One that is taken away meanwhile shows in
 * the dry run before the write.
 */
import type { Clock } from "../clock.ts";
import type { AccessRequest, ClusterPort } from "./cluster.ts";

const rememberedMs = 60_000;
/** Verbs, kinds and namespaces are few; more than this is a mistake somewhere, and then everything is asked anew. */
const rememberedMax = 5_000;

export function rememberAccess(cluster: ClusterPort, clock: Pick<Clock, "monotonicMs">): ClusterPort {
  const untilMs = new Map<string, number>();
  return {
    ...cluster,
    async allowed(access) {
      const key = keyOf(access);
      const askedMs = clock.monotonicMs();
      if ((untilMs.get(key) ?? -Infinity) > askedMs) return { ok: true, value: true };
      const answer = await cluster.allowed(access);
      if (!answer.ok || !answer.value) return answer;
      if (untilMs.size >= rememberedMax) untilMs.clear();
      untilMs.set(key, askedMs + rememberedMs);
      return answer;
    },
  };
}

function keyOf({ verb, kind, namespace, subresource }: AccessRequest): string {
  return JSON.stringify([verb, kind, namespace, subresource]);
}
