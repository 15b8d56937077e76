/**
 * Effect unknown: finds out whether a write whose answer nobody has took place, and makes sure that it never will when
 * it did not. Source: a time-out is no cancellation, the API server may go on with a request for up to a minute.
 */
import { success, unavailable } from "../failure.ts";
import type { Result } from "../failure.ts";
import { restoreChanges } from "../action/restore.ts";
import { asJson } from "../kubernetes/object.ts";
import type { KubernetesObject } from "../kubernetes/object.ts";
import { writeName } from "../transaction/undo-entry.ts";
import type { UndoEntry } from "../transaction/undo-entry.ts";
import type { Engine } from "./engine.ts";
import { saveEntry } from "./records.ts";
import type { Stored } from "./records.ts";
import { bears, write } from "./write.ts";

const triesMax = 5;

export interface Resolved {
  /** `applied`, `void`, or `conflict` when the object is gone or is another one of the same name. */
  readonly entry: Stored<UndoEntry>;
  readonly object: KubernetesObject | undefined;
}

export async function resolveIntent(engine: Engine, stored: Stored<UndoEntry>, fence: number): Promise<Result<Resolved>> {
  const entry = stored.value;
  for (let tries = 0; tries < triesMax; tries++) {
    const found = await engine.site.cluster.get(entry.target);
    if (!found.ok) return found;
    const object = found.value;
    if (object === undefined || object.metadata.uid !== entry.uid) return settle(engine, stored, "conflict", undefined);
    if (entry.status !== "intent") return success({ entry: stored, object });
    if (bears(object, writeName(entry)) || holdsOurValues(entry, object)) return settle(engine, stored, "applied", object);
    // Moved on without our mark: the late write carries the old resourceVersion and can only fail now.
    if (object.metadata.resourceVersion !== entry.resourceVersionBefore) return settle(engine, stored, "void", object);
    // Untouched so far: move it ourselves, so that the late write can never land.
    const touched = await write(engine.site.cluster, engine.lease, object, [], { fence, write: `${writeName(entry)}/void` });
    if (touched.ok) return settle(engine, stored, "void", touched.value);
    if (touched.failure.kind !== "conflict") return touched;
  }
  return unavailable("the object changes too fast to tell whether the last write took place");
}

/** A foreign hand may have taken our mark off and left our values. */
function holdsOurValues(entry: UndoEntry, object: KubernetesObject): boolean {
  return restoreChanges(entry.changes, asJson(object)).operations.length > 0;
}

/** `applied` is not stored here: whoever asked stores it together with what it learns from the object. */
async function settle(
  engine: Engine,
  stored: Stored<UndoEntry>,
  status: "applied" | "void" | "conflict",
  object: KubernetesObject | undefined,
): Promise<Result<Resolved>> {
  const value: UndoEntry = { ...stored.value, status };
  if (status === "applied" || stored.value.status !== "intent")
    return success({ entry: { value: status === "applied" ? value : stored.value, version: stored.version }, object });
  const saved = await saveEntry(engine.ledger, value, stored.version);
  return saved.ok ? success({ entry: saved.value, object }) : saved;
}
