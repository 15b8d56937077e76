// Starts and watches a receiver process beside the test cluster.

import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Plan } from "../../src/action/action.ts";
import type { RunningCluster } from "../cluster/cluster.ts";

const secret = "a-secret-of-the-cluster-tests";
const port = 18_080;

/** As GET /incidents/:id answers. */
export interface Incident {
  readonly id: string;
  readonly subject: string;
  readonly state: string;
  readonly alerts: readonly string[];
  readonly outcome?: string;
  readonly outcomeReason?: string;
  readonly openedAtMs: number;
  readonly endedAtMs?: number;
  readonly timeline: readonly { readonly atMs: number; readonly text: string }[];
  readonly visiblePath: readonly { readonly mu?: number | "infinite" }[];
  readonly attempts: readonly {
    readonly attempt: number;
    readonly verdict?: string;
    readonly ending?: string;
    readonly reason?: string;
    readonly hiddenPath: readonly { readonly atMs: number; readonly mu?: number | "infinite" }[];
  }[];
}

export interface StratusOptions {
  readonly plans?: readonly Plan[];
  /** True: nobody proposes anything but these plans. */
  readonly only?: boolean;
  readonly die?: "after-write" | "after-undo";
  readonly environment?: Readonly<Record<string, string>>;
}

export interface Stratus {
  start(options?: StratusOptions): Promise<void>;
  /** Resolves when the process that runs now has ended; says by which signal. */
  ended(): Promise<NodeJS.Signals | null>;
  stop(): Promise<void>;
  incidents(): Promise<readonly Incident[]>;
  post(path: string, body: unknown): Promise<Response>;
  /** The first incident of this outcome whose record passes `matches`; throws after the time with what there was. */
  incident(seconds: number, matches: (incident: Incident) => boolean): Promise<Incident>;
  log(): string;
  close(): Promise<void>;
}

async function call(path: string, init: RequestInit = {}): Promise<Response> {
  return fetch(`http://127.0.0.1:${port}${path}`, {
    ...init,
    headers: { authorization: `Bearer ${secret}`, "content-type": "application/json" },
  });
}

async function incidents(): Promise<readonly Incident[]> {
  const { incidents: listed } = (await (await call("/incidents")).json()) as { readonly incidents: readonly Incident[] };
  return Promise.all(listed.map(async ({ id }) => (await (await call(`/incidents/${id}`)).json()) as Incident));
}

/** One ledger file for all the processes that are started here, one after the other. */
export function createStratus(cluster: RunningCluster, objectives: unknown, settings: Readonly<Record<string, string>>): Stratus {
  const folder = mkdtempSync(join(tmpdir(), "stratus-incident-"));
  let child: ChildProcess | undefined;
  let output = "";

  async function start({ plans = [], only = false, die, environment = {} }: StratusOptions = {}): Promise<void> {
    child = spawn(process.execPath, [join(import.meta.dirname, "receiver.ts")], {
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        PATH: process.env["PATH"],
        KUBECONFIG: cluster.kubeconfigPath,
        TEST_PLANS: JSON.stringify(plans),
        TEST_ONLY_PLANS: only ? "yes" : "",
        TEST_DIE: die ?? "never",
        STRATUS_WEBHOOK_SECRET: secret,
        STRATUS_HOST: "127.0.0.1",
        STRATUS_PORT: String(port),
        STRATUS_LEDGER: join(folder, "ledger.sqlite"),
        STRATUS_PROMETHEUS_URL: cluster.prometheusUrl,
        STRATUS_ALERTMANAGER_URL: cluster.alertmanagerUrl,
        STRATUS_OBJECTIVES: JSON.stringify(objectives),
        // Everything is scraped every second, and the rules look back ten.
        STRATUS_AUTOMATIC_OBJECTIVES: "10s",
        STRATUS_AUTO_NAMESPACES: "shop",
        STRATUS_SAMPLE_INTERVAL: "2s",
        STRATUS_EVALUATION: "60s",
        STRATUS_SETTLE: "60s",
        STRATUS_GRACE: "10s",
        STRATUS_LEASE: "10s",
        STRATUS_SWEEP: "1s",
        ...settings,
        ...environment,
      },
    });
    for (const stream of [child.stdout, child.stderr]) stream?.on("data", (part: Buffer) => (output += part.toString()));
    for (let tries = 0; tries < 100; tries++) {
      if (child.exitCode !== null) throw new Error(`the receiver ended at once:\n${output.slice(-2_000)}`);
      const healthy = await call("/healthz").then(
        (answer) => answer.ok,
        () => false,
      );
      if (healthy) return;
      await sleep(100);
    }
    throw new Error(`the receiver does not answer:\n${output.slice(-2_000)}`);
  }

  return {
    start,
    incidents,
    async ended() {
      if (child === undefined || child.exitCode !== null || child.signalCode !== null) return child?.signalCode ?? null;
      const [, signal] = (await once(child, "exit")) as [number | null, NodeJS.Signals | null];
      return signal;
    },
    async stop() {
      if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
      child.kill("SIGTERM");
      await once(child, "exit");
    },
    post: (path, body) => call(path, { method: "POST", body: JSON.stringify(body) }),
    async incident(seconds, matches) {
      const deadlineMs = Date.now() + seconds * 1000;
      while (Date.now() < deadlineMs) {
        const found = await incidents().then(
          (all) => all.find(matches),
          () => undefined,
        );
        if (found !== undefined) return found;
        await sleep(500);
      }
      const seen = await incidents().catch(() => []);
      const lines = seen.map(
        ({ id, subject, state, outcome, timeline }) =>
          `${id} ${subject} ${state} ${outcome ?? ""}\n  ${timeline.map(({ text }) => text).join("\n  ")}`,
      );
      throw new Error(`no such incident in ${seconds} s:\n${lines.join("\n")}\n${output.slice(-3_000)}`);
    },
    log: () => output,
    async close() {
      await this.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export function receiverUrl(): string {
  return `http://127.0.0.1:${port}/alerts`;
}

export { secret as receiverSecret };
