/**
 * Where memory is kept in the ledger: one item for each cause at one object, a partition a cluster. Written when an incident
 * closes, before its scope is given back (a stuck one when it is acknowledged); erased when a person says so, or when too old.
 */
import { digestOf } from "../digest.ts";
import { conflict, malformed, success } from "../failure.ts";
import type { Result } from "../failure.ts";
import type { Item, ItemKey, LedgerPort } from "../ledger/ledger.ts";
import { learn, lessonsOf } from "../memory/learn.ts";
import type { Lesson } from "../memory/learn.ts";
import { lastUsedMs, memoriesMax, memorySchema, stillKnown } from "../memory/memory.ts";
import type { Memory, MemoryLimits, Signature } from "../memory/memory.ts";
import type { Incident } from "../transaction/incident.ts";
import type { Stored } from "./records.ts";

const triesMax = 5;

/** With what names it at the doors. */
export interface StoredMemory extends Stored<Memory> {
  readonly id: string;
}

/** Follows from what it is about: the same cause at the same object of a cluster is always the same item. */
async function keyOf(cluster: string, { cause, component }: Signature): Promise<ItemKey> {
  const { kind, namespace, name } = component;
  return { partition: partitionOf(cluster), sort: await digestOf(JSON.stringify([cluster, cause, kind, namespace ?? null, name]), 8) };
}

function partitionOf(cluster: string): string {
  return `memory#${cluster}`;
}

/** All that a cluster's incidents have taught, old and new. What is of an unknown form is left out. One query. */
export async function loadMemories(ledger: LedgerPort, cluster: string): Promise<Result<readonly StoredMemory[]>> {
  const items = await ledger.list(partitionOf(cluster), "");
  if (!items.ok) return items;
  return success(
    items.value.flatMap((item) => {
      const memory = decode(item);
      return memory.ok ? [{ value: memory.value, version: item.version, id: item.sort }] : [];
    }),
  );
}

/** What planning is given: without what is too old. One query. */
export async function memoriesOf(
  ledger: LedgerPort,
  cluster: string,
  nowMs: number,
  limits: MemoryLimits,
): Promise<Result<readonly Memory[]>> {
  const stored = await loadMemories(ledger, cluster);
  return stored.ok ? success(stored.value.flatMap(({ value }) => stillKnown(value, nowMs, limits) ?? [])) : stored;
}

/**
 * Counts what the incident taught, once however often it is called: each item knows the incidents that it has counted, and is
 * stored on the condition that nobody was faster. Nothing at all when no attempt was carried out; else 1 query, and 1 read and 1
 * write for each cause at an object.
 */
export async function remember(ledger: LedgerPort, incident: Incident, nowMs: number, limits: MemoryLimits): Promise<Result<void>> {
  const lessons = lessonsOf(incident);
  if (lessons.length === 0) return success(undefined);
  const signatures = new Map(lessons.map(({ signature }) => [JSON.stringify(signature), signature]));
  for (const signature of signatures.values()) {
    const stored = await rememberOne(ledger, incident, signature, lessons, nowMs, limits);
    if (!stored.ok) return stored;
  }
  return makeRoom(ledger, incident.cluster, nowMs, limits);
}

async function rememberOne(
  ledger: LedgerPort,
  incident: Incident,
  signature: Signature,
  lessons: readonly Lesson[],
  nowMs: number,
  limits: MemoryLimits,
): Promise<Result<void>> {
  const key = await keyOf(incident.cluster, signature);
  for (let tries = 0; tries < triesMax; tries += 1) {
    const item = await ledger.get(key);
    if (!item.ok) return item;
    const known = item.value === undefined ? success(undefined) : decode(item.value);
    // Of a form that is not known here: whoever wrote it knows better. Nothing is overwritten, and no incident waits for it.
    if (!known.ok) return success(undefined);
    const before = known.value === undefined ? undefined : (stillKnown(known.value, nowMs, limits) ?? { ...known.value, remedies: [] });
    const next = learn(before, signature, lessons, incident.id, nowMs);
    if (next === before) return success(undefined);
    const put = await ledger.put({
      ...key,
      version: (item.value?.version ?? 0) + 1,
      body: JSON.stringify(next),
      expiresAtMs: nowMs + limits.keptMs,
    });
    if (put.ok) return success(undefined);
    if (put.failure.kind === "refused") return success(undefined);
    if (put.failure.kind !== "conflict") return put;
  }
  return conflict("one memory was written again and again");
}

/** Takes out what is too old, and what was used longest ago where there are too many. Who is faster may have it. */
async function makeRoom(ledger: LedgerPort, cluster: string, nowMs: number, limits: MemoryLimits): Promise<Result<void>> {
  const stored = await loadMemories(ledger, cluster);
  if (!stored.ok) return stored;
  const latestFirst = stored.value.toSorted((left, right) => lastUsedMs(right.value) - lastUsedMs(left.value));
  for (const [index, memory] of latestFirst.entries()) {
    if (index < memoriesMax && stillKnown(memory.value, nowMs, limits) !== undefined) continue;
    const removed = await ledger.remove({ partition: partitionOf(cluster), sort: memory.id }, memory.version);
    if (!removed.ok && removed.failure.kind !== "conflict") return removed;
  }
  return success(undefined);
}

/** The number of those erased: all of a cluster, or the one of this name, whatever its form. 1 query, 1 removal each. */
export async function forget(ledger: LedgerPort, cluster: string, id: string | undefined): Promise<Result<number>> {
  const items = await ledger.list(partitionOf(cluster), "");
  if (!items.ok) return items;
  let erased = 0;
  for (const item of items.value.filter(({ sort }) => id === undefined || sort === id)) {
    const removed = await eraseItem(ledger, item);
    if (!removed.ok) return removed;
    erased += 1;
  }
  return success(erased);
}

async function eraseItem(ledger: LedgerPort, first: Item): Promise<Result<void>> {
  let item: Item | undefined = first;
  for (let tries = 0; item !== undefined && tries < triesMax; tries += 1) {
    const removed = await ledger.remove(item, item.version);
    if (removed.ok || removed.failure.kind !== "conflict") return removed;
    const again = await ledger.get(item);
    if (!again.ok) return again;
    item = again.value;
  }
  return item === undefined ? success(undefined) : conflict("one memory was written again and again");
}

function decode(item: Item): Result<Memory> {
  try {
    const parsed = memorySchema.safeParse(JSON.parse(item.body));
    return parsed.success ? success(parsed.data) : malformed(`memory ${item.sort}`, "not of the expected form");
  } catch {
    return malformed(`memory ${item.sort}`, "not JSON");
  }
}
