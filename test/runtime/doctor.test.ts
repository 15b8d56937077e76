/** The doctor as a process, over HTTP: the in-memory cluster behind the Kubernetes API, Prometheus, Slack. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, describe, expect, test } from "vitest";
import { memoryCluster } from "../../src/cluster/memory/memory.ts";
import { systemClock } from "../../src/clock.ts";
import { memoryTelemetry } from "../../src/telemetry/memory.ts";
import { serveCluster } from "../support/memory-api-server.ts";
import { servePrometheus } from "../support/memory-prometheus.ts";
import { slackServer } from "../support/slack-server.ts";

const folder = mkdtempSync(join(tmpdir(), "stratus-doctor-"));
const token = "token-of-the-doctor";
const mayAll = memoryCluster({ clock: systemClock, namespaces: ["shop"] });
const maySee = memoryCluster({ clock: systemClock, namespaces: ["shop"], permits: ({ verb }) => verb !== "patch" });
const east = await serveCluster(mayAll, token);
const west = await serveCluster(maySee, token);
const prometheus = await servePrometheus(memoryTelemetry({ clock: systemClock, rules: [] }), []);
const slack = await slackServer();

afterAll(async () => {
  await Promise.all([east.stop(), west.stop(), prometheus.stop(), slack.close()]);
  rmSync(folder, { recursive: true });
});

async function doctor(clusters: readonly object[]): Promise<{ readonly code: number | null; readonly output: string }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, "../../src/entry/command.ts"), "doctor"], {
    cwd: folder,
    env: {
      STRATUS_WEBHOOK_SECRET: "a-secret-of-the-doctor",
      STRATUS_CLUSTERS: JSON.stringify(clusters),
      API_TOKEN: token,
      STRATUS_SLACK_TOKEN: slack.botToken,
      STRATUS_SLACK_CHANNEL: slack.channel,
      STRATUS_SLACK_API_URL: slack.apiUrl,
    },
  });
  const [output, code] = await Promise.all([text(child.stdout), new Promise<number | null>((resolve) => child.once("close", resolve))]);
  return { code, output };
}

const entry = { tokenEnv: "API_TOKEN", prometheusUrl: prometheus.url, autoNamespaces: ["shop"] };

describe("stratus doctor", () => {
  test("all is well: exit code 0", async () => {
    expect(await doctor([{ ...entry, name: "east", url: east.url }])).toEqual({
      code: 0,
      output: `✓ settings            for cluster east, listening on 0.0.0.0:8080
✓ ledger              SQLite in stratus.sqlite: reads, writes, and refuses a write that comes too late
✓ cluster east        the API server answers
✓ cluster east        may look at every namespace
✓ cluster east, shop  may look at it
✓ cluster east, shop  auto: may scale, patch, revert, rollback, restart, evict, create, delete, hpa-limits and suspend, and undo it
✓ cluster east        Prometheus answers: no alert is active
- cluster east        no Alertmanager is configured: silences are not known
- cluster east        Prometheus knows of no calls: a scope is measured by its own namespaces alone
✓ Slack               the token is of stratus in Acme; whether it is in channel C0INCIDENTS shows when it posts

All is well: 8 checks.
`,
    });
  });

  test("one of two clusters may not be written: exit code 1, what is denied, and nothing was written anywhere", async () => {
    const { code, output } = await doctor([
      { ...entry, name: "east", url: east.url },
      { ...entry, name: "west", url: west.url },
    ]);
    expect(code).toBe(1);
    expect(output).toContain(
      "✗ cluster west, shop  auto: may not patch deployments.apps, statefulsets.apps, daemonsets.apps, cronjobs.batch, jobs.batch, configmaps, services, ingresses.networking.k8s.io, networkpolicies.networking.k8s.io, resourcequotas, limitranges, poddisruptionbudgets.policy, horizontalpodautoscalers.autoscaling: needed to scale, patch, revert, rollback, restart, create, delete, hpa-limits and suspend, and to undo it",
    );
    expect(output).toMatch(/\n1 of 14 checks failed\.\n$/);
    expect([...mayAll.writes, ...maySee.writes]).toEqual([]);
    const verbs = new Set([...east.requests, ...west.requests].map((request) => request.replace(/\/namespaces\/[^/]+$/, "/namespaces/…")));
    expect([...verbs].toSorted()).toEqual([
      "GET /api/v1/namespaces/…",
      "GET /readyz",
      "POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
    ]);
    expect(slack.messages).toEqual([]);
  });
});
