/**
 * Delivers the part of the story that nobody has been told yet. The story itself is the outbox: it is saved with the
 * incident, and `told` moves on only when the notifier took it. A notifier that fails never holds up mitigation.
 */
import { describeFailure } from "../failure.ts";
import type { Incident } from "../transaction/incident.ts";
import { reportOf } from "./report.ts";
import type { RunnerPorts } from "./runner.ts";

/** About a day at the longest pause: then the story stays in the ledger and the log; the next news tries again. */
const failuresMax = 288;
const pauseMaxMs = 5 * 60_000;

/** The incident with `told` moved on, or with a later time to try. Saved by the caller. */
export async function tellNews(ports: RunnerPorts, incident: Incident): Promise<Incident> {
  const nowMs = ports.clock.nowMs();
  if (!hasNews(incident) || nowMs < incident.notifyAfterMs) return incident;
  const news = incident.timeline.slice(incident.told).map((line) => line.text);
  const told = await ports.notifier.notify({ report: reportOf(incident), news, handle: incident.messageHandle });
  if (told.ok)
    return { ...incident, told: incident.timeline.length, messageHandle: { ...told.value }, notifyAfterMs: 0, notifyFailures: 0 };
  const failures = incident.notifyFailures + 1;
  ports.log.warn("a notification was not delivered", {
    incident: incident.id,
    notifier: ports.notifier.name,
    reason: describeFailure(told.failure),
    failures,
  });
  if (told.failure.kind !== "unavailable" || failures >= failuresMax)
    return { ...incident, told: incident.timeline.length, notifyFailures: 0, notifyAfterMs: 0 };
  const pauseMs = Math.max(told.failure.retryAfterMs ?? 0, Math.min(1000 * 2 ** failures, pauseMaxMs));
  return { ...incident, notifyFailures: failures, notifyAfterMs: nowMs + pauseMs };
}

export function hasNews(incident: Incident): boolean {
  return incident.told < incident.timeline.length;
}
