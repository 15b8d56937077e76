import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { Response as WorkerResponse } from "miniflare";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { decodeInbox } from "../../src/alert/inbox.ts";
import { createDynamodbClient, dynamodbLedger } from "../../src/ledger/dynamodb.ts";
import { createTable } from "../../src/ledger/dynamodb-table.ts";
import type { Item, LedgerPort } from "../../src/ledger/ledger.ts";
import { loadIncident } from "../../src/runner/records.ts";
import { startDynalite } from "../support/dynalite.ts";
import type { LocalDynamodb } from "../support/dynalite.ts";
import { bundleWorker, runWorker, startupMs, workerOptions } from "./worker-bundle.ts";
import type { RunningWorker, WorkerBundle } from "./worker-bundle.ts";

const secret = "correct horse battery";
const kubernetesToken = "token-of-the-service-account";
const payload = readFileSync(new URL("../fixtures/alertmanager/single.json", import.meta.url), "utf8");
const inbox = { partition: "subject#default/shop/frontend", sort: "inbox" };

let bundle: WorkerBundle;
let dynamodb: LocalDynamodb;
let apiServer: Server;
/** What the API server was asked, with the credentials of each request. */
const asked: string[] = [];
const running: RunningWorker[] = [];
let tables = 0;

beforeAll(async () => {
  apiServer = createServer((request, response) => {
    asked.push(`${request.method} ${request.url} ${request.headers.authorization}`);
    response.writeHead(request.url === "/readyz" ? 200 : 503).end("{}");
  });
  await new Promise<void>((resolve) => apiServer.listen(0, "127.0.0.1", resolve));
  [bundle, dynamodb] = await Promise.all([bundleWorker(), startDynalite()]);
});

afterAll(async () => {
  await Promise.all(running.map(({ miniflare }) => miniflare.dispose()));
  await dynamodb.stop();
  await new Promise((resolve) => {
    apiServer.close(resolve);
    apiServer.closeAllConnections();
  });
});

async function freshLedger(): Promise<{ ledger: LedgerPort; settings: Readonly<Record<string, string>> }> {
  tables += 1;
  const { endpoint, region, credentials } = dynamodb.connection;
  const options = { client: createDynamodbClient(dynamodb.connection), table: `stratus-${tables}` };
  expect(await createTable(options)).toEqual({ ok: true, value: undefined });
  const settings = {
    STRATUS_WEBHOOK_SECRET: secret,
    STRATUS_DYNAMODB_TABLE: options.table,
    STRATUS_DYNAMODB_ENDPOINT: endpoint,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    STRATUS_KUBERNETES_URL: `http://127.0.0.1:${(apiServer.address() as AddressInfo).port}`,
    STRATUS_KUBERNETES_TOKEN: kubernetesToken,
    STRATUS_LOG_LEVEL: "debug",
  };
  return { ledger: dynamodbLedger(options), settings };
}

async function worker(...[settings, options]: [Readonly<Record<string, string>>, Parameters<typeof runWorker>[2]]): Promise<RunningWorker> {
  const started = await runWorker(bundle, settings, options);
  running.push(started);
  return started;
}

function alerts({ miniflare }: RunningWorker, presented = secret) {
  const headers = { authorization: `Bearer ${presented}`, "content-type": "application/json" };
  return miniflare.dispatchFetch("http://stratus.test/alerts", { method: "POST", body: payload, headers });
}

async function stored(ledger: LedgerPort): Promise<Item | undefined> {
  const item = await ledger.get(inbox);
  expect(item.ok).toBe(true);
  return item.ok ? item.value : undefined;
}

/** The incident that the runner has opened from the inbox; waits for it. */
async function opened(ledger: LedgerPort) {
  return vi.waitFor(
    async () => {
      const record = decodeInbox((await stored(ledger))?.body ?? "");
      const id = record.ok ? record.value.incidentId : undefined;
      const incident = id === undefined ? undefined : await loadIncident(ledger, id);
      if (incident === undefined || !incident.ok || incident.value === undefined) throw new Error("no incident was opened");
      return incident.value.value;
    },
    { timeout: 20_000, interval: 50 },
  );
}

describe("the bundle", () => {
  test("it imports nothing at run time and needs no Node, and says how large it is", () => {
    const gzippedKiB = Math.round(gzipSync(bundle.code).length / 1_024);
    console.log(`the Worker's bundle: ${Math.round(bundle.code.length / 1_024)} KiB, gzipped ${gzippedKiB} KiB`);
    expect(bundle.imports).toEqual([]);
    // A sentence of the openai package for whoever has an old Node; nothing is imported by it.
    const code = bundle.code.replaceAll("`import('node:buffer').File`", "");
    expect(code).not.toMatch(/["'`]node:/);
    expect(workerOptions().compatibilityFlags).toEqual([]);
    expect(gzippedKiB).toBeLessThan(400);
  });

  // Cloudflare refuses a Worker that takes longer than 1 s (Workers, platform limits, "Worker startup time").
  test("it starts in less than a second", async () => {
    const busyMs = await startupMs();
    console.log(`wrangler check startup: ${Math.round(busyMs)} ms until the first event`);
    expect(busyMs).toBeGreaterThan(0);
    expect(busyMs).toBeLessThan(1_000);
  });
});

describe("the doors of the Worker", () => {
  let ledger: LedgerPort;
  let started: RunningWorker;
  beforeAll(async () => {
    const fresh = await freshLedger();
    ledger = fresh.ledger;
    started = await worker(fresh.settings, { consumes: false });
  });

  test("an alert with a wrong secret is refused and nothing is stored", async () => {
    const response = await alerts(started, "some other horse");
    expect(response.status).toBe(401);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(await stored(ledger)).toBeUndefined();
  });

  test("of 30 identical deliveries at once every one is answered 202, and one version is stored", async () => {
    const answers = await Promise.all(Array.from({ length: 30 }, () => alerts(started)));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 30 }, () => 202));
    expect(await stored(ledger)).toMatchObject({ version: 1, index: { name: "due" } });
    expect(await ledger.query("due", Number.MAX_SAFE_INTEGER, 100)).toEqual({ ok: true, value: [inbox] });
  });

  test("a delivery that comes again is answered 202 and changes nothing", async () => {
    const before = await stored(ledger);
    const response = await alerts(started);
    expect(response.status).toBe(202);
    expect(await response.json()).toMatchObject({ recorded: 0, known: 1 });
    expect(await stored(ledger)).toEqual(before);
  });

  test("it is alive", async () => {
    const response = await started.miniflare.dispatchFetch("http://stratus.test/healthz");
    expect([response.status, await response.json()]).toEqual([200, { status: "ok" }]);
  });

  test("it is ready when the table and, with the token, the API server answer", async () => {
    const response = await started.miniflare.dispatchFetch("http://stratus.test/readyz");
    expect([response.status, await response.json()]).toEqual([200, { status: "ready", checked: ["ledger", "cluster default"] }]);
    expect(asked).toContain(`GET /readyz Bearer ${kubernetesToken}`);
  });
});

test("an API server in a private network is reached through the VPC service that is bound", async () => {
  const { settings } = await freshLedger();
  const urls: string[] = [];
  const KUBERNETES = (request: { readonly url: string }): WorkerResponse => {
    urls.push(request.url);
    return new WorkerResponse("ok");
  };
  const { miniflare } = await worker(
    { ...settings, STRATUS_KUBERNETES_URL: "https://kubernetes.internal:6443" },
    { consumes: false, services: { KUBERNETES } },
  );
  expect((await miniflare.dispatchFetch("http://stratus.test/readyz")).status).toBe(200);
  expect(urls).toEqual(["https://kubernetes.internal:6443/readyz"]);
});

describe("a Worker whose settings are missing", () => {
  let started: RunningWorker;
  beforeAll(async () => {
    started = await worker({ AWS_REGION: "eu-central-1", STRATUS_WEBHOK_SECRET: "a typing error" }, { consumes: false });
  });

  test("every door answers 500 without telling what is missing; the log names it all", async () => {
    const response = await alerts(started);
    expect(response.status).toBe(500);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(await response.text()).not.toContain("STRATUS_");
    await vi.waitFor(() => expect(started.lines).not.toEqual([]));
    const line = JSON.parse(started.lines[0] ?? "") as { level: string; reason: string };
    expect(line.level).toBe("error");
    expect(line.reason.split("\n")).toEqual([
      "environment: STRATUS_WEBHOOK_SECRET must be set: the bearer token that Alertmanager sends",
      "STRATUS_DYNAMODB_TABLE must be set: the table of the ledger",
      "AWS_ACCESS_KEY_ID must be set: of a user who may use the ledger's table",
      "AWS_SECRET_ACCESS_KEY must be set: belongs to AWS_ACCESS_KEY_ID",
      "STRATUS_KUBERNETES_URL must be set: the address of the API server",
      "STRATUS_KUBERNETES_TOKEN must be set: the token of the service account of Stratus",
      "STRATUS_WEBHOK_SECRET is not a setting of Stratus",
    ]);
    expect(started.lines.join("")).not.toContain("a typing error");
  });

  test("a message is given back to the queue", async () => {
    const result = await started.events.queue("stratus-steps", [{ id: "1", timestamp: new Date(0), attempts: 1, body: { item: inbox } }]);
    expect(result.retryMessages).toEqual([{ msgId: "1" }]);
  });
});

describe("the queue and the cron", () => {
  test("an alert opens an incident through the queue, which goes on to watch the cluster", async () => {
    const { ledger, settings } = await freshLedger();
    const before = asked.length;
    const started = await worker(settings, { consumes: true });
    expect((await alerts(started)).status).toBe(202);
    const incident = await opened(ledger);
    expect(incident).toMatchObject({ subject: { kind: "Deployment", namespace: "shop", name: "frontend" }, namespaces: ["shop"] });
    await vi.waitFor(() => expect(asked.slice(before).join("\n")).toContain(`Bearer ${kubernetesToken}`), { timeout: 20_000 });
  });

  test("what is due and was never queued is found by the cron", async () => {
    const { ledger, settings } = await freshLedger();
    await alerts(await worker(settings, { consumes: false }));
    expect(await stored(ledger)).toMatchObject({ index: { name: "due" } });
    const { events } = await worker(settings, { consumes: true });
    expect(await events.scheduled({ cron: "* * * * *" })).toMatchObject({ outcome: "ok" });
    expect((await opened(ledger)).subjectKey).toBe("shop/frontend");
  });

  test("a message that cannot be read is dropped and told", async () => {
    const { settings } = await freshLedger();
    const started = await worker(settings, { consumes: false });
    const result = await started.events.queue("stratus-steps", [{ id: "1", timestamp: new Date(0), attempts: 1, body: { incident: 7 } }]);
    expect([result.explicitAcks, result.retryMessages]).toEqual([["1"], []]);
    await vi.waitFor(() => expect(started.lines.join("")).toContain("queue message: it names neither an incident nor an item"));
  });
});
