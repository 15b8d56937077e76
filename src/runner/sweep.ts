/**
 * Finds what is due and has nobody looking after it: inboxes with news, incidents whose continuation was lost or whose
 * driver died. Running it twice, or from several processes at once, is harmless.
 */
import { describeFailure } from "../failure.ts";
import type { ItemKey } from "../ledger/ledger.ts";
import { admitInbox } from "./inbox.ts";
import { recorderOf } from "./known-good.ts";
import { record, startRecorders } from "./recorder.ts";
import { incidentIdOf } from "./records.ts";
import type { RunnerPorts } from "./runner.ts";
import { stepDue } from "./step.ts";
import type { StepEnd } from "./step.ts";

const sweptMax = 100;

/** A process makes sure once that the recorders are due: from then on they are due by themselves. */
const begun = new WeakSet<RunnerPorts>();

/** What is due now, oldest first. 1 query. */
export async function dueItems(ports: RunnerPorts): Promise<readonly ItemKey[]> {
  if (!begun.has(ports)) await startRecorders(ports);
  begun.add(ports);
  const due = await ports.ledger.query("due", ports.clock.nowMs(), sweptMax);
  if (due.ok) return due.value;
  ports.log.warn("the sweep could not ask the ledger", { reason: describeFailure(due.failure) });
  return [];
}

/** Attends to everything that is due, one after the other; says how many items that were. */
export async function sweep(ports: RunnerPorts): Promise<number> {
  const due = await dueItems(ports);
  for (const key of due) await attend(ports, key);
  return due.length;
}

/** One due item: an inbox or an incident. What came of it, for doors that can ask for another try. */
export async function attend(ports: RunnerPorts, key: ItemKey): Promise<StepEnd> {
  const cluster = recorderOf(key);
  if (cluster !== undefined) {
    const recorded = await record(ports, cluster);
    return recorded.ok ? { kind: "ended" } : { kind: "unreachable", reason: describeFailure(recorded.failure) };
  }
  const incidentId = incidentIdOf(key);
  if (incidentId !== undefined) return stepDue(ports, incidentId, false);
  const admitted = await admitInbox(ports.ledger, ports.clock, key);
  if (admitted.ok) return admitted.value === undefined ? { kind: "ended" } : stepDue(ports, admitted.value, true);
  const reason = describeFailure(admitted.failure);
  ports.log.warn("an inbox could not be read", { inbox: key.partition, reason });
  return { kind: "unreachable", reason };
}
