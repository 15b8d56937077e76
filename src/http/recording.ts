/**
 * Puts what a door has heard into the inbox of its subject: one read, and one conditional write when there is news.
 * It never touches an incident.
 */
import { admit, type Admission, type SubjectOfDelivery } from "../alert/admission.ts";
import { decodeInbox, encodeInbox, inboxKey, type InboxRecord } from "../alert/inbox.ts";
import type { IncomingAlert } from "../alert/payload.ts";
import { conflict, success, type Result } from "../failure.ts";
import type { LedgerPort } from "../ledger/ledger.ts";

/** Writers of one subject are the doors and its runner; each lost race means that another one got through. */
const triesMax = 10;

/** Fails with `unavailable` or `conflict` (too many writers at once) when nothing was recorded, `malformed` for an unreadable inbox. */
export async function recordAlerts(
  ledger: LedgerPort,
  about: SubjectOfDelivery,
  alerts: readonly IncomingAlert[],
  nowMs: number,
): Promise<Result<Admission>> {
  return changeInbox(ledger, about, nowMs, (known) => {
    const admission = admit(known, about, alerts, nowMs);
    return { next: admission.next, answer: admission };
  });
}

/**
 * Reads the inbox, asks `change` what it should hold, and stores that due at once, so that a sweep finds it; from the
 * start again when somebody else was faster.
 */
export async function changeInbox<Answer>(
  ledger: LedgerPort,
  about: SubjectOfDelivery,
  nowMs: number,
  change: (known: InboxRecord | undefined) => { readonly next: InboxRecord | undefined; readonly answer: Answer },
): Promise<Result<Answer>> {
  const key = inboxKey(about.cluster, about.subject.key);
  for (let attempt = 1; attempt <= triesMax; attempt += 1) {
    const stored = await ledger.get(key);
    if (!stored.ok) return stored;
    const known = stored.value === undefined ? success(undefined) : decodeInbox(stored.value.body);
    if (!known.ok) return known;
    const { next, answer } = change(known.value);
    if (next === undefined) return success(answer);
    const index = stored.value?.index;
    const atMs = index?.name === "due" ? Math.min(index.atMs, nowMs) : nowMs;
    const version = (stored.value?.version ?? 0) + 1;
    const written = await ledger.put({ ...key, version, body: encodeInbox(next), index: { name: "due", atMs } });
    if (written.ok) return success(answer);
    if (written.failure.kind !== "conflict") return written;
  }
  return conflict("too many writers of one inbox at once");
}
