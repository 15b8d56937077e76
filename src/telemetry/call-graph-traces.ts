/**
 * Who calls whom, out of a trace store that speaks Jaeger's API (Jaeger itself, Tempo behind tempo-query). It counts calls
 * that were traced and says nothing of errors. It only reads.
 */
import * as z from "zod";
import type { Clock } from "../clock.ts";
import { malformed, refused, success, type Result } from "../failure.ts";
import type { SeenCall } from "../severity/call-graph.ts";
import { asker, type AskOptions } from "./ask.ts";
import type { CallGraphSource } from "./telemetry.ts";

/** GET /api/dependencies (jaegertracing/jaeger, cmd/query/app/http_handler.go: structuredResponse of DependencyLink). */
const dependenciesSchema = z.object({
  data: z.array(z.object({ parent: z.string(), child: z.string() })).nullable(),
  errors: z.array(z.object({ msg: z.string() })).nullish(),
});

/** Far enough back to know the edges that the incident itself has silenced; a store that counts once a day needs a day. */
const lookbackMs = 24 * 60 * 60_000;

export interface TracesOptions extends AskOptions {
  readonly clock: Pick<Clock, "nowMs">;
}

/** 1 request. Fails as Prometheus and Alertmanager do, and with `refused` when the store keeps no dependencies. */
export function tracesCallGraph(options: TracesOptions): CallGraphSource {
  const name = options.name ?? "Traces";
  const { ask, quote } = asker(name, options);
  return {
    name,
    async calls(): Promise<Result<readonly SeenCall[]>> {
      const answer = await ask({ path: `/api/dependencies?endTs=${options.clock.nowMs()}&lookback=${lookbackMs}` });
      if (!answer.ok) return answer;
      const parsed = dependenciesSchema.safeParse(answer.value.json);
      const [error] = parsed.data?.errors ?? [];
      if (error !== undefined) return refused(`${name} answered: ${quote(error.msg)}`);
      if (!answer.value.ok) return refused(`${name} answered ${answer.value.status}`);
      if (!parsed.success) return malformed(name, "the answer to /api/dependencies is not of its form");
      return success(
        (parsed.data.data ?? []).map(({ parent, child }) => ({ from: { name: parent }, to: { name: child }, source: "traces" as const })),
      );
    },
  };
}
