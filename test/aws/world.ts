/**
 * A shop on an in-memory cluster behind its API, a Prometheus that watches it, and Stratus as a function with its table
 * and its queue: everything between them goes over its real protocol, in real time.
 */
import { memoryCluster } from "../../src/cluster/memory/memory.ts";
import type { MemoryCluster } from "../../src/cluster/memory/memory.ts";
import { systemClock } from "../../src/clock.ts";
import { mailAlerts } from "../../src/demo/alertmanager.ts";
import { shopRules } from "../../src/demo/rules.ts";
import { goodImage, shop, shopNamespace } from "../../src/demo/shop.ts";
import type { JsonObject } from "../../src/kubernetes/json.ts";
import type { ObjectRef } from "../../src/kubernetes/object.ts";
import { memoryTelemetry } from "../../src/telemetry/memory.ts";
import type { MemoryRule } from "../../src/telemetry/memory.ts";
import { landscapeOf } from "../support/landscape.ts";
import type { Landscape } from "../support/landscape.ts";
import { serveCluster } from "../support/memory-api-server.ts";
import type { MemoryApiServer } from "../support/memory-api-server.ts";
import { servePrometheus } from "../support/memory-prometheus.ts";
import { payment } from "../support/story.ts";
import { scheduleEvent, urlEvent } from "./event.ts";
import { credentials, region } from "./moto.ts";
import type { Moto } from "./moto.ts";
import { openQueues, pause, startPoller } from "./queue.ts";
import type { Fate, Queues } from "./queue.ts";
import { createLambda } from "./sandbox.ts";
import type { Lambda } from "./sandbox.ts";

export const webhookSecret = "correct horse battery";
export const kubernetesToken = "token-of-the-service-account";

export interface WorldOptions {
  readonly moto: Moto;
  readonly name: string;
  readonly bundle: string;
  /** What the function's environment says beside the usual: the table at least. */
  readonly environment: Readonly<Record<string, string>>;
  readonly queues?: { readonly url: string; readonly deadUrl: string };
  /** One minute in AWS; 6 s here, as the samples are taken each second and not each 10. */
  readonly sweepEveryMs?: number;
  readonly visibilityS?: number;
  readonly timeoutMs?: number;
  readonly fateOf?: () => Fate;
  /** False: nothing is delivered to the function but what the test itself invokes. */
  readonly polls?: boolean;
  /** How long an alert fires on when its cause is gone, as a rule's range makes it. */
  readonly keepFiringMs?: number;
  /** How long Prometheus says that an alert may take to end: the length of an evaluation. A minute when left out. */
  readonly alertTakesMs?: number;
  /** Each has a shop of its own; one, `shop`, when left out. */
  readonly namespaces?: readonly string[];
  /** The only rules of these names; all when left out. */
  readonly rules?: readonly string[];
}

export interface LambdaWorld {
  readonly cluster: MemoryCluster;
  readonly apiServer: MemoryApiServer;
  readonly lambda: Lambda;
  readonly queues: Queues;
  /** What people made, before any fault. */
  readonly healthy: Landscape;
  /** Sets every targetPort of the Service, shop/payment when left out, to 9999. */
  breakTargetPort(service?: ObjectRef): void;
  /** Runs until so many incidents (1 by default) and no others are over, or the time is up; they are as GET /incidents/:id shows them. */
  untilOver(withinMs: number, count?: number): Promise<readonly JsonObject[]>;
  get(path: string): Promise<JsonObject>;
  stop(): Promise<void>;
}

/** A cluster that has been running for a minute. */
function runningShops(namespaces: readonly string[]): MemoryCluster {
  let aheadMs = -60_000;
  const cluster = memoryCluster({ clock: { nowMs: () => Date.now() + aheadMs }, namespaces, images: [goodImage] });
  for (const namespace of namespaces)
    for (const object of shop) cluster.make({ ...object, metadata: { ...(object["metadata"] as JsonObject), namespace } });
  aheadMs = 0;
  return cluster;
}

export async function createLambdaWorld(options: WorldOptions): Promise<LambdaWorld> {
  const { namespaces = [shopNamespace], alertTakesMs = 60_000 } = options;
  const cluster = runningShops(namespaces);
  const rules = namespaces
    .flatMap((namespace) => shopRules(cluster, namespace))
    .filter(({ name }) => options.rules?.includes(name) ?? true)
    .map((rule) => firingOn({ ...rule, forMs: 0 }, options.keepFiringMs ?? 0));
  const telemetry = memoryTelemetry({ clock: systemClock, rules });
  const apiServer = await serveCluster(cluster, kubernetesToken);
  // The rules API shows how long an alert may take to end, which is how long an evaluation lasts.
  const shown = rules.map(({ name }) => ({ name, forMs: alertTakesMs }));
  const prometheus = await servePrometheus(telemetry, shown);
  const queues = await openQueues(options.moto, options.name, options.queues);
  const lambda = createLambda({
    bundle: options.bundle,
    timeoutMs: options.timeoutMs ?? 60_000,
    environment: {
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      STRATUS_WEBHOOK_SECRET: webhookSecret,
      STRATUS_QUEUE_URL: queues.url,
      STRATUS_KUBERNETES_URL: apiServer.url,
      STRATUS_KUBERNETES_TOKEN: kubernetesToken,
      STRATUS_PROMETHEUS_URL: prometheus.url,
      STRATUS_AUTO_NAMESPACES: namespaces.join(","),
      STRATUS_SAMPLE_INTERVAL: "200ms",
      STRATUS_LEASE: "10s",
      ...options.environment,
    },
  });
  const { visibilityS = 5, sweepEveryMs = 6_000, fateOf } = options;
  const running =
    options.polls === false
      ? []
      : [startPoller(options.moto, queues, lambda, { visibilityS, fateOf }), keepTime(lambda, telemetry, sweepEveryMs)];
  let stopped: Promise<void> | undefined;

  async function get(path: string): Promise<JsonObject> {
    // What is asked here is not part of the story.
    const { statusCode, body } = (await lambda.invoke(urlEvent("GET", path, webhookSecret), 1)) as { statusCode: number; body: string };
    if (statusCode !== 200) throw new Error(`${path}: ${statusCode} ${body}`);
    return JSON.parse(body) as JsonObject;
  }

  async function incidents(): Promise<readonly JsonObject[]> {
    const { incidents: listed } = (await get("/incidents")) as { readonly incidents?: readonly { readonly id: string }[] };
    return Promise.all((listed ?? []).map(({ id }) => get(`/incidents/${id}`)));
  }

  async function stopAll(): Promise<void> {
    for (const part of running.toReversed()) await part.stop();
    await lambda.stop();
    await Promise.all([queues.stop(), apiServer.stop(), prometheus.stop()]);
  }

  return {
    cluster,
    apiServer,
    lambda,
    queues,
    healthy: landscapeOf(cluster),
    get,
    breakTargetPort: (service = payment) =>
      void cluster.edit(service, [{ op: "replace", path: "/spec/ports/0/targetPort", value: 9999 }], "somebody"),
    async untilOver(withinMs, count = 1) {
      for (const sinceMs = performance.now(); ; await pause(1_000)) {
        const found = await incidents().catch(() => []);
        const over = found.length >= count && found.every((incident) => incident["state"] === "closed");
        if (over || performance.now() - sinceMs > withinMs) return found;
      }
    },
    stop: () => (stopped ??= stopAll()),
  };
}

/** The schedule and Alertmanager: the sweep, and a round of deliveries each second. */
function keepTime(lambda: Lambda, telemetry: Parameters<typeof mailAlerts>[0], sweepEveryMs: number): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const deliver = mailAlerts(telemetry, systemClock, async (payload) => {
    try {
      const { statusCode } = (await lambda.invoke(urlEvent("POST", "/alerts", webhookSecret, payload), 1)) as { statusCode: number };
      return new Response(null, { status: statusCode });
    } catch {
      return new Response(null, { status: 502 });
    }
  });
  async function deliveries(): Promise<void> {
    for (; !stopping.signal.aborted; await pause(1_000)) await deliver();
  }
  async function sweeps(): Promise<void> {
    for (let sweptAtMs = performance.now(); !stopping.signal.aborted; await pause(100)) {
      if (performance.now() - sweptAtMs < sweepEveryMs) continue;
      sweptAtMs = performance.now();
      await lambda.invoke(scheduleEvent(), 1).catch(() => undefined);
    }
  }
  const running = [deliveries(), sweeps()];
  return {
    async stop() {
      stopping.abort();
      await Promise.all(running);
    },
  };
}

function firingOn(rule: MemoryRule, keepFiringMs: number): MemoryRule {
  const seenAtMs = new Map<string, { readonly labels: Readonly<Record<string, string>>; readonly atMs: number }>();
  return {
    ...rule,
    evaluate() {
      const nowMs = Date.now();
      for (const labels of rule.evaluate()) seenAtMs.set(JSON.stringify(labels), { labels, atMs: nowMs });
      return [...seenAtMs.values()].filter(({ atMs }) => nowMs - atMs <= keepFiringMs).map(({ labels }) => labels);
    },
  };
}
