/**
 * A whole Stratus on an in-memory cluster with a virtual clock: the same doors, runner and engine as in production,
 * driven second by second. The demo tells its story with it, the journeys test with it.
 */
import type { Planner } from "../agent/planner.ts";
import type { ClusterPort } from "../cluster/cluster.ts";
import { memoryCluster } from "../cluster/memory/memory.ts";
import type { MemoryCluster, MemoryClusterOptions } from "../cluster/memory/memory.ts";
import { compose } from "../compose.ts";
import type { Composed, Runtime } from "../compose.ts";
import { readConfig } from "../config.ts";
import type { Environment } from "../config.ts";
import { BrokenInvariant, describeFailure, success } from "../failure.ts";
import type { JsonObject } from "../kubernetes/json.ts";
import type { LedgerPort } from "../ledger/ledger.ts";
import { memoryLedger } from "../ledger/memory.ts";
import { createLog } from "../log.ts";
import type { NotifierPort } from "../notifier/notifier.ts";
import { sweep } from "../runner/sweep.ts";
import { memoryTelemetry } from "../telemetry/memory.ts";
import type { MemoryRule, MemoryTelemetry } from "../telemetry/memory.ts";
import { mailAlerts } from "./alertmanager.ts";
import { goodImage, shop, shopNamespace } from "./shop.ts";
import { shopRules } from "./rules.ts";
import { virtualClock } from "./virtual-clock.ts";
import type { VirtualClock } from "./virtual-clock.ts";

export const demoSecret = "a-secret-for-the-demo-only";
const startMs = Date.UTC(2026, 0, 5, 9, 0, 0);

export interface WorldOptions {
  readonly environment?: Environment;
  readonly planner?: Planner;
  readonly notifier?: NotifierPort;
  readonly ledger?: LedgerPort;
  readonly objects?: readonly JsonObject[];
  readonly cluster?: Partial<MemoryClusterOptions>;
  /** What Stratus sees of the cluster: for a process that dies or is held up at a request. The cluster itself when left out. */
  readonly port?: (cluster: MemoryCluster) => ClusterPort;
  readonly rules?: (cluster: MemoryCluster) => MemoryRule[];
  /** Alerts are delivered, and Stratus can ask nobody about them. */
  readonly asksNobody?: boolean;
  readonly writeLog?: (line: string) => void;
  /** Who carries incidents on. The sweep of each second alone when left out. */
  readonly carrier?: Pick<Runtime, "continuation" | "resume" | "wake">;
}

export interface World {
  readonly clock: VirtualClock;
  readonly cluster: MemoryCluster;
  readonly telemetry: MemoryTelemetry;
  readonly ledger: LedgerPort;
  readonly composed: Composed;
  /** Lets time pass: alerts are evaluated and delivered, and what is due is done. True when `until` said so in time. */
  run(seconds: number, until?: () => Promise<boolean>): Promise<boolean>;
  /** The incidents, newest last, as GET /incidents/:id shows them. */
  incidents(): Promise<readonly JsonObject[]>;
}

export function createWorld(options: WorldOptions = {}): World {
  const clock = virtualClock(startMs);
  const cluster = memoryCluster({ clock, namespaces: [shopNamespace], images: [goodImage], ...options.cluster });
  for (const object of options.objects ?? shop) cluster.make(object);
  const telemetry = memoryTelemetry({ clock, rules: options.rules?.(cluster) ?? shopRules(cluster, shopNamespace) });
  const ledger = options.ledger ?? memoryLedger();
  const config = readConfig({
    STRATUS_WEBHOOK_SECRET: demoSecret,
    STRATUS_CLUSTER: "demo",
    STRATUS_AUTO_NAMESPACES: shopNamespace,
    STRATUS_EVALUATION: "2m",
    STRATUS_KNOWN_GOOD: "off",
    ...options.environment,
  });
  if (!config.ok) throw new BrokenInvariant(describeFailure(config.failure));
  let ids = 0;
  const composed = compose({
    config: config.value,
    cluster: () => options.port?.(cluster) ?? cluster,
    ledger,
    continuation: { schedule: () => Promise.resolve(success(undefined)) },
    clock,
    log: createLog({ write: options.writeLog ?? (() => undefined), clock, level: "debug" }),
    instance: "demo",
    sliceMs: Infinity,
    wake: () => undefined,
    newId: () => `command-${(ids += 1)}`,
    ...(options.planner === undefined ? {} : { planner: options.planner }),
    ...(options.notifier === undefined ? {} : { notifier: options.notifier }),
    ...options.carrier,
    site: () => (options.asksNobody === true ? {} : { alerts: telemetry, metrics: telemetry }),
  });
  const deliver = mailAlerts(telemetry, clock, (payload) =>
    composed.app.request("/alerts", {
      method: "POST",
      headers: { authorization: `Bearer ${demoSecret}`, "content-type": "application/json" },
      body: JSON.stringify(payload),
    }),
  );

  async function get(path: string): Promise<JsonObject> {
    const answer = await composed.app.request(path, { headers: { authorization: `Bearer ${demoSecret}` } });
    return (await answer.json()) as JsonObject;
  }

  return {
    clock,
    cluster,
    telemetry,
    ledger,
    composed,
    async run(seconds, until) {
      for (let second = 0; second < seconds; second++) {
        await deliver();
        if (options.carrier === undefined) await sweep(composed.runner);
        if (until !== undefined && (await until())) return true;
        clock.advance(1_000);
      }
      return false;
    },
    async incidents() {
      const { incidents } = (await get("/incidents")) as {
        readonly incidents?: readonly { readonly id: string; readonly openedAtMs: number }[];
      };
      const oldestFirst = (incidents ?? []).toSorted((left, right) => left.openedAtMs - right.openedAtMs);
      return Promise.all(oldestFirst.map(({ id }) => get(`/incidents/${id}`)));
    },
  };
}
