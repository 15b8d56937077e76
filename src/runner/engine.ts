/** What everything that writes is given: one site, the ledger, the lease under which it works, and the limits. */
import type { Site } from "../agent/site.ts";
import type { LedgerPort } from "../ledger/ledger.ts";
import type { MemoryLimits } from "../memory/memory.ts";
import type { Limits } from "../transaction/limits.ts";
import type { Lease } from "./lease.ts";

export interface Engine {
  readonly site: Site;
  readonly ledger: LedgerPort;
  readonly lease: Lease;
  readonly limits: Limits;
  /** Absent: what incidents teach is not kept. */
  readonly memory?: MemoryLimits | undefined;
  /** Renews the lease when less than this is left of it. False: another process has the incident. */
  readonly hold: (durationMs: number) => Promise<boolean>;
  /** The incident's own time: an hour that a clock is set forth, or that nobody is there, does not pass in it. */
  readonly ownNowMs: () => number;
}
