/**
 * Everything that is asked before an action is written: policy, limits, permission for the write and its inverse, and what
 * the server's dry-run says it would really change. Writes nothing; each refusal is a sentence a person can act on.
 * Cost: 2 reads, 1 list for each kind the action needs, 1 dry run; 2 more reads for an eviction; 1 access review for each
 * permission (cached).
 */
import { compileAction, inverseOf, needsOf } from "../action/catalogue.ts";
import type { Action, ActionOf } from "../action/action.ts";
import { whyTooMuch } from "../action/blast.ts";
import type { Moved } from "../action/blast.ts";
import { changesBetween, normalise, withoutServerFields } from "../action/change.ts";
import type { Change } from "../action/change.ts";
import { createLine, deleteLine, patchLine } from "../action/kubectl-line.ts";
import { accessNeeded } from "../action/permission.ts";
import { isMarkedProtected, whyNotField, whyNotKind, whyNotManifest, whyNotPlace } from "../action/policy.ts";
import { whyNotRecorded } from "../action/revert.ts";
import { restoreChanges } from "../action/restore.ts";
import { whyNotWritten } from "../action/why-not-written.ts";
import type { Write } from "../action/write.ts";
import { templateHashOf } from "../agent/detection.ts";
import { describeFailure, refused, success } from "../failure.ts";
import type { Result } from "../failure.ts";
import { recordedForm } from "../known-good/form.ts";
import { isObject, lastGood } from "../known-good/record.ts";
import { isJsonObject } from "../kubernetes/json.ts";
import { routeOf } from "../kubernetes/kind.ts";
import { asJson, asObject, controllerOf, nameOf } from "../kubernetes/object.ts";
import type { KubernetesObject } from "../kubernetes/object.ts";
import type { Attempt, Incident } from "../transaction/incident.ts";
import { writeName } from "../transaction/undo-entry.ts";
import type { UndoEntry } from "../transaction/undo-entry.ts";
import type { Engine } from "./engine.ts";
import { dryRun } from "./write.ts";
import type { Written } from "./write.ts";

export interface Prepared {
  /** As read just now; undefined when it is about to be created. */
  readonly object: Written;
  readonly entry: UndoEntry;
  readonly write: Write;
}

export interface Position {
  readonly attempt: Attempt;
  readonly action: Action;
  readonly index: number;
  /** Entries of this attempt so far, oldest first. */
  readonly earlier: readonly UndoEntry[];
}

export async function prepare(engine: Engine, incident: Incident, position: Position): Promise<Result<Prepared>> {
  const { action } = position;
  const { policy, cluster, clock } = engine.site;
  const whyNot = whyNotPlace(policy, action.target) ?? whyNotKind(policy, action);
  if (whyNot !== undefined) return refused(whyNot);
  const [found, marked, permitted, ...lists] = await Promise.all([
    cluster.get(action.target),
    whyNotNamespace(engine, action),
    whyNotPermitted(engine, action),
    ...needsOf(action).map((kind) => cluster.list(kind, action.target.namespace)),
  ]);
  if (!found.ok) return found;
  for (const answer of [marked, permitted, ...lists]) if (!answer.ok) return answer;
  const related = lists.flatMap((list) => (list.ok ? list.value : []));
  const object = found.value;
  const creating = action.type === "create";
  if (creating && object !== undefined) return refused(`${nameOf(action.target)} exists already`);
  if (!creating && object === undefined) return refused(`${nameOf(action.target)} does not exist`);
  // What a creation is compiled against is nothing; the file that compiles it looks at its manifest alone.
  const compiled = compileAction(action, { object: object ?? asObject({}), related, nowMs: clock.nowMs() });
  if (!compiled.ok) return compiled;
  const tooMuch = whyTooMuch(policy.blast, action, object, related, position.earlier.flatMap(movedBy));
  if (tooMuch !== undefined) return refused(tooMuch);
  const owned = action.type === "evict" && object !== undefined ? await whyNotOwner(engine, object) : success(undefined);
  if (!owned.ok) return owned;
  const unwritable = object === undefined ? undefined : whyNotWritten(policy, action, object, compiled.value);
  if (unwritable !== undefined) return refused(unwritable);
  const recorded = action.type === "revert" && object !== undefined ? await asRecorded(engine, action, object) : success(undefined);
  if (!recorded.ok) return recorded;
  return tryOut(engine, incident, position, object, compiled.value);
}

/** The values of a revert must be those of the record. One query of the ledger. */
async function asRecorded(engine: Engine, { target, operations }: ActionOf<"revert">, object: KubernetesObject): Promise<Result<void>> {
  const records = await engine.site.knownGood?.(target.namespace);
  if (records === undefined) return refused("nothing is recorded of when all was well");
  if (!records.ok) return records;
  const record = records.value.find(({ kind, name }) => kind === target.kind && name === target.name);
  const good = record === undefined ? undefined : lastGood(record);
  const form = recordedForm(object, noAutoscalers);
  if (good === undefined || !isObject(good) || form === undefined)
    return refused(`nothing is recorded of ${nameOf(target)} from when all was well`);
  const whyNot = whyNotRecorded(form, operations, good.object);
  return whyNot === undefined ? success(undefined) : refused(`${nameOf(target)}: ${whyNot}`);
}

const noAutoscalers: ReadonlySet<string> = new Set();

async function whyNotNamespace(engine: Engine, { target }: Action): Promise<Result<void>> {
  const { namespace } = target;
  if (namespace === undefined) return success(undefined);
  const found = await engine.site.cluster.get({ kind: "Namespace", name: namespace });
  // Whether it is marked as protected is not known then.
  if (!found.ok)
    return found.failure.kind === "unavailable"
      ? found
      : refused(`namespace ${namespace} may not be read: ${describeFailure(found.failure)}`);
  return isMarkedProtected(found.value) ? refused(`namespace ${namespace} is marked stratus.dev/protected`) : success(undefined);
}

/** Whose pod it is may be marked as protected too: its ReplicaSet, and the Deployment of that. 2 reads at most. */
async function whyNotOwner(engine: Engine, object: KubernetesObject): Promise<Result<void>> {
  const { cluster, policy } = engine.site;
  const { namespace } = object.metadata;
  let owner = controllerOf(object);
  for (let level = 0; level < 2 && owner !== undefined; level++) {
    if (routeOf(owner.kind, policy.customKinds) === undefined) break;
    const ref = { kind: owner.kind, namespace, name: owner.name };
    const found = await cluster.get(ref);
    if (!found.ok) return found;
    if (isMarkedProtected(found.value)) return refused(`${nameOf(ref)}, whose pod it is, is marked stratus.dev/protected`);
    owner = found.value === undefined ? undefined : controllerOf(found.value);
  }
  return success(undefined);
}

async function whyNotPermitted(engine: Engine, action: Action): Promise<Result<void>> {
  const answers = await Promise.all(
    accessNeeded(action).map(async (access) => ({ access, answer: await engine.site.cluster.allowed(access) })),
  );
  for (const { access, answer } of answers) {
    if (!answer.ok) return answer;
    const what = access.subresource === undefined ? access.verb : access.subresource === "eviction" ? "evict pods beside" : access.verb;
    if (!answer.value) return refused(`Stratus is not permitted to ${what} ${nameOf(action.target)}`);
  }
  return success(undefined);
}

function movedBy({ action, preImage, status }: UndoEntry): Moved[] {
  return status === "void" ? [] : [{ action, before: isJsonObject(preImage) ? asObject(preImage) : undefined }];
}

async function tryOut(engine: Engine, incident: Incident, position: Position, object: Written, write: Write): Promise<Result<Prepared>> {
  const { site } = engine;
  const { action, attempt, earlier, index } = position;
  const sequence = earlier.length;
  const mark = { fence: incident.fence, write: writeName({ incidentId: incident.id, attempt: attempt.number, sequence }) };
  const [tried, templateHash] = await Promise.all([
    dryRun(site.cluster, object, write, mark),
    object?.kind === "Deployment" ? templateHashOf(site, object) : undefined,
  ]);
  if (!tried.ok) return budgetIsSpent(action, tried) ? refused(describeFailure(tried.failure)) : tried;
  const changes = object !== undefined && tried.value !== undefined ? changesBetween(asJson(object), asJson(tried.value)) : [];
  if (write.kind === "patch" && changes.length === 0) return refused(`it would change nothing on ${nameOf(action.target)}`);
  // Defaulting and admission may move fields too: each must be one that this action may touch.
  const outside = changes.map((change) => whyNotField(site.policy, action, change)).find((reason) => reason !== undefined);
  if (outside !== undefined) return refused(outside);
  const unfit = write.kind === "create" && tried.value !== undefined ? whyNotManifest(action.target, asJson(tried.value)) : undefined;
  if (unfit !== undefined) return refused(unfit);
  const { uid: _meant, ...target } = action.target;
  const entry: UndoEntry = {
    schema: 1,
    incidentId: incident.id,
    attempt: attempt.number,
    sequence,
    actionIndex: index,
    action,
    target,
    uid: object?.metadata.uid ?? "",
    intentAtMs: engine.ownNowMs(),
    fence: incident.fence,
    resourceVersionBefore: object?.metadata.resourceVersion ?? "",
    changes,
    inverse: inverseOf(action),
    preImage: object === undefined ? null : preImageOf(object, action),
    ...(templateHash === undefined ? {} : { templateHash }),
    status: "intent",
    byHand: byHand(action, changes, object, tried.value),
    foreign: [],
  };
  return success({ object, entry, write });
}

/** An eviction is compared by what its pod was, its readiness included. */
function preImageOf(object: KubernetesObject, action: Action): UndoEntry["preImage"] {
  return action.type === "evict"
    ? { kind: "Pod", metadata: { ...(asJson(object)["metadata"] as object) }, status: asJson(object)["status"] ?? null }
    : normalise(asJson(object));
}

/** A budget that is spent now may be met later, and until then the incident does better with something else. */
function budgetIsSpent(action: Action, tried: Extract<Result<never>, { ok: false }>): boolean {
  return action.type === "evict" && /disruption budget|PodDisruptionBudget/i.test(tried.failure.reason);
}

function byHand(action: Action, changes: readonly Change[], before: Written, after: Written): string {
  const { target } = action;
  const inverse = inverseOf(action);
  switch (inverse) {
    case "restore":
    case "replay":
      return after === undefined ? "" : patchLine(target, restoreChanges(changes, asJson(after)).operations);
    case "remove":
      return deleteLine(target);
    case "recreate":
      return before === undefined ? "" : createLine(target, withoutServerFields(asJson(before)));
    case "none":
      return "";
    default:
      return inverse satisfies never;
  }
}
