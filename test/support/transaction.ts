/**
 * One transaction through the real engine: the actions, and their undo until it is proven or the time is over. Nothing is
 * measured, nobody decides, and no process dies: so its ledger is in memory unless another one is given.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Action } from "../../src/action/action.ts";
import type { Policy } from "../../src/action/policy.ts";
import { systemClock } from "../../src/clock.ts";
import type { ClusterPort } from "../../src/cluster/cluster.ts";
import { describeFailure } from "../../src/failure.ts";
import type { Result } from "../../src/failure.ts";
import type { LedgerPort } from "../../src/ledger/ledger.ts";
import { memoryLedger } from "../../src/ledger/memory.ts";
import { act } from "../../src/runner/act.ts";
import { checkUndo } from "../../src/runner/check-undo.ts";
import type { Engine } from "../../src/runner/engine.ts";
import { tidy } from "../../src/runner/tidy.ts";
import { undo } from "../../src/runner/undo.ts";
import { defaultWeights } from "../../src/severity/severity.ts";
import type { IncidentEvent } from "../../src/transaction/event.ts";
import type { Attempt } from "../../src/transaction/incident.ts";
import { defaultLimits } from "../../src/transaction/limits.ts";
import type { Limits } from "../../src/transaction/limits.ts";
import { attempt as anAttempt, incident as anIncident, states } from "../unit/transaction/incidents.ts";

export interface TransactionOptions {
  readonly cluster: ClusterPort;
  readonly policy: Policy;
  readonly namespace: string;
  /** The namespace's name when left out; one ledger and one cluster see each only once. */
  readonly incident?: string;
  readonly actions: readonly Action[];
  readonly ledger?: LedgerPort;
  readonly writesMax?: number;
  /** Between a failure and the next try. */
  readonly pauseMs?: number;
}

export interface Undone {
  /** What it says of others: sentences. */
  readonly foreign: readonly string[];
  /** What it could not prove to be back; empty when all is. */
  readonly differences: readonly string[];
}

export interface Transaction {
  /** Does one action; why it was refused, or undefined. */
  act(index: number): Promise<string | undefined>;
  /** The three that follow, in order. */
  undo(): Promise<Undone>;
  takeBack(): Promise<Undone>;
  /** Looks at it again until it is proven, as the state machine does. */
  prove(): Promise<Undone>;
  tidy(): Promise<void>;
}

const provenWithinMs = 40_000;

export function beginTransaction(options: TransactionOptions): Transaction {
  const { cluster, policy, namespace, incident: id = namespace, actions, ledger = memoryLedger(), pauseMs = 250 } = options;
  const { writesMax = defaultLimits.writesMax } = options;
  const engine = createEngine(cluster, policy, ledger, { ...defaultLimits, writesMax });
  const attempt: Attempt = { ...anAttempt, plan: { intent: "A case.", source: "test", actions: [...actions] } };
  const incident = anIncident(states.acting, { id, namespaces: [namespace], attempts: [attempt] });

  async function takeBack(): Promise<Undone> {
    const event = await untilDone(pauseMs, (failures) => undo(engine, { ...incident, failures }, attempt));
    if (event.type === "undo impossible") return { foreign: [], differences: [event.reason] };
    return { foreign: event.type === "undone" ? event.foreign : [], differences: [] };
  }

  async function prove(): Promise<Undone> {
    const endsAtMs = performance.now() + provenWithinMs;
    for (;;) {
      const event = await untilDone(pauseMs, () => checkUndo(engine, incident, attempt));
      if (event.type !== "undo checked") throw new Error(`an undo is checked, and ${event.type} came`);
      if (event.differences.length === 0 || performance.now() > endsAtMs) return event;
      await sleep(pauseMs);
    }
  }

  async function tidyUp(): Promise<void> {
    await untilDone(pauseMs, () => tidy(engine, incident));
  }

  return {
    takeBack,
    prove,
    tidy: tidyUp,
    async act(index) {
      const event = await untilDone(pauseMs, () => act(engine, incident, attempt, index));
      return event.type === "action refused" ? event.reason : undefined;
    },
    async undo() {
      const taken = await takeBack();
      if (taken.differences.length > 0) return taken;
      const proven = await prove();
      await tidyUp();
      return { foreign: [...new Set([...taken.foreign, ...proven.foreign])], differences: proven.differences };
    },
  };
}

function createEngine(cluster: ClusterPort, policy: Policy, ledger: LedgerPort, limits: Limits): Engine {
  return {
    ledger,
    limits,
    hold: () => Promise.resolve(true),
    ownNowMs: () => systemClock.nowMs(),
    lease: { owner: "test", remainingMs: () => 60_000 },
    site: {
      name: "test",
      cluster,
      alerts: undefined,
      metrics: undefined,
      objectives: [],
      policy,
      weights: defaultWeights,
      clock: systemClock,
    },
  };
}

async function untilDone(pauseMs: number, work: (failures: number) => Promise<Result<IncidentEvent>>): Promise<IncidentEvent> {
  const endsAtMs = performance.now() + provenWithinMs;
  for (let failures = 0; ; failures += 1) {
    const result = await work(failures);
    if (result.ok) return result.value;
    if (performance.now() > endsAtMs) throw new Error(describeFailure(result.failure));
    await sleep(pauseMs);
  }
}
