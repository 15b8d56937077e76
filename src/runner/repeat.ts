/**
 * Notices a change that was tried before under another name: after an undone rollback the same template has a new
 * revision number, so the plan looks new and would come to the same. Compared is what the dry-run says it would do.
 */
import { success } from "../failure.ts";
import type { Result } from "../failure.ts";
import { jsonEqual } from "../kubernetes/json.ts";
import type { LedgerPort } from "../ledger/ledger.ts";
import type { Incident } from "../transaction/incident.ts";
import type { UndoEntry } from "../transaction/undo-entry.ts";
import { loadEntries } from "./records.ts";

/** The number of the earlier attempt that made exactly this change, alone, and was taken back. One list request each. */
export async function attemptThatDidThis(ledger: LedgerPort, incident: Incident, entry: UndoEntry): Promise<Result<number | undefined>> {
  const present = incident.attempts.at(-1);
  // What makes, removes or evicts a whole object changes no field: the plan itself tells those apart.
  if (present === undefined || present.plan.actions.length > 1 || entry.changes.length === 0) return success(undefined);
  for (const attempt of incident.attempts.slice(0, -1)) {
    if (attempt.ending !== "undone" || attempt.verdict === "inconclusive" || attempt.plan.actions.length > 1) continue;
    const entries = await loadEntries(ledger, incident.id, attempt.number);
    if (!entries.ok) return entries;
    const before = entries.value.map((stored) => stored.value).filter((earlier) => earlier.status !== "void");
    if (before.length === 1 && before[0]?.uid === entry.uid && jsonEqual(before[0].changes, entry.changes)) return success(attempt.number);
  }
  return success(undefined);
}
