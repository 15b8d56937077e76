/** Who may write where: one holder a namespace, kept in one ledger item a cluster, from the first intent to the outcome. */
import { conflict, success } from "../failure.ts";
import type { Result } from "../failure.ts";
import type { LedgerPort } from "../ledger/ledger.ts";
import type { Incident } from "../transaction/incident.ts";
import { loadScopes, saveScopes } from "./records.ts";
import type { Scopes } from "./records.ts";

const triesMax = 5;

export type ScopeAnswer = { readonly taken: true; readonly fence: number } | { readonly taken: false; readonly holder: string };

/** Idempotent. The fence that comes back is above every fence that a former holder used. One read, one write when new. */
export async function takeScope(ledger: LedgerPort, incident: Incident, nowMs: number): Promise<Result<ScopeAnswer>> {
  for (let tries = 0; tries < triesMax; tries++) {
    const loaded = await loadScopes(ledger, incident.cluster);
    if (!loaded.ok) return loaded;
    const { value: scopes, version } = loaded.value;
    const fence = Math.max(incident.fence, scopes.fence + 1);
    if (scopes.holders.some((holder) => holder.incidentId === incident.id)) return success({ taken: true, fence });
    const other = otherHolder(scopes, incident);
    if (other !== undefined) return success({ taken: false, holder: other.incidentId });
    const holder = { incidentId: incident.id, namespaces: incident.namespaces, sinceMs: nowMs };
    const saved = await saveScopes(ledger, incident.cluster, { ...scopes, holders: [...scopes.holders, holder] }, version);
    if (saved.ok) return success({ taken: true, fence });
    if (saved.failure.kind !== "conflict") return saved;
  }
  return conflict("the scopes of this cluster changed hands again and again");
}

/** The other incident that may write in these namespaces now. One read. */
export async function holderOf(ledger: LedgerPort, incident: Incident): Promise<Result<string | undefined>> {
  const loaded = await loadScopes(ledger, incident.cluster);
  return loaded.ok ? success(otherHolder(loaded.value.value, incident)?.incidentId) : loaded;
}

function otherHolder(scopes: Scopes, incident: Incident): Scopes["holders"][number] | undefined {
  return scopes.holders.find(
    (holder) => holder.incidentId !== incident.id && holder.namespaces.some((namespace) => incident.namespaces.includes(namespace)),
  );
}

/** Idempotent. */
export async function giveScopeBack(ledger: LedgerPort, incident: Incident): Promise<Result<void>> {
  for (let tries = 0; tries < triesMax; tries++) {
    const loaded = await loadScopes(ledger, incident.cluster);
    if (!loaded.ok) return loaded;
    const { value: scopes, version } = loaded.value;
    if (!scopes.holders.some((holder) => holder.incidentId === incident.id)) return success(undefined);
    const holders = scopes.holders.filter((holder) => holder.incidentId !== incident.id);
    const saved = await saveScopes(
      ledger,
      incident.cluster,
      { ...scopes, holders, fence: Math.max(scopes.fence, incident.fence) },
      version,
    );
    if (saved.ok || saved.failure.kind !== "conflict") return saved;
  }
  return conflict("the scopes of this cluster changed hands again and again");
}
