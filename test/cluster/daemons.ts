// The cluster's long-running processes: started in a group of their own, recorded by process id AND start time, so that
// a process id which the kernel has given to somebody else meanwhile is never signalled.

import { spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync, readdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ClusterFailure } from "./failure.ts";
import type { Layout } from "./layout.ts";
import { until } from "./until.ts";

interface Recorded {
  readonly command: readonly string[];
  readonly process?: { readonly id: number; readonly startedAtTicks: number };
}

export interface Daemons {
  /** Without a command: the one it was last started with. */
  start(name: string, command?: readonly string[]): Promise<void>;
  /** SIGKILL follows after `graceMs`. Stopping what does not run is no failure. */
  stop(name: string, how?: { signal?: NodeJS.Signals; graceMs?: number }): Promise<void>;
  processId(name: string): number | undefined;
  names(): string[];
}

export function createDaemons(layout: Layout): Daemons {
  const recordPath = (name: string): string => join(layout.runFolder, `${name}.json`);

  function recorded(name: string): Recorded | undefined {
    try {
      return JSON.parse(readFileSync(recordPath(name), "utf8")) as Recorded;
    } catch {
      return undefined;
    }
  }

  function record(name: string, what: Recorded): void {
    writeFileSync(`${recordPath(name)}.new`, JSON.stringify(what));
    renameSync(`${recordPath(name)}.new`, recordPath(name));
  }

  function processId(name: string): number | undefined {
    const kept = recorded(name)?.process;
    return kept !== undefined && startedAtTicks(kept.id) === kept.startedAtTicks ? kept.id : undefined;
  }

  async function start(name: string, given?: readonly string[]): Promise<void> {
    if (processId(name) !== undefined) return;
    const command = given ?? recorded(name)?.command;
    if (command === undefined) throw new ClusterFailure(`${name} was never started here`);
    mkdirSync(layout.runFolder, { recursive: true });
    mkdirSync(layout.logsFolder, { recursive: true });
    const id = await launch(name, command, layout.logPath(name));
    const ticks = startedAtTicks(id);
    if (ticks === undefined) throw new ClusterFailure(`${name} ended at once`, layout.logPath(name));
    record(name, { command, process: { id, startedAtTicks: ticks } });
  }

  async function stop(name: string, how: { signal?: NodeJS.Signals; graceMs?: number } = {}): Promise<void> {
    const id = processId(name);
    if (id === undefined) return;
    signal(id, how.signal ?? "SIGTERM");
    const killsAtMs = Date.now() + (how.graceMs ?? 5000);
    await until({ what: `${name} ends`, limitMs: 20_000, everyMs: 20 }, () => {
      if (processId(name) === undefined) return true;
      if (Date.now() > killsAtMs) signal(id, "SIGKILL");
      return false;
    });
    record(name, { command: recorded(name)?.command ?? [] });
  }

  function names(): string[] {
    try {
      const files = readdirSync(layout.runFolder).filter((file) => file.endsWith(".json"));
      return files.map((file) => file.slice(0, -".json".length)).sort();
    } catch {
      return [];
    }
  }

  return { start, stop, processId, names };
}

function launch(name: string, command: readonly string[], logPath: string): Promise<number> {
  const [program = "", ...args] = command;
  const log = openSync(logPath, "a");
  const child = spawn(program, args, { detached: true, stdio: ["ignore", log, log] });
  closeSync(log);
  child.unref();
  return new Promise((resolve, reject) => {
    child.once("error", (error) => reject(new ClusterFailure(`${name} does not start: ${error.message}`, logPath)));
    child.once("spawn", () => resolve(child.pid ?? 0));
  });
}

function signal(id: number, name: NodeJS.Signals): void {
  try {
    process.kill(id, name);
  } catch {
    // it has ended by itself
  }
}

/** Field 22 of /proc/PID/stat (proc(5)); undefined when there is no such process, or only its unreaped rest. */
export function startedAtTicks(id: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${id}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" "); // the name before may contain anything
    return fields[0] === "Z" || fields[0] === "X" ? undefined : Number(fields[19]);
  } catch {
    return undefined;
  }
}
