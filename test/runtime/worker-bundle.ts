/**
 * The Worker as wrangler would deploy it from wrangler.toml, and workerd running just that. Nothing leaves loopback: the
 * bundle is a dry run without telemetry, and workerd may reach local addresses only.
 */
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Miniflare } from "miniflare";
import type { WorkerOptions } from "miniflare";
import { unstable_getMiniflareWorkerOptions } from "wrangler";

export interface WorkerBundle {
  readonly code: string;
  /** What the bundle still imports at run time. */
  readonly imports: readonly string[];
}

const root = fileURLToPath(new URL("../../", import.meta.url));
const configPath = join(root, "wrangler.toml");

/** `mainPath`: in place of the entry that wrangler.toml names. */
export function bundleWorker(mainPath?: string): Promise<WorkerBundle> {
  return inFolder(async (folder) => {
    const metafile = join(folder, "meta.json");
    const main = mainPath === undefined ? [] : [mainPath];
    await wrangler(folder, ["deploy", ...main, "--dry-run", "--config", configPath, "--outdir", folder, "--metafile", metafile]);
    const meta = JSON.parse(await readFile(metafile, "utf8")) as { outputs: Record<string, { imports: { path: string }[] }> };
    const imports = Object.values(meta.outputs).flatMap((output) => output.imports.map(({ path }) => path));
    const name = `${basename(mainPath ?? "worker.ts", ".ts")}.js`;
    return { code: await readFile(join(folder, name), "utf8"), imports };
  });
}

/** As V8's profiler writes it; the times are microseconds. */
interface Profile {
  readonly nodes: readonly { readonly id: number; readonly callFrame: { readonly functionName: string } }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** How long workerd computes until the Worker can take its first event, by `wrangler check startup` on this machine. */
export function startupMs(): Promise<number> {
  return inFolder(async (folder) => {
    const path = join(folder, "startup.cpuprofile");
    await wrangler(folder, ["check", "startup", "--outfile", path]);
    const { nodes, samples, timeDeltas } = JSON.parse(await readFile(path, "utf8")) as Profile;
    const idle = new Set(nodes.flatMap(({ id, callFrame }) => (callFrame.functionName === "(idle)" ? [id] : [])));
    return timeDeltas.reduce((sum, deltaUs, index) => (idle.has(samples[index] ?? 0) ? sum : sum + deltaUs), 0) / 1_000;
  });
}

async function wrangler(logFolder: string, commandLine: readonly string[]): Promise<void> {
  // The banner is what asks the registry for a newer wrangler.
  const quiet = { WRANGLER_SEND_METRICS: "false", WRANGLER_HIDE_BANNER: "true", WRANGLER_LOG_PATH: logFolder };
  const program = join(root, "node_modules/wrangler/bin/wrangler.js");
  await promisify(execFile)(process.execPath, [program, ...commandLine], { cwd: root, env: { ...process.env, ...quiet } });
}

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "stratus-worker-"));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The name of the queue, the date, the flags: everything but the code, as wrangler.toml has it. */
export function workerOptions(): WorkerOptions {
  return unstable_getMiniflareWorkerOptions(configPath).workerOptions as WorkerOptions;
}

/** The events that come to a Worker beside requests; Miniflare's own type of this needs the types of workerd. */
export interface WorkerEvents {
  queue(name: string, messages: readonly { id: string; timestamp: Date; attempts: number; body: unknown }[]): Promise<QueueOutcome>;
  scheduled(options: { readonly cron: string }): Promise<{ readonly outcome: string }>;
}

interface QueueOutcome {
  readonly explicitAcks: readonly string[];
  readonly retryMessages: readonly { readonly msgId: string }[];
}

export interface RunningWorker {
  readonly miniflare: Miniflare;
  readonly events: WorkerEvents;
  /** What it has written to its log. */
  readonly lines: string[];
}

export interface RunOptions {
  readonly consumes: boolean;
  readonly services?: NonNullable<WorkerOptions["serviceBindings"]>;
  /** 0: any free one. */
  readonly port?: number;
  /** An API server besides those on loopback, and the PEM of the authority that vouches for it. */
  readonly trusts?: { readonly address: string; readonly authority: string };
}

/** `consumes: false`: nobody takes from the queue, so that a test sees what a door alone has done. */
export async function runWorker(
  bundle: WorkerBundle,
  bindings: Readonly<Record<string, string>>,
  { consumes, services = {}, port = 0, trusts }: RunOptions,
): Promise<RunningWorker> {
  const { queueConsumers, ...options } = workerOptions();
  const lines: string[] = [];
  const collect = (stream: Readable): void => void createInterface(stream).on("line", (line) => lines.push(line));
  const miniflare = new Miniflare({
    ...options,
    ...(consumes && queueConsumers !== undefined ? { queueConsumers } : {}),
    modules: [{ type: "ESModule", path: "worker.js", contents: bundle.code }],
    bindings: { ...options.bindings, ...bindings },
    serviceBindings: services,
    host: "127.0.0.1",
    port,
    outboundService: {
      network:
        trusts === undefined
          ? { allow: ["local"] }
          : { allow: ["local", `${trusts.address}/32`], tlsOptions: { trustBrowserCas: false, trustedCertificates: [trusts.authority] } },
    },
    // Otherwise it is asked of Cloudflare.
    cf: false,
    telemetry: { enabled: false },
    handleRuntimeStdio: (stdout: Readable, stderr: Readable) => {
      collect(stdout);
      collect(stderr);
    },
  });
  return { miniflare, events: (await miniflare.getWorker()) as unknown as WorkerEvents, lines };
}
