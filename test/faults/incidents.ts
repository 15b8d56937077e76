/** What the receiver tells of the incidents of one shop, as anybody may ask for it. */
import { receiverSecret, receiverUrl, type Incident } from "../incident/stratus.ts";

export interface ToldIncident extends Incident {
  readonly diagnosis: readonly string[];
  readonly attempts: readonly (Incident["attempts"][number] & {
    readonly intent: string;
    readonly actions: readonly string[];
    readonly reason?: string;
  })[];
}

const door = new URL(receiverUrl()).origin;

async function get(path: string): Promise<unknown> {
  const answer = await fetch(door + path, { headers: { authorization: `Bearer ${receiverSecret}` } });
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer.json();
}

/** Those about this namespace, opened since then; with `undefined` about anything. Oldest first. */
export async function incidentsOf(namespace: string | undefined, sinceMs: number): Promise<readonly ToldIncident[]> {
  const { incidents } = (await get("/incidents?limit=200")) as { readonly incidents: readonly ToldIncident[] };
  const about = namespace === undefined ? /./ : new RegExp(`(^|[ /])${namespace}(/|$)`);
  const own = incidents.filter(({ subject, openedAtMs }) => openedAtMs >= sinceMs && about.test(subject));
  const told = await Promise.all(own.map(async ({ id }) => (await get(`/incidents/${encodeURIComponent(id)}`)) as ToldIncident));
  return told.toSorted((left, right) => left.openedAtMs - right.openedAtMs);
}

/** Every object of the shop is recorded, and has been long enough to count. */
export async function isKnownGood(namespace: string, objects: readonly string[]): Promise<true | string> {
  const { objects: recorded } = (await get(`/known-good/${namespace}`)) as {
    readonly objects: readonly { readonly kind: string; readonly name: string; readonly proven: boolean }[];
  };
  const proven = new Set(recorded.filter((each) => each.proven).map(({ kind, name }) => `${kind}/${name}`));
  const missing = objects.filter((object) => !proven.has(object));
  return missing.length === 0 || `not yet proven: ${missing.slice(0, 3).join(", ")}`;
}
