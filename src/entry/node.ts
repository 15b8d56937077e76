/** Stratus as one Node process: SQLite ledger, timers, the current kubeconfig. Knows its runtime, wires, decides nothing. */
import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { serve } from "@hono/node-server";
import type { Planner } from "../agent/planner.ts";
import { systemClock } from "../clock.ts";
import type { ClusterPort } from "../cluster/cluster.ts";
import { kubernetesCluster } from "../cluster/kubernetes.ts";
import { nodeAccess } from "../cluster/node-access.ts";
import { compose } from "../compose.ts";
import type { Composed } from "../compose.ts";
import { readConfig } from "../config.ts";
import type { Config, Environment } from "../config.ts";
import type { ContinuationPort } from "../continuation/continuation.ts";
import { signedPostContinuation } from "../continuation/signed-post.ts";
import { timerContinuation } from "../continuation/timer.ts";
import { BrokenInvariant, describeFailure, success } from "../failure.ts";
import { sqliteLedger } from "../ledger/sqlite.ts";
import { createLog } from "../log.ts";
import type { Log } from "../log.ts";
import { startLoop } from "../runner/loop.ts";
import { attend, dueItems } from "../runner/sweep.ts";
import { withSettingFiles } from "./setting-file.ts";

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
  const complete = withSettingFiles(environment);
  const config = complete.ok ? readConfig(complete.value) : complete;
  if (!config.ok) throw new Error(describeFailure(config.failure));
  const { host, port, ledgerPath, logLevel, sweepMs, selfPost } = config.value;
  const log = createLog({ write: (line) => void process.stdout.write(`${line}\n`), clock: systemClock, level: logLevel });
  const reached = clustersOf(config.value);
  const ledger = sqliteLedger({ path: ledgerPath });
  const timer = timerContinuation({ onDue: ({ incidentId }) => loop.wakeIncident(incidentId) });
  const composed: Composed = compose({
    config: config.value,
    cluster: ({ name }) => {
      const cluster = reached.get(name);
      if (cluster === undefined) throw new BrokenInvariant(`no way to cluster ${name} was made`);
      return overrides.cluster?.(cluster) ?? cluster;
    },
    ledger,
    continuation: selfPost === undefined ? timer : posted(selfPost, log),
    clock: systemClock,
    log,
    instance: `${hostname()}/${process.pid}`,
    sliceMs: Infinity,
    wake: (key) => loop.wake(key),
    newId: randomUUID,
    resume: ({ incidentId }) => loop.wakeIncident(incidentId),
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
    clusters: config.value.clusters.map(({ name, policy }) => ({ name, mode: policy.defaultMode })),
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

/** For where a process sleeps unless it is asked something. The wait for the next step holds nobody up here. */
function posted(selfPost: NonNullable<Config["selfPost"]>, log: Log): ContinuationPort {
  const posts = signedPostContinuation({ ...selfPost, clock: systemClock });
  return {
    async schedule(continuation, delayMs) {
      void posts.schedule(continuation, delayMs).then((sent) => {
        if (!sent.ok)
          log.warn("not posted, the sweep will find it", { incident: continuation.incidentId, reason: describeFailure(sent.failure) });
      });
      return success(undefined);
    },
  };
}

/** Throws a sentence that names the cluster when one cannot be reached as configured. Opens no connection. */
function clustersOf({ clusters, aws }: Config): ReadonlyMap<string, ClusterPort> {
  const signing = { aws, clock: systemClock };
  return new Map(
    clusters.map(({ name, reach, policy }) => {
      const access = nodeAccess(reach, signing);
      if (!access.ok) throw new Error(`cluster ${name}: ${describeFailure(access.failure)}`);
      return [name, kubernetesCluster(access.value, policy.customKinds)];
    }),
  );
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
