/** One run: a world, a fault, an arm with its planner, and what the cluster is like when the incident is over. */
import { createWorld } from "../../src/demo/world.ts";
import type { World } from "../../src/demo/world.ts";
import { takeReadings } from "../../src/agent/readings.ts";
import type { Planner } from "../../src/agent/planner.ts";
import { success } from "../../src/failure.ts";
import { jsonEqual } from "../../src/kubernetes/json.ts";
import { loadIncident } from "../../src/runner/records.ts";
import { baselineOf, measure, muOf } from "../../src/severity/measure.ts";
import { defaultWeights } from "../../src/severity/severity.ts";
import type { Baseline } from "../../src/severity/severity.ts";
import { landscape } from "../support/journey.ts";
import { createNaiveDriver } from "./naive.ts";
import { ablationFaults, programs } from "./plans.ts";
import type { AblationFault } from "./plans.ts";
import { stochasticPlanner } from "./planner.ts";

/** As shipped; one attempt, undone when it fails; every attempt stays. */
export const arms = ["undo and retry", "no retry", "retry without undo"] as const;
export type Arm = (typeof arms)[number];

export interface Run {
  readonly outcome: string;
  /** Nothing is wrong any more, whatever else was changed on the way. */
  readonly mitigated: boolean;
  /** Severity is above that of the fault left alone, or something other than the fault is changed. */
  readonly harmed: boolean;
  readonly attempts: number;
  /** From the fault to the incident's end, simulated. */
  readonly durationMs: number;
}

export interface RunOptions {
  readonly arm: Arm;
  readonly seed: number;
  readonly rightShare: number;
}

/** Alerts are evaluated, and what is due is done, this often: a sample is taken every 10 s. */
const stepMs = 5_000;
/** The wall clock of an incident is 30 minutes; an undo under way is finished beyond it. */
const durationMaxMs = 90 * 60_000;
/** From the end until alerts show what is left: the slowest rule waits for 30 s. */
const aftermathMs = 120_000;

export async function runArm({ arm, seed, rightShare }: RunOptions): Promise<Run> {
  const fault = faultOf(seed);
  const world = worldOf(arm, stochasticPlanner(seed, rightShare, fault.right));
  await pass(world, 20_000);
  const healthy = landscape(world);
  const baseline = baselineOf(await readings(world));
  breakIt(world, fault);
  const broken = landscape(world);
  const brokenAtMs = world.clock.nowMs();
  const drive = arm === "retry without undo" ? createNaiveDriver(world.composed.runner) : () => Promise.resolve();
  while (!(await isOver(world)) && world.clock.nowMs() - brokenAtMs < durationMaxMs) {
    await pass(world, stepMs);
    await drive();
  }
  const end = await firstIncident(world);
  const durationMs = world.clock.nowMs() - brokenAtMs;
  await pass(world, aftermathMs, false);
  const left = landscape(world);
  return {
    outcome: end?.outcome ?? "unfinished",
    attempts: end?.attempts ?? 0,
    mitigated: (await muNow(world, undefined)) === 0,
    harmed: !(jsonEqual(left, healthy) || jsonEqual(left, broken)) || (await muNow(world, baseline)) > (await leftAlone(fault)),
    durationMs,
  };
}

export function faultOf(seed: number): AblationFault {
  const fault = ablationFaults[seed % ablationFaults.length];
  if (fault === undefined) throw new Error("there are no faults");
  return fault;
}

const noCarrier = { continuation: { schedule: () => Promise.resolve(success(undefined)) }, wake: () => undefined };
const silent: Planner = { propose: () => Promise.resolve(success([])) };

function worldOf(arm: Arm, planner: Planner): World {
  return createWorld({
    planner,
    cluster: { behaviour: programs },
    ...(arm === "no retry" ? { environment: { STRATUS_ATTEMPTS_MAX: "1" } } : {}),
    ...(arm === "retry without undo" ? { carrier: noCarrier } : {}),
  });
}

function breakIt(world: World, { name, ref, breaks }: AblationFault): void {
  if (!world.cluster.edit(ref, breaks, "somebody").ok) throw new Error(`${name} could not be made`);
}

/** One round of everything, then the rest of the time goes by. `doors`: false lets the cluster alone live on. */
async function pass(world: World, durationMs: number, doors = true): Promise<void> {
  for (let passedMs = 0; passedMs < durationMs; passedMs += stepMs) {
    if (doors) await world.run(1);
    else world.telemetry.tick();
    world.clock.advance(doors ? stepMs - 1_000 : stepMs);
  }
}

async function firstIncident(world: World): Promise<{ readonly outcome: string | undefined; readonly attempts: number } | undefined> {
  const [first] = await world.incidents();
  const loaded = typeof first?.["id"] === "string" ? await loadIncident(world.ledger, first["id"]) : undefined;
  if (loaded?.ok !== true || loaded.value === undefined) return undefined;
  const { state, attempts } = loaded.value.value;
  return {
    outcome: state.name === "closed" ? state.outcome : undefined,
    attempts: attempts.filter(({ writes }) => writes > 0).length,
  };
}

async function isOver(world: World): Promise<boolean> {
  return (await firstIncident(world))?.outcome !== undefined;
}

function readings(world: World) {
  const site = world.composed.runner.sites.get("demo");
  if (site === undefined) throw new Error("the world has no site");
  return takeReadings(site, ["shop"]);
}

async function muNow(world: World, baseline: Baseline | undefined): Promise<number> {
  const mu = muOf(measure(await readings(world), baseline, defaultWeights));
  if (mu === undefined) throw new Error("severity could not be measured");
  return mu;
}

const severityLeftAlone = new Map<string, Promise<number>>();

/** What the fault comes to when nobody touches anything, measured as at the end of a run. */
function leftAlone(fault: AblationFault): Promise<number> {
  const known = severityLeftAlone.get(fault.name);
  if (known !== undefined) return known;
  const measured = (async () => {
    const world = worldOf("undo and retry", silent);
    await pass(world, 20_000);
    const baseline = baselineOf(await readings(world));
    breakIt(world, fault);
    await pass(world, 10 * 60_000);
    return muNow(world, baseline);
  })();
  severityLeftAlone.set(fault.name, measured);
  return measured;
}
