/**
 * Carries out one action of a plan in write-ahead order: policy, permission for the write and its inverse, dry-run,
 * inverse computed from the dry-run, ledger, write, ledger, dry-run of the inverse. A fresh process that finds the
 * intent of a dead one first finds out whether that write took place.
 * Cost of an action: 3 to 5 reads, 3 patches of which 2 are dry runs, 1 access review (cached), 2 ledger writes.
 */
import { asKubectl, compileAction, inverseOf, mayTouch, needsOf, transientBudgetOf } from "../action/catalogue.ts";
import type { Action } from "../action/action.ts";
import { changesBetween, describePath, normalise } from "../action/change.ts";
import type { Change } from "../action/change.ts";
import { isProtectedNamespace, remarkOn, whyNotObject } from "../action/policy.ts";
import { matchesPattern } from "../action/path-pattern.ts";
import { restoreChanges } from "../action/restore.ts";
import { writablePaths } from "../action/writable.ts";
import { templateHashOf } from "../agent/detection.ts";
import { describeFailure, refused, success } from "../failure.ts";
import type { Failure, Result } from "../failure.ts";
import { asJson, nameOf } from "../kubernetes/object.ts";
import type { KubernetesObject } from "../kubernetes/object.ts";
import { pointer } from "../kubernetes/json.ts";
import type { PatchOperation } from "../kubernetes/json.ts";
import type { IncidentEvent } from "../transaction/event.ts";
import type { Attempt, Incident } from "../transaction/incident.ts";
import { isFiring } from "../transaction/incident.ts";
import { writeName } from "../transaction/undo-entry.ts";
import type { UndoEntry } from "../transaction/undo-entry.ts";
import type { Engine } from "./engine.ts";
import { loadEntries, saveEntry } from "./records.ts";
import { attemptThatDidThis } from "./repeat.ts";
import type { Stored } from "./records.ts";
import { resolveIntent } from "./resolve.ts";
import { dryRun, write } from "./write.ts";

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
  const prepared = await prepare(engine, incident, attempt, action, index, writes);
  if (!prepared.ok)
    return prepared.failure.kind === "refused" || prepared.failure.kind === "malformed"
      ? refuse(index, writes, describeFailure(prepared.failure))
      : prepared;
  const { object, entry, operations } = prepared.value;
  const earlier = await attemptThatDidThis(engine.ledger, incident, entry);
  if (!earlier.ok) return earlier;
  if (earlier.value !== undefined) return refuse(index, writes, `attempt ${earlier.value} made exactly this change already`);
  const intent = await saveEntry(engine.ledger, entry, 0);
  if (!intent.ok)
    return intent.failure.kind === "refused" ? refuse(index, writes, `its undo could not be stored: ${intent.failure.reason}`) : intent;
  const written = await write(engine.site.cluster, engine.lease, object, operations, { fence: entry.fence, write: writeName(entry) });
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

interface Prepared {
  readonly object: KubernetesObject;
  readonly entry: UndoEntry;
  readonly operations: readonly PatchOperation[];
}

async function prepare(
  engine: Engine,
  incident: Incident,
  attempt: Attempt,
  action: Action,
  index: number,
  sequence: number,
): Promise<Result<Prepared>> {
  const { site } = engine;
  const { target } = action;
  if (isProtectedNamespace(site.policy, target.namespace))
    return refused(`namespace ${target.namespace} is protected: nothing is ever changed there`);
  const [found, namespace, permitted, ...lists] = await Promise.all([
    site.cluster.get(target),
    site.cluster.get({ kind: "Namespace", name: target.namespace }),
    site.cluster.allowed({ verb: "patch", kind: target.kind, namespace: target.namespace }),
    ...needsOf(action).map((kind) => site.cluster.list(kind, target.namespace)),
  ]);
  if (!found.ok) return found;
  if (found.value === undefined) return refused(`${nameOf(target)} does not exist`);
  // The inverse is a patch of the same object, so one review answers for both.
  if (!permitted.ok) return permitted;
  if (!permitted.value) return refused(`Stratus is not permitted to patch ${nameOf(target)}`);
  if (!namespace.ok && namespace.failure.kind === "unavailable") return namespace;
  // Whether it is marked as protected is not known then.
  if (!namespace.ok) return refused(`namespace ${target.namespace} may not be read: ${describeFailure(namespace.failure)}`);
  const whyNot = whyNotObject(target, found.value, namespace.value);
  if (whyNot !== undefined) return refused(whyNot);
  for (const list of lists) if (!list.ok) return list;
  const related = lists.flatMap((list) => (list.ok ? list.value : []));
  const compiled = compileAction(action, { object: found.value, related, nowMs: site.clock.nowMs() });
  if (!compiled.ok) return compiled;
  return prepareEntry(engine, incident, { attempt, action, index, sequence }, found.value, compiled.value);
}

interface Position {
  readonly attempt: Attempt;
  readonly action: Action;
  readonly index: number;
  readonly sequence: number;
}

async function prepareEntry(
  engine: Engine,
  incident: Incident,
  position: Position,
  object: KubernetesObject,
  operations: readonly PatchOperation[],
): Promise<Result<Prepared>> {
  const { site } = engine;
  const { action, attempt, index, sequence } = position;
  const mark = { fence: incident.fence, write: writeName({ incidentId: incident.id, attempt: attempt.number, sequence }) };
  const tried = await dryRun(site.cluster, object, operations, mark);
  if (!tried.ok) return tried;
  const changes = changesBetween(asJson(object), asJson(tried.value));
  if (changes.length === 0) return refused(`it would change nothing on ${nameOf(action.target)}`);
  const outside = changes.find((change) => !mayChange(action, change));
  if (outside !== undefined)
    return refused(`it would also change ${describePath(outside.path)} of ${nameOf(action.target)}, which is not allowed`);
  const templateHash = object.kind === "Deployment" ? await templateHashOf(site, object) : undefined;
  const entry: UndoEntry = {
    schema: 1,
    incidentId: incident.id,
    attempt: attempt.number,
    sequence,
    actionIndex: index,
    action,
    target: action.target,
    uid: object.metadata.uid,
    fence: incident.fence,
    resourceVersionBefore: object.metadata.resourceVersion,
    changes,
    inverse: inverseOf(action),
    preImage: normalise(asJson(object)),
    ...(templateHash === undefined ? {} : { templateHash }),
    status: "intent",
    byHand: byHand(action, changes, tried.value),
    foreign: [],
  };
  return success({ object, entry, operations });
}

/** Defaulting and admission may move fields too: each must be one that this action may touch, list entries as any. */
function mayChange(action: Action, change: Change): boolean {
  const path = pointer(...change.path.map((segment) => (typeof segment === "string" ? segment : "0")));
  const patterns = [...mayTouch(action), ...(action.type === "patch" ? writablePaths[action.target.kind] : [])];
  // A container (`env: []`) may come or go with its only entry.
  return patterns.some((pattern) => matchesPattern(path, pattern) || (change.container && matchesPattern(`${path}/x`, pattern)));
}

function byHand(action: Action, changes: readonly Change[], after: KubernetesObject): string {
  const { operations } = restoreChanges(changes, asJson(after));
  const patch = JSON.stringify(operations).replaceAll("'", String.raw`'\''`);
  return `kubectl -n ${action.target.namespace} patch ${action.target.kind.toLowerCase()} ${action.target.name} --type=json -p '${patch}'`;
}

async function applied(
  engine: Engine,
  attempt: Attempt,
  stored: Stored<UndoEntry>,
  object: KubernetesObject,
  writes: number,
): Promise<Result<IncidentEvent>> {
  const entry = stored.value;
  // Admission need not do the same twice: what the write really did is what must be taken back.
  const changes =
    entry.status === "intent" ? changesBetween(entry.preImage as ReturnType<typeof normalise>, asJson(object)) : entry.changes;
  const saved = await saveEntry(
    engine.ledger,
    { ...entry, changes: changes.length === 0 ? entry.changes : changes, status: "applied" },
    stored.version,
  );
  if (!saved.ok) return saved;
  const checked = await checkInverse(engine, saved.value.value, object);
  if (!checked.ok) {
    if (checked.failure.kind === "unavailable" || checked.failure.kind === "conflict") return checked;
    return refuse(entry.actionIndex, writes, `its undo would be refused: ${describeFailure(checked.failure)}`);
  }
  const replicas = attempt.checkpoint?.baseline.desired[nameOf(entry.target)] ?? 1;
  const budget = transientBudgetOf(entry.action, replicas);
  return success({ type: "acted", action: entry.actionIndex, writes, budget, did: asKubectl(entry.action), remark: remarkOn(object) });
}

/** An undo that admission or permissions would refuse is noticed at once, while little has happened. One dry run. */
async function checkInverse(engine: Engine, entry: UndoEntry, object: KubernetesObject): Promise<Result<void>> {
  const { operations } = restoreChanges(entry.changes, asJson(object));
  const tried = await dryRun(engine.site.cluster, object, operations, { fence: entry.fence, write: `${writeName(entry)}/undo` });
  // The object moves all the time (its status does): a conflict here says nothing about the inverse.
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
  if (entry.value.status === "applied" && object !== undefined) return applied(engine, attempt, entry, object, writes);
  if (entry.value.status === "void") return act(engine, incident, attempt, entry.value.actionIndex);
  return refuse(entry.value.actionIndex, writes, `${nameOf(entry.value.target)} was replaced by somebody else meanwhile`);
}
