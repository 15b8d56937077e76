/**
 * Twenty writes and their undo, three ways in turn on the same objects: through the engine, by a careful kubectl script, and
 * as the engine's own API requests sent bare. Each round gives its ratios, so that what slows the machine slows all of it.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defaultPolicy } from "../../src/action/policy.ts";
import { systemClock } from "../../src/clock.ts";
import { kubeconfigFromText } from "../../src/cluster/kubeconfig.ts";
import { kubernetesCluster } from "../../src/cluster/kubernetes.ts";
import { rememberAccess } from "../../src/cluster/remember-access.ts";
import { describeFailure } from "../../src/failure.ts";
import { sqliteLedger } from "../../src/ledger/sqlite.ts";
import { createHands } from "../fidelity/hands.ts";
import type { Hands } from "../fidelity/hands.ts";
import { beginTransaction } from "../support/transaction.ts";
import { bareSender, recorded } from "./transaction-bare.ts";
import type { SentRequest } from "./transaction-bare.ts";
import { actionsOf, objectsIn, writesIn } from "./transaction-writes.ts";
import type { BenchWrite } from "./transaction-writes.ts";

/** Through the engine, and the same requests sent bare right after. */
export interface Pair {
  readonly engineMs: number;
  readonly bareMs: number;
  /** To the API server, by the engine. */
  readonly requests: number;
}

export interface TransactionRound {
  readonly pairs: readonly Pair[];
  readonly scriptMs: number;
  /** Of kubectl, by the script. */
  readonly processes: number;
}

export interface TransactionOptions {
  readonly kubeconfigPath: string;
  readonly pkiFolder: string;
  readonly kubectl: (...args: string[]) => Promise<string>;
  readonly rounds: number;
}

/** The first round only warms up: connections, the compiler, kubectl's cache of what the API server serves. */
const warmUpRounds = 1;
/** A script takes long, and says the same each time. */
const pairsPerRound = 3;
const stepsOfScript = 4;
/** A write that loses against a controller is sent again, and counts twice. */
const writesMax = 60;

export async function benchTransaction(options: TransactionOptions): Promise<readonly TransactionRound[]> {
  const access = kubeconfigFromText(readFileSync(options.kubeconfigPath, "utf8"));
  if (!access.ok) throw new Error(describeFailure(access.failure));
  const folder = mkdtempSync(join(tmpdir(), "stratus-bench-"));
  const ledger = sqliteLedger({ path: join(folder, "ledger.sqlite") });
  const read = (file: string): Buffer => readFileSync(join(options.pkiFolder, file));
  const bare = bareSender(access.value.server, { ca: read("ca.crt"), cert: read("admin.crt"), key: read("admin.key") });
  const recording = recorded(access.value);
  const cluster = rememberAccess(kubernetesCluster(recording.access), systemClock);
  const hands = createHands(access.value);
  const namespace = `bench-${Date.now().toString(36)}`;
  const writes = writesIn(namespace);
  const rounds: TransactionRound[] = [];

  /** The parts are timed by themselves; between them the controllers are waited for. */
  async function enginePair(incident: string): Promise<Pair> {
    const actions = actionsOf(writes);
    const engine = beginTransaction({ cluster, policy, namespace, incident, actions, ledger, writesMax, pauseMs: 5 });
    const parts = [() => inOrder(writes.map((_, index) => () => done(engine.act(index)))), () => engine.takeBack(), () => proven(engine)];
    const sent: (readonly SentRequest[])[] = [];
    let [engineMs, bareMs] = [0, 0];
    for (const part of parts) {
      await atRest(hands, writes);
      recording.take();
      engineMs += await timed(part);
      sent.push(recording.take());
    }
    for (const requests of sent) {
      await atRest(hands, writes);
      bareMs += await timed(() => bare.send(requests));
    }
    return { engineMs, bareMs, requests: sent.flat().length };
  }

  try {
    await hands.make({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
    for (const object of objectsIn(namespace)) await hands.make(object);
    for (let round = -warmUpRounds; round < options.rounds; round += 1) {
      const pairs: Pair[] = [];
      for (let pair = 0; pair < pairsPerRound; pair += 1) pairs.push(await enginePair(`${namespace}-${round + warmUpRounds}-${pair}`));
      await atRest(hands, writes);
      const scriptMs = await timed(() => script(options.kubectl, writes));
      await atRest(hands, writes);
      if (round >= 0) rounds.push({ pairs, scriptMs, processes: writes.length * 2 * stepsOfScript });
    }
    return rounds;
  } finally {
    await hands.discard({ kind: "Namespace", name: namespace });
    bare.close();
    ledger.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

const policy = { ...defaultPolicy, defaultMode: "auto" } as const;

/** One process a step, one after the other, as people do: look, try, do, verify; and the same for each way back. */
async function script(kubectl: TransactionOptions["kubectl"], writes: readonly BenchWrite[]): Promise<void> {
  const changed = writes.map(({ ref, operation }) => ({ ref, operation }));
  const back = writes.toReversed().map(({ ref, inverse }) => ({ ref, operation: inverse }));
  for (const { ref, operation } of [...changed, ...back]) {
    const object = ["--namespace", ref.namespace ?? "", `${ref.kind.toLowerCase()}/${ref.name}`];
    const patch = ["patch", ...object, "--type=json", `--patch=${JSON.stringify([operation])}`];
    await kubectl("get", ...object, "--output=json");
    await kubectl(...patch, "--dry-run=server");
    await kubectl(...patch);
    const verified = await kubectl("get", ...object, "--output=json");
    if (!verified.includes(JSON.stringify("value" in operation ? operation.value : "")))
      throw new Error(`${ref.name} is not as it was patched`);
  }
}

/** What the controllers do about a write is nobody's time here. */
async function atRest(hands: Hands, writes: readonly BenchWrite[]): Promise<void> {
  for (const { ref } of writes.slice(0, 5)) await hands.rest(ref);
}

async function proven(transaction: ReturnType<typeof beginTransaction>): Promise<void> {
  const { differences, foreign } = await transaction.prove();
  if (differences.length + foreign.length > 0) throw new Error(`the undo is not exact: ${[...differences, ...foreign].join("; ")}`);
  await transaction.tidy();
}

async function done(acting: Promise<string | undefined>): Promise<void> {
  const refusal = await acting;
  if (refusal !== undefined) throw new Error(refusal);
}

async function inOrder(steps: readonly (() => Promise<void>)[]): Promise<void> {
  for (const step of steps) await step();
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  await work();
  return performance.now() - startedMs;
}
