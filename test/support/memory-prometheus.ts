/** Rules in memory behind the part of Prometheus' HTTP API that Stratus reads. Loopback only. */
import { createServer } from "node:http";
import type { MemoryRule, MemoryTelemetry } from "../../src/telemetry/memory.ts";
import { answering, close, listen, send } from "./http-server.ts";

export interface MemoryPrometheus {
  readonly url: string;
  stop(): Promise<void>;
}

/** `rules`: as `telemetry` has them; `forMs` is what the rules API shows. */
export async function servePrometheus(
  telemetry: MemoryTelemetry,
  rules: readonly Pick<MemoryRule, "name" | "forMs">[],
): Promise<MemoryPrometheus> {
  const server = createServer(
    answering(async (request, response) => {
      request.resume();
      const { pathname } = new URL(request.url ?? "", "http://prometheus.example");
      if (pathname === "/api/v1/alerts") {
        const alerts = await telemetry.alerts();
        if (alerts.ok) return send(response, { status: 200, body: { status: "success", data: { alerts: alerts.value } } });
        return send(response, { status: 503, body: { status: "error", errorType: "unavailable", error: "not now" } });
      }
      if (pathname === "/api/v1/rules") {
        const shown = rules.map(({ name, forMs }) => ({ type: "alerting", name, query: "vector(1)", duration: forMs / 1_000 }));
        return send(response, { status: 200, body: { status: "success", data: { groups: [{ rules: shown }] } } });
      }
      return send(response, { status: 200, body: { status: "success", data: { resultType: "vector", result: [] } } });
    }),
  );
  return { url: await listen(server), stop: () => close(server) };
}
