/**
 * The arm without undo: the engine's own parts (the state machine, checkpoint, writes, measurements, the commit rule, the limits), and
 * a driver that answers "undone, proven" where the engine would undo. It lives here and nowhere else: no setting of Stratus does this.
 */
import { decide, effectOf } from "../../src/transaction/decide.ts";
import type { IncidentEvent } from "../../src/transaction/event.ts";
import type { Attempt, Incident } from "../../src/transaction/incident.ts";
import { attemptOf } from "../../src/transaction/incident.ts";
import type { Severity } from "../../src/severity/severity.ts";
import { admitInbox, newsFor } from "../../src/runner/inbox.ts";
import { startLease } from "../../src/runner/lease.ts";
import { perform } from "../../src/runner/perform.ts";
import { incidentIdOf, loadIncident, saveIncident } from "../../src/runner/records.ts";
import type { RunnerPorts } from "../../src/runner/runner.ts";
import { dueItems } from "../../src/runner/sweep.ts";

/** What is due at this moment, as far as it concerns the first incident. */
export function createNaiveDriver(ports: RunnerPorts): () => Promise<void> {
  let first: string | undefined;
  return async () => {
    for (const key of await dueItems(ports)) {
      const id = incidentIdOf(key) ?? (await admitted(ports, key));
      first ??= id;
      if (id === first && id !== undefined) await step(ports, id);
    }
  };
}

async function admitted(ports: RunnerPorts, key: Parameters<typeof admitInbox>[2]): Promise<string | undefined> {
  const found = await admitInbox(ports.ledger, ports.clock, key);
  return found.ok ? found.value : undefined;
}

async function step(ports: RunnerPorts, id: string): Promise<void> {
  const { ledger, clock, limits } = ports;
  const loaded = await loadIncident(ledger, id);
  if (!loaded.ok || loaded.value === undefined) throw new Error(`incident ${id} is not in the ledger`);
  const site = ports.sites.get(loaded.value.value.cluster);
  if (site === undefined) throw new Error(`${loaded.value.value.cluster} is not configured`);
  let { version } = loaded.value;
  let incident: Incident = { ...loaded.value.value, fence: loaded.value.value.fence + 1 };
  const engine = {
    site,
    ledger,
    limits,
    lease: startLease(clock, "naive", ports.leaseMs),
    hold: () => Promise.resolve(true),
    ownNowMs: () => clock.nowMs(),
  };

  async function apply(event: IncidentEvent, fence = incident.fence): Promise<void> {
    incident = decide({ ...incident, fence }, event, clock.nowMs(), limits).next;
    await save(clock.nowMs());
  }
  async function save(dueAtMs: number | undefined): Promise<void> {
    const saved = await saveIncident(ledger, incident, version, dueAtMs);
    if (!saved.ok) throw new Error(`incident ${id} was not saved`);
    version = saved.value.version;
  }

  const news = await newsFor(ledger, incident);
  for (const event of news.ok ? news.value.events : []) await apply(event);
  for (;;) {
    const effect = effectOf(incident, clock.nowMs());
    if (effect.type === "wait" || effect.type === "nothing") return save(effect.type === "wait" ? effect.untilMs : undefined);
    if (effect.type === "turn") await apply(effect.event);
    else if (effect.type === "undo") await apply({ type: "undone", foreign: [], did: [] });
    else if (effect.type === "check undo") await apply(believed(attemptOf(incident)));
    else {
      const { event, fence } = await perform(engine, ports, incident, effect);
      await apply(event, fence);
    }
  }
}

/** The lie: as if every field were back and severity were that of the checkpoint. */
function believed(attempt: Attempt | undefined): IncidentEvent {
  const severity: Severity = {
    kind: "known",
    mu: attempt?.checkpoint?.mu ?? 0,
    vector: { alerts: [], violations: [], lostCapacity: [] },
  };
  return { type: "undo checked", differences: [], foreign: [], severity, comparable: severity, byHand: [] };
}
