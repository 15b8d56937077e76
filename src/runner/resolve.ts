/**
 * Effect unknown: finds out whether a write whose answer nobody has took place, and makes sure that it never will when
 * it did not. Source: a time-out is no cancellation, the API server may go on with a request for up to a minute.
 */
import { success, unavailable } from "../failure.ts";
import type { Result } from "../failure.ts";
import { normalise } from "../action/change.ts";
import { restoreChanges } from "../action/restore.ts";
import { asJson, nameOf } from "../kubernetes/object.ts";
import type { KubernetesObject } from "../kubernetes/object.ts";
import { writeName } from "../transaction/undo-entry.ts";
import type { UndoEntry } from "../transaction/undo-entry.ts";
import type { Engine } from "./engine.ts";
import { saveEntry } from "./records.ts";
import type { Stored } from "./records.ts";
import { bears, lateWriteMs, write } from "./write.ts";
import type { Written } from "./write.ts";

const triesMax = 5;

export interface Resolved {
  /** `applied`, `void`, or `conflict` when the object is gone or is another one of the same name. */
  readonly entry: Stored<UndoEntry>;
  readonly object: Written;
}

/**
 * `applied` or `conflict`: what is known already. `touch`: nothing has happened, and moving the object on makes sure that
 * nothing will. `wait`: nothing has happened, and only time makes sure of that.
 */
type Trace = "applied" | "void" | "conflict" | "touch" | "wait";

export async function resolveIntent(engine: Engine, stored: Stored<UndoEntry>, fence: number): Promise<Result<Resolved>> {
  const entry = stored.value;
  for (let tries = 0; tries < triesMax; tries++) {
    const found = await engine.site.cluster.get(entry.target);
    if (!found.ok) return found;
    const object = found.value;
    if (entry.status !== "intent") return success({ entry: stored, object });
    const trace = traceOf(entry, object);
    if (trace === "wait") {
      const leftMs = entry.intentAtMs + lateWriteMs - engine.ownNowMs();
      if (leftMs > 0) return unavailable(`whether ${nameOf(entry.target)} was written is not known yet`, "none", leftMs);
      return settle(engine, stored, "void", object);
    }
    if (trace !== "touch") return settle(engine, stored, trace, object);
    // Untouched so far: move it ourselves, so that the late write can never land.
    const mark = { fence, write: `${writeName(entry)}/void` };
    const touched = await write(engine.site.cluster, engine.lease, object, { kind: "patch", operations: [] }, mark);
    if (touched.ok) return settle(engine, stored, "void", touched.value);
    if (touched.failure.kind !== "conflict") return touched;
  }
  return unavailable("the object changes too fast to tell whether the last write took place");
}

function traceOf(entry: UndoEntry, object: Written): Trace {
  switch (entry.inverse) {
    case "restore":
    case "replay":
      return traceOfPatch(entry, object);
    case "remove":
      if (object === undefined) return "wait";
      // Under a foreign object of that name ours can only be turned away.
      return bears(object, writeName(entry)) ? "applied" : "void";
    case "recreate":
      if (!isTheOne(entry, object) || object?.metadata.deletionTimestamp !== undefined) return "applied";
      return object?.metadata.resourceVersion === entry.resourceVersionBefore ? "touch" : "void";
    case "none":
      if (!isTheOne(entry, object) || object?.metadata.deletionTimestamp !== undefined) return "applied";
      return object?.metadata.resourceVersion === entry.resourceVersionBefore ? "wait" : "void";
    default:
      return entry.inverse satisfies never;
  }
}

function traceOfPatch(entry: UndoEntry, object: Written): Trace {
  if (object === undefined || object.metadata.uid !== entry.uid) return "conflict";
  if (bears(object, writeName(entry)) || holdsOurValues(entry, object)) return "applied";
  // Moved on without our mark: the late write carries the old resourceVersion and can only fail now.
  return object.metadata.resourceVersion === entry.resourceVersionBefore ? "touch" : "void";
}

function isTheOne(entry: UndoEntry, object: Written): boolean {
  return object?.metadata.uid === entry.uid;
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
  object: Written,
): Promise<Result<Resolved>> {
  const value: UndoEntry = { ...stored.value, status };
  if (status === "applied") {
    const { entry, left } = asApplied(value, object);
    return success({ entry: { value: entry, version: stored.version }, object: left });
  }
  const saved = await saveEntry(engine.ledger, value, stored.version);
  return saved.ok ? success({ entry: saved.value, object }) : saved;
}

/** `left`: what the write left behind; whatever stands in the place of a deleted or evicted object is not ours. */
function asApplied(entry: UndoEntry, object: Written): { readonly entry: UndoEntry; readonly left: Written } {
  if (entry.inverse === "recreate" || entry.inverse === "none" || object === undefined) return { entry, left: undefined };
  return entry.inverse === "remove"
    ? { entry: { ...entry, uid: object.metadata.uid, postImage: normalise(asJson(object)) }, left: object }
    : { entry, left: object };
}
