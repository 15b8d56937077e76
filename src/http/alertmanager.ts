/**
 * The door for Alertmanager. It answers 202 only for what is recorded, and 5xx only where trying again helps:
 * Alertmanager repeats after a 5xx at once, after a 4xx only with the next group interval (notify, Retrier).
 */
import type { Handler } from "hono";
import { isNews, type Admission } from "../alert/admission.ts";
import { inboxKey } from "../alert/inbox.ts";
import { parsePayload, type IncomingAlert, type Payload, type RejectedAlert } from "../alert/payload.ts";
import { subjectOf, type Subject } from "../alert/subject.ts";
import type { Clock } from "../clock.ts";
import { describeFailure, type Result } from "../failure.ts";
import type { ItemKey, LedgerPort } from "../ledger/ledger.ts";
import type { Log } from "../log.ts";
import { answer } from "./answer.ts";
import { readJson } from "./body.ts";
import { problem, tryAgain } from "./problem.ts";
import { createMetInboxes, recordAlerts, type MetInboxes } from "./recording.ts";

export interface AlertDoor {
  readonly ledger: LedgerPort;
  readonly clock: Clock;
  /** Names of the configured clusters; the first serves alerts that carry no `cluster` label. */
  readonly clusters: readonly string[];
  readonly log: Log;
  /** Says that an inbox has news. Must return at once; a lost call is made good by the sweep. */
  readonly wake: (key: ItemKey) => void;
}

export const bodyBytesMax = 5_000_000;
/** A Worker may have six connections open. */
const roundsAtOnceMax = 4;
const rejectedLoggedMax = 10;

interface Delivery {
  readonly cluster: string;
  readonly subject: Subject;
  readonly alerts: IncomingAlert[];
}

export function alertmanagerDoor(door: AlertDoor): Handler {
  const met = createMetInboxes();
  return async (context) => {
    const body = await readJson(context.req.raw, bodyBytesMax);
    if (body.kind === "too large") return problem(413, `The body is larger than ${bodyBytesMax} bytes.`);
    if (body.kind === "not JSON") return problem(400, "The body is not JSON.");
    const payload = parsePayload(body.value);
    if (!payload.ok) return problem(400, `Not an Alertmanager webhook payload of version 4: ${describeFailure(payload.failure)}.`);
    return receive(door, met, payload.value);
  };
}

async function receive(door: AlertDoor, met: MetInboxes, payload: Payload): Promise<Response> {
  const { deliveries, rejected } = bySubject(payload, door.clusters);
  if (rejected.length > 0) door.log.warn("alerts rejected", { count: rejected.length, rejected: rejected.slice(0, rejectedLoggedMax) });
  if (payload.truncatedAlerts > 0)
    door.log.warn("Alertmanager truncated the group: set max_alerts to 0", { missing: payload.truncatedAlerts });
  if (deliveries.length === 0 && rejected.length > 0) {
    return problem(400, "No alert of the payload can be taken.", { members: { recorded: 0, known: 0, rejected, subjects: [] } });
  }
  const results = await inParallel(deliveries, roundsAtOnceMax, (delivery) => recordOne(door, met, delivery));
  const subjects = deliveries.map((delivery) => `${delivery.cluster}/${delivery.subject.key}`);
  const reasons = results.flatMap((result) => (result.ok ? result.value.reasons : []));
  const recorded = reasons.filter(isNews).length;
  const failures = results.flatMap((result) => (result.ok ? [] : [result.failure]));
  const told = { recorded, known: reasons.length - recorded, rejected, subjects };
  if (failures.length === 0) return answer(202, told);
  const waits = failures.map((failure) => (failure.kind === "unavailable" ? (failure.retryAfterMs ?? 1_000) : 1_000));
  return tryAgain("The alerts could not all be recorded.", Math.max(...waits), told);
}

async function recordOne(door: AlertDoor, met: MetInboxes, delivery: Delivery): Promise<Result<Admission>> {
  const { cluster, subject, alerts } = delivery;
  const about = { cluster, subject: subject.key };
  const result = await recordAlerts(door.ledger, met, { cluster, subject }, alerts, door.clock.nowMs());
  if (!result.ok) {
    door.log.error("alerts not recorded", { ...about, reason: describeFailure(result.failure) });
    return result;
  }
  if (result.value.next === undefined) {
    door.log.debug("nothing new", { ...about, reason: result.value.reason });
    return result;
  }
  door.log.info("alerts recorded", { ...about, reason: result.value.reason, alerts: [...new Set(alerts.map((alert) => alert.name))] });
  try {
    door.wake(inboxKey(cluster, subject.key));
  } catch (error) {
    // It is recorded, which is all that the answer promises; the sweep finds it.
    door.log.warn("could not wake the runner", { ...about, error });
  }
  return result;
}

function bySubject(
  payload: Payload,
  clusters: readonly string[],
): { readonly deliveries: readonly Delivery[]; readonly rejected: readonly RejectedAlert[] } {
  const deliveries = new Map<string, Delivery>();
  const rejected = [...payload.rejected];
  for (const alert of payload.alerts) {
    const subject = subjectOf(alert.labels);
    const cluster = subject.cluster ?? clusters[0];
    if (cluster === undefined || !clusters.includes(cluster)) {
      rejected.push({ index: alert.index, reason: `cluster ${cluster ?? ""} is not configured` });
      continue;
    }
    const key = `${cluster}/${subject.key}`;
    const delivery = deliveries.get(key) ?? { cluster, subject, alerts: [] };
    delivery.alerts.push(alert);
    deliveries.set(key, delivery);
  }
  return { deliveries: [...deliveries.values()], rejected };
}

async function inParallel<Item, Answer>(
  items: readonly Item[],
  atOnceMax: number,
  work: (item: Item) => Promise<Answer>,
): Promise<readonly Answer[]> {
  const [first] = items;
  if (first !== undefined && items.length === 1) return [await work(first)];
  const answers: Answer[] = [];
  const waiting = items.entries();
  const worker = async (): Promise<void> => {
    for (const [index, item] of waiting) answers[index] = await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(atOnceMax, items.length) }, worker));
  return answers;
}
