/** Kills a process between two of its actions: after the nth successful save or write, nothing more happens. */
import type { LedgerPort } from "../../src/ledger/ledger.ts";

export class Crash extends Error {
  override readonly name = "Crash";
}

export interface CrashingLedger extends LedgerPort {
  /** How many saves took place so far. */
  saves(): number;
  died(): boolean;
}

/** Throws once, after the save with this number took place: its answer is never seen. */
export function crashingLedger(ledger: LedgerPort, afterSave: number): CrashingLedger {
  let saves = 0;
  return {
    ...ledger,
    saves: () => saves,
    died: () => saves >= afterSave,
    async put(item) {
      const done = await ledger.put(item);
      if (done.ok) saves += 1;
      if (done.ok && saves === afterSave) throw new Crash(`after save ${saves} (${item.partition} ${item.sort})`);
      return done;
    },
  };
}
