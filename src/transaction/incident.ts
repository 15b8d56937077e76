/**
 * PURE. An incident as it is stored: where it stands (a tagged union, each state with exactly its data), what was
 * tried, what was measured. Everything a fresh process needs to carry on is here or in the undo entries.
 */
import * as z from "zod";
import { planSchema } from "../action/action.ts";
import { baselineSchema, oracleSchema, severitySchema } from "../severity/severity.ts";

const refSchema = z.object({ kind: z.string(), namespace: z.string().optional(), name: z.string() });

export const verdictSchema = z.enum(["resolved", "improved", "unchanged", "regressed", "inconclusive"]);
export type Verdict = z.infer<typeof verdictSchema>;

export const outcomeSchema = z.enum(["mitigated", "improved", "restored", "no_action", "self_resolved", "stuck"]);
export type Outcome = z.infer<typeof outcomeSchema>;

export const sampleSchema = z.object({
  atMs: z.number(),
  severity: severitySchema,
  oraclesPass: z.boolean(),
  /** Nobody tells of alerts, all that is measured is as at the checkpoint, and what was seen to be wrong is gone. */
  findingGone: z.boolean().optional(),
  phase: z.enum(["checkpoint", "settling", "evaluating", "undone"]),
});
export type Sample = z.infer<typeof sampleSchema>;

export const hypothesisSchema = z.object({
  cause: z.string(),
  component: refSchema,
  confidence: z.number(),
  evidence: z.array(z.string()),
  guess: z.boolean().optional(),
  remedies: z.array(z.object({ intent: z.string(), actions: planSchema.shape.actions })),
});
export type StoredHypothesis = z.infer<typeof hypothesisSchema>;

const checkpointSchema = z.object({
  atMs: z.number(),
  /** A checkpoint is only ever taken of a known severity. */
  mu: z.number(),
  baseline: baselineSchema,
  /** Nothing that is measured is wrong, and no alert can tell: what was seen must be seen to be gone. */
  onlySeen: z.boolean().optional(),
  /** How long an alert of the rules involved may take to show; undefined when no source tells. */
  horizonMs: z.number().optional(),
});
export type Checkpoint = z.infer<typeof checkpointSchema>;

export const attemptSchema = z.object({
  number: z.int(),
  plan: planSchema,
  startedAtMs: z.number(),
  checkpoint: checkpointSchema.optional(),
  /** Writes begun, retries and re-invocations included: never more than K. */
  writes: z.int(),
  /** Sum of what the actions done so far may raise severity by for a while (mu). */
  transientBudget: z.number(),
  samples: z.array(sampleSchema),
  oracles: z.array(oracleSchema),
  verdict: verdictSchema.optional(),
  ending: z.enum(["committed", "undone", "undo not proven"]).optional(),
  reason: z.string().optional(),
  /** A person said stop: this attempt is taken back and none follows. */
  stoppedBy: z.string().optional(),
  /** Foreign changes found while undoing: kept, and told. */
  foreign: z.array(z.string()),
  remarks: z.array(z.string()),
});
export type Attempt = z.infer<typeof attemptSchema>;

export const stateSchema = z.discriminatedUnion("name", [
  z.object({ name: z.literal("opened") }),
  z.object({ name: z.literal("observing") }),
  // `onlySeen`: severity is 0 and nobody tells of alerts, so that only what is seen to be wrong can be seen to be mended.
  z.object({ name: z.literal("diagnosing"), onlySeen: z.boolean().optional() }),
  z.object({ name: z.literal("planning"), hypotheses: z.array(hypothesisSchema), onlySeen: z.boolean().optional() }),
  z.object({ name: z.literal("awaiting_approval"), plan: planSchema, expiresAtMs: z.number() }),
  z.object({ name: z.literal("checkpointing"), plan: planSchema }),
  z.object({ name: z.literal("acting"), nextAction: z.int() }),
  z.object({ name: z.literal("settling"), sinceMs: z.number(), deadlineMs: z.number(), worseSinceMs: z.number().optional() }),
  z.object({
    name: z.literal("evaluating"),
    sinceMs: z.number(),
    deadlineMs: z.number(),
    worseSinceMs: z.number().optional(),
    restarts: z.record(z.string(), z.number()),
  }),
  z.object({ name: z.literal("undoing"), sinceMs: z.number() }),
  z.object({
    name: z.literal("verifying_undo"),
    sinceMs: z.number(),
    /** Until then severity is waited for in full; after it, what can be compared with the checkpoint is enough. */
    patientUntilMs: z.number(),
    /** Samples in a row whose comparable part was back. */
    comparableBack: z.int(),
    deadlineMs: z.number(),
  }),
  /** The outcome stands; our annotations are taken off and the scope is given back. */
  z.object({ name: z.literal("closing"), outcome: outcomeSchema, reason: z.string(), byHand: z.array(z.string()) }),
  z.object({
    name: z.literal("closed"),
    outcome: outcomeSchema,
    reason: z.string(),
    byHand: z.array(z.string()),
    endedAtMs: z.number(),
    acknowledged: z.boolean(),
  }),
]);
export type State = z.infer<typeof stateSchema>;

const episodeSchema = z.object({
  name: z.string(),
  labels: z.record(z.string(), z.string()),
  startsAtMs: z.number(),
  firing: z.boolean(),
  /** Of the news that this is: another one means that it came anew. Compared for equality only. */
  receivedAtMs: z.number().optional(),
  /** Present: no alert, but a person asked, in these words. */
  asked: z.object({ by: z.string(), words: z.string() }).optional(),
});
export type IncidentEpisode = z.infer<typeof episodeSchema>;

export const incidentSchema = z.object({
  schema: z.literal(1),
  id: z.string(),
  cluster: z.string(),
  subjectKey: z.string(),
  /** What the alert names, as far as it is known; resolved to its top controller while observing. */
  subject: refSchema.optional(),
  /** The scope: namespaces that this incident may write. */
  namespaces: z.array(z.string()),
  episodes: z.array(episodeSchema),
  openedAtMs: z.number(),
  state: stateSchema,
  attempts: z.array(attemptSchema),
  /** Severity at the ends of transactions; mu is null where it was not known. */
  visiblePath: z.array(z.object({ atMs: z.number(), mu: z.number().nullable() })),
  diagnosis: z.array(z.string()),
  /** The story for people, oldest first; `told` says how much of it the notifier has delivered. */
  timeline: z.array(z.object({ atMs: z.number(), text: z.string() })),
  told: z.int(),
  messageHandle: z.record(z.string(), z.string()).optional(),
  notifyAfterMs: z.number(),
  notifyFailures: z.int(),
  /** Nothing is due before this. */
  waitUntilMs: z.number(),
  /** By the clock of whoever saved it last. */
  savedAtMs: z.number().optional(),
  /** Since it was opened: time in which nobody looked after it, and what clocks were set forth (or, below zero, back). */
  unattendedMs: z.number().optional(),
  /** Consecutive failures of the current state's work. */
  failures: z.int(),
  lease: z.object({ owner: z.string(), expiresAtMs: z.number() }).optional(),
  fence: z.int(),
});
export type Incident = z.infer<typeof incidentSchema>;

export function attemptOf(incident: Incident): Attempt | undefined {
  return incident.attempts.at(-1);
}

export function isEnded(incident: Incident): boolean {
  return incident.state.name === "closed";
}

/** What a person asked is none. */
export function alertsOf({ episodes }: Incident): readonly IncidentEpisode[] {
  return episodes.filter(({ asked }) => asked === undefined);
}

/** Started by hand, and no alert has come: only what is measured can say whether anything is wrong. */
export function isByHand(incident: Incident): boolean {
  return incident.episodes.length > 0 && alertsOf(incident).length === 0;
}

/** Whether, on the way to a plan, nothing is measured that could tell a remedy from doing nothing. */
export function isOnlySeen({ state }: Incident): boolean {
  return (state.name === "diagnosing" || state.name === "planning") && state.onlySeen === true;
}

/** As soon as there is an alert, the alerts alone say when it is over; what a person asked stands for as long as there is none. */
export function isFiring(incident: Incident): boolean {
  return (isByHand(incident) ? incident.episodes : alertsOf(incident)).some((episode) => episode.firing);
}
