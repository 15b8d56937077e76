/** Where what is known good is kept in the ledger: one item an object, a partition a namespace, and one for the nodes. */
import * as z from "zod";
import { malformed, success } from "../failure.ts";
import type { Result } from "../failure.ts";
import { recordSchema } from "../known-good/record.ts";
import type { KnownGood } from "../known-good/record.ts";
import type { Item, ItemKey, LedgerPort } from "../ledger/ledger.ts";
import type { Stored } from "./records.ts";

/** `namespace` undefined: the nodes. */
function partitionOf(cluster: string, namespace: string | undefined): string {
  return `known-good#${cluster}#${namespace ?? ""}`;
}

/** One query. */
export async function loadKnownGood(
  ledger: LedgerPort,
  cluster: string,
  namespace: string | undefined,
): Promise<Result<readonly Stored<KnownGood>[]>> {
  const items = await ledger.list(partitionOf(cluster, namespace), "");
  if (!items.ok) return items;
  const records: Stored<KnownGood>[] = [];
  for (const item of items.value) {
    const record = decode(item, recordSchema);
    if (!record.ok) return record;
    records.push({ value: record.value, version: item.version });
  }
  return success(records);
}

/** What the agents are given of it. One query. */
export async function knownGoodOf(
  ledger: LedgerPort,
  cluster: string,
  namespace: string | undefined,
): Promise<Result<readonly KnownGood[]>> {
  const stored = await loadKnownGood(ledger, cluster, namespace);
  return stored.ok ? success(stored.value.map(({ value }) => value)) : stored;
}

/** `conflict`: another process recorded it just now, which is as well. */
export function saveKnownGood(
  ledger: LedgerPort,
  cluster: string,
  namespace: string | undefined,
  record: KnownGood,
  version: number,
): Promise<Result<void>> {
  const sort = `${record.kind}/${record.name}`;
  return ledger.put({ partition: partitionOf(cluster, namespace), sort, version: version + 1, body: JSON.stringify(record) });
}

const stateSchema = z.object({
  schema: z.literal(1),
  namespaces: z.record(
    z.string(),
    z.object({
      checkedAtMs: z.number(),
      /** Absent while something is wrong. */
      healthySinceMs: z.number().optional(),
      /** Present while something is wrong that no alert speaks of. */
      silentSinceMs: z.number().optional(),
      /** An incident was opened about it: not again before all is well. */
      noticed: z.boolean().optional(),
    }),
  ),
});
export type RecorderState = z.infer<typeof stateSchema>;

export function recorderKey(cluster: string): ItemKey {
  return { partition: `known-good#${cluster}`, sort: "recorder" };
}

/** The cluster whose recorder this item is; undefined for any other item. */
export function recorderOf(key: ItemKey): string | undefined {
  return key.sort === "recorder" && key.partition.startsWith("known-good#") ? key.partition.slice("known-good#".length) : undefined;
}

export async function loadRecorder(ledger: LedgerPort, cluster: string): Promise<Result<Stored<RecorderState>>> {
  const item = await ledger.get(recorderKey(cluster));
  if (!item.ok) return item;
  if (item.value === undefined) return success({ value: { schema: 1, namespaces: {} }, version: 0 });
  const state = decode(item.value, stateSchema);
  return state.ok ? success({ value: state.value, version: item.value.version }) : state;
}

/** Due again at `dueAtMs`: the sweep finds it there, on every runtime. */
export function saveRecorder(
  ledger: LedgerPort,
  cluster: string,
  state: RecorderState,
  version: number,
  dueAtMs: number,
): Promise<Result<void>> {
  return ledger.put({
    ...recorderKey(cluster),
    version: version + 1,
    body: JSON.stringify(state),
    index: { name: "due", atMs: dueAtMs },
  });
}

function decode<T>(item: Item, schema: z.ZodType<T>): Result<T> {
  try {
    const parsed = schema.safeParse(JSON.parse(item.body));
    return parsed.success ? success(parsed.data) : malformed(`${item.partition} ${item.sort}`, "not of the expected form");
  } catch {
    return malformed(`${item.partition} ${item.sort}`, "not JSON");
  }
}
