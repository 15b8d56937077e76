/**
 * Puts what a door has heard into the inbox of its subject: one conditional write of what is new, one read of what is
 * known, one of each for news about a subject that is known.
 */
import { admit, type Admission, type SubjectOfDelivery } from "../alert/admission.ts";
import { inboxKey } from "../alert/inbox.ts";
import type { IncomingAlert } from "../alert/payload.ts";
import type { Result } from "../failure.ts";
import { changeInbox } from "../inbox/change.ts";
import type { LedgerPort } from "../ledger/ledger.ts";

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

/**
 * Fails as `changeInbox` does, when nothing was recorded. An inbox that was met is read first: a resend then costs one
 * read. One that was not is taken for new and written without a read, on the condition that it is absent: one call where
 * reading first takes two, which on DynamoDB is half of the time. A wrong guess costs a put that changes nothing and the
 * read (on DynamoDB a second one, inside of the put), once for each process and subject. To always write first would cost
 * every resend that.
 */
export async function recordAlerts(
  ledger: LedgerPort,
  met: MetInboxes,
  about: SubjectOfDelivery,
  alerts: readonly IncomingAlert[],
  nowMs: number,
): Promise<Result<Admission>> {
  const key = inboxKey(about.cluster, about.subject.key);
  let isThere = false;
  const recorded = await changeInbox(ledger, key, { nowMs, probablyNew: !met.has(key.partition) }, (known) => {
    const admission = admit(known, about, alerts, nowMs);
    isThere = known !== undefined || admission.next !== undefined;
    return { next: admission.next, answer: admission };
  });
  if (recorded.ok && isThere) met.add(key.partition);
  return recorded;
}
