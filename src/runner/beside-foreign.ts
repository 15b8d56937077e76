/**
 * What of a write can be taken back while somebody else's change on the same object stays. The object was valid before our
 * write: an inverse that the server calls invalid, or that would take a foreign field along, shows two changes that cannot
 * stand beside each other. Then ours stays as well, as little of it as possible, and people are told.
 * Cost: 1 dry run on an object that somebody else has changed, none on any other; 1 more for each part when that one fails.
 */
import { changesBetween, describePath } from "../action/change.ts";
import type { Change } from "../action/change.ts";
import { restoreChanges, valueAtPath } from "../action/restore.ts";
import type { Restore } from "../action/restore.ts";
import { success } from "../failure.ts";
import type { Failure, Result } from "../failure.ts";
import { isJsonObject, jsonEqual } from "../kubernetes/json.ts";
import { asJson } from "../kubernetes/object.ts";
import type { KubernetesObject } from "../kubernetes/object.ts";
import type { UndoEntry } from "../transaction/undo-entry.ts";
import type { Engine } from "./engine.ts";
import { dryRun } from "./write.ts";
import type { Mark } from "./write.ts";

export interface Beside {
  readonly operations: Restore["operations"];
  /** Parts that stay as they are, each named by its topmost field; `changes` are those of ours that are in it. */
  readonly left: readonly { readonly path: string; readonly changes: readonly Change[] }[];
}

/** More parts than these are tried as one. */
const partsMax = 20;

export async function besideForeign(
  engine: Engine,
  entry: UndoEntry,
  object: KubernetesObject,
  restore: Restore,
  mark: Mark,
): Promise<Result<Beside>> {
  const theirs = foreignPaths(entry, object, restore);
  if (theirs.length === 0 || restore.operations.length === 0) return success({ operations: restore.operations, left: [] });
  const whole = await fits(engine, object, entry.changes, theirs, mark);
  if (!whole.ok) return whole;
  if (whole.value) return success({ operations: restore.operations, left: [] });
  const conflicting = new Set(restore.conflicts.map((conflict) => conflict.path));
  let kept: readonly Change[] = [];
  const left: Beside["left"][number][] = [];
  for (const part of partsOf(entry.changes.filter(({ path }) => !conflicting.has(describePath(path))))) {
    if (restoreChanges(part.changes, asJson(object)).operations.length === 0) continue;
    const tried = entry.changes.filter((change) => kept.includes(change) || part.changes.includes(change));
    const alone = await fits(engine, object, tried, theirs, mark);
    if (!alone.ok) return alone;
    if (alone.value) kept = tried;
    else left.push(part);
  }
  return success({ operations: restoreChanges(kept, asJson(object)).operations, left });
}

/** Fields that somebody else has changed since: of ours, and beside ours. */
function foreignPaths(entry: UndoEntry, object: KubernetesObject, { conflicts }: Restore): Change["path"][] {
  const ours = entry.changes.map((change) => change.path);
  const conflicting = new Set(conflicts.map((conflict) => conflict.path));
  const beside = isJsonObject(entry.preImage) ? changesBetween(entry.preImage, asJson(object)) : [];
  return [
    ...ours.filter((path) => conflicting.has(describePath(path))),
    ...beside.filter(({ path, container }) => !container && !ours.some((own) => leadsTo(path, own))).map(({ path }) => path),
  ];
}

/**
 * Whether the server takes it, does it whole (it may fill in defaults again as long as the rest of a map stands), and leaves
 * what is not ours as it is. A failure that says nothing of that is a failure.
 */
async function fits(
  engine: Engine,
  object: KubernetesObject,
  changes: readonly Change[],
  theirs: readonly Change["path"][],
  mark: Mark,
): Promise<Result<boolean>> {
  const now = asJson(object);
  const tried = await dryRun(engine.site.cluster, object, { kind: "patch", operations: restoreChanges(changes, now).operations }, mark);
  if (!tried.ok) return isInvalid(tried.failure) ? success(false) : tried;
  const then = tried.value === undefined ? {} : asJson(tried.value);
  if (restoreChanges(changes, then).operations.length > 0) return success(false);
  return success(theirs.every((path) => jsonEqual(valueAtPath(now, path), valueAtPath(then, path))));
}

/** By the API's own rules for the kind; admission and permissions say `forbidden` or `denied`. Source: apimachinery, NewInvalid. */
function isInvalid(failure: Failure): boolean {
  return failure.kind === "refused" && failure.reason.includes(" is invalid: ");
}

/** A map that our write made or took away belongs together with all that is in it. */
function partsOf(changes: readonly Change[]): Beside["left"][number][] {
  const containers = changes.filter((change) => change.container);
  const parts = new Map<string, Change[]>();
  for (const change of changes) {
    const top = containers.find((container) => leadsTo(container.path, change.path)) ?? change;
    const path = describePath(top.path);
    const key = parts.has(path) || parts.size < partsMax ? path : ([...parts.keys()].at(-1) ?? path);
    parts.set(key, [...(parts.get(key) ?? []), change]);
  }
  return [...parts].map(([path, of]) => ({ path, changes: of }));
}

function leadsTo(above: Change["path"], path: Change["path"]): boolean {
  return jsonEqual(
    above.map((segment) => (typeof segment === "string" ? segment : segment.by)),
    path.slice(0, above.length).map((segment) => (typeof segment === "string" ? segment : segment.by)),
  );
}
