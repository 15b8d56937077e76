/**
 * PURE. What became of the remedies for one cause at one object in earlier incidents. It orders later plans and nothing else:
 * it allows none, forbids none and spares none a check. Causes, names and fields; never a value that was written.
 */
import * as z from "zod";
import type { Plan } from "../action/action.ts";

const countsSchema = z.object({
  /** Kept, and the incident was over with it. */
  mitigated: z.int(),
  /** Kept: severity was lower, and not all was well. */
  improved: z.int(),
  /** Taken back, for it changed nothing. */
  undone: z.int(),
  /** Taken back, for it made things worse. */
  regressed: z.int(),
});
export type Counts = z.infer<typeof countsSchema>;

const remedySchema = countsSchema.extend({
  /** `patch Service spec.ports.targetPort`: what is done to which fields, as `shapeOf` says it. */
  shape: z.string(),
  lastAtMs: z.number(),
});
export type RemedyMemory = z.infer<typeof remedySchema>;

export const memorySchema = z.object({
  schema: z.literal(1),
  cause: z.string(),
  /** What the remedies change first. */
  component: z.object({ kind: z.string(), namespace: z.string().optional(), name: z.string() }),
  /** The latest first. */
  remedies: z.array(remedySchema),
  /** Incidents that are counted already, the latest last: one that closes twice is counted once. */
  incidents: z.array(z.string()),
});
export type Memory = z.infer<typeof memorySchema>;

export type Signature = Pick<Memory, "cause" | "component">;

export interface MemoryLimits {
  /** What nobody has tried for so long is forgotten. */
  readonly keptMs: number;
}

/** Of one cluster; what was tried longest ago makes room. */
export const memoriesMax = 200;
export const remediesMax = 10;
/**
 * More than can close at once: a memory is written while its incident still holds the scope, so no other incident about the
 * same namespace can come between its first try and its last.
 */
export const incidentsMax = 20;

/**
 * Cause and object, told from the plan alone: the plan is what an incident keeps of a hypothesis. With the object's name: what
 * mends one workload is no rule for the next, and where nothing is known of the one, others of its kind are asked (recall.ts).
 */
export function signatureOf({ source, actions }: Plan): Signature {
  const { kind = "", namespace, name = "" } = actions[0]?.target ?? {};
  return { cause: source, component: { kind, ...(namespace === undefined ? {} : { namespace }), name } };
}

export function isAbout(memory: Memory, { cause, component }: Signature): boolean {
  return (
    isAlike(memory, { cause, component }) && memory.component.namespace === component.namespace && memory.component.name === component.name
  );
}

/** The same cause at the same kind of object, wherever. */
export function isAlike(memory: Memory, { cause, component }: Signature): boolean {
  return memory.cause === cause && memory.component.kind === component.kind;
}

export function lastUsedMs({ remedies }: Memory): number {
  return Math.max(0, ...remedies.map(({ lastAtMs }) => lastAtMs));
}

/** Without what is too old; undefined when nothing is left. */
export function stillKnown(memory: Memory, nowMs: number, { keptMs }: MemoryLimits): Memory | undefined {
  const remedies = memory.remedies.filter(({ lastAtMs }) => nowMs - lastAtMs < keptMs);
  return remedies.length === 0 ? undefined : { ...memory, remedies };
}
