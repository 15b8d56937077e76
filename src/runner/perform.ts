/** Does what a state asks for, through the agents, and says what came of it as an event. */
import { needsWholeCluster } from "../action/policy.ts";
import { measureAttempt, measureCheckpoint, observe } from "../agent/detection.ts";
import { diagnose } from "../agent/diagnosis.ts";
import { plan, wantsAdvice } from "../agent/mitigation.ts";
import { BrokenInvariant, describeFailure, success } from "../failure.ts";
import type { Result } from "../failure.ts";
import type { Effect, IncidentEvent } from "../transaction/event.ts";
import { isRipe } from "../transaction/before-writing.ts";
import type { Attempt, Incident, StoredHypothesis } from "../transaction/incident.ts";
import { attemptOf } from "../transaction/incident.ts";
import { act } from "./act.ts";
import { checkUndo } from "./check-undo.ts";
import type { Engine } from "./engine.ts";
import type { RunnerPorts } from "./runner.ts";
import { holderOf, takeScope } from "./scope.ts";
import { tidy } from "./tidy.ts";
import { undo } from "./undo.ts";

/** Who proposes what is to be done. */
export type Proposers = Pick<RunnerPorts, "planner" | "advisor">;

export type Work = Exclude<Effect, { type: "turn" } | { type: "wait" } | { type: "nothing" }>;

export interface Performed {
  readonly event: IncidentEvent;
  /** The incident's fence from here on, when taking the scope raised it. */
  readonly fence?: number;
}

export async function perform(engine: Engine, proposers: Proposers, incident: Incident, work: Work): Promise<Performed> {
  if (work.type === "checkpoint") return checkpoint(engine, incident);
  const result = await eventOf(engine, proposers, incident, work);
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
  proposers: Proposers,
  incident: Incident,
  work: Exclude<Work, { type: "checkpoint" }>,
): Promise<Result<IncidentEvent>> {
  const { site } = engine;
  switch (work.type) {
    case "observe":
      return observe(site, incident);
    case "diagnose":
      return diagnoseAdvised(engine, proposers, incident);
    case "plan":
      return planOrWait(engine, proposers, incident);
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

/** The built-in causes first; what an advisor thinks is asked when they leave nothing likely to try, and all evidence is there. */
async function diagnoseAdvised(engine: Engine, { planner, advisor }: Proposers, incident: Incident): Promise<Result<IncidentEvent>> {
  const { site } = engine;
  const diagnosed = await diagnose(site, incident);
  if (advisor === undefined || !diagnosed.ok || diagnosed.value.type !== "diagnosed") return diagnosed;
  const { hypotheses } = diagnosed.value;
  if (!isAllThere(engine, incident, hypotheses) || !(await wantsAdvice(site, planner, incident, hypotheses))) return diagnosed;
  const more = await advisor(engine.hold).hypotheses(site, incident, hypotheses);
  return more.ok ? success({ ...diagnosed.value, hypotheses: [...hypotheses, ...more.value] }) : more;
}

function isAllThere(engine: Engine, incident: Incident, hypotheses: readonly StoredHypothesis[]): boolean {
  return isRipe(incident, hypotheses, engine.ownNowMs() + (incident.unattendedMs ?? 0), engine.limits);
}

/** Nothing to try while another incident is at work here says nothing: what it does may be the very remedy, or be undone. */
async function planOrWait(engine: Engine, { planner, advisor }: Proposers, incident: Incident): Promise<Result<IncidentEvent>> {
  const hypotheses = incident.state.name === "planning" ? incident.state.hypotheses : [];
  const asked = advisor !== undefined && isAllThere(engine, incident, hypotheses) ? advisor(engine.hold) : undefined;
  const planned = await plan(engine.site, planner, incident, asked);
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
