/** Who calls whom, out of Prometheus: service graphs and Istio's metrics. Where there are none, nobody is known to call. */
import { success, type Result } from "../failure.ts";
import type { SeenCall } from "../severity/call-graph.ts";
import { edgeOf, edgeQueries } from "./edge.ts";
import type { CallGraphSource, MetricSource } from "./telemetry.ts";

/** Far enough back to know the edges that the incident itself has silenced. */
const range = "1h";

/** `cluster`: its name, where several share a Prometheus. 2 requests. */
export function prometheusCallGraph(source: MetricSource, cluster?: string): CallGraphSource {
  return {
    name: source.name,
    async calls(): Promise<Result<readonly SeenCall[]>> {
      const queries = edgeQueries(range, cluster);
      const answers = await Promise.all(queries.map(async (query) => ({ query, answer: await source.query(query.promql) })));
      const seen: SeenCall[] = [];
      for (const { query, answer } of answers) {
        if (!answer.ok) return answer;
        for (const sample of answer.value) {
          const edge = edgeOf(query.source, sample);
          seen.push(...(edge?.to ?? []).flatMap((to) => (edge === undefined ? [] : [{ from: edge.from, to, source: query.source }])));
        }
      }
      return success(seen);
    },
  };
}
