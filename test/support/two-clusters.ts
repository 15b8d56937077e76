/** One Stratus for two in-memory clusters, each with its own telemetry: a world for each, which share clock, ledger and doors. */
import { memoryCluster } from "../../src/cluster/memory/memory.ts";
import type { MemoryCluster } from "../../src/cluster/memory/memory.ts";
import { compose } from "../../src/compose.ts";
import { readConfig } from "../../src/config.ts";
import { mailAlerts } from "../../src/demo/alertmanager.ts";
import { goodImage, shop, shopNamespace } from "../../src/demo/shop.ts";
import { shopRules } from "../../src/demo/rules.ts";
import { virtualClock } from "../../src/demo/virtual-clock.ts";
import type { World } from "../../src/demo/world.ts";
import { BrokenInvariant, describeFailure, success } from "../../src/failure.ts";
import type { JsonObject } from "../../src/kubernetes/json.ts";
import { memoryLedger } from "../../src/ledger/memory.ts";
import { createLog } from "../../src/log.ts";
import { sweep } from "../../src/runner/sweep.ts";
import { memoryTelemetry } from "../../src/telemetry/memory.ts";
import type { MemoryTelemetry } from "../../src/telemetry/memory.ts";

const secret = "a-secret-of-two-clusters";

export interface TwoClusters {
  readonly east: World;
  readonly west: World;
  /** Time passes in both. */
  readonly run: World["run"];
  readonly post: (path: string, body: unknown) => Promise<Response>;
}

export function twoClusters(): TwoClusters {
  const clock = virtualClock(Date.UTC(2026, 0, 5, 9));
  const ledger = memoryLedger();
  const sides = new Map(["east", "west"].map((name) => [name, sideOf(name)]));

  function sideOf(name: string): { readonly cluster: MemoryCluster; readonly telemetry: MemoryTelemetry } {
    const cluster = memoryCluster({ clock, namespaces: [shopNamespace], images: [goodImage] });
    for (const object of shop) cluster.make(object);
    const rules = shopRules(cluster, shopNamespace).map((rule) => ({ ...rule, labels: { ...rule.labels, cluster: name } }));
    return { cluster, telemetry: memoryTelemetry({ clock, rules }) };
  }

  function side(name: string) {
    const found = sides.get(name);
    if (found === undefined) throw new BrokenInvariant(`there is no cluster ${name}`);
    return found;
  }

  const config = readConfig({
    STRATUS_WEBHOOK_SECRET: secret,
    STRATUS_CLUSTERS: JSON.stringify([...sides.keys()].map((name) => ({ name, autoNamespaces: [shopNamespace] }))),
    STRATUS_EVALUATION: "2m",
  });
  if (!config.ok) throw new BrokenInvariant(describeFailure(config.failure));
  const composed = compose({
    config: config.value,
    cluster: ({ name }) => side(name).cluster,
    site: (name) => ({ alerts: side(name).telemetry, metrics: side(name).telemetry }),
    ledger,
    continuation: { schedule: () => Promise.resolve(success(undefined)) },
    clock,
    log: createLog({ write: () => undefined, clock, level: "error" }),
    instance: "one",
    sliceMs: Infinity,
    wake: () => undefined,
    newId: () => "command",
  });
  const headers = { authorization: `Bearer ${secret}`, "content-type": "application/json" };
  const post = async (path: string, body: unknown): Promise<Response> =>
    composed.app.request(path, { method: "POST", headers, body: JSON.stringify(body) });
  const get = async (path: string): Promise<JsonObject> => (await (await composed.app.request(path, { headers })).json()) as JsonObject;
  const mails = [...sides.values()].map(({ telemetry }) => mailAlerts(telemetry, clock, (payload) => post("/alerts", payload)));

  async function incidentsOf(cluster: string): Promise<readonly JsonObject[]> {
    const { incidents } = (await get("/incidents")) as unknown as {
      readonly incidents: readonly { readonly id: string; readonly cluster: string }[];
    };
    return Promise.all(incidents.filter((incident) => incident.cluster === cluster).map(({ id }) => get(`/incidents/${id}`)));
  }

  const run: World["run"] = async (seconds, until) => {
    for (let second = 0; second < seconds; second += 1) {
      for (const mail of mails) await mail();
      await sweep(composed.runner);
      if (until !== undefined && (await until())) return true;
      clock.advance(1_000);
    }
    return false;
  };
  const worldOf = (name: string): World => ({ ...side(name), clock, ledger, composed, run, incidents: () => incidentsOf(name) });
  return { east: worldOf("east"), west: worldOf("west"), run, post };
}
