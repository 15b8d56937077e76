/**
 * One step of one incident: take the lease, hear the inbox, then decide, save and perform until there is something to
 * wait for or the slice is over; tell people; give the lease back with the time at which the next step is due.
 * Cost of a step that only takes a sample: 2 reads and 3 conditional writes of the ledger (lease, sample, release).
 */
import { describeFailure } from "../failure.ts";
import { hopsMax } from "../continuation/continuation.ts";
import type { Continuation } from "../continuation/continuation.ts";
import { decide, effectOf } from "../transaction/decide.ts";
import type { IncidentEvent } from "../transaction/event.ts";
import type { Incident } from "../transaction/incident.ts";
import { isEnded } from "../transaction/incident.ts";
import { resume } from "../transaction/resume.ts";
import type { Engine } from "./engine.ts";
import { forgetCommands, newsFor } from "./inbox.ts";
import { startLease } from "./lease.ts";
import { hasNews, tellNews } from "./notify.ts";
import { perform } from "./perform.ts";
import { loadIncident, saveIncident } from "./records.ts";
import type { Stored } from "./records.ts";
import type { RunnerPorts } from "./runner.ts";

export type StepEnd =
  | { readonly kind: "waits"; readonly untilMs: number }
  | { readonly kind: "ended" }
  /** Nothing to do here: another process is at it, it is not due yet, or this continuation was overtaken. */
  | { readonly kind: "left"; readonly reason: string }
  /** The ledger did not answer: worth another try; the sweep comes back in any case. */
  | { readonly kind: "unreachable"; readonly reason: string };

/** Goes on with an incident as a continuation asks. One whose version was overtaken does nothing: doubled ones die out. */
export async function step(ports: RunnerPorts, { incidentId, version, hop }: Continuation): Promise<StepEnd> {
  return stepIf(ports, incidentId, hop, (stored) => (stored.version === version ? undefined : "it went on in the meantime"));
}

/** As the sweep asks: only what is due, since its index may be late. `news`: something was said, so it need not be due. */
export async function stepDue(ports: RunnerPorts, incidentId: string, news: boolean): Promise<StepEnd> {
  return stepIf(ports, incidentId, 0, ({ value }) => {
    const nowMs = ports.clock.nowMs();
    const dueAtMs = nextDue(value, nowMs);
    // The index is by the clock that is behind us: it is put anew by the one that we have.
    const clockWasSetBack = value.savedAtMs !== undefined && nowMs < value.savedAtMs;
    return news || clockWasSetBack || (dueAtMs !== undefined && dueAtMs <= nowMs) ? undefined : "it is not due";
  });
}

async function stepIf(
  ports: RunnerPorts,
  incidentId: string,
  hop: number,
  whyNot: (stored: Stored<Incident>) => string | undefined,
): Promise<StepEnd> {
  const loaded = await loadIncident(ports.ledger, incidentId);
  if (!loaded.ok) return unreachable(ports, incidentId, describeFailure(loaded.failure));
  if (loaded.value === undefined) return { kind: "left", reason: "it is not in the ledger" };
  const taken = { ...loaded.value, value: resume(loaded.value.value, ports.clock.nowMs()) };
  const reason = whyNot(taken);
  if (reason !== undefined) return { kind: "left", reason };
  const { lease } = loaded.value.value;
  // Its driver asks for what comes next; should it die, the incident is due when its lease ends, and the sweep finds it.
  if (lease !== undefined && lease.expiresAtMs > ports.clock.nowMs()) return { kind: "left", reason: `${lease.owner} is at it` };
  const worker = createWorker(ports, taken);
  if (!(await worker.begin())) return { kind: "left", reason: "another process took it" };
  const done = await worker.run();
  const end = done ? await worker.finish() : unreachable(ports, incidentId, "it could not be saved");
  if (end.kind === "waits" && hop < hopsMax)
    await continueLater(ports, { incidentId, version: worker.version(), hop: hop + 1 }, end.untilMs - worker.nowMs());
  return end;
}

function unreachable(ports: RunnerPorts, incidentId: string, reason: string): StepEnd {
  ports.log.warn("an incident could not be stepped", { incident: incidentId, reason });
  return { kind: "unreachable", reason };
}

/** Timers may fire a moment early, and the step would find nothing due. */
const timerSlackMs = 5;

async function continueLater(ports: RunnerPorts, continuation: Continuation, delayMs: number): Promise<void> {
  const scheduled = await ports.continuation.schedule(continuation, Math.max(0, delayMs) + timerSlackMs);
  if (scheduled.ok) return;
  ports.log.warn("no continuation, the sweep will find it", {
    incident: continuation.incidentId,
    reason: describeFailure(scheduled.failure),
  });
}

interface Worker {
  begin(): Promise<boolean>;
  run(): Promise<boolean>;
  finish(): Promise<StepEnd>;
  /** Of the incident as it is stored now. */
  version(): number;
  nowMs(): number;
}

function createWorker(ports: RunnerPorts, first: Stored<Incident>): Worker {
  const { clock, ledger, limits } = ports;
  const lease = startLease(clock, ports.instance, ports.leaseMs);
  const site = ports.sites.get(first.value.cluster);
  const [begunAtMs, begunMonotonicMs] = [clock.nowMs(), clock.monotonicMs()];
  let stored = first;

  /** The wall clock as it was when the step began: one that is set in the middle of it is noticed by the next. */
  function nowMs(): number {
    return begunAtMs + clock.monotonicMs() - begunMonotonicMs;
  }

  /** Stores the incident and renews the lease with it. False: another process has it, or the ledger does not answer. */
  async function save(incident: Incident, holding: boolean, dueAtMs: number | undefined): Promise<boolean> {
    const startedMs = clock.monotonicMs();
    const { lease: _old, ...rest } = incident;
    const lent = holding ? { lease: { owner: ports.instance, expiresAtMs: nowMs() + ports.leaseMs } } : {};
    const held: Incident = { ...rest, savedAtMs: nowMs(), ...lent };
    const saved = await saveIncident(ledger, held, stored.version, dueAtMs);
    if (!saved.ok) {
      ports.log.warn("an incident was not saved", { incident: incident.id, reason: describeFailure(saved.failure) });
      return false;
    }
    stored = saved.value;
    lease.renewedAt(startedMs);
    return true;
  }

  /** While it is held, the incident is due when the lease ends: that is when somebody must look after it. */
  async function hold(incident: Incident): Promise<boolean> {
    return save(incident, true, nowMs() + ports.leaseMs);
  }

  async function holdFor(durationMs: number): Promise<boolean> {
    return lease.remainingMs() > durationMs || hold(stored.value);
  }

  async function apply(event: IncidentEvent, fence?: number): Promise<boolean> {
    const before = stored.value;
    const { next } = decide(fence === undefined ? before : { ...before, fence }, event, nowMs(), limits);
    for (const line of next.timeline.slice(before.timeline.length))
      ports.log.info(line.text, { incident: next.id, state: next.state.name });
    return hold(next);
  }

  async function hearInbox(): Promise<boolean> {
    const news = await newsFor(ledger, stored.value);
    if (!news.ok) return false;
    for (const event of news.value.events) if (!(await apply(event))) return false;
    await forgetCommands(ledger, stored.value, news.value.commands);
    return true;
  }

  return {
    version: () => stored.version,
    nowMs,

    begin: () => hold({ ...stored.value, fence: stored.value.fence + 1 }),

    async run() {
      if (site === undefined) return apply({ type: "failed", reason: `cluster ${stored.value.cluster} is not configured any more` });
      const ownNowMs = (): number => nowMs() - (stored.value.unattendedMs ?? 0);
      const engine: Engine = { site, ledger, lease, limits, memory: ports.memory, hold: holdFor, ownNowMs };
      const startedMs = clock.monotonicMs();
      if (!(await hearInbox())) return false;
      for (;;) {
        const effect = effectOf(stored.value, nowMs());
        if (effect.type === "wait" || effect.type === "nothing") return true;
        if (effect.type === "turn") {
          if (!(await apply(effect.event))) return false;
          continue;
        }
        const { event, fence } = await perform(engine, ports, stored.value, effect);
        if (event.type === "failed") ports.log.warn(`could not ${effect.type}`, { incident: stored.value.id, reason: event.reason });
        if (!(await apply(event, fence))) return false;
        if (clock.monotonicMs() - startedMs > ports.sliceMs) return true;
      }
    },

    async finish() {
      const told = await tellNews(ports, stored.value);
      const dueAtMs = nextDue(told, nowMs());
      if (!(await save(told, false, dueAtMs))) return unreachable(ports, told.id, "it could not be saved");
      return dueAtMs === undefined ? { kind: "ended" } : { kind: "waits", untilMs: dueAtMs };
    },
  };
}

/** When somebody must come back: for the state's sake, or because people have not been told yet. Undefined: never. */
function nextDue(incident: Incident, nowMs: number): number | undefined {
  const effect = effectOf(incident, nowMs);
  const forState = effect.type === "nothing" ? undefined : effect.type === "wait" ? effect.untilMs : nowMs;
  const forNews = hasNews(incident) ? Math.max(incident.notifyAfterMs, nowMs) : undefined;
  if (forState === undefined) return forNews;
  // News are told along with the state's own work, unless that is far away.
  return forNews === undefined || isEnded(incident) ? forState : Math.min(forState, forNews);
}
