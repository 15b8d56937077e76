/**
 * PURE. The inbox of a subject: what the doors have heard about one owner and what people asked for, as one ledger
 * item. The doors append to it and never touch the incident, which its runner drives under a lease.
 */
import * as z from "zod";
import { malformed, success, type Result } from "../failure.ts";
import type { ItemKey } from "../ledger/ledger.ts";
import type { Subject } from "./subject.ts";

/** One Alertmanager alert from its start to its end; keyed by `episodeKey`. */
export const episodeSchema = z.object({
  fingerprint: z.string(),
  name: z.string(),
  labels: z.record(z.string(), z.string()),
  startsAtMs: z.number(),
  status: z.enum(["firing", "resolved"]),
  severity: z.string().optional(),
  summary: z.string().optional(),
  /** Present: no alert, but a person asked; `summary` holds their words. */
  asked: z.object({ by: z.string() }).optional(),
  receivedAtMs: z.number(),
  /** When Stratus was told, by its own clock. */
  resolvedAtMs: z.number().optional(),
});
export type EpisodeRecord = Readonly<z.infer<typeof episodeSchema>>;

export const commandTypes = ["approve", "reject", "abort", "acknowledge"] as const;
export type CommandType = (typeof commandTypes)[number];

export const commandSchema = z.object({
  /** The same command delivered twice has the same id and is kept once. */
  id: z.string(),
  type: z.enum(commandTypes),
  /** Who asked, as they named themselves. */
  by: z.string(),
  atMs: z.number(),
});
export type InboxCommand = Readonly<z.infer<typeof commandSchema>>;

export const subjectSchema = z.object({
  cluster: z.string().optional(),
  namespace: z.string().optional(),
  kind: z.string().optional(),
  name: z.string().optional(),
  key: z.string(),
});

export const inboxSchema = z.object({
  schema: z.literal(1),
  /** The configured cluster, also where the alert did not name one. */
  cluster: z.string(),
  subject: subjectSchema,
  episodes: z.record(z.string(), episodeSchema),
  commands: z.array(commandSchema),
  /** Set by the runner while an incident about this subject is open. */
  incidentId: z.string().optional(),
});

export interface InboxRecord {
  readonly schema: 1;
  readonly cluster: string;
  readonly subject: Subject;
  readonly episodes: Readonly<Record<string, EpisodeRecord>>;
  readonly commands: readonly InboxCommand[];
  readonly incidentId?: string;
}

export function inboxKey(cluster: string, subjectKey: string): ItemKey {
  return { partition: `subject#${cluster}/${subjectKey}`, sort: "inbox" };
}

/** Fails with `malformed` on anything but schema 1: a newer form is refused, not guessed. */
export function decodeInbox(body: string): Result<InboxRecord> {
  try {
    const parsed = inboxSchema.safeParse(JSON.parse(body));
    // The schema reads an absent field as absent, never as undefined; its type cannot say so.
    if (parsed.success) return success(parsed.data as InboxRecord);
    return malformed("inbox", parsed.error.issues[0]?.message ?? "not of the expected form");
  } catch {
    return malformed("inbox", "not JSON");
  }
}

export function encodeInbox(record: InboxRecord): string {
  return JSON.stringify(record);
}
