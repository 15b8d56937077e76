/**
 * Opens an incident about trouble that no alert speaks of, once, when it has lasted. It goes the way of what a person asks:
 * into the inbox of its subject. Cost: nothing while all is well; 1 ledger read a look at a troubled namespace, and once 1 read
 * and 1 write.
 */
import { admit } from "../alert/admission.ts";
import { heardByHand } from "../alert/by-hand.ts";
import { inboxKey } from "../alert/inbox.ts";
import { subjectOf } from "../alert/subject.ts";
import { digestOf } from "../digest.ts";
import { describeFailure } from "../failure.ts";
import { changeInbox } from "../inbox/change.ts";
import { mostTroubled, noticer, sayTrouble } from "../severity/silent-trouble.ts";
import type { SeverityVector } from "../severity/severity.ts";
import type { RecorderState } from "./known-good.ts";
import { loadScopes } from "./records.ts";
import type { RecorderPorts } from "./recorder.ts";

type Seen = RecorderState["namespaces"][string];

/** What is remembered of the look: since when, and whether an incident was opened about it. */
export async function notice(
  ports: RecorderPorts,
  at: { readonly cluster: string; readonly namespace: string; readonly nowMs: number; readonly noticeAfterMs: number },
  trouble: SeverityVector,
  sinceMs: number | undefined,
): Promise<Pick<Seen, "silentSinceMs" | "noticed">> {
  const { cluster, namespace, nowMs, noticeAfterMs } = at;
  // What an incident of ours changes there just now is no news.
  if (await isHeld(ports, cluster, namespace)) return {};
  const silentSinceMs = sinceMs ?? nowMs;
  if (nowMs - silentSinceMs < noticeAfterMs) return { silentSinceMs };
  const target = mostTroubled(trouble) ?? { kind: "Namespace" as const, namespace, name: namespace };
  const digest = await digestOf(JSON.stringify([cluster, namespace, silentSinceMs]), 8);
  const heard = heardByHand({ target, text: sayTrouble(trouble), by: noticer, digest }, nowMs);
  const about = { cluster, subject: subjectOf(heard.labels) };
  const recorded = await changeInbox(ports.ledger, inboxKey(cluster, about.subject.key), { nowMs }, (known) => {
    const admission = admit(known, about, [heard], nowMs);
    return { next: admission.next, answer: admission.reason };
  });
  if (!recorded.ok) {
    ports.log.warn("trouble without an alert could not be recorded", { namespace, reason: describeFailure(recorded.failure) });
    return { silentSinceMs };
  }
  ports.log.info("trouble without an alert", { cluster, subject: about.subject.key, what: sayTrouble(trouble), reason: recorded.value });
  return { silentSinceMs, noticed: true };
}

/** When the ledger cannot say, somebody may: then nothing is noticed this time. */
async function isHeld(ports: RecorderPorts, cluster: string, namespace: string): Promise<boolean> {
  const scopes = await loadScopes(ports.ledger, cluster);
  if (!scopes.ok) return true;
  return scopes.value.value.holders.some(({ namespaces, wholeCluster }) => wholeCluster || namespaces.includes(namespace));
}
