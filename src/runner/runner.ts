/**
 * Carries incidents on: load, decide, save, perform. Holds nothing between steps that the ledger does not hold; a step
 * may be killed at any instant, run twice, or late. Decides nothing itself: the state machine does.
 */
import type { Clock } from "../clock.ts";
import type { ContinuationPort } from "../continuation/continuation.ts";
import type { LedgerPort } from "../ledger/ledger.ts";
import type { Log } from "../log.ts";
import type { MemoryLimits } from "../memory/memory.ts";
import type { NotifierPort } from "../notifier/notifier.ts";
import type { AdvisorOf } from "../agent/advisor.ts";
import type { Planner } from "../agent/planner.ts";
import type { Site } from "../agent/site.ts";
import type { RecorderLimits } from "./recorder.ts";
import type { Limits } from "../transaction/limits.ts";

export interface RunnerPorts {
  readonly ledger: LedgerPort;
  readonly sites: ReadonlyMap<string, Site>;
  readonly notifier: NotifierPort;
  readonly continuation: ContinuationPort;
  readonly planner: Planner;
  /** Undefined: nobody is asked when the built-in causes know nothing likely. */
  readonly advisor: AdvisorOf | undefined;
  readonly limits: Limits;
  readonly clock: Clock;
  readonly log: Log;
  /** Names this process in leases. */
  readonly instance: string;
  readonly leaseMs: number;
  /** A step ends after this long and asks to be continued. */
  readonly sliceMs: number;
  /** Undefined: nothing is recorded of when all is well. */
  readonly recorder: RecorderLimits | undefined;
  /** Undefined: what incidents teach is not kept. */
  readonly memory: MemoryLimits | undefined;
}
