/** Does what a state asks for, through the agents, and says what came of it as an event. */
import { needsWholeCluster } from "../action/policy.ts";
import { measureAttempt, measureCheckpoint, observe } from "../agent/detection.ts";
import { diagnose } from "../agent/diagnosis.ts";
import { plan } from "../agent/mitigation.ts";
import type { Planner } from "../agent/planner.ts";
import { BrokenInvariant, describeFailure, success } from "../failure.ts";
import type { Result } from "../failure.ts";
import type { Effect, IncidentEvent } from "../transaction/event.ts";
import type { Attempt, Incident } from "../transaction/incident.ts";
import { attemptOf } from "../transaction/incident.ts";
import { act } from "./act.ts";
import { checkUndo } from "./check-undo.ts";
import type { Engine } from "./engine.ts";
import { holderOf, takeScope } from "./scope.ts";
import { tidy } from "./tidy.ts";
import { undo } from "./undo.ts";

export type Work = Exclude<Effect, { type: "turn" } | { type: "wait" } | { type: "nothing" }>;

export interface Performed {
  readonly event: IncidentEvent;
  /** The incident's fence from here on, when taking the scope raised it. */
  readonly fence?: number;
}

export async function perform(engine: Engine, planner: Planner, incident: Incident, work: Work): Promise<Performed> {
  if (work.type === "checkpoint") return checkpoint(engine, incident);
  const result = await eventOf(engine, planner, incident, work);
  return { event: result.ok ? result.value : failedEvent(result) };
}

function failedEvent(result: Extract<Result<never>, { ok: false }>): IncidentEvent {
  const { failure } = result;
  return {
    type: "failed",
    reason: describeFailure(failure),
    retryAfterMs: failure.kind === "unavailable" ? failure.retryAfterMs : undefined,
  };
}

async function eventOf(
  engine: Engine,
  planner: Planner,
  incident: Incident,
  work: Exclude<Work, { type: "checkpoint" }>,
): Promise<Result<IncidentEvent>> {
  const { site } = engine;
  switch (work.type) {
    case "observe":
      return observe(site, incident);
    case "diagnose":
      return diagnose(site, incident);
    case "plan":
      return planOrWait(engine, planner, incident);
    case "act":
      return act(engine, incident, present(incident), work.action);
    case "measure":
      return success({ type: "measured", measurement: await measureAttempt(site, incident, present(incident)) });
    case "undo":
      return undo(engine, incident, present(incident));
    case "check undo":
      return checkUndo(engine, incident, present(incident));
    case "tidy":
      return tidy(engine, incident);
    default:
      return work satisfies never;
  }
}

/** Nothing to try while another incident is at work here says nothing: what it does may be the very remedy, or be undone. */
async function planOrWait(engine: Engine, planner: Planner, incident: Incident): Promise<Result<IncidentEvent>> {
  const planned = await plan(engine.site, planner, incident);
  if (!planned.ok || planned.value.type !== "planned" || planned.value.plan !== undefined) return planned;
  const holder = await holderOf(engine.ledger, incident);
  if (!holder.ok || holder.value === undefined) return planned;
  return success({ type: "scope busy", holder: holder.value });
}

function present(incident: Incident): Attempt {
  const attempt = attemptOf(incident);
  if (attempt === undefined) throw new BrokenInvariant(`incident ${incident.id} has no attempt`);
  return attempt;
}

/** The scope first, then the measurement: nobody else of us changes anything between the two. */
async function checkpoint(engine: Engine, incident: Incident): Promise<Performed> {
  const wholeCluster = incident.state.name === "checkpointing" && needsWholeCluster(incident.state.plan);
  const scope = await takeScope(engine.ledger, incident, wholeCluster, engine.site.clock.nowMs());
  if (!scope.ok) return { event: failedEvent(scope) };
  if (!scope.value.taken) return { event: { type: "scope busy", holder: scope.value.holder } };
  const measured = await measureCheckpoint(engine.site, incident, wholeCluster);
  return { event: measured.ok ? measured.value : failedEvent(measured), fence: scope.value.fence };
}
