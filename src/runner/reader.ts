/** What the doors show of incidents, and how a person's word reaches one: through the inbox, never into the incident itself. */
import { admitCommand } from "../alert/admission.ts";
import { inboxKey } from "../alert/inbox.ts";
import type { CommandType } from "../alert/inbox.ts";
import type { Clock } from "../clock.ts";
import { refused, success } from "../failure.ts";
import type { Result } from "../failure.ts";
import type { IncidentReader } from "../http/incidents.ts";
import { changeInbox } from "../inbox/change.ts";
import type { ItemKey, LedgerPort } from "../ledger/ledger.ts";
import type { JsonObject } from "../kubernetes/json.ts";
import type { Incident } from "../transaction/incident.ts";
import { incidentIdOf, loadIncident } from "./records.ts";
import { reportOf } from "./report.ts";

const farFutureMs = 8_640_000_000_000_000;

export interface ReaderOptions {
  readonly ledger: LedgerPort;
  readonly clock: Clock;
  readonly wake: (key: ItemKey) => void;
  readonly newId: () => string;
}

export function incidentReader({ ledger, clock, wake, newId }: ReaderOptions): IncidentReader {
  return {
    async list(limit) {
      const [due, ended] = await Promise.all([ledger.query("due", farFutureMs, limit), ledger.query("ended", farFutureMs, limit)]);
      if (!due.ok) return due;
      if (!ended.ok) return ended;
      const ids = [...new Set([...due.value, ...ended.value].flatMap((key) => incidentIdOf(key) ?? []))].slice(0, limit);
      const listed: JsonObject[] = [];
      for (const id of ids) {
        const loaded = await loadIncident(ledger, id);
        if (loaded.ok && loaded.value !== undefined) listed.push(summaryOf(loaded.value.value));
      }
      return success(listed);
    },

    async read(id) {
      const loaded = await loadIncident(ledger, id);
      if (!loaded.ok) return loaded;
      return success(loaded.value === undefined ? undefined : detailsOf(loaded.value.value));
    },

    async command(id, type, by) {
      const loaded = await loadIncident(ledger, id);
      if (!loaded.ok) return loaded;
      if (loaded.value === undefined) return refused("there is no such incident");
      const incident = loaded.value.value;
      const whyNot = whyNotNow(incident, type);
      return whyNot === undefined ? leave(incident, type, by) : refused(whyNot);
    },
  };

  async function leave(incident: Incident, type: CommandType, by: string): Promise<Result<void>> {
    const key = inboxKey(incident.cluster, incident.subjectKey);
    const nowMs = clock.nowMs();
    const command = { id: newId(), type, by, atMs: nowMs };
    const left = await changeInbox<Result<void>>(ledger, key, { nowMs }, (known) => {
      if (known?.incidentId === incident.id) return { next: admitCommand(known, command), answer: success(undefined) };
      return { next: undefined, answer: refused("a newer incident about the same subject is open") };
    });
    if (!left.ok) return left;
    if (left.value.ok) wake(key);
    return left.value;
  }
}

function whyNotNow(incident: Incident, type: CommandType): string | undefined {
  const { state } = incident;
  if (type === "acknowledge")
    return state.name === "closed" && state.outcome === "stuck" ? undefined : "only an incident that is stuck waits to be acknowledged";
  if (state.name === "closed" || state.name === "closing") return "the incident is over";
  if ((type === "approve" || type === "reject") && state.name !== "awaiting_approval")
    return `the incident is ${state.name}: nothing waits for approval`;
  return undefined;
}

function summaryOf(incident: Incident): JsonObject {
  const report = reportOf(incident);
  return plain({
    id: incident.id,
    cluster: incident.cluster,
    subject: report.subject,
    alerts: report.alerts,
    state: report.state,
    outcome: report.outcome,
    reason: report.outcomeReason,
    openedAtMs: report.openedAtMs,
    endedAtMs: report.endedAtMs,
  });
}

function detailsOf(incident: Incident): JsonObject {
  return plain({
    ...reportOf(incident),
    id: incident.id,
    namespaces: incident.namespaces,
    timeline: incident.timeline,
    fence: incident.fence,
  });
}

/** Drops what is undefined and says what JSON cannot: a crashed severity is the text "infinite". */
function plain(value: unknown): JsonObject {
  return JSON.parse(JSON.stringify(value, (_key, entry: unknown) => (entry === Infinity ? "infinite" : entry))) as JsonObject;
}
