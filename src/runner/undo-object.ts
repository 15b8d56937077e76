/**
 * Takes a creation or a deletion back. What we made goes only while it is as we made it; what we deleted comes back from its
 * snapshot only while the name is free. Everything else belongs to a foreign hand and is left alone. May be repeated.
 * Cost: 1 read, 1 request, 1 ledger write.
 */
import { changesBetween, describePath, normalise } from "../action/change.ts";
import { success, unavailable } from "../failure.ts";
import type { Result } from "../failure.ts";
import { isJsonObject } from "../kubernetes/json.ts";
import { asJson, nameOf } from "../kubernetes/object.ts";
import { writeName } from "../transaction/undo-entry.ts";
import type { UndoEntry } from "../transaction/undo-entry.ts";
import type { Engine } from "./engine.ts";
import { inverseWrite } from "./inverse.ts";
import { finishUndo } from "./put-back.ts";
import type { Taken } from "./put-back.ts";
import type { Stored } from "./records.ts";
import { bears, write } from "./write.ts";
import type { Written } from "./write.ts";

const triesMax = 5;

export async function removeAgain(engine: Engine, stored: Stored<UndoEntry>, fence: number): Promise<Result<Taken>> {
  const entry = stored.value;
  const name = nameOf(entry.target);
  for (let tries = 0; tries < triesMax; tries++) {
    const found = await engine.site.cluster.get(entry.target);
    if (!found.ok) return found;
    const object = found.value;
    if (object === undefined || object.metadata.deletionTimestamp !== undefined)
      return finishUndo(engine, stored, { status: "undone", foreign: [], did: `${name}, which was created, is gone again.` });
    if (object.metadata.uid !== entry.uid)
      return finishUndo(engine, stored, {
        status: "conflict",
        foreign: [`${name} was created again by somebody else: left as it is.`],
        did: undefined,
      });
    const made = isJsonObject(entry.postImage) ? entry.postImage : normalise(asJson(object));
    const [foreign] = changesBetween(made, asJson(object));
    if (foreign !== undefined)
      return finishUndo(engine, stored, {
        status: "conflict",
        foreign: [`${name}, which was created, was changed by somebody else since (${describePath(foreign.path)}): left as it is.`],
        did: undefined,
      });
    const sent = await write(engine.site.cluster, engine.lease, object, { kind: "delete" }, { fence, write: `${writeName(entry)}/undo` });
    if (sent.ok) return finishUndo(engine, stored, { status: "undone", foreign: [], did: `Removed ${name} again.` });
    // A 404 is what the next reading finds; a 409 is an object that moved.
    if (sent.failure.kind === "unavailable") return sent;
    if (sent.failure.kind === "refused" && tries > 0) return sent;
  }
  return unavailable(`${name} changes too fast to be removed`);
}

export async function makeAgain(engine: Engine, stored: Stored<UndoEntry>, fence: number): Promise<Result<Taken>> {
  const entry = stored.value;
  const name = nameOf(entry.target);
  const mark = { fence, write: `${writeName(entry)}/undo` };
  const found = await engine.site.cluster.get(entry.target);
  if (!found.ok) return found;
  const object = found.value;
  if (object !== undefined && bears(object, mark.write)) return finishRecreated(engine, stored, object);
  if (object?.metadata.deletionTimestamp !== undefined) return unavailable(`${name} is still being deleted`);
  if (object !== undefined)
    return finishUndo(engine, stored, {
      status: "conflict",
      foreign: [`${name} was created again by somebody else: left as it is.`],
      did: undefined,
    });
  const inverse = inverseWrite(entry, undefined);
  if (inverse === undefined) return success({ foreign: [], did: undefined });
  const sent = await write(engine.site.cluster, engine.lease, undefined, inverse, mark);
  // Taken by somebody else in this very moment: the next reading tells.
  if (!sent.ok) return sent.failure.kind === "conflict" ? unavailable(`${name} was created by somebody else just now`) : sent;
  return finishRecreated(engine, stored, sent.value);
}

function finishRecreated(engine: Engine, { value, version }: Stored<UndoEntry>, object: Written): Promise<Result<Taken>> {
  const entry = object === undefined ? value : { ...value, postImage: normalise(asJson(object)) };
  const did = `Made ${nameOf(value.target)} again.`;
  return finishUndo(engine, { value: entry, version }, { status: "undone", foreign: [], did, recreatedUid: object?.metadata.uid });
}
