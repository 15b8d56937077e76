/** Kills a process between two of its actions: after the nth successful save or write, nothing more happens. */
import type { ClusterPort } from "../../src/cluster/cluster.ts";
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

/** What a process is about to do, or has just done, when it dies. */
export type Moment = "before a save" | "after a save" | "before a write" | "after a write" | "before a read";

/** Asked at each such moment, in order; true: the process dies there. */
export type Fate = (moment: Moment) => boolean;

function dies(fate: Fate, moment: Moment): void {
  if (fate(moment)) throw new Crash(moment);
}

export function mortalLedger(ledger: LedgerPort, fate: Fate): LedgerPort {
  return {
    ...ledger,
    async put(item) {
      dies(fate, "before a save");
      const done = await ledger.put(item);
      dies(fate, "after a save");
      return done;
    },
  };
}

/** Dry runs count as reads: they change nothing. */
export function mortalCluster(cluster: ClusterPort, fate: Fate): ClusterPort {
  return {
    ...cluster,
    async get(ref) {
      dies(fate, "before a read");
      return cluster.get(ref);
    },
    async list(kind, namespace, keep) {
      dies(fate, "before a read");
      return cluster.list(kind, namespace, keep);
    },
    patch: (ref, operations, options) => sent(options, () => cluster.patch(ref, operations, options)),
    create: (object, options) => sent(options, () => cluster.create(object, options)),
    remove: (ref, preconditions, options) => sent(options, () => cluster.remove(ref, preconditions, options)),
    evict: (ref, preconditions, options) => sent(options, () => cluster.evict(ref, preconditions, options)),
  };

  async function sent<T>({ dryRun }: { readonly dryRun: boolean }, send: () => Promise<T>): Promise<T> {
    dies(fate, dryRun ? "before a read" : "before a write");
    const done = await send();
    if (!dryRun) dies(fate, "after a write");
    return done;
  }
}
