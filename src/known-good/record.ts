/**
 * PURE. What one object was like while its namespace was healthy: the last few versions, and which of them have proven
 * themselves. A change that breaks something looks healthy for as long as its alert takes, so a version is on trial until
 * nothing has been wrong for a while. Values of Secrets never come here: their kind is not among those that are read.
 */
import * as z from "zod";
import { isJsonObject, jsonEqual, jsonSchema } from "../kubernetes/json.ts";
import type { JsonObject } from "../kubernetes/json.ts";

export const versionSchema = z.object({
  /** As `recordedForm` has it; `null`: the object was not there. */
  object: jsonSchema,
  sinceMs: z.number(),
  /** When it had been in place, with nothing wrong, for the time of trial. */
  provenAtMs: z.number().optional(),
});
export type Version = z.infer<typeof versionSchema>;

export const recordSchema = z.object({
  schema: z.literal(1),
  kind: z.string(),
  name: z.string(),
  /** Oldest first. */
  versions: z.array(versionSchema).min(1),
});
export type KnownGood = z.infer<typeof recordSchema>;

/** The last few are kept; one more when only an older one has proven itself. */
export const versionsMax = 5;

export interface Health {
  readonly nowMs: number;
  /** Since when nothing has been wrong, without a gap in the looking. */
  readonly healthySinceMs: number;
  readonly trialMs: number;
}

/** What is to be stored after a look at a healthy namespace; undefined when nothing has changed. */
export function advance(
  record: KnownGood | undefined,
  ref: { readonly kind: string; readonly name: string },
  present: JsonObject | null,
  health: Health,
): KnownGood | undefined {
  const versions = record?.versions ?? [];
  const newest = versions.at(-1);
  if (newest === undefined && present === null) return undefined;
  if (newest === undefined || !jsonEqual(newest.object, present)) {
    const before = versions.find((version) => version.provenAtMs !== undefined && jsonEqual(version.object, present));
    const next: Version = { object: present, sinceMs: health.nowMs, ...(before === undefined ? {} : { provenAtMs: health.nowMs }) };
    return { schema: 1, kind: ref.kind, name: ref.name, versions: kept([...versions, next]) };
  }
  if (newest.provenAtMs !== undefined || health.nowMs - Math.max(newest.sinceMs, health.healthySinceMs) < health.trialMs) return undefined;
  return { schema: 1, kind: ref.kind, name: ref.name, versions: [...versions.slice(0, -1), { ...newest, provenAtMs: health.nowMs }] };
}

function kept(versions: readonly Version[]): Version[] {
  const last = versions.slice(-versionsMax);
  if (last.some(({ provenAtMs }) => provenAtMs !== undefined)) return last;
  const proven = versions.findLast(({ provenAtMs }) => provenAtMs !== undefined);
  return proven === undefined ? last : [proven, ...last];
}

/**
 * The newest version that has proven itself; in the first minutes, while none has, the oldest that was seen. Undefined for an
 * object that came only after others had proven themselves: it was not there when all was well.
 */
export function lastGood(record: KnownGood): Version | undefined {
  return record.versions.findLast(({ provenAtMs }) => provenAtMs !== undefined) ?? record.versions[0];
}

export function isObject(version: Version): version is Version & { readonly object: JsonObject } {
  return isJsonObject(version.object);
}
