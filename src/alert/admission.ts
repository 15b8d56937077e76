/**
 * PURE. Whether a delivery says anything new about a subject, and what its inbox holds afterwards. Every decision has
 * a name. Nothing here opens or closes an incident.
 */
import { encodeInbox, type EpisodeRecord, type InboxCommand, type InboxRecord } from "./inbox.ts";
import { episodeKey, type IncomingAlert } from "./payload.ts";
import type { Subject } from "./subject.ts";

export const episodesMax = 200;
export const commandsMax = 50;
/** So that an inbox stays one item of DynamoDB (400 KB), which is read by one request; room is left for what the runner adds. */
export const inboxBytesMax = 300_000;
/** A copy from a slower Alertmanager peer arrives within `--cluster.peer-timeout` (15 s) times its position. */
const lateCopyMs = 60_000;

export type AdmissionReason =
  | "first seen"
  | "another episode"
  | "firing again"
  | "resolved"
  | "already known"
  | "late copy of a resolved alert"
  | "resolved before it was known"
  | "does not count"
  | "the subject's inbox is full";

export interface Admission {
  /** Undefined: there is nothing to write. */
  readonly next: InboxRecord | undefined;
  /** The first piece of news, or else why there is none. */
  readonly reason: AdmissionReason;
  /** One reason for each alert, in their order. */
  readonly reasons: readonly AdmissionReason[];
}

export interface SubjectOfDelivery {
  /** The configured cluster. */
  readonly cluster: string;
  readonly subject: Subject;
}

export function isNews(reason: AdmissionReason): boolean {
  return reason === "first seen" || reason === "another episode" || reason === "firing again" || reason === "resolved";
}

/** `alerts` are those of one payload about one subject. */
export function admit(
  known: InboxRecord | undefined,
  about: SubjectOfDelivery,
  alerts: readonly IncomingAlert[],
  nowMs: number,
): Admission {
  const record: InboxRecord = known ?? { schema: 1, ...about, episodes: {}, commands: [] };
  const episodes: Episodes = new Map(known === undefined ? [] : Object.entries(known.episodes));
  let full = false;
  const reasons = alerts.map((alert): AdmissionReason => {
    // An alert's end makes nothing larger and is always taken.
    if (alert.status === "resolved") return endEpisodes(episodes, alert, nowMs);
    const key = episodeKey(alert);
    const reason = whyFiring(episodes, key, alert, nowMs);
    if (!isNews(reason)) return reason;
    // What follows in the same delivery is not weighed again: a thousand attempts would take seconds.
    full ||= !putIfItFits(record, episodes, key, episodeOf(alert, nowMs));
    return full ? "the subject's inbox is full" : reason;
  });
  const news = reasons.find(isNews);
  if (news === undefined) return { next: undefined, reason: reasons[0] ?? "already known", reasons };
  return { next: holding({ ...record, subject: clearer(record.subject, about.subject) }, episodes), reason: news, reasons };
}

/** Undefined when the command is in the inbox already. The oldest commands make room for new ones. */
export function admitCommand(record: InboxRecord, command: InboxCommand): InboxRecord | undefined {
  if (record.commands.some((known) => known.id === command.id)) return undefined;
  return { ...record, commands: [...record.commands, command].slice(-commandsMax) };
}

/** Of one inbox while a delivery is held against it. A map, for an object with names of its own is slow to grow. */
type Episodes = Map<string, EpisodeRecord>;

function whyFiring(episodes: Episodes, key: string, alert: IncomingAlert, nowMs: number): AdmissionReason {
  // The same request, whenever it was sent first, and whether or not its incident is over.
  if (alert.asked !== undefined && [...episodes.values()].some(({ fingerprint }) => fingerprint === alert.fingerprint))
    return "already known";
  const same = episodes.get(key);
  if (same?.status === "firing") return "already known";
  for (const episode of episodes.values()) {
    // Alertmanager merges what several Prometheus servers send into the earliest start (provider/mem), so the start of
    // an alert that goes on firing may still move back.
    const movedBack = episode.status === "firing" && episode.startsAtMs >= alert.startsAtMs;
    if (movedBack && episode.fingerprint === alert.fingerprint) return "already known";
  }
  if (!counts(alert)) return "does not count";
  if (same === undefined) return episodes.size === 0 ? "first seen" : "another episode";
  // Alertmanager resolves by itself what Prometheus stopped sending; when it comes back, the start is the old one.
  return Math.abs(nowMs - (same.resolvedAtMs ?? 0)) < lateCopyMs ? "late copy of a resolved alert" : "firing again";
}

function endEpisodes(episodes: Episodes, alert: IncomingAlert, nowMs: number): AdmissionReason {
  const endMs = Math.max(alert.endsAtMs ?? nowMs, alert.startsAtMs);
  let ended = false;
  for (const [key, episode] of episodes) {
    if (episode.fingerprint !== alert.fingerprint || episode.status !== "firing" || episode.startsAtMs > endMs) continue;
    episodes.set(key, { ...episode, status: "resolved", resolvedAtMs: nowMs });
    ended = true;
  }
  if (ended) return "resolved";
  return episodes.has(episodeKey(alert)) ? "already known" : "resolved before it was known";
}

/** What does not count for severity cannot be improved either: kubernetes-mixin's heartbeat and inhibitor, and what only informs. */
function counts(alert: IncomingAlert): boolean {
  return alert.name !== "Watchdog" && alert.name !== "InfoInhibitor" && alert.severity !== "info" && alert.severity !== "none";
}

function episodeOf(alert: IncomingAlert, nowMs: number): EpisodeRecord {
  return {
    fingerprint: alert.fingerprint,
    name: alert.name,
    labels: alert.labels,
    startsAtMs: alert.startsAtMs,
    status: "firing",
    ...(alert.severity === undefined ? {} : { severity: alert.severity }),
    ...(alert.summary === undefined ? {} : { summary: alert.summary }),
    ...(alert.asked === undefined ? {} : { asked: alert.asked }),
    receivedAtMs: nowMs,
  };
}

/**
 * Drops the oldest resolved episodes until the newcomer fits. When all the others fire, the newcomer is the one left
 * out: dropping a firing one would bring it back as new with every resend.
 */
function putIfItFits(record: InboxRecord, episodes: Episodes, key: string, newcomer: EpisodeRecord): boolean {
  const before = episodes.get(key);
  episodes.set(key, newcomer);
  if (!isTooLarge(record, episodes)) return true;
  const resolved = [...episodes]
    .filter(([, episode]) => episode.status === "resolved")
    .toSorted(([, left], [, right]) => (left.resolvedAtMs ?? 0) - (right.resolvedAtMs ?? 0));
  const rest: Episodes = new Map(episodes);
  for (const [oldest] of resolved) {
    rest.delete(oldest);
    if (isTooLarge(record, rest)) continue;
    for (const dropped of episodes.keys()) if (!rest.has(dropped)) episodes.delete(dropped);
    return true;
  }
  if (before === undefined) episodes.delete(key);
  else episodes.set(key, before);
  return false;
}

/** Without a prototype: an object that takes names of its own as members costs a tenth when it is made as a dictionary. */
function holding(record: InboxRecord, episodes: Episodes): InboxRecord {
  const members = Object.create(null) as Record<string, EpisodeRecord>;
  for (const [key, episode] of episodes) members[key] = episode;
  return { ...record, episodes: members };
}

function isTooLarge(record: InboxRecord, episodes: Episodes): boolean {
  if (episodes.size > episodesMax) return true;
  if (bytesAtMost(record, episodes.values()) <= inboxBytesMax) return false;
  const text = encodeInbox(holding(record, episodes));
  // A UTF-16 unit is at most three bytes of UTF-8: short texts need no counting.
  return text.length * 3 > inboxBytesMax && new TextEncoder().encode(text).length > inboxBytesMax;
}

/** Names and numbers of an episode, its key, and what stands around a label. */
const bytesAroundEpisode = 600;
const bytesAroundLabel = 6;
/** A UTF-16 unit is at most `\u0000` in JSON. */
const bytesPerUnit = 6;

/** Weighed without writing it out, which would be most of the work of a delivery: nearly every inbox is far from full. */
function bytesAtMost(record: InboxRecord, episodes: Iterable<EpisodeRecord>): number {
  let units = 0;
  let bytes = (JSON.stringify(record.subject).length + JSON.stringify(record.commands).length) * bytesPerUnit;
  bytes += bytesAroundEpisode + (record.cluster.length + (record.incidentId?.length ?? 0)) * bytesPerUnit;
  for (const { fingerprint, name, labels, severity = "", summary = "", asked } of episodes) {
    units += 2 * fingerprint.length + name.length + severity.length + summary.length + (asked?.by.length ?? 0);
    bytes += bytesAroundEpisode;
    for (const label of Object.keys(labels)) {
      units += label.length + (labels[label]?.length ?? 0);
      bytes += bytesAroundLabel;
    }
  }
  return bytes + units * bytesPerUnit;
}

/** Later alerts may name the controller that earlier ones only hinted at. */
function clearer(known: Subject, heard: Subject): Subject {
  const controllers = ["Deployment", "StatefulSet", "DaemonSet", "CronJob", "Job"];
  const isController = (subject: Subject): boolean => controllers.includes(subject.kind ?? "");
  if (isController(heard) && !isController(known)) return heard;
  return known.kind === undefined && heard.kind !== undefined ? heard : known;
}
