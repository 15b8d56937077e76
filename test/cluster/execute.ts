// Runs one program to its end, with a time limit, and gives back what it said. Programs that go on are daemons.ts's.

import { spawn } from "node:child_process";
import { ClusterFailure } from "./failure.ts";

export interface Outcome {
  /** 127 when the program is not there, 124 when it was ended at its time limit. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Execution {
  /** What a failure calls it, in place of its command line. */
  readonly name?: string;
  readonly input?: string;
  readonly folder?: string;
  readonly environment?: NodeJS.ProcessEnv;
  readonly limitMs?: number;
}

const limitDefaultMs = 60_000;

/** Never rejects. */
export function execute(program: string, args: readonly string[], how: Execution = {}): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd: how.folder, env: how.environment ?? process.env });
    const said = { stdout: "", stderr: "" };
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      child.kill("SIGKILL");
    }, how.limitMs ?? limitDefaultMs);
    child.stdout.setEncoding("utf8").on("data", (text: string) => (said.stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (said.stderr += text));
    child.stdin.on("error", () => undefined); // it may end before it has read all
    child.stdin.end(how.input ?? "");
    child.on("error", (error) => {
      clearTimeout(timer);
      resolve({ code: 127, stdout: "", stderr: error.message });
    });
    child.on("close", (code) => {
      clearTimeout(timer);
      resolve({ ...said, code: late ? 124 : (code ?? 1) });
    });
  });
}

/** Its standard output; rejects with a ClusterFailure that carries the end of its standard error. */
export async function executeOrFail(program: string, args: readonly string[], how: Execution = {}): Promise<string> {
  const outcome = await execute(program, args, how);
  if (outcome.code === 0) return outcome.stdout;
  const name = how.name ?? `${program} ${args.slice(0, 3).join(" ")}`;
  const reason = outcome.code === 124 ? "took too long" : `ended with ${outcome.code}`;
  throw new ClusterFailure(`${name} ${reason}: ${outcome.stderr.trim().split("\n").slice(-4).join("\n")}`);
}
