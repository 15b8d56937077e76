/**
 * The Node process as `npm start` makes it (SQLite, timers, sweep, runner, log on standard output), in front of an empty
 * cluster in memory instead of a real one. It tells its parent where it listens and how much memory it holds.
 */
import { systemClock } from "../../src/clock.ts";
import { memoryCluster } from "../../src/cluster/memory/memory.ts";
import { startNode } from "../../src/entry/node.ts";
import { answerParent } from "./child.ts";

export interface Memory {
  readonly rssBytes: number;
  readonly heapBytes: number;
}

const running = await startNode(process.env, { cluster: () => memoryCluster({ clock: systemClock }) });

/** Asked for `port`, `memory` or to `stop`. */
answerParent(async (question) => {
  if (question === "port") return running.port;
  if (question === "stop") {
    await running.stop();
    return "stopped";
  }
  globalThis.gc?.();
  const { rss, heapUsed } = process.memoryUsage();
  return { rssBytes: rss, heapBytes: heapUsed } satisfies Memory;
});
