/**
 * Who may write where: one holder a namespace, kept in one ledger item a cluster, from the first intent to the outcome. Who
 * writes what belongs to no namespace holds the whole cluster: it waits for all others, and all others wait for it.
 */
import { conflict, success } from "../failure.ts";
import type { Result } from "../failure.ts";
import type { LedgerPort } from "../ledger/ledger.ts";
import type { Incident } from "../transaction/incident.ts";
import { loadScopes, saveScopes } from "./records.ts";
import type { Scopes } from "./records.ts";

const triesMax = 5;
/** A waiter that has not asked again for this long has given up: longer than the pause between two tries. */
const waitingMs = 60_000;

type Holder = Scopes["holders"][number];

export type ScopeAnswer = { readonly taken: true; readonly fence: number } | { readonly taken: false; readonly holder: string };

/**
 * Idempotent. The fence that comes back is above every fence that a former holder used. One read, one write when new. Who
 * must wait for the whole cluster gives back the part that it holds: nothing of it is in flight before a checkpoint, and so
 * two that wait for each other's part cannot stand still.
 */
export async function takeScope(
  ledger: LedgerPort,
  incident: Incident,
  wholeCluster: boolean,
  nowMs: number,
): Promise<Result<ScopeAnswer>> {
  for (let tries = 0; tries < triesMax; tries++) {
    const loaded = await loadScopes(ledger, incident.cluster);
    if (!loaded.ok) return loaded;
    const { value: scopes, version } = loaded.value;
    const fence = Math.max(incident.fence, scopes.fence + 1);
    const own = scopes.holders.find((holder) => holder.incidentId === incident.id);
    if (own !== undefined && (own.wholeCluster || !wholeCluster)) return success({ taken: true, fence });
    const wanted: Holder = { incidentId: incident.id, namespaces: incident.namespaces, wholeCluster, sinceMs: nowMs };
    const others = scopes.holders.filter((holder) => holder.incidentId !== incident.id);
    const other = whoIsInTheWay(scopes, others, wanted, nowMs);
    const next = other === undefined ? taken(scopes, others, wanted) : waitingFor(scopes, others, incident, wholeCluster, nowMs);
    if (next === scopes && other !== undefined) return success({ taken: false, holder: other });
    const saved = await saveScopes(ledger, incident.cluster, next, version);
    if (saved.ok) return success(other === undefined ? { taken: true, fence } : { taken: false, holder: other });
    if (saved.failure.kind !== "conflict") return saved;
  }
  return conflict("the scopes of this cluster changed hands again and again");
}

function taken({ waiting, ...scopes }: Scopes, others: readonly Holder[], wanted: Holder): Scopes {
  const rest = waiting === undefined || waiting.incidentId === wanted.incidentId ? {} : { waiting };
  return { ...scopes, ...rest, holders: [...others, wanted] };
}

function waitingFor(scopes: Scopes, others: readonly Holder[], incident: Incident, wholeCluster: boolean, nowMs: number): Scopes {
  if (!wholeCluster) return scopes;
  const letsGo = others.length < scopes.holders.length;
  const isFirst = !isWaitedFor(scopes, incident.id, nowMs);
  if (!letsGo && !isFirst) return scopes;
  return {
    ...scopes,
    holders: [...others],
    fence: letsGo ? Math.max(scopes.fence, incident.fence) : scopes.fence,
    ...(isFirst ? { waiting: { incidentId: incident.id, untilMs: nowMs + waitingMs } } : {}),
  };
}

/** By somebody else, who is first then. */
function isWaitedFor({ waiting }: Scopes, incidentId: string, nowMs: number): boolean {
  return waiting !== undefined && waiting.incidentId !== incidentId && waiting.untilMs > nowMs;
}

function whoIsInTheWay(scopes: Scopes, others: readonly Holder[], wanted: Holder, nowMs: number): string | undefined {
  const holder = others.find((candidate) => overlap(candidate, wanted));
  if (holder !== undefined) return holder.incidentId;
  return isWaitedFor(scopes, wanted.incidentId, nowMs) ? scopes.waiting?.incidentId : undefined;
}

function overlap(left: Pick<Holder, "namespaces" | "wholeCluster">, right: Pick<Holder, "namespaces" | "wholeCluster">): boolean {
  return left.wholeCluster || right.wholeCluster || left.namespaces.some((namespace) => right.namespaces.includes(namespace));
}

/** The other incident that may write in these namespaces now. One read. */
export async function holderOf(ledger: LedgerPort, incident: Incident): Promise<Result<string | undefined>> {
  const loaded = await loadScopes(ledger, incident.cluster);
  if (!loaded.ok) return loaded;
  const others = loaded.value.value.holders.filter((holder) => holder.incidentId !== incident.id);
  return success(others.find((holder) => overlap(holder, { namespaces: incident.namespaces, wholeCluster: false }))?.incidentId);
}

/** Idempotent. */
export async function giveScopeBack(ledger: LedgerPort, incident: Incident): Promise<Result<void>> {
  for (let tries = 0; tries < triesMax; tries++) {
    const loaded = await loadScopes(ledger, incident.cluster);
    if (!loaded.ok) return loaded;
    const { waiting, ...scopes } = loaded.value.value;
    const holders = scopes.holders.filter((holder) => holder.incidentId !== incident.id);
    const waits = waiting?.incidentId === incident.id;
    if (holders.length === scopes.holders.length && !waits) return success(undefined);
    const next: Scopes = {
      ...scopes,
      ...(waits || waiting === undefined ? {} : { waiting }),
      holders,
      fence: Math.max(scopes.fence, incident.fence),
    };
    const saved = await saveScopes(ledger, incident.cluster, next, loaded.value.version);
    if (saved.ok || saved.failure.kind !== "conflict") return saved;
  }
  return conflict("the scopes of this cluster changed hands again and again");
}
