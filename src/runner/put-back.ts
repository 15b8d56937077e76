/**
 * Takes one patch back: a three-way comparison for each field, against the object as it is now. May be repeated.
 * Cost: 1 read, 1 patch, 1 ledger write; the patch is spared when every field is back already. Besides that what
 * beside-foreign.ts asks about an object that somebody else has changed.
 */
import { describePath } from "../action/change.ts";
import { restoreChanges } from "../action/restore.ts";
import { success, unavailable } from "../failure.ts";
import type { Result } from "../failure.ts";
import { asJson, nameOf } from "../kubernetes/object.ts";
import type { KubernetesObject } from "../kubernetes/object.ts";
import { writeName } from "../transaction/undo-entry.ts";
import type { UndoEntry } from "../transaction/undo-entry.ts";
import { besideForeign } from "./beside-foreign.ts";
import type { Engine } from "./engine.ts";
import { saveEntry } from "./records.ts";
import type { Stored } from "./records.ts";
import { bears, write } from "./write.ts";

const triesMax = 5;

/** What became of one entry, for people, and the uid of the object that was made again. */
export interface Taken {
  readonly foreign: readonly string[];
  readonly did: string | undefined;
  readonly recreatedUid?: string | undefined;
  /** Fields of ours that stay because a foreign change needs them, or cannot stand beside their old values. */
  readonly stays?: readonly string[];
}

/** `uids`: of objects that stand in for a deleted one since. */
export async function putFieldsBack(
  engine: Engine,
  stored: Stored<UndoEntry>,
  fence: number,
  uids: ReadonlySet<string>,
): Promise<Result<Taken>> {
  const entry = stored.value;
  const name = nameOf(entry.target);
  let seen: { readonly resourceVersion: string; readonly failure: Result<never> } | undefined;
  for (let tries = 0; tries < triesMax; tries++) {
    const found = await engine.site.cluster.get(entry.target);
    if (!found.ok) return found;
    const object = found.value;
    if (object === undefined || (object.metadata.uid !== entry.uid && !uids.has(object.metadata.uid)))
      return finishUndo(engine, stored, {
        status: "conflict",
        foreign: [`${name} was ${replaced(object)} by somebody else: left as it is.`],
        did: undefined,
      });
    // Refused, and the object has not moved since: the same request would be refused again.
    if (seen?.resourceVersion === object.metadata.resourceVersion) return seen.failure;
    const restore = restoreChanges(entry.changes, asJson(object));
    const mark = { fence, write: `${writeName(entry)}/undo` };
    const beside = await besideForeign(engine, entry, object, restore, mark);
    if (!beside.ok) {
      if (beside.failure.kind === "unavailable") return beside;
      seen = beside.failure.kind === "conflict" ? undefined : { resourceVersion: object.metadata.resourceVersion, failure: beside };
      continue;
    }
    const { operations, left } = beside.value;
    const { conflicts } = restore;
    const foreign = [
      ...conflicts.map((conflict) => `${name}: ${conflict.path} was changed by somebody else meanwhile: left as it is.`),
      ...left.map(({ path }) => `${name}: ${path} cannot be put back beside what somebody else has changed: left as it is.`),
    ];
    const status = conflicts.length > 0 || left.length > 0 ? "conflict" : "undone";
    const stays = left.flatMap(({ changes }) => changes.map((change) => describePath(change.path)));
    if (operations.length === 0) {
      // Without the mark of an undo of ours, whose answer was lost, it was somebody else.
      const byOthers = status === "undone" && !bears(object, `${writeName(entry)}/undo`);
      const told = byOthers ? [`${name}: what was written has been set back by somebody else already.`] : foreign;
      return finishUndo(engine, stored, { status, foreign: told, did: undefined, stays });
    }
    const written = await write(engine.site.cluster, engine.lease, object, { kind: "patch", operations }, mark);
    if (written.ok) return finishUndo(engine, stored, { status, foreign, did: describeRestore(entry), stays });
    if (written.failure.kind === "unavailable") return written;
    seen = written.failure.kind === "conflict" ? undefined : { resourceVersion: object.metadata.resourceVersion, failure: written };
  }
  return unavailable(`${name} changes too fast to be restored`);
}

export function replaced(object: KubernetesObject | undefined): string {
  return object === undefined ? "deleted" : "deleted and created again";
}

export async function finishUndo(
  engine: Engine,
  stored: Stored<UndoEntry>,
  taken: Taken & { readonly status: "undone" | "conflict" },
): Promise<Result<Taken>> {
  const { status, foreign, recreatedUid, stays = [] } = taken;
  const entry: UndoEntry = {
    ...stored.value,
    status,
    foreign: [...foreign],
    ...(recreatedUid === undefined ? {} : { recreatedUid }),
    ...(stays.length === 0 ? {} : { stays: [...stays] }),
  };
  const saved = await saveEntry(engine.ledger, entry, stored.version);
  return saved.ok ? success(taken) : saved;
}

function describeRestore(entry: UndoEntry): string {
  const paths = entry.changes.filter((change) => !change.container).map((change) => describePath(change.path));
  const shown = paths.slice(0, 3).join(", ");
  return `Put back on ${nameOf(entry.target)}: ${shown}${paths.length > 3 ? ` and ${paths.length - 3} more` : ""}.`;
}
