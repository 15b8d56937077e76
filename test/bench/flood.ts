/**
 * The flood: 10,000 alerts a minute in 50 groups, every delivery three times at once, against the Node process with its
 * runner on. Afterwards the ledger's file is read to see what of it is there.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { decodeInbox, inboxKey } from "../../src/alert/inbox.ts";
import type { LedgerPort } from "../../src/ledger/ledger.ts";
import { sqliteLedger } from "../../src/ledger/sqlite.ts";
import { incidentIdOf, loadIncident } from "../../src/runner/records.ts";
import { startChild } from "./child.ts";
import type { Child } from "./child.ts";
import type { Memory } from "./flood-receiver.ts";
import { alertsOf } from "./flood-plan.ts";
import type { FloodPlan } from "./flood-plan.ts";
import type { Flood, Loaded, Steady } from "./load-process.ts";
import { episodeKeyOf, subjectKeyOf } from "./payload.ts";
import { secret } from "./receivers.ts";
import { speedOf } from "./statistics.ts";
import type { Speed } from "./statistics.ts";

export interface FloodResult extends Speed {
  readonly seconds: number;
  readonly deliveries: number;
  readonly alerts: number;
  readonly subjects: number;
  readonly incidents: number;
  /** Answers other than 202. */
  readonly refused: number;
  /** Alerts that no inbox holds. */
  readonly lost: number;
  /** Episodes that nobody sent, alerts that were news more than once, and subjects with more than one incident. */
  readonly doubled: number;
  /** Subjects without an incident: the runner had not come to them. */
  readonly unopened: number;
  /** After a collection: before the flood, at the ends of its thirds. */
  readonly memory: readonly Memory[];
}

const cluster = "production";
/** A process that has been up for a while: 600 deliveries about 20 subjects that the flood does not name. */
const warmUp = Array.from({ length: 600 }, (_, index) => index % 20);
/** Until the runner has taken up what the last wave said. */
const afterwardsMs = 2_000;

/** `directory`: an empty one, for the ledger's file and a kubeconfig that leads nowhere. */
export async function flood(directory: string, load: Child, seconds: number): Promise<FloodResult> {
  const plan: FloodPlan = { seconds, alertsPerMinute: 10_000, groups: 50, copies: 3, startsAtMs: Math.floor(Date.now() / 1_000) * 1_000 };
  const ledgerPath = join(directory, "flood.sqlite");
  const receiver = startReceiver(directory, ledgerPath);
  try {
    const port = await receiver.ask<number>("port");
    const url = `http://127.0.0.1:${port}/alerts`;
    await load.ask<Loaded>({ kind: "steady", url, connections: 4, numbers: warmUp } satisfies Steady);
    const memory = [await receiver.ask<Memory>("memory")];
    const loading = load.ask<Loaded>({ kind: "flood", url, ...plan } satisfies Flood);
    for (let third = 1; third <= 3; third += 1) {
      await new Promise((resolve) => setTimeout(resolve, (seconds * 1_000) / 3));
      if (third === 3) await loading;
      memory.push(await receiver.ask<Memory>("memory"));
    }
    const loaded = await loading;
    await new Promise((resolve) => setTimeout(resolve, afterwardsMs));
    await receiver.ask("stop");
    const found = await countIn(ledgerPath, plan, loaded.recorded);
    const { latenciesMs, durationMs, refused } = loaded;
    return { ...speedOf(latenciesMs, durationMs), seconds, deliveries: latenciesMs.length, refused, ...found, memory };
  } finally {
    await receiver.stop();
  }
}

function startReceiver(directory: string, ledgerPath: string): Child {
  const kubeconfig = join(directory, "kubeconfig");
  writeFileSync(
    kubeconfig,
    JSON.stringify({
      apiVersion: "v1",
      kind: "Config",
      "current-context": "nowhere",
      clusters: [{ name: "nowhere", cluster: { server: "http://127.0.0.1:9" } }],
      users: [{ name: "nobody", user: {} }],
      contexts: [{ name: "nowhere", context: { cluster: "nowhere", user: "nobody" } }],
    }),
  );
  return startChild("flood-receiver.ts", {
    execArgv: ["--expose-gc"],
    environment: {
      KUBECONFIG: kubeconfig,
      STRATUS_WEBHOOK_SECRET: secret,
      STRATUS_CLUSTER: cluster,
      STRATUS_LEDGER: ledgerPath,
      STRATUS_HOST: "127.0.0.1",
      STRATUS_PORT: "0",
    },
  });
}

type Found = Pick<FloodResult, "alerts" | "subjects" | "incidents" | "lost" | "doubled" | "unopened">;

async function countIn(ledgerPath: string, plan: FloodPlan, recorded: number): Promise<Found> {
  const ledger = sqliteLedger({ path: ledgerPath });
  try {
    const sent = new Map<string, Set<string>>();
    const alerts = alertsOf(plan);
    for (const alert of alerts) {
      const key = subjectKeyOf(alert);
      sent.set(key, (sent.get(key) ?? new Set()).add(episodeKeyOf(alert)));
    }
    let lost = 0;
    let doubled = Math.max(0, recorded - alerts.length);
    for (const [key, episodes] of sent) {
      const held = await episodesIn(ledger, key);
      lost += [...episodes].filter((episode) => !held.has(episode)).length;
      doubled += [...held].filter((episode) => !episodes.has(episode)).length;
    }
    const bySubject = await incidentsIn(ledger);
    const counts = [...sent.keys()].map((key) => bySubject.get(key) ?? 0);
    doubled += counts.reduce((sum, count) => sum + Math.max(0, count - 1), 0);
    const incidents = counts.reduce((sum, count) => sum + count, 0);
    const unopened = counts.filter((count) => count === 0).length;
    return { alerts: alerts.length, subjects: sent.size, incidents, lost, doubled, unopened };
  } finally {
    ledger.close();
  }
}

async function episodesIn(ledger: LedgerPort, subjectKey: string): Promise<ReadonlySet<string>> {
  const item = await ledger.get(inboxKey(cluster, subjectKey));
  const inbox = item.ok && item.value !== undefined ? decodeInbox(item.value.body) : undefined;
  return new Set(inbox?.ok === true ? Object.keys(inbox.value.episodes) : []);
}

/** How many there are, by subject. */
async function incidentsIn(ledger: LedgerPort): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  const ids = new Set<string>();
  for (const index of ["due", "ended"] as const) {
    const keys = await ledger.query(index, Number.MAX_SAFE_INTEGER, 1_000_000);
    if (!keys.ok) throw new Error("the ledger cannot be read");
    for (const key of keys.value) ids.add(incidentIdOf(key) ?? "");
  }
  for (const id of ids) {
    const stored = id === "" ? undefined : await loadIncident(ledger, id);
    if (stored?.ok !== true || stored.value === undefined) continue;
    const { subjectKey } = stored.value.value;
    counts.set(subjectKey, (counts.get(subjectKey) ?? 0) + 1);
  }
  return counts;
}
