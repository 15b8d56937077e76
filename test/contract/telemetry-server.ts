/** A local HTTP server that answers as Prometheus, Alertmanager and Jaeger do, or as badly as a test wants. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

export interface Reply {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  /** Text is sent as it is, anything else as JSON. */
  readonly body?: unknown;
  /** Sends the head and half of the body, and never the rest. */
  readonly stalls?: boolean;
  readonly hangsUp?: boolean;
}

export interface TelemetryServer {
  readonly url: string;
  readonly received: Received[];
  reply: (request: Received) => Reply;
  close(): Promise<void>;
}

export async function telemetryServer(reply: (request: Received) => Reply): Promise<TelemetryServer> {
  const received: Received[] = [];
  const server = createServer((incoming, outgoing) => {
    let body = "";
    incoming.setEncoding("utf8");
    incoming.on("data", (chunk: string) => (body += chunk));
    incoming.on("end", () => {
      const request = { method: incoming.method ?? "", url: incoming.url ?? "", headers: incoming.headers, body };
      received.push(request);
      send(outgoing, result.reply(request));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const result: TelemetryServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    reply,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return result;
}

function send(outgoing: ServerResponse, { status = 200, headers = {}, body = "", stalls = false, hangsUp = false }: Reply): void {
  if (hangsUp) return void outgoing.destroy();
  const text = typeof body === "string" ? body : JSON.stringify(body);
  outgoing.writeHead(status, { "content-type": "application/json", ...headers });
  if (stalls) outgoing.write(text.slice(0, text.length / 2));
  else outgoing.end(text);
}

/** As Prometheus 2.42 answered on this page's first day; only what varies is filled in. */
export function prometheusAlerts(...alerts: { labels: Record<string, string>; state: string }[]): Reply {
  const told = alerts.map((alert) => ({ ...alert, annotations: {}, activeAt: "2026-11-22T01:02:31.632510205Z", value: "1e+00" }));
  return { body: { status: "success", data: { alerts: told } } };
}

export function prometheusVector(...series: { metric: Record<string, string>; value: string }[]): Reply {
  const result = series.map(({ metric, value }) => ({ metric, value: [1795309360.001, value] }));
  return { body: { status: "success", data: { resultType: "vector", result } } };
}

/** As Jaeger's query service answers (jaegertracing/jaeger, cmd/query/app/http_handler.go). */
export function jaegerDependencies(...calls: { from: string; to: string }[]): Reply {
  const data = calls.map(({ from, to }) => ({ parent: from, child: to, callCount: 17 }));
  return { body: { data, total: 0, limit: 0, offset: 0, errors: null } };
}

/** As Alertmanager 0.25 answered. */
export function alertmanagerAlerts(...alerts: { labels: Record<string, string>; silencedBy?: string[]; inhibitedBy?: string[] }[]): Reply {
  return {
    body: alerts.map(({ labels, silencedBy = [], inhibitedBy = [] }) => ({
      annotations: {},
      endsAt: "2026-11-22T01:06:31.632Z",
      fingerprint: "393eba65f25b3623",
      receivers: [{ name: "none" }],
      startsAt: "2026-11-22T01:02:31.632Z",
      status: { inhibitedBy, silencedBy, state: silencedBy.length + inhibitedBy.length > 0 ? "suppressed" : "active" },
      updatedAt: "2026-11-22T01:02:31.635Z",
      generatorURL: "http://prometheus:9090/graph?g0.expr=up+%3D%3D+1&g0.tab=1",
      labels,
    })),
  };
}
