/**
 * Carries out one action of a plan in write-ahead order: what prepare.ts asks, the inverse into the ledger, the write, its
 * result into the ledger, a dry-run of the inverse. A fresh process that finds the intent of a dead one first finds out
 * whether that write took place.
 * Cost of an action besides prepare.ts: 1 ledger query, 1 write, 1 dry run, 2 ledger writes.
 */
import { asKubectl, transientBudgetOf } from "../action/catalogue.ts";
import { changesBetween, normalise } from "../action/change.ts";
import { remarkOn } from "../action/policy.ts";
import { describeFailure, refused, success } from "../failure.ts";
import type { Failure, Result } from "../failure.ts";
import { isJsonObject } from "../kubernetes/json.ts";
import { asJson, nameOf } from "../kubernetes/object.ts";
import type { IncidentEvent } from "../transaction/event.ts";
import type { Attempt, Incident } from "../transaction/incident.ts";
import { isFiring } from "../transaction/incident.ts";
import { writeName } from "../transaction/undo-entry.ts";
import type { UndoEntry } from "../transaction/undo-entry.ts";
import type { Engine } from "./engine.ts";
import { inverseWrite } from "./inverse.ts";
import { prepare } from "./prepare.ts";
import { loadEntries, saveEntry } from "./records.ts";
import type { Stored } from "./records.ts";
import { attemptThatDidThis } from "./repeat.ts";
import { resolveIntent } from "./resolve.ts";
import { dryRun, write } from "./write.ts";
import type { Written } from "./write.ts";

/** Event `acted` or `action refused`; a failure when it may be tried again. */
export async function act(engine: Engine, incident: Incident, attempt: Attempt, index: number): Promise<Result<IncidentEvent>> {
  const action = attempt.plan.actions[index];
  if (action === undefined) return refused(`the plan has no action ${index}`);
  const entries = await loadEntries(engine.ledger, incident.id, attempt.number);
  if (!entries.ok) return entries;
  const writes = entries.value.length;
  const last = entries.value.at(-1);
  // Only the last entry can belong to this action: each action is saved as done before the next begins.
  if (last !== undefined && last.value.status !== "void" && last.value.actionIndex === index) {
    return finishBegun(engine, incident, attempt, last, writes);
  }
  if (!isFiring(incident)) return resolvedMeanwhile(attempt, index, writes);
  if (writes >= engine.limits.writesMax) return refuse(index, writes, `${engine.limits.writesMax} writes are used up`);
  const earlier = entries.value.map((stored) => stored.value);
  const prepared = await prepare(engine, incident, { attempt, action, index, earlier });
  if (!prepared.ok)
    return prepared.failure.kind === "refused" || prepared.failure.kind === "malformed"
      ? refuse(index, writes, describeFailure(prepared.failure))
      : prepared;
  const { object, entry } = prepared.value;
  const repeated = await attemptThatDidThis(engine.ledger, incident, entry);
  if (!repeated.ok) return repeated;
  if (repeated.value !== undefined) return refuse(index, writes, `attempt ${repeated.value} made exactly this change already`);
  const intent = await saveEntry(engine.ledger, entry, 0);
  if (!intent.ok)
    return intent.failure.kind === "refused" ? refuse(index, writes, `its undo could not be stored: ${intent.failure.reason}`) : intent;
  const mark = { fence: entry.fence, write: writeName(entry) };
  const written = await write(engine.site.cluster, engine.lease, object, prepared.value.write, mark);
  if (!written.ok) return writeFailed(engine, intent.value, index, writes + 1, written.failure);
  return applied(engine, attempt, intent.value, written.value, writes + 1);
}

/** Never start new work: what is written already is evaluated, the rest of the plan is not begun. */
function resolvedMeanwhile(attempt: Attempt, index: number, writes: number): Result<IncidentEvent> {
  if (index === 0) return refuse(0, writes, "the alerts have resolved meanwhile");
  const did = "The alerts have resolved: the rest of the plan is not begun.";
  return success({ type: "acted", action: attempt.plan.actions.length - 1, writes, budget: 0, did });
}

function refuse(action: number, writes: number, reason: string): Result<IncidentEvent> {
  return success({ type: "action refused", action, reason, writes });
}

async function applied(
  engine: Engine,
  attempt: Attempt,
  stored: Stored<UndoEntry>,
  object: Written,
  writes: number,
): Promise<Result<IncidentEvent>> {
  const entry = { ...stored.value, ...whatItDid(stored.value, object), status: "applied" as const };
  const saved = await saveEntry(engine.ledger, entry, stored.version);
  if (!saved.ok) return saved;
  const checked = await checkInverse(engine, saved.value.value, object);
  if (!checked.ok) {
    if (checked.failure.kind === "unavailable" || checked.failure.kind === "conflict") return checked;
    return refuse(entry.actionIndex, writes, `its undo would be refused: ${describeFailure(checked.failure)}`);
  }
  const replicas = attempt.checkpoint?.baseline.desired[nameOf(entry.target)] ?? 1;
  const budget = transientBudgetOf(entry.action, replicas);
  const remark = object === undefined ? undefined : remarkOn(object);
  return success({ type: "acted", action: entry.actionIndex, writes, budget, did: asKubectl(entry.action), remark });
}

/** Admission need not do the same twice: what the write really did is what must be taken back. */
function whatItDid(entry: UndoEntry, object: Written): Partial<UndoEntry> {
  if (object === undefined || entry.status !== "intent") return {};
  if (entry.inverse === "remove") return { uid: object.metadata.uid, postImage: normalise(asJson(object)) };
  const changes = isJsonObject(entry.preImage) ? changesBetween(entry.preImage, asJson(object)) : [];
  return changes.length === 0 ? {} : { changes };
}

/** An undo that admission or permissions would refuse is noticed at once, while little has happened. One dry run. */
async function checkInverse(engine: Engine, entry: UndoEntry, object: Written): Promise<Result<void>> {
  const inverse = inverseWrite(entry, object);
  if (inverse === undefined) return success(undefined);
  const tried = await dryRun(engine.site.cluster, object, inverse, { fence: entry.fence, write: `${writeName(entry)}/undo` });
  // The object moves all the time (its status does), and a deleted one may be on its way out: that says nothing of the inverse.
  return tried.ok || tried.failure.kind === "conflict" ? success(undefined) : tried;
}

async function writeFailed(
  engine: Engine,
  stored: Stored<UndoEntry>,
  index: number,
  writes: number,
  failure: Failure,
): Promise<Result<IncidentEvent>> {
  if (failure.kind === "unavailable" && failure.effect === "unknown") return { ok: false, failure };
  // Surely not written: the entry is void, and the write counts all the same.
  const saved = await saveEntry(engine.ledger, { ...stored.value, status: "void" }, stored.version);
  if (!saved.ok) return saved;
  if (failure.kind === "conflict" || failure.kind === "unavailable") return { ok: false, failure };
  return refuse(index, writes, describeFailure(failure));
}

/** The entry of this action is there already: a process died between intent and result, or right after. */
async function finishBegun(
  engine: Engine,
  incident: Incident,
  attempt: Attempt,
  stored: Stored<UndoEntry>,
  writes: number,
): Promise<Result<IncidentEvent>> {
  const resolved = await resolveIntent(engine, stored, incident.fence);
  if (!resolved.ok) return resolved;
  const { entry, object } = resolved.value;
  if (entry.value.status === "applied") return applied(engine, attempt, entry, object, writes);
  if (entry.value.status === "void") return act(engine, incident, attempt, entry.value.actionIndex);
  return refuse(entry.value.actionIndex, writes, `${nameOf(entry.value.target)} was replaced by somebody else meanwhile`);
}
