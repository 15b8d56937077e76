/**
 * alphaU. Takes an attempt back from its undo stack, mechanically: exact reverse order, a three-way comparison for each
 * field, then what replays. No model takes part and nothing but the stack is asked. Every step may be repeated.
 * Cost of an entry: 1 read, 1 patch, 1 ledger write; none of the last two when it is back already.
 */
import { describeFailure, success, unavailable } from "../failure.ts";
import type { Result } from "../failure.ts";
import { nameOf } from "../kubernetes/object.ts";
import type { IncidentEvent } from "../transaction/event.ts";
import type { Attempt, Incident } from "../transaction/incident.ts";
import { undoOrder } from "../transaction/undo-entry.ts";
import type { UndoEntry } from "../transaction/undo-entry.ts";
import type { Engine } from "./engine.ts";
import { finishUndo, putFieldsBack } from "./put-back.ts";
import type { Taken } from "./put-back.ts";
import { loadEntries } from "./records.ts";
import type { Stored } from "./records.ts";
import { resolveIntent } from "./resolve.ts";
import { makeAgain, removeAgain } from "./undo-object.ts";

/** Event `undone`, or `undo impossible` when an inverse is refused for good; a failure when it may be tried again. */
export async function undo(engine: Engine, incident: Incident, attempt: Attempt): Promise<Result<IncidentEvent>> {
  const entries = await loadEntries(engine.ledger, incident.id, attempt.number);
  if (!entries.ok) return entries;
  const foreign: string[] = [];
  const did: string[] = [];
  const refusals: string[] = [];
  // Of a deleted object that was made again: its earlier writes are taken back on the new one.
  const uids = new Set<string>();
  for (const entry of undoOrder(entries.value.map((stored) => stored.value))) {
    const stored = entries.value.find((candidate) => candidate.value === entry);
    if (stored === undefined) continue;
    const taken = await undoEntry(engine, stored, incident.fence, uids);
    if (!taken.ok) {
      if (taken.failure.kind === "unavailable" || taken.failure.kind === "conflict") return taken;
      refusals.push(`${nameOf(entry.target)}: ${describeFailure(taken.failure)}`);
      continue;
    }
    foreign.push(...taken.value.foreign);
    if (taken.value.did !== undefined) did.push(taken.value.did);
    if (taken.value.recreatedUid !== undefined) uids.add(taken.value.recreatedUid);
  }
  // One refused inverse does not keep the others from being sent; a person does the rest.
  if (refusals.length === 0) return success({ type: "undone", foreign, did });
  if (incident.failures + 1 < engine.limits.undoTriesMax) return unavailable(refusals.join("; "));
  return success({
    type: "undo impossible",
    reason: refusals.join("; "),
    byHand: byHandLines(entries.value.map((stored) => stored.value)),
  });
}

/** Last in, first out, for a person. Entries that are back already are left out. */
export function byHandLines(entries: readonly UndoEntry[]): string[] {
  return undoOrder(entries)
    .filter((entry) => (entry.status === "intent" || entry.status === "applied") && entry.byHand !== "")
    .map((entry) => entry.byHand);
}

async function undoEntry(engine: Engine, first: Stored<UndoEntry>, fence: number, uids: ReadonlySet<string>): Promise<Result<Taken>> {
  let stored = first;
  if (stored.value.status === "undone" || stored.value.status === "conflict")
    return success({ foreign: stored.value.foreign, did: undefined, recreatedUid: stored.value.recreatedUid });
  if (stored.value.status === "intent") {
    const resolved = await resolveIntent(engine, stored, fence);
    if (!resolved.ok) return resolved;
    stored = resolved.value.entry;
    if (stored.value.status === "void") return success({ foreign: [], did: undefined });
  }
  switch (stored.value.inverse) {
    case "restore":
    case "replay":
      return putFieldsBack(engine, stored, fence, uids);
    case "remove":
      return removeAgain(engine, stored, fence);
    case "recreate":
      return makeAgain(engine, stored, fence);
    case "none":
      return finishUndo(engine, stored, { status: "undone", foreign: [], did: undefined });
    default:
      return stored.value.inverse satisfies never;
  }
}
