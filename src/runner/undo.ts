/**
 * alphaU. Takes an attempt back from its undo stack, mechanically: exact reverse order, a three-way comparison for each
 * field, then what replays. No model takes part and nothing but the stack is asked. Every step may be repeated.
 * Cost of an entry: 1 read, 1 patch, 1 ledger write; none of the last two when it is back already.
 */
import { describePath } from "../action/change.ts";
import { restoreChanges } from "../action/restore.ts";
import { describeFailure, success, unavailable } from "../failure.ts";
import type { Result } from "../failure.ts";
import { asJson, nameOf } from "../kubernetes/object.ts";
import type { IncidentEvent } from "../transaction/event.ts";
import type { Attempt, Incident } from "../transaction/incident.ts";
import { undoOrder, writeName } from "../transaction/undo-entry.ts";
import type { UndoEntry } from "../transaction/undo-entry.ts";
import type { Engine } from "./engine.ts";
import { loadEntries, saveEntry } from "./records.ts";
import type { Stored } from "./records.ts";
import { resolveIntent } from "./resolve.ts";
import { bears, write } from "./write.ts";

const triesMax = 5;

/** Event `undone`, or `undo impossible` when an inverse is refused for good; a failure when it may be tried again. */
export async function undo(engine: Engine, incident: Incident, attempt: Attempt): Promise<Result<IncidentEvent>> {
  const entries = await loadEntries(engine.ledger, incident.id, attempt.number);
  if (!entries.ok) return entries;
  const foreign: string[] = [];
  const did: string[] = [];
  const refusals: string[] = [];
  for (const entry of undoOrder(entries.value.map((stored) => stored.value))) {
    const stored = entries.value.find((candidate) => candidate.value === entry);
    if (stored === undefined) continue;
    const taken = await undoEntry(engine, stored, incident.fence);
    if (!taken.ok) {
      if (taken.failure.kind === "unavailable" || taken.failure.kind === "conflict") return taken;
      refusals.push(`${nameOf(entry.target)}: ${describeFailure(taken.failure)}`);
      continue;
    }
    foreign.push(...taken.value.foreign);
    if (taken.value.did !== undefined) did.push(taken.value.did);
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
    .filter((entry) => entry.status === "intent" || entry.status === "applied")
    .map((entry) => entry.byHand);
}

interface Taken {
  readonly foreign: readonly string[];
  readonly did: string | undefined;
}

async function undoEntry(engine: Engine, first: Stored<UndoEntry>, fence: number): Promise<Result<Taken>> {
  let stored = first;
  if (stored.value.status === "undone" || stored.value.status === "conflict")
    return success({ foreign: stored.value.foreign, did: undefined });
  if (stored.value.status === "intent") {
    const resolved = await resolveIntent(engine, stored, fence);
    if (!resolved.ok) return resolved;
    stored = resolved.value.entry;
    if (stored.value.status === "void") return success({ foreign: [], did: undefined });
  }
  return restore(engine, stored, fence);
}

async function restore(engine: Engine, stored: Stored<UndoEntry>, fence: number): Promise<Result<Taken>> {
  const entry = stored.value;
  const name = nameOf(entry.target);
  let seen: { readonly resourceVersion: string; readonly failure: Result<never> } | undefined;
  for (let tries = 0; tries < triesMax; tries++) {
    const found = await engine.site.cluster.get(entry.target);
    if (!found.ok) return found;
    const object = found.value;
    if (object === undefined || object.metadata.uid !== entry.uid) {
      return finish(
        engine,
        stored,
        "conflict",
        [`${name} was deleted${object === undefined ? "" : " and created again"} by somebody else: left as it is.`],
        undefined,
      );
    }
    // Refused, and the object has not moved since: the same request would be refused again.
    if (seen?.resourceVersion === object.metadata.resourceVersion) return seen.failure;
    const { operations, conflicts } = restoreChanges(entry.changes, asJson(object));
    const foreign = conflicts.map((conflict) => `${name}: ${conflict.path} was changed by somebody else meanwhile: left as it is.`);
    if (operations.length === 0) {
      // Without the mark of an undo of ours, whose answer was lost, it was somebody else.
      const byOthers = conflicts.length === 0 && !bears(object, `${writeName(entry)}/undo`);
      const told = byOthers ? [`${name}: what was written has been set back by somebody else already.`] : foreign;
      return finish(engine, stored, conflicts.length > 0 ? "conflict" : "undone", told, undefined);
    }
    const written = await write(engine.site.cluster, engine.lease, object, operations, { fence, write: `${writeName(entry)}/undo` });
    if (written.ok) return finish(engine, stored, conflicts.length > 0 ? "conflict" : "undone", foreign, describeRestore(entry));
    if (written.failure.kind === "unavailable") return written;
    seen = written.failure.kind === "conflict" ? undefined : { resourceVersion: object.metadata.resourceVersion, failure: written };
  }
  return unavailable(`${name} changes too fast to be restored`);
}

async function finish(
  engine: Engine,
  stored: Stored<UndoEntry>,
  status: "undone" | "conflict",
  foreign: readonly string[],
  did: string | undefined,
): Promise<Result<Taken>> {
  const saved = await saveEntry(engine.ledger, { ...stored.value, status, foreign: [...foreign] }, stored.version);
  return saved.ok ? success({ foreign, did }) : saved;
}

function describeRestore(entry: UndoEntry): string {
  const paths = entry.changes.filter((change) => !change.container).map((change) => describePath(change.path));
  const shown = paths.slice(0, 3).join(", ");
  return `Put back on ${nameOf(entry.target)}: ${shown}${paths.length > 3 ? ` and ${paths.length - 3} more` : ""}.`;
}
