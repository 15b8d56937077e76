/** Stratus as a Node process that no timer and no sweep carries on: only the requests that it sends to its own address. */
import { createServer } from "node:http";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { memoryCluster } from "../../src/cluster/memory/memory.ts";
import { shopRules } from "../../src/demo/rules.ts";
import { goodImage, shop } from "../../src/demo/shop.ts";
import { startNode } from "../../src/entry/node.ts";
import type { NodeProcess } from "../../src/entry/node.ts";
import { memoryTelemetry } from "../../src/telemetry/memory.ts";
import { answering, bodyOf, close, listen, send } from "../support/http-server.ts";
import { serveCluster } from "../support/memory-api-server.ts";
import { servePrometheus } from "../support/memory-prometheus.ts";

const secret = "a-secret-of-the-signed-posts";
const headers = { authorization: `Bearer ${secret}`, "content-type": "application/json" };
const folder = mkdtempSync(join(tmpdir(), "stratus-posts-"));
const cluster = memoryCluster({ clock: systemClock, namespaces: ["shop"], images: [goodImage], startDelayMs: 10 });
for (const object of shop) cluster.make(object);
const rules = shopRules(cluster, "shop").map((rule) => ({ ...rule, forMs: 0 }));
const api = await serveCluster(cluster, "token-of-stratus");
const prometheus = await servePrometheus(memoryTelemetry({ clock: systemClock, rules }), []);

let node: NodeProcess;
let publicUrl: string;
/** Where Stratus is reached: passes requests on and keeps what was posted to `/continue`. */
const continued: { readonly signature: string | string[] | undefined; readonly status: number }[] = [];
const front = createServer(
  answering(async (request, response) => {
    const body = await bodyOf(request);
    const { "content-type": contentType = "", "stratus-signature": signature, authorization = "" } = request.headers;
    const passed = {
      "content-type": contentType,
      authorization,
      ...(typeof signature === "string" ? { "stratus-signature": signature } : {}),
    };
    const method = request.method ?? "GET";
    const answer = await fetch(`http://127.0.0.1:${node.port}${request.url}`, {
      method,
      headers: passed,
      ...(method === "POST" ? { body } : {}),
    });
    if (request.url === "/continue") continued.push({ signature, status: answer.status });
    send(response, { status: answer.status, body: await answer.json() });
  }),
);

beforeAll(async () => {
  publicUrl = await listen(front);
  node = await startNode({
    STRATUS_WEBHOOK_SECRET: secret,
    STRATUS_HOST: "127.0.0.1",
    STRATUS_PORT: "0",
    STRATUS_LEDGER: join(folder, "stratus.sqlite"),
    STRATUS_KUBERNETES_URL: api.url,
    STRATUS_KUBERNETES_TOKEN: "token-of-stratus",
    STRATUS_PROMETHEUS_URL: prometheus.url,
    STRATUS_AUTO_NAMESPACES: "shop",
    STRATUS_SAMPLE_INTERVAL: "200ms",
    STRATUS_SWEEP: "1h",
    STRATUS_PUBLIC_URL: publicUrl,
    STRATUS_CONTINUE_KEY: "current-key-of-the-tests",
    STRATUS_LOG_LEVEL: "error",
  });
});

afterAll(async () => {
  await Promise.all([node.stop(), close(front), api.stop(), prometheus.stop()]);
  rmSync(folder, { recursive: true });
});

test("an incident is mitigated by posts to itself alone", async () => {
  await sleep(3_000);
  cluster.edit({ kind: "Service", namespace: "shop", name: "payment" }, [{ op: "replace", path: "/spec/ports/0/targetPort", value: 9999 }]);
  const alert = {
    status: "firing",
    labels: { alertname: "HighRequestErrorRate", namespace: "shop", app: "payment", severity: "critical" },
    startsAt: new Date().toISOString(),
  };
  const body = JSON.stringify({ version: "4", alerts: [alert] });
  expect((await fetch(`${publicUrl}/alerts`, { method: "POST", headers, body })).status).toBe(202);
  let outcome: unknown;
  for (let tries = 0; tries < 100 && outcome === undefined; tries += 1) {
    await sleep(100);
    const { incidents } = (await (await fetch(`${publicUrl}/incidents`, { headers })).json()) as {
      incidents: readonly { outcome?: string }[];
    };
    outcome = incidents[0]?.outcome;
  }
  expect(outcome).toBe("mitigated");
  expect(continued.length).toBeGreaterThanOrEqual(4);
  expect(new Set(continued.map(({ status }) => status))).toEqual(new Set([202]));
  expect(continued.every(({ signature }) => /^v1=[0-9a-f]{64}$/.test(String(signature ?? "")))).toBe(true);
});
