/**
 * Puts what a door has heard into the inbox of its subject: one conditional write of what is new, one read of what is
 * known, one of each for news about a subject that is known.
 * It never touches an incident.
 */
import { admit, type Admission, type SubjectOfDelivery } from "../alert/admission.ts";
import { decodeInbox, encodeInbox, inboxKey, type InboxRecord } from "../alert/inbox.ts";
import type { IncomingAlert } from "../alert/payload.ts";
import { conflict, success, type Result } from "../failure.ts";
import type { Item, LedgerPort } from "../ledger/ledger.ts";

/** Writers of one subject are the doors and its runner; each lost race means that another one got through. */
const triesMax = 10;

/**
 * Names of inboxes that a process has met lately. A guess at what the ledger holds, never more: it spares a call where it
 * is right, and costs calls where it is wrong.
 */
export interface MetInboxes {
  has(name: string): boolean;
  add(name: string): void;
}

const metMax = 10_000;

/** Holds the latest 10,000 at least and 20,000 at most: the older half is dropped as one. */
export function createMetInboxes(): MetInboxes {
  let latest = new Set<string>();
  let older: ReadonlySet<string> = new Set();
  return {
    has: (name) => latest.has(name) || older.has(name),
    add: (name) => {
      latest.add(name);
      if (latest.size < metMax) return;
      older = latest;
      latest = new Set();
    },
  };
}

/** Fails with `unavailable` or `conflict` (too many writers at once) when nothing was recorded, `malformed` for an unreadable inbox. */
export async function recordAlerts(
  ledger: LedgerPort,
  met: MetInboxes,
  about: SubjectOfDelivery,
  alerts: readonly IncomingAlert[],
  nowMs: number,
): Promise<Result<Admission>> {
  return changeInbox(ledger, met, about, nowMs, (known) => {
    const admission = admit(known, about, alerts, nowMs);
    return { next: admission.next, answer: admission };
  });
}

/**
 * Asks `change` what the inbox should hold, and stores that due at once, so that a sweep finds it; from the start again
 * when somebody else was faster. An inbox that was met is read first: a resend then costs one read. One that was not is
 * taken for new and written without a read, on the condition that it is absent: one call where reading first takes two,
 * which on DynamoDB is half of the time. A wrong guess costs a put that changes nothing and the read (on DynamoDB a
 * second one, inside of the put), once for each process and subject. To always write first would cost every resend that.
 */
async function changeInbox<Answer>(
  ledger: LedgerPort,
  met: MetInboxes,
  about: SubjectOfDelivery,
  nowMs: number,
  change: (known: InboxRecord | undefined) => { readonly next: InboxRecord | undefined; readonly answer: Answer },
): Promise<Result<Answer>> {
  const key = inboxKey(about.cluster, about.subject.key);
  let takenForNew = !met.has(key.partition);
  for (let attempt = 1; attempt <= triesMax; attempt += 1) {
    const stored: Result<Item | undefined> = takenForNew ? success(undefined) : await ledger.get(key);
    if (!stored.ok) return stored;
    if (stored.value !== undefined) met.add(key.partition);
    const known = stored.value === undefined ? success(undefined) : decodeInbox(stored.value.body);
    if (!known.ok) return known;
    const { next, answer } = change(known.value);
    if (next !== undefined) {
      const index = stored.value?.index;
      const atMs = index?.name === "due" ? Math.min(index.atMs, nowMs) : nowMs;
      const version = (stored.value?.version ?? 0) + 1;
      const written = await ledger.put({ ...key, version, body: encodeInbox(next), index: { name: "due", atMs } });
      if (written.ok) met.add(key.partition);
      if (written.ok) return success(answer);
      if (written.failure.kind !== "conflict") return written;
    } else if (!takenForNew) return success(answer);
    // That there is nothing to write may be the guess's fault: the end of an alert is no news where none is known.
    takenForNew = false;
  }
  return conflict("too many writers of one inbox at once");
}
