/**
 * Lambda around a bundle: execution environments that are started when they are needed, frozen between invocations and
 * killed at the time-out. Each is a process of its own, so that killing one is what it is in Lambda.
 */
import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

export interface Lambda {
  /** `lineage`: how many invocations in a row led here, this one included. Rejects when the handler throws or is killed. */
  invoke(event: unknown, lineage: number): Promise<unknown>;
  /** One for each invocation, in the order in which they began. */
  readonly invocations: readonly { readonly kind: "request" | "message" | "schedule"; readonly lineage: number }[];
  readonly log: readonly string[];
  /** Kills every environment that is in an invocation now, and says how many those were. */
  killBusy(): number;
  /** How many environments there were: each begins with a cold start. */
  started(): number;
  /** How many environments were killed because their time was up. */
  timedOut(): number;
  stop(): Promise<void>;
}

export interface LambdaOptions {
  readonly bundle: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

export function createLambda({ bundle, environment, timeoutMs }: LambdaOptions): Lambda {
  const idle: ChildProcess[] = [];
  const busy = new Set<ChildProcess>();
  const invocations: { kind: "request" | "message" | "schedule"; lineage: number }[] = [];
  const log: string[] = [];
  /** Killed, and perhaps not gone yet. (`killed` of Node says it of a process that was only stopped, too.) */
  const doomed = new WeakSet<ChildProcess>();
  let started = 0;
  let timedOut = 0;

  function doom(child: ChildProcess): void {
    doomed.add(child);
    child.kill("SIGKILL");
  }

  async function start(): Promise<ChildProcess> {
    started += 1;
    const child = fork(fileURLToPath(new URL("sandbox-process.ts", import.meta.url)), [bundle], {
      // Nothing of this machine's environment: what the function reads is what Lambda gives it.
      env: { PATH: process.env["PATH"], AWS_LAMBDA_FUNCTION_NAME: "stratus", ...environment },
      stdio: ["ignore", "pipe", "pipe", "ipc"],
      execArgv: [],
    });
    for (const stream of [child.stdout, child.stderr])
      stream?.on("data", (text: Buffer) => log.push(...text.toString().trimEnd().split("\n")));
    await once(child, "message");
    return child;
  }

  async function answerOf(child: ChildProcess, event: unknown, lineage: number): Promise<unknown> {
    const controller = new AbortController();
    const { signal } = controller;
    const timer = setTimeout(() => {
      timedOut += 1;
      doom(child);
    }, timeoutMs);
    const died = once(child, "exit", { signal }).then(() => Promise.reject(new Error("the environment was killed")));
    try {
      child.send({ event, timeoutMs, trace: `Root=1-00000000-000000000000000000000000;Lineage=${lineage}` });
      const [reply] = (await Promise.race([once(child, "message", { signal }), died])) as [{ answer?: unknown; error?: string }];
      if (reply.error !== undefined) throw new Error(reply.error);
      return reply.answer;
    } finally {
      clearTimeout(timer);
      controller.abort();
      died.catch(() => undefined);
    }
  }

  return {
    invocations,
    log,
    async invoke(event, lineage) {
      invocations.push({ kind: kindOf(event), lineage });
      const child = idle.pop() ?? (await start());
      busy.add(child);
      child.kill("SIGCONT");
      try {
        return await answerOf(child, event, lineage);
      } finally {
        busy.delete(child);
        if (!doomed.has(child) && child.exitCode === null && child.signalCode === null) {
          child.kill("SIGSTOP");
          idle.push(child);
        }
      }
    },
    killBusy() {
      const { size } = busy;
      for (const child of busy) doom(child);
      return size;
    },
    started: () => started,
    timedOut: () => timedOut,
    async stop() {
      const children = [...idle, ...busy];
      const ended = children
        .filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null)
        .map((child) => once(child, "exit"));
      for (const child of children) child.kill("SIGKILL");
      await Promise.all(ended);
    },
  };
}

function kindOf(event: unknown): "request" | "message" | "schedule" {
  const { Records, version } = event as { Records?: unknown; version?: unknown };
  if (Records !== undefined) return "message";
  return version === "2.0" ? "request" : "schedule";
}
