/**
 * PURE. Whether a delivery says anything new about a subject, and what its inbox holds afterwards. Every decision has
 * a name. Nothing here opens or closes an incident.
 */
import { encodeInbox, type EpisodeRecord, type InboxCommand, type InboxRecord } from "./inbox.ts";
import { episodeKey, type IncomingAlert } from "./payload.ts";
import type { Subject } from "./subject.ts";

export const episodesMax = 200;
export const commandsMax = 50;
/** A ledger's item takes 350,000 bytes; room is left for what the runner adds. */
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
  let record: InboxRecord = known ?? { schema: 1, ...about, episodes: {}, commands: [] };
  const reasons: AdmissionReason[] = [];
  let full = false;
  for (const alert of alerts) {
    const change = alert.status === "firing" ? admitFiring(record, alert, nowMs) : admitResolved(record, alert, nowMs);
    if (change.episodes === undefined) {
      reasons.push(change.reason);
      continue;
    }
    const grown = { ...record, episodes: change.episodes };
    // An alert's end makes nothing larger and is always taken.
    const next: InboxRecord | undefined = alert.status === "resolved" ? grown : full ? undefined : bounded(grown, episodeKey(alert));
    // What follows in the same delivery is not weighed again: a thousand attempts would take seconds.
    full ||= next === undefined;
    reasons.push(next === undefined ? "the subject's inbox is full" : change.reason);
    record = next ?? record;
  }
  const news = reasons.find(isNews);
  if (news === undefined) return { next: undefined, reason: reasons[0] ?? "already known", reasons };
  return { next: { ...record, subject: clearer(record.subject, about.subject) }, reason: news, reasons };
}

/** Undefined when the command is in the inbox already. The oldest commands make room for new ones. */
export function admitCommand(record: InboxRecord, command: InboxCommand): InboxRecord | undefined {
  if (record.commands.some((known) => known.id === command.id)) return undefined;
  return { ...record, commands: [...record.commands, command].slice(-commandsMax) };
}

interface Change {
  readonly reason: AdmissionReason;
  /** Absent: nothing changes. */
  readonly episodes?: InboxRecord["episodes"];
}

function admitFiring(record: InboxRecord, alert: IncomingAlert, nowMs: number): Change {
  const key = episodeKey(alert);
  const same = record.episodes[key];
  if (same?.status === "firing") return { reason: "already known" };
  const others = Object.values(record.episodes).filter((episode) => episode.fingerprint === alert.fingerprint);
  // Alertmanager merges what several Prometheus servers send into the earliest start (provider/mem), so the start of
  // an alert that goes on firing may still move back.
  if (others.some((episode) => episode.status === "firing" && episode.startsAtMs >= alert.startsAtMs)) return { reason: "already known" };
  if (!counts(alert)) return { reason: "does not count" };
  if (same === undefined) {
    const reason = Object.keys(record.episodes).length === 0 ? "first seen" : "another episode";
    return { reason, episodes: { ...record.episodes, [key]: episodeOf(alert, nowMs) } };
  }
  if (nowMs - (same.resolvedAtMs ?? 0) < lateCopyMs) return { reason: "late copy of a resolved alert" };
  // Alertmanager resolves by itself what Prometheus stopped sending; when it comes back, the start is the old one.
  return { reason: "firing again", episodes: { ...record.episodes, [key]: episodeOf(alert, nowMs) } };
}

function admitResolved(record: InboxRecord, alert: IncomingAlert, nowMs: number): Change {
  const ended = Object.entries(record.episodes).filter(
    ([, episode]) =>
      episode.fingerprint === alert.fingerprint &&
      episode.status === "firing" &&
      episode.startsAtMs <= Math.max(alert.endsAtMs ?? nowMs, alert.startsAtMs),
  );
  if (ended.length === 0) {
    const known = record.episodes[episodeKey(alert)] !== undefined;
    return { reason: known ? "already known" : "resolved before it was known" };
  }
  const episodes = { ...record.episodes };
  for (const [key, episode] of ended) episodes[key] = { ...episode, status: "resolved", resolvedAtMs: nowMs };
  return { reason: "resolved", episodes };
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
    receivedAtMs: nowMs,
  };
}

/**
 * Drops the oldest resolved episodes until the record fits. When all the others fire, the newcomer is the one left
 * out: dropping a firing one would bring it back as new with every resend.
 */
function bounded(record: InboxRecord, newcomer: string): InboxRecord | undefined {
  const episodes = { ...record.episodes };
  const resolved = Object.entries(episodes)
    .filter(([key, episode]) => episode.status === "resolved" && key !== newcomer)
    .sort(([, left], [, right]) => (left.resolvedAtMs ?? 0) - (right.resolvedAtMs ?? 0))
    .map(([key]) => key);
  while (isTooLarge({ ...record, episodes })) {
    const oldest = resolved.shift();
    if (oldest === undefined) return undefined;
    delete episodes[oldest];
  }
  return { ...record, episodes };
}

function isTooLarge(record: InboxRecord): boolean {
  const episodes = Object.values(record.episodes);
  if (episodes.length > episodesMax) return true;
  if (bytesAtMost(record, episodes) <= inboxBytesMax) return false;
  const text = encodeInbox(record);
  // A UTF-16 unit is at most three bytes of UTF-8: short texts need no counting.
  return text.length * 3 > inboxBytesMax && new TextEncoder().encode(text).length > inboxBytesMax;
}

/** Names and numbers of an episode, its key, and what stands around a label. */
const bytesAroundEpisode = 600;
const bytesAroundLabel = 6;
/** A UTF-16 unit is at most `\u0000` in JSON. */
const bytesPerUnit = 6;

/** Weighed without writing it out, which would be most of the work of a delivery: nearly every inbox is far from full. */
function bytesAtMost(record: InboxRecord, episodes: readonly EpisodeRecord[]): number {
  let units = 0;
  let bytes = encodeInbox({ ...record, episodes: {} }).length * bytesPerUnit;
  for (const { fingerprint, name, labels, severity = "", summary = "" } of episodes) {
    units += 2 * fingerprint.length + name.length + severity.length + summary.length;
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
