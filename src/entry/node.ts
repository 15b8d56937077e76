/** Stratus as one Node process: SQLite ledger, timers, the current kubeconfig. Knows its runtime, wires, decides nothing. */
import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { serve } from "@hono/node-server";
import type { Planner } from "../agent/planner.ts";
import { systemClock } from "../clock.ts";
import type { ClusterPort } from "../cluster/cluster.ts";
import { kubernetesCluster } from "../cluster/kubernetes.ts";
import { currentKubeconfig } from "../cluster/kubeconfig.ts";
import { compose } from "../compose.ts";
import type { Composed } from "../compose.ts";
import { readConfig } from "../config.ts";
import type { Environment } from "../config.ts";
import { timerContinuation } from "../continuation/timer.ts";
import { describeFailure } from "../failure.ts";
import { sqliteLedger } from "../ledger/sqlite.ts";
import { createLog } from "../log.ts";
import { startLoop } from "../runner/loop.ts";
import { attend, dueItems } from "../runner/sweep.ts";

export interface NodeProcess {
  readonly port: number;
  /** Takes no more requests, finishes what is under way, closes the ledger. */
  stop(): Promise<void>;
}

/** What a test puts in place of the usual parts. */
export interface Overrides {
  readonly planner?: Planner;
  readonly cluster?: (cluster: ClusterPort) => ClusterPort;
}

/** Throws a sentence when the settings are wrong. */
export async function startNode(environment: Environment, overrides: Overrides = {}): Promise<NodeProcess> {
  const config = readConfig(environment);
  if (!config.ok) throw new Error(describeFailure(config.failure));
  const { host, port, ledgerPath, logLevel, sweepMs } = config.value;
  const log = createLog({ write: (line) => void process.stdout.write(`${line}\n`), clock: systemClock, level: logLevel });
  const kubeconfig = currentKubeconfig();
  if (!kubeconfig.ok) throw new Error(describeFailure(kubeconfig.failure));
  const cluster = kubernetesCluster(kubeconfig.value);
  const ledger = sqliteLedger({ path: ledgerPath });
  const timer = timerContinuation({ onDue: ({ incidentId }) => loop.wakeIncident(incidentId) });
  const composed: Composed = compose({
    config: config.value,
    cluster: overrides.cluster?.(cluster) ?? cluster,
    ledger,
    continuation: timer,
    clock: systemClock,
    log,
    instance: `${hostname()}/${process.pid}`,
    sliceMs: Infinity,
    wake: (key) => loop.wake(key),
    newId: randomUUID,
    ...(overrides.planner === undefined ? {} : { planner: overrides.planner }),
  });
  const loop = startLoop({
    clock: systemClock,
    log,
    sweepMs,
    attend: (key) => attend(composed.runner, key),
    due: () => dueItems(composed.runner),
  });
  const server = serve({ fetch: composed.app.fetch, hostname: host, port });
  await new Promise<void>((resolve, reject) => server.once("listening", resolve).once("error", reject));
  const address = server.address();
  const listening = typeof address === "object" && address !== null ? address.port : port;
  log.info("Stratus is listening", {
    host,
    port: listening,
    ledger: ledgerPath,
    cluster: config.value.clusterName,
    mode: config.value.policy.defaultMode,
  });
  return {
    port: listening,
    async stop() {
      log.info("stopping: what is under way is finished first");
      await new Promise<void>((resolve) => server.close(() => resolve()));
      timer.stop();
      await loop.stop();
      ledger.close();
    },
  };
}

/** Runs until SIGTERM or SIGINT. */
export async function runNode(environment: Environment, overrides: Overrides = {}): Promise<void> {
  try {
    const running = await startNode(environment, overrides);
    const stop = (): void => void running.stop().then(() => process.exit(0));
    process.once("SIGTERM", stop).once("SIGINT", stop);
  } catch (error) {
    process.stderr.write(`Stratus cannot start.\n${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}

if (import.meta.main) await runNode(process.env);
