/**
 * One incident in a shop of its own, in real time: begun under one runtime, which is cut off and killed at a given state,
 * and finished under another from the same table. Cluster, Prometheus and DynamoDB are reached over HTTP.
 */
import { fenceAnnotation } from "../../src/action/change.ts";
import { memoryCluster } from "../../src/cluster/memory/memory.ts";
import type { MemoryCluster } from "../../src/cluster/memory/memory.ts";
import { systemClock } from "../../src/clock.ts";
import { mailAlerts } from "../../src/demo/alertmanager.ts";
import { shopRules } from "../../src/demo/rules.ts";
import { goodImage, shop, shopNamespace } from "../../src/demo/shop.ts";
import { pointer } from "../../src/kubernetes/json.ts";
import { createDynamodbClient } from "../../src/ledger/dynamodb.ts";
import { createTable } from "../../src/ledger/dynamodb-table.ts";
import { memoryTelemetry } from "../../src/telemetry/memory.ts";
import type { Incident, State } from "../../src/transaction/incident.ts";
import type { LocalDynamodb } from "../support/dynalite.ts";
import { changesOn, landscapeOf, marksOn } from "../support/landscape.ts";
import type { Landscape } from "../support/landscape.ts";
import { witnessLedger } from "../support/ledger-witness.ts";
import type { Save } from "../support/ledger-witness.ts";
import { serveCluster } from "../support/memory-api-server.ts";
import { servePrometheus } from "../support/memory-prometheus.ts";
import { payment } from "../support/story.ts";
import { secret } from "./running.ts";
import type { Running, Settings, Start } from "./running.ts";

const kubernetesToken = "token-of-the-service-account";
const fencePath = pointer("metadata", "annotations", fenceAnnotation);

export interface RelayOptions {
  readonly dynamodb: LocalDynamodb;
  readonly table: string;
  readonly first: Start;
  /**
   * The first runtime is cut off when it has stored something and does not know yet: that it works on the incident in this
   * state, or its nth item.
   */
  readonly handOver?: { readonly second: Start } & ({ readonly stopIn: State["name"] } | { readonly stopAtWrite: number });
  /** The new image of the Deployment behind the Service cannot be pulled: the surest remedy there is, which does nothing for the alert. */
  readonly decoy: boolean;
  /** How long Prometheus says that an alert may take to end: the length of an evaluation. */
  readonly alertTakesMs: number;
  readonly withinMs: number;
  /** Beside the usual ones. */
  readonly settings?: Settings;
}

export interface RelayEnd {
  readonly incident: Incident | undefined;
  readonly saves: readonly Save[];
  /** Items that were stored, those of no incident too. */
  readonly writes: number;
  readonly cutOff: boolean;
  /** What people made, before the fault and at the end. */
  readonly healthy: Landscape;
  readonly ended: Landscape;
  /** As `changesOn` has them. */
  readonly changes: readonly string[];
  /** The fence that each marking write carried, in order. */
  readonly fences: readonly number[];
  /** Objects that still carry annotations of ours. */
  readonly marks: readonly string[];
  /** Of each runtime: requests to the API server. */
  readonly requests: readonly number[];
  readonly tookMs: number;
  readonly logs: readonly (readonly string[])[];
}

/** Ends when the incident is over or `withinMs` is; `incident` is the last version that was stored. */
export async function relay(options: RelayOptions): Promise<RelayEnd> {
  const cluster = runningShop(options.decoy);
  const healthy = landscapeOf(cluster);
  const rules = shopRules(cluster, shopNamespace).filter(({ name }) => name === "HighRequestErrorRate");
  const telemetry = memoryTelemetry({ clock: systemClock, rules: rules.map((rule) => ({ ...rule, forMs: 0 })) });
  const shown = rules.map(({ name }) => ({ name, forMs: options.alertTakesMs }));
  const prometheus = await servePrometheus(telemetry, shown);
  await createTable({ client: createDynamodbClient(options.dynamodb.connection), table: options.table });

  const saves: Save[] = [];
  const runtimes: Runtime[] = [];
  const { handOver } = options;
  const cut = Promise.withResolvers<void>();
  const over = Promise.withResolvers<void>();
  let [writes, cutOff] = [0, false];
  function onWrite(by: string, save: Save | undefined): boolean {
    writes += 1;
    if (save !== undefined) saves.push(save);
    if (save?.incident.state.name === "closed" && save.incident.lease === undefined) over.resolve();
    if (by !== "first" || handOver === undefined) return false;
    cutOff ||=
      "stopAtWrite" in handOver
        ? writes === handOver.stopAtWrite
        : save?.incident.state.name === handOver.stopIn && save.incident.lease !== undefined;
    if (cutOff) cut.resolve();
    return cutOff;
  }
  async function start(by: string, begin: Start): Promise<Runtime> {
    const runtime = await startIn({ cluster, prometheusUrl: prometheus.url, ...options }, begin, by, (save) => onWrite(by, save));
    runtimes.push(runtime);
    return runtime;
  }

  const first = await start("first", options.first);
  let current: Running | undefined = first.running;
  const outside = startOutside(telemetry, () => current);
  cluster.edit(payment, [{ op: "replace", path: "/spec/ports/0/targetPort", value: 9999 }], "somebody");
  const sinceMs = performance.now();
  const late = AbortSignal.timeout(options.withinMs);
  const tooLate = new Promise<void>((resolve) => late.addEventListener("abort", () => resolve()));
  if (handOver !== undefined) {
    await Promise.race([cut.promise, over.promise, tooLate]);
    current = undefined;
    await first.kill();
    current = (await start("second", handOver.second)).running;
  }
  await Promise.race([over.promise, tooLate]);
  const tookMs = performance.now() - sinceMs;
  await outside.stop();
  for (const runtime of runtimes) await runtime.stop();
  await prometheus.stop();

  return {
    incident: saves.at(-1)?.incident,
    saves,
    writes,
    cutOff,
    healthy,
    ...tracesOn(cluster),
    requests: runtimes.map(({ requests }) => requests()),
    tookMs,
    logs: runtimes.map(({ running }) => running.log),
  };
}

function tracesOn(cluster: MemoryCluster): Pick<RelayEnd, "ended" | "changes" | "fences" | "marks"> {
  const marking = cluster.writes.filter(({ dryRun }) => !dryRun).flatMap(({ operations }) => operations);
  return {
    ended: landscapeOf(cluster),
    changes: changesOn(cluster),
    fences: marking.flatMap((operation) => (operation.op === "add" && operation.path === fencePath ? [Number(operation.value)] : [])),
    marks: marksOn(cluster),
  };
}

/** A cluster that has been running for a minute; with the decoy, its bad image has been there for half of that. */
function runningShop(decoy: boolean): MemoryCluster {
  let aheadMs = -60_000;
  const clock = { nowMs: () => Date.now() + aheadMs };
  const cluster = memoryCluster({ clock, namespaces: [shopNamespace], images: [goodImage] });
  for (const object of shop) cluster.make(object);
  aheadMs = -30_000;
  const image = { op: "replace", path: "/spec/template/spec/containers/0/image", value: "registry.example/shop:9.9.9" } as const;
  if (decoy) cluster.edit({ ...payment, kind: "Deployment" }, [image], "somebody");
  aheadMs = 0;
  return cluster;
}

interface Runtime {
  readonly running: Running;
  readonly requests: () => number;
  kill(): Promise<void>;
  stop(): Promise<void>;
}

/** With ways of its own to the ledger and to the API server: what it does can be told from what the other one does. */
async function startIn(
  shared: Pick<RelayOptions, "dynamodb" | "table" | "settings"> & { readonly cluster: MemoryCluster; readonly prometheusUrl: string },
  start: Start,
  by: string,
  onWrite: (save: Save | undefined) => boolean,
): Promise<Runtime> {
  const { endpoint, region, credentials } = shared.dynamodb.connection;
  const ledger = await witnessLedger(endpoint, by, onWrite);
  const apiServer = await serveCluster(shared.cluster, kubernetesToken);
  const running = await start({
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    STRATUS_WEBHOOK_SECRET: secret,
    STRATUS_DYNAMODB_TABLE: shared.table,
    STRATUS_DYNAMODB_ENDPOINT: ledger.endpoint,
    STRATUS_KUBERNETES_URL: apiServer.url,
    STRATUS_KUBERNETES_TOKEN: kubernetesToken,
    STRATUS_PROMETHEUS_URL: shared.prometheusUrl,
    STRATUS_AUTO_NAMESPACES: shopNamespace,
    STRATUS_SAMPLE_INTERVAL: "200ms",
    STRATUS_LEASE: "10s",
    STRATUS_SWEEP: "1s",
    STRATUS_LOG_LEVEL: "debug",
    ...shared.settings,
  });
  let killed: Promise<void> | undefined;
  function kill(): Promise<void> {
    ledger.cutOff();
    return (killed ??= running.kill());
  }
  return {
    running,
    requests: () => apiServer.requests.length,
    kill,
    async stop() {
      await kill();
      await Promise.all([ledger.stop(), apiServer.stop()]);
    },
  };
}

/** Alertmanager, a round each half second, and the platform's clock, a sweep each second, at whichever runtime is there. */
function startOutside(
  telemetry: Parameters<typeof mailAlerts>[0],
  current: () => Running | undefined,
): { readonly stop: () => Promise<unknown> } {
  const stopping = new AbortController();
  const deliver = mailAlerts(telemetry, systemClock, async (payload) => {
    const status = await current()
      ?.deliver(payload)
      .catch(() => undefined);
    return new Response(null, { status: status ?? 502 });
  });
  async function repeat(everyMs: number, work: () => Promise<unknown>): Promise<void> {
    for (; !stopping.signal.aborted; await systemClock.sleep(everyMs, stopping.signal)) await work().catch(() => undefined);
  }
  const running = [repeat(500, deliver), repeat(1_000, async () => current()?.sweep())];
  return {
    stop() {
      stopping.abort();
      return Promise.all(running);
    },
  };
}
