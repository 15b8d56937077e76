/** A child process of the bench that answers one message with one message, and ends with its parent. */
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";

export interface Child {
  readonly pid: number;
  /** Rejects when the child ends before it answers. One question at a time. */
  ask<Answer>(question: unknown): Promise<Answer>;
  stop(): Promise<void>;
}

export interface ChildOptions {
  readonly environment?: Readonly<Record<string, string>>;
  readonly execArgv?: readonly string[];
}

/** `file`: beside this one. What it prints to its standard output is thrown away. */
export function startChild(file: string, { environment = {}, execArgv = [] }: ChildOptions = {}): Child {
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    execArgv: [...execArgv],
    env: { ...process.env, ...environment },
  });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  return {
    pid: child.pid ?? 0,
    ask<Answer>(question: unknown): Promise<Answer> {
      return new Promise((resolve, reject) => {
        const endedEarly = (): void => reject(new Error(`${file} ended without an answer`));
        child.once("exit", endedEarly);
        child.once("message", (answer) => {
          child.removeListener("exit", endedEarly);
          resolve(answer as Answer);
        });
        child.send(question as object);
      });
    },
    async stop() {
      child.kill("SIGTERM");
      await ended;
    },
  };
}

/** In the child: answers each question of the parent. A throw ends the child. */
export function answerParent(answer: (question: unknown) => Promise<unknown>): void {
  process.on("message", (question) => {
    void answer(question).then((said) => process.send?.(said));
  });
  process.once("disconnect", () => process.exit(0));
}
