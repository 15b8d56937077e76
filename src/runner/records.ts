/**
 * How incidents, undo entries and scope holders are kept in the ledger. Everything that is read back is decoded by its
 * schema; an unknown form, a newer version included, is refused and not guessed.
 */
import * as z from "zod";
import { malformed, success } from "../failure.ts";
import type { Result } from "../failure.ts";
import type { Item, ItemKey, LedgerPort } from "../ledger/ledger.ts";
import { incidentSchema } from "../transaction/incident.ts";
import type { Incident } from "../transaction/incident.ts";
import { undoEntrySchema, undoSortKey } from "../transaction/undo-entry.ts";
import type { UndoEntry } from "../transaction/undo-entry.ts";

/** A decoded item together with the version that a conditional write must name. */
export interface Stored<T> {
  readonly value: T;
  readonly version: number;
}

/** Ended incidents stay readable this long. */
const keptMs = 30 * 24 * 60 * 60 * 1000;

export function headKey(incidentId: string): ItemKey {
  return { partition: `incident#${incidentId}`, sort: "head" };
}

export function incidentIdOf(key: ItemKey): string | undefined {
  return key.sort === "head" && key.partition.startsWith("incident#") ? key.partition.slice("incident#".length) : undefined;
}

export async function loadIncident(ledger: LedgerPort, incidentId: string): Promise<Result<Stored<Incident> | undefined>> {
  return load(ledger, headKey(incidentId), incidentSchema, `incident ${incidentId}`);
}

/** Stores the incident as version `version + 1`. `dueAtMs` puts it where the sweep looks; undefined: nothing is due. */
export async function saveIncident(
  ledger: LedgerPort,
  incident: Incident,
  version: number,
  dueAtMs: number | undefined,
): Promise<Result<Stored<Incident>>> {
  const { state } = incident;
  const ended = state.name === "closed" ? state.endedAtMs : undefined;
  const item: Item = {
    ...headKey(incident.id),
    version: version + 1,
    body: JSON.stringify(incident),
    ...(dueAtMs !== undefined
      ? { index: { name: "due", atMs: dueAtMs } }
      : ended !== undefined
        ? { index: { name: "ended", atMs: ended } }
        : {}),
    ...(ended === undefined || (state.name === "closed" && !state.acknowledged) ? {} : { expiresAtMs: ended + keptMs }),
  };
  const put = await ledger.put(item);
  return put.ok ? success({ value: incident, version: version + 1 }) : put;
}

export async function loadEntries(ledger: LedgerPort, incidentId: string, attempt: number): Promise<Result<readonly Stored<UndoEntry>[]>> {
  const prefix = undoSortKey({ attempt, sequence: 0 }).slice(0, -"000".length);
  const items = await ledger.list(headKey(incidentId).partition, prefix);
  if (!items.ok) return items;
  const entries: Stored<UndoEntry>[] = [];
  for (const item of items.value) {
    const entry = decode(item, undoEntrySchema, `undo entry ${item.sort} of ${incidentId}`);
    if (!entry.ok) return entry;
    entries.push(entry.value);
  }
  return success(entries);
}

/** Version 0 stores a new entry. A pre-image that the ledger cannot hold is `refused`: then the write must not be sent. */
export async function saveEntry(ledger: LedgerPort, entry: UndoEntry, version: number): Promise<Result<Stored<UndoEntry>>> {
  const put = await ledger.put({
    partition: headKey(entry.incidentId).partition,
    sort: undoSortKey(entry),
    version: version + 1,
    body: JSON.stringify(entry),
  });
  return put.ok ? success({ value: entry, version: version + 1 }) : put;
}

const scopesSchema = z.object({
  schema: z.literal(1),
  /** Highest fence that any former holder used: the next holder starts above it. */
  fence: z.int(),
  holders: z.array(
    z.object({
      incidentId: z.string(),
      namespaces: z.array(z.string()),
      /** Writes what belongs to no namespace: nobody else may hold anything then. */
      wholeCluster: z.boolean().default(false),
      sinceMs: z.number(),
    }),
  ),
  /** Who waits for the whole cluster: until it has it, or stops asking, nobody new gets a part. */
  waiting: z.object({ incidentId: z.string(), untilMs: z.number() }).optional(),
});
export type Scopes = z.infer<typeof scopesSchema>;

export async function loadScopes(ledger: LedgerPort, cluster: string): Promise<Result<Stored<Scopes>>> {
  const loaded = await load(ledger, scopesKey(cluster), scopesSchema, `scopes of ${cluster}`);
  if (!loaded.ok) return loaded;
  return success(loaded.value ?? { value: { schema: 1, fence: 0, holders: [] }, version: 0 });
}

export async function saveScopes(ledger: LedgerPort, cluster: string, scopes: Scopes, version: number): Promise<Result<void>> {
  return ledger.put({ ...scopesKey(cluster), version: version + 1, body: JSON.stringify(scopes) });
}

function scopesKey(cluster: string): ItemKey {
  return { partition: `scopes#${cluster}`, sort: "holders" };
}

async function load<T>(ledger: LedgerPort, key: ItemKey, schema: z.ZodType<T>, what: string): Promise<Result<Stored<T> | undefined>> {
  const item = await ledger.get(key);
  if (!item.ok) return item;
  return item.value === undefined ? success(undefined) : decode(item.value, schema, what);
}

function decode<T>(item: Item, schema: z.ZodType<T>, what: string): Result<Stored<T>> {
  try {
    const parsed = schema.safeParse(JSON.parse(item.body));
    if (parsed.success) return success({ value: parsed.data, version: item.version });
    const issue = parsed.error.issues[0];
    return malformed(what, `${issue?.path.join(".") ?? ""}: ${issue?.message ?? "not of the expected form"}`);
  } catch {
    return malformed(what, "not JSON");
  }
}
