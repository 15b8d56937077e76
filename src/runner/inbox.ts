/**
 * From what the doors recorded to incidents: opens one for a subject that has news and none open, and hands episodes
 * and commands to the one that is. The doors never touch an incident, the runner never invents an episode.
 */
import { encodeInbox, inboxKey } from "../alert/inbox.ts";
import type { EpisodeRecord, InboxRecord } from "../alert/inbox.ts";
import type { Clock } from "../clock.ts";
import { digestOf } from "../digest.ts";
import { success } from "../failure.ts";
import type { Result } from "../failure.ts";
import { loadInbox } from "../inbox/change.ts";
import type { ItemKey, LedgerPort } from "../ledger/ledger.ts";
import type { IncidentEvent } from "../transaction/event.ts";
import type { Incident, IncidentEpisode } from "../transaction/incident.ts";
import { isEnded } from "../transaction/incident.ts";
import { loadIncident, saveIncident } from "./records.ts";

/** An inbox whose news its incident has not heard, or may not take up yet, is looked at again after this. */
const unheardMs = 30_000;

/**
 * The incident that is to be stepped for this inbox: the open one, or a new one when an episode fires that no earlier
 * incident has seen. Undefined: there is nothing to do. While an incident is stuck nothing further is opened about its
 * subject. The inbox stays due until its news are heard: whoever was asked to hear them may be driven by somebody else
 * just now, or end without. 1 to 2 reads; 2 writes when an incident opens, else 1.
 */
export async function admitInbox(ledger: LedgerPort, clock: Clock, key: ItemKey): Promise<Result<string | undefined>> {
  const loaded = await loadInbox(ledger, key);
  if (!loaded.ok || loaded.value === undefined) return loaded.ok ? success(undefined) : loaded;
  const { record: heard, item } = loaded.value;
  const { version } = item;
  const previous = heard.incidentId === undefined ? undefined : await loadIncident(ledger, heard.incidentId);
  if (previous !== undefined && !previous.ok) return previous;
  const before = previous?.value?.value;
  const record = before !== undefined && isEnded(before) ? withoutAnswered(heard, before, clock.nowMs()) : heard;
  const unheard = before === undefined ? [] : newsIn(record, before);
  if (before !== undefined && (!isEnded(before) || record.commands.length > 0))
    return unheard.length > 0
      ? settle(ledger, key, record, version, before.id, clock.nowMs() + unheardMs)
      : settle(ledger, key, record, version, undefined, undefined);
  const fresh = Object.values(record.episodes).some((episode) => isFresh(episode, before));
  if (fresh && before !== undefined && isStuck(before)) return settle(ledger, key, record, version, undefined, clock.nowMs() + unheardMs);
  if (!fresh) return settle(ledger, key, { ...record, commands: [] }, version, undefined, undefined);
  const incident = await openIncident(record, clock.nowMs());
  const saved = await saveIncident(ledger, incident, 0, incident.openedAtMs);
  // Somebody else opened it from the same inbox a moment ago: the same id, the same incident.
  if (!saved.ok && saved.failure.kind !== "conflict") return saved;
  return settle(ledger, key, { ...record, incidentId: incident.id }, version, incident.id, undefined);
}

/** What a person asked ends with the incident that took it up: no alert manager will ever resolve it. */
function withoutAnswered(record: InboxRecord, ended: Incident, nowMs: number): InboxRecord {
  const episodes = Object.entries(record.episodes).map(([key, episode]): [string, EpisodeRecord] => {
    const isAnswered = episode.asked !== undefined && ended.episodes.some((seen) => identity(seen) === identity(episodeOf(episode)));
    return [key, isAnswered && episode.status === "firing" ? { ...episode, status: "resolved", resolvedAtMs: nowMs } : episode];
  });
  return { ...record, episodes: Object.fromEntries(episodes) };
}

function isStuck({ state }: Incident): boolean {
  return state.name === "closed" && state.outcome === "stuck" && !state.acknowledged;
}

/** Fires, and the last incident about its subject has not seen it, saw it end, or was over when it came back. */
function isFresh(record: EpisodeRecord, before: Incident | undefined): boolean {
  if (record.status !== "firing") return false;
  const seen = before?.episodes.find((episode) => identity(episode) === identity(episodeOf(record)));
  if (before === undefined || seen === undefined || !seen.firing) return true;
  return before.state.name === "closed" && record.receivedAtMs !== seen.receivedAtMs;
}

/** Takes the inbox off the list of what is due, or puts it back there. A conflict is news that came in meanwhile: the next sweep sees it. */
async function settle(
  ledger: LedgerPort,
  key: ItemKey,
  record: InboxRecord,
  version: number,
  incidentId: string | undefined,
  dueAtMs: number | undefined,
): Promise<Result<string | undefined>> {
  const index = dueAtMs === undefined ? {} : { index: { name: "due", atMs: dueAtMs } as const };
  const put = await ledger.put({ ...key, version: version + 1, body: encodeInbox(record), ...index });
  return put.ok || put.failure.kind === "conflict" ? success(incidentId) : put;
}

/**
 * The id follows from the subject, when it was first heard of and its last incident, none of which later news can change:
 * two processes that open it at once, or one after a crash of the other, open the same one.
 */
async function openIncident(record: InboxRecord, nowMs: number): Promise<Incident> {
  const { subject, cluster } = record;
  // What is over is no part of it: an earlier alert, or what somebody asked before.
  const episodes = episodesOf(record).filter(({ firing }) => firing);
  const heardMs = Math.min(...Object.values(record.episodes).map((episode) => episode.receivedAtMs));
  const id = await digestOf(`${cluster}/${subject.key}/${heardMs}/${record.incidentId ?? ""}`, 5);
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

function episodesOf(record: InboxRecord): IncidentEpisode[] {
  return Object.values(record.episodes).map(episodeOf);
}

function episodeOf({ name, labels, startsAtMs, status, receivedAtMs, asked, summary = "" }: EpisodeRecord): IncidentEpisode {
  const episode = { name, labels: { ...labels }, startsAtMs, firing: status === "firing", receivedAtMs };
  return asked === undefined ? episode : { ...episode, asked: { by: asked.by, words: summary } };
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

export interface News {
  readonly events: readonly IncidentEvent[];
  /** Ids of the commands among them: they stay in the inbox until `forgetCommands`. */
  readonly commands: readonly string[];
}

/** What the inbox has to say to its incident. One read. */
export async function newsFor(ledger: LedgerPort, incident: Incident): Promise<Result<News>> {
  const loaded = await loadInbox(ledger, inboxKey(incident.cluster, incident.subjectKey));
  if (!loaded.ok) return loaded;
  const record = loaded.value?.record;
  if (record === undefined || record.incidentId !== incident.id) return success({ events: [], commands: [] });
  return success({ events: newsIn(record, incident), commands: record.commands.map((command) => command.id) });
}

function newsIn(record: InboxRecord, incident: Incident): readonly IncidentEvent[] {
  const since = episodesOf(record).filter(
    (episode) => episode.firing || incident.episodes.some((known) => identity(known) === identity(episode)),
  );
  const changed = JSON.stringify(since) !== JSON.stringify(incident.episodes);
  const said = { approve: "approved", reject: "rejected", abort: "aborted", acknowledge: "acknowledged" } as const;
  const commands = record.commands.map((command): IncidentEvent => ({ type: said[command.type], by: command.by }));
  return [...(changed && !isEnded(incident) ? [{ type: "episodes", episodes: since } as const] : []), ...commands];
}

/**
 * After the incident that took them in is saved; whatever came since stays, and stays due. 1 read; 1 write when there
 * were commands.
 */
export async function forgetCommands(ledger: LedgerPort, incident: Incident, ids: readonly string[]): Promise<Result<void>> {
  if (ids.length === 0) return success(undefined);
  const key = inboxKey(incident.cluster, incident.subjectKey);
  const loaded = await loadInbox(ledger, key);
  if (!loaded.ok || loaded.value === undefined) return loaded.ok ? success(undefined) : loaded;
  const { record, item } = loaded.value;
  const commands = record.commands.filter((command) => !ids.includes(command.id));
  const put = await ledger.put({ ...item, version: item.version + 1, body: encodeInbox({ ...record, commands }) });
  return put.ok || put.failure.kind === "conflict" ? success(undefined) : put;
}
