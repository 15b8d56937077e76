/**
 * How everybody who writes to a subject's inbox does it: read, decide, store on the condition that nobody was faster, or
 * from the start again. The doors and the runner share this; it never touches an incident and decides nothing itself.
 */
import { decodeInbox, encodeInbox, type InboxRecord } from "../alert/inbox.ts";
import { conflict, success, type Result } from "../failure.ts";
import type { Item, ItemKey, LedgerPort } from "../ledger/ledger.ts";

/** Writers of one subject are the doors and its runner; each lost race means that another one got through. */
const triesMax = 10;

export interface StoredInbox {
  readonly record: InboxRecord;
  readonly item: Item;
}

/** Undefined: nothing was heard about this subject yet. One read. */
export async function loadInbox(ledger: LedgerPort, key: ItemKey): Promise<Result<StoredInbox | undefined>> {
  const item = await ledger.get(key);
  if (!item.ok) return item;
  if (item.value === undefined) return success(undefined);
  const record = decodeInbox(item.value.body);
  return record.ok ? success({ record: record.value, item: item.value }) : record;
}

export interface InboxChange<Answer> {
  /** What the inbox should hold; undefined: it stays as it is. */
  readonly next: InboxRecord | undefined;
  readonly answer: Answer;
}

export interface ChangeOptions {
  readonly nowMs: number;
  /** The inbox is probably absent: the first try stores without a read. A wrong guess costs one call more. */
  readonly probablyNew?: boolean;
}

/**
 * Asks `change` what the inbox should hold, and stores that due at once, so that a sweep finds it; an earlier due time
 * stays. Fails with `unavailable`, `conflict` (too many writers at once) or `malformed`; nothing was stored then.
 */
export async function changeInbox<Answer>(
  ledger: LedgerPort,
  key: ItemKey,
  { nowMs, probablyNew = false }: ChangeOptions,
  change: (known: InboxRecord | undefined) => InboxChange<Answer>,
): Promise<Result<Answer>> {
  let guessing = probablyNew;
  for (let attempt = 1; attempt <= triesMax; attempt += 1) {
    const stored = guessing ? success(undefined) : await loadInbox(ledger, key);
    if (!stored.ok) return stored;
    const { next, answer } = change(stored.value?.record);
    if (next !== undefined) {
      const { version = 0, index } = stored.value?.item ?? {};
      const atMs = index?.name === "due" ? Math.min(index.atMs, nowMs) : nowMs;
      const written = await ledger.put({ ...key, version: version + 1, body: encodeInbox(next), index: { name: "due", atMs } });
      if (written.ok) return success(answer);
      if (written.failure.kind !== "conflict") return written;
    } else if (!guessing) return success(answer);
    // That there is nothing to write may be the guess's fault: the end of an alert is no news where none is known.
    guessing = false;
  }
  return conflict("too many writers of one inbox at once");
}
