/**
 * PURE. One entry of the undo stack: the inverse of one write, stored before the write is sent. The entry alone says
 * how to take the write back; no memory of the process that made it is needed.
 */
import * as z from "zod";
import { actionSchema, targetSchema } from "../action/action.ts";
import { changeSchema } from "../action/change.ts";
import { jsonSchema } from "../kubernetes/json.ts";
import { nameOf } from "../kubernetes/object.ts";

export const undoEntrySchema = z.object({
  schema: z.literal(1),
  incidentId: z.string(),
  attempt: z.int(),
  sequence: z.int(),
  /** Which action of the plan this write belongs to. */
  actionIndex: z.int(),
  action: actionSchema,
  target: targetSchema,
  /** Of the object that was written; empty for one that is being created, until it is known. */
  uid: z.string(),
  /** When the intent was stored: a request of unknown effect may land for a while after that. */
  intentAtMs: z.number().default(0),
  /** The fence under which the write was sent: its mark on the object. */
  fence: z.int(),
  resourceVersionBefore: z.string(),
  /** Per touched field what was there before and what the dry-run said would be there after. */
  changes: z.array(changeSchema),
  inverse: z.enum(["restore", "replay", "remove", "recreate", "none"]),
  /** The object before this write, normalised: what "equal to its old self" is compared with. `null`: there was none. */
  preImage: jsonSchema,
  /** The created object as the server answered it, normalised: what it must still be to be removed again. */
  postImage: jsonSchema.optional(),
  /** Of the object that took the place of a deleted one. */
  recreatedUid: z.string().optional(),
  /** Label pod-template-hash of the pods that this template made, for Deployments. */
  templateHash: z.string().optional(),
  /**
   * `intent`: stored, the write may or may not have happened. `applied`: it did. `void`: it did not and never will.
   * `undone`: every field is back or foreign. `conflict`: at least one field belongs to a foreign hand now.
   */
  status: z.enum(["intent", "applied", "void", "undone", "conflict"]),
  /** kubectl line that takes the write back by hand. */
  byHand: z.string(),
  /** Sentences about fields that were left to their foreign writers. */
  foreign: z.array(z.string()),
  /** Touched fields, as people read them, that keep our values because a foreign change does not stand beside the old ones. */
  stays: z.array(z.string()).optional(),
});
export type UndoEntry = z.infer<typeof undoEntrySchema>;

export function undoSortKey(entry: Pick<UndoEntry, "attempt" | "sequence">): string {
  return `undo#${String(entry.attempt).padStart(2, "0")}#${String(entry.sequence).padStart(3, "0")}`;
}

/** Names one write on the object itself, so that a later process can tell whether exactly this one took place. */
export function writeName(entry: Pick<UndoEntry, "incidentId" | "attempt" | "sequence">): string {
  return `${entry.incidentId}/${entry.attempt}/${entry.sequence}`;
}

/**
 * Exact reverse order of the writes on each object; objects with a write that replays come after all others, so that
 * their pods pick up what was restored. Not the replay alone: it may have changed what an older write had changed.
 */
export function undoOrder(entries: readonly UndoEntry[]): UndoEntry[] {
  const newestFirst = entries.filter((entry) => entry.status !== "void").toSorted((left, right) => right.sequence - left.sequence);
  const replayed = new Set(newestFirst.filter((entry) => entry.inverse === "replay").map((entry) => nameOf(entry.target)));
  const isLate = (entry: UndoEntry): boolean => replayed.has(nameOf(entry.target));
  return [...newestFirst.filter((entry) => !isLate(entry)), ...newestFirst.filter(isLate)];
}
