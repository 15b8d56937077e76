/**
 * From what the doors recorded to incidents: opens one for a subject that has news and none open, and hands episodes
 * and commands to the one that is. The doors never touch an incident, the runner never invents an episode.
 */
import { decodeInbox, encodeInbox, inboxKey } from "../alert/inbox.ts";
import type { InboxRecord } from "../alert/inbox.ts";
import type { Clock } from "../clock.ts";
import { success } from "../failure.ts";
import type { Result } from "../failure.ts";
import type { ItemKey, LedgerPort } from "../ledger/ledger.ts";
import type { IncidentEvent } from "../transaction/event.ts";
import type { Incident, IncidentEpisode } from "../transaction/incident.ts";
import { isEnded } from "../transaction/incident.ts";
import { loadIncident, saveIncident } from "./records.ts";

export interface OpenedInbox {
  readonly record: InboxRecord;
  readonly version: number;
}

export async function loadInbox(ledger: LedgerPort, key: ItemKey): Promise<Result<OpenedInbox | undefined>> {
  const item = await ledger.get(key);
  if (!item.ok) return item;
  if (item.value === undefined) return success(undefined);
  const record = decodeInbox(item.value.body);
  return record.ok ? success({ record: record.value, version: item.value.version }) : record;
}

/**
 * The incident that is to be stepped for this inbox: the open one, or a new one when an episode fires that no earlier
 * incident has seen. Undefined: there is nothing to do. 1 to 2 reads; 2 writes when an incident opens, else 1.
 */
export async function admitInbox(ledger: LedgerPort, clock: Clock, key: ItemKey): Promise<Result<string | undefined>> {
  const loaded = await loadInbox(ledger, key);
  if (!loaded.ok || loaded.value === undefined) return loaded.ok ? success(undefined) : loaded;
  const { record, version } = loaded.value;
  const previous = record.incidentId === undefined ? undefined : await loadIncident(ledger, record.incidentId);
  if (previous !== undefined && !previous.ok) return previous;
  const before = previous?.value?.value;
  if (before !== undefined && (!isEnded(before) || record.commands.length > 0)) return settle(ledger, key, record, version, before.id);
  const seen = new Set(before?.episodes.map(identity));
  const fresh = episodesOf(record).filter((episode) => episode.firing && !seen.has(identity(episode)));
  if (fresh.length === 0) return settle(ledger, key, { ...record, commands: [] }, version, undefined);
  const incident = await openIncident(record, clock.nowMs());
  const saved = await saveIncident(ledger, incident, 0, incident.openedAtMs);
  // Somebody else opened it from the same inbox a moment ago: the same id, the same incident.
  if (!saved.ok && saved.failure.kind !== "conflict") return saved;
  return settle(ledger, key, { ...record, incidentId: incident.id }, version, incident.id);
}

/** Takes the inbox off the list of what is due. A conflict is news that came in meanwhile: the next sweep sees it. */
async function settle(
  ledger: LedgerPort,
  key: ItemKey,
  record: InboxRecord,
  version: number,
  incidentId: string | undefined,
): Promise<Result<string | undefined>> {
  const put = await ledger.put({ ...key, version: version + 1, body: encodeInbox(record) });
  return put.ok || put.failure.kind === "conflict" ? success(incidentId) : put;
}

/** The id follows from the subject and its first episode, so two processes that open it at once open the same one. */
async function openIncident(record: InboxRecord, nowMs: number): Promise<Incident> {
  const { subject, cluster } = record;
  const episodes = episodesOf(record);
  const firing = episodes.filter((episode) => episode.firing);
  const startedMs = Math.min(...firing.map((episode) => episode.startsAtMs));
  const id = await shortHash(`${cluster}/${subject.key}/${startedMs}/${record.incidentId ?? ""}`);
  const namespace = subject.namespace;
  return {
    schema: 1,
    id,
    cluster,
    subjectKey: subject.key,
    ...(subject.name === undefined
      ? {}
      : { subject: { kind: subject.kind ?? "Workload", ...(namespace === undefined ? {} : { namespace }), name: subject.name } }),
    namespaces: namespace === undefined ? [] : [namespace],
    episodes,
    openedAtMs: nowMs,
    state: { name: "opened" },
    attempts: [],
    visiblePath: [],
    diagnosis: [],
    timeline: [],
    told: 0,
    notifyAfterMs: 0,
    notifyFailures: 0,
    waitUntilMs: 0,
    failures: 0,
    fence: 0,
  };
}

async function shortHash(text: string): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  return Array.from(digest.slice(0, 5), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function episodesOf(record: InboxRecord): IncidentEpisode[] {
  return Object.values(record.episodes).map(({ name, labels, startsAtMs, status }) => ({
    name,
    labels: { ...labels },
    startsAtMs,
    firing: status === "firing",
  }));
}

function identity(episode: IncidentEpisode): string {
  return JSON.stringify([
    episode.name,
    episode.startsAtMs,
    Object.keys(episode.labels)
      .toSorted((left, right) => (left < right ? -1 : 1))
      .map((key) => [key, episode.labels[key]]),
  ]);
}

/** What the inbox has to say to its open incident. Commands stay in the inbox until `forget` takes them out. */
export async function newsFor(ledger: LedgerPort, incident: Incident): Promise<Result<readonly IncidentEvent[]>> {
  const loaded = await loadInbox(ledger, inboxKey(incident.cluster, incident.subjectKey));
  if (!loaded.ok) return loaded;
  const record = loaded.value?.record;
  if (record === undefined || record.incidentId !== incident.id) return success([]);
  const since = episodesOf(record).filter(
    (episode) => episode.firing || incident.episodes.some((known) => identity(known) === identity(episode)),
  );
  const changed = JSON.stringify(since) !== JSON.stringify(incident.episodes);
  const said = { approve: "approved", reject: "rejected", abort: "aborted", acknowledge: "acknowledged" } as const;
  const commands = record.commands.map((command): IncidentEvent => ({ type: said[command.type], by: command.by }));
  return success([...(changed && !isEnded(incident) ? [{ type: "episodes", episodes: since } as const] : []), ...commands]);
}

/** After the incident that took them in is saved. 1 read; 1 write when there were commands. */
export async function forgetCommands(ledger: LedgerPort, incident: Incident): Promise<Result<void>> {
  const key = inboxKey(incident.cluster, incident.subjectKey);
  const loaded = await loadInbox(ledger, key);
  if (!loaded.ok || loaded.value === undefined || loaded.value.record.commands.length === 0) return loaded.ok ? success(undefined) : loaded;
  const put = await ledger.put({ ...key, version: loaded.value.version + 1, body: encodeInbox({ ...loaded.value.record, commands: [] }) });
  return put.ok || put.failure.kind === "conflict" ? success(undefined) : put;
}
