/**
 * Proves that an attempt is taken back, by reading the cluster anew: every touched field as before or foreign, the rest
 * of each object as before or foreign, the same pod-template-hash, and severity measured once more.
 */
import { changesBetween, describePath, normalise } from "../action/change.ts";
import type { Change } from "../action/change.ts";
import { restoreChanges } from "../action/restore.ts";
import { measureUndone, templateHashOf } from "../agent/detection.ts";
import { success } from "../failure.ts";
import type { Result } from "../failure.ts";
import { isJsonObject, jsonEqual } from "../kubernetes/json.ts";
import { asJson, nameOf } from "../kubernetes/object.ts";
import type { KubernetesObject } from "../kubernetes/object.ts";
import type { IncidentEvent } from "../transaction/event.ts";
import type { Attempt, Incident } from "../transaction/incident.ts";
import type { UndoEntry } from "../transaction/undo-entry.ts";
import { byHandLines } from "./undo.ts";
import type { Engine } from "./engine.ts";
import { loadEntries } from "./records.ts";
import { unstick } from "./unstick.ts";

export async function checkUndo(engine: Engine, incident: Incident, attempt: Attempt): Promise<Result<IncidentEvent>> {
  const loaded = await loadEntries(engine.ledger, incident.id, attempt.number);
  if (!loaded.ok) return loaded;
  const entries = loaded.value.map((stored) => stored.value).filter((entry) => entry.status !== "void");
  // A pod that was evicted is another one by now: there is nothing to compare.
  const differences: string[] = [];
  const foreign: string[] = [];
  for (const name of new Set(entries.map((entry) => nameOf(entry.target)))) {
    const own = entries.filter((entry) => nameOf(entry.target) === name && entry.inverse !== "none");
    const target = own[0]?.target;
    if (target === undefined) continue;
    const found = await engine.site.cluster.get(target);
    if (!found.ok) return found;
    const compared = await compare(engine, name, own, found.value);
    differences.push(...compared.differences);
    foreign.push(...compared.foreign);
  }
  const unstuck = await unstick(engine, incident, entries);
  if (!unstuck.ok) return unstuck;
  differences.push(...unstuck.value);
  const { severity, comparable } = await measureUndone(engine.site, incident, attempt);
  const byHand = [...new Set(entries.map((entry) => entry.byHand))].filter((line) => line !== "");
  return success({
    type: "undo checked",
    differences,
    foreign,
    severity,
    comparable,
    byHand: differences.length > 0 ? byHand : byHandLines(entries),
  });
}

/** Of several writes on one field only the first knows what was there before the attempt. What stays is somebody else's now. */
function oldestChanges(entries: readonly UndoEntry[]): Change[] {
  const seen = new Set(entries.flatMap((entry) => entry.stays ?? []));
  return entries.flatMap((entry) => {
    const fresh = entry.changes.filter((change) => !seen.has(describePath(change.path)));
    for (const change of fresh) seen.add(describePath(change.path));
    return fresh;
  });
}

interface Compared {
  readonly differences: readonly string[];
  readonly foreign: readonly string[];
}

/** `entries`: all writes of the attempt on this object, oldest first. */
async function compare(
  engine: Engine,
  name: string,
  entries: readonly UndoEntry[],
  object: KubernetesObject | undefined,
): Promise<Compared> {
  const [first] = entries;
  if (first === undefined) return { differences: [], foreign: [] };
  if (first.inverse === "remove") return { differences: stillThere(name, first, object), foreign: [] };
  const uids = [first.uid, ...entries.flatMap((entry) => entry.recreatedUid ?? [])];
  if (object === undefined || !uids.includes(object.metadata.uid)) return { differences: [], foreign: [] };
  const current = asJson(object);
  const differences = [
    ...restoreChanges(oldestChanges(entries), current).operations.map((operation) => `${name}: ${operation.path} is not back`),
    ...entries.flatMap((entry) => madeOtherwise(name, entry)),
  ];
  const touched = new Set(entries.flatMap((entry) => entry.changes.map((change) => describePath(change.path))));
  const others = isJsonObject(first.preImage)
    ? changesBetween(first.preImage, normalise(current)).filter((change) => !change.container)
    : [];
  const foreign = others.map((change) => describePath(change.path)).filter((path) => !touched.has(path));
  const notes = foreign.map((path) => `${name}: ${path} was changed by somebody else meanwhile: kept.`);
  if (first.templateHash !== undefined && others.length === 0 && jsonEqual(first.preImage, normalise(current))) {
    const hash = await templateHashOf(engine.site, object);
    if (hash !== undefined && hash !== first.templateHash)
      return { differences: [...differences, `${name}: pod-template-hash is ${hash}, it was ${first.templateHash}`], foreign: notes };
  }
  return { differences, foreign: notes };
}

/** What we created must be gone, unless it belongs to somebody else by now. */
function stillThere(name: string, entry: UndoEntry, object: KubernetesObject | undefined): string[] {
  const ours = object !== undefined && object.metadata.uid === entry.uid && entry.status !== "conflict";
  return ours ? [`${name}, which was created, is still there`] : [];
}

/** What came back from a snapshot must be what was deleted; a server may have given it another address. */
function madeOtherwise(name: string, { inverse, preImage, postImage }: UndoEntry): string[] {
  if (inverse !== "recreate" || !isJsonObject(preImage) || !isJsonObject(postImage)) return [];
  return changesBetween(preImage, postImage).map((change) => `${name}: ${describePath(change.path)} is not as it was`);
}
