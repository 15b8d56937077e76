import { describe, expect, test } from "vitest";
import { decide, effectOf } from "../../../src/transaction/decide.ts";
import type { Effect, IncidentEvent } from "../../../src/transaction/event.ts";
import type { Incident, State } from "../../../src/transaction/incident.ts";
import { incidentSchema } from "../../../src/transaction/incident.ts";
import { muOfSample } from "../../../src/transaction/verdict.ts";
import { createDice } from "../../support/dice.ts";
import type { Dice } from "../../support/dice.ts";
import { acted, checked, checkpointOf, episode, failed, incident, limits, measured, minute, plan, severityOf } from "./incidents.ts";

const rounds = 10_000;
/** After so long no port fails any more and nobody is in the way. */
const faultsEndMs = 60 * minute;
/** Steps without a pause; five attempts of at most some ten steps fit in. */
const atOnceMax = 120;
const stepsMax = 3000;

interface World {
  readonly dice: Dice;
  /** How bad this world is, so that not all rounds are alike: one in so many calls fails. */
  readonly oneFailsIn: number;
  /** What is measured stays as it is for a while: pure noise would never be committed. */
  mood: { readonly mu: number | "?" | "!"; readonly pass: boolean };
  nowMs: number;
}

const mu = (dice: Dice): number | "?" | "!" => (dice.once(8) ? "?" : dice.once(15) ? "!" : dice.pick([0, 0, 3, 6, 6, 6, 9, 12]));
function felt(world: World): World["mood"] {
  const { dice } = world;
  if (dice.once(6)) world.mood = { mu: mu(dice), pass: dice.once(2) };
  return world.mood;
}

const isCalm = (world: World): boolean => world.nowMs >= faultsEndMs;
const wrong = (world: World, times: number): boolean => !isCalm(world) && world.dice.once(times);

/** Any event that the work of this state can come to. */
function outcomeOf(world: World, effect: Effect, from: Incident): IncidentEvent {
  const { dice } = world;
  if (wrong(world, world.oneFailsIn)) return { ...failed, retryAfterMs: dice.once(3) ? dice.roll(10 * minute) : undefined };
  switch (effect.type) {
    case "turn":
      return effect.event;
    case "observe":
      return {
        type: "observed",
        firing: dice.once(20) ? "no" : "yes",
        severity: severityOf(6),
        subject: undefined,
        namespaces: dice.once(20) ? [] : ["shop"],
        why: "it is gone",
      };
    case "diagnose":
      return { type: "diagnosed", hypotheses: [] };
    case "plan":
      return {
        type: "planned",
        plan: dice.once(20) ? undefined : plan,
        mode: dice.pick(["auto", "auto", "auto", "auto", "auto", "approve", dice.once(2) ? "observe" : "auto"]),
        notes: ["Not tried: x."],
        why: "nothing is left",
      };
    case "checkpoint":
      if (wrong(world, 4)) return { type: "scope busy", holder: "i0" };
      return checkpointEvent(world, dice.pick([0, 3, 6, 9]));
    case "act":
      return dice.once(5)
        ? { type: "action refused", action: effect.action, reason: "no", writes: effect.action + dice.roll(2) }
        : acted(effect.action);
    case "measure":
      return measured(felt(world).mu, {
        pass: world.mood.pass,
        rollout: { state: dice.pick(["complete", "complete", "under way", "failed"]), reason: "so" },
      });
    case "undo":
      if (dice.once(30)) return { type: "undo impossible", reason: "no", byHand: ["kubectl"] };
      return { type: "undone", did: from.attempts.at(-1)?.writes === 0 ? [] : ["Put back."], foreign: dice.once(6) ? ["theirs"] : [] };
    case "check undo":
      return compared(felt(world).mu, dice.once(10) ? ["spec.replicas"] : [], dice.once(2) ? 0 : 9);
    case "tidy":
      return { type: "tidied" };
    default:
      throw new Error(`${effect.type} is no work`);
  }
}

/** `newAlertsMu`: as much of a known severity may be alerts that began since. */
function compared(found: number | "?" | "!", differences: readonly string[], newAlertsMu: number): IncidentEvent {
  return checked(found, differences, typeof found === "number" ? Math.max(0, found - newAlertsMu) : found);
}

function checkpointEvent(world: World, before: number): IncidentEvent {
  const horizonMs = world.dice.once(2) ? { horizonMs: world.dice.roll(5) * minute } : {};
  return { type: "checkpointed", checkpoint: { ...checkpointOf(before, world.nowMs), ...horizonMs }, severity: severityOf(before) };
}

/** News of the inbox may come at any step. */
function news(world: World, from: Incident): IncidentEvent | undefined {
  const { dice } = world;
  if (dice.once(40)) return { type: "episodes", episodes: [{ ...episode, firing: dice.once(2) }] };
  if (from.state.name === "awaiting_approval" && dice.once(2)) return { type: dice.pick(["approved", "rejected"] as const), by: "ada" };
  return dice.once(60) ? { type: dice.pick(["approved", "rejected", "aborted", "acknowledged"] as const), by: "ada" } : undefined;
}

const wayOut: { readonly [N in State["name"]]?: readonly State["name"][] } = {
  acting: ["acting", "settling", "undoing", "observing", "closing"],
  settling: ["settling", "evaluating", "undoing"],
  evaluating: ["evaluating", "undoing", "observing", "closing"],
  undoing: ["undoing", "verifying_undo", "closed"],
  verifying_undo: ["verifying_undo", "observing", "closing", "closed"],
  closing: ["closing", "closed"],
  closed: ["closed", "closing"],
};

function holds(before: Incident, event: IncidentEvent, next: Incident): string | undefined {
  const from = before.state;
  const to = next.state;
  const ways = wayOut[from.name];
  if (ways !== undefined && !ways.includes(to.name)) return `${from.name} led to ${to.name}`;
  if (from.name === "closed" && to.name !== "closed" && event.type !== "acknowledged") return `${event.type} reopened it`;
  if (from.name === "undoing" && to.name === "closed" && to.outcome !== "stuck") return "undoing ended without a person";
  if (next.attempts.filter(({ writes }) => writes > 0).length > limits.attemptsMax) return `${next.attempts.length} attempts`;
  if (next.attempts.length < before.attempts.length) return "an attempt was forgotten";
  const open = next.attempts.slice(0, -1).find((attempt) => attempt.ending === undefined);
  if (open !== undefined) return `attempt ${open.number} has no ending and another follows`;
  const last = next.attempts.at(-1);
  if (to.name === "closing" && to.outcome !== "stuck" && last !== undefined && last.ending !== "committed" && last.ending !== "undone")
    return `it closes over attempt ${last.number}, which is ${last.ending ?? "open"}`;
  if (last?.ending === "committed" && before.attempts.at(-1)?.ending === undefined) return badCommit(next);
  if (last?.ending === "undone" && last.writes > 0 && before.attempts.at(-1)?.ending === undefined) return badUndo(before, event, next);
  return undefined;
}

function badCommit(next: Incident): string | undefined {
  const attempt = next.attempts.at(-1);
  const before = attempt?.checkpoint?.mu ?? -1;
  const last = attempt?.samples.slice(-limits.samplesToCommit) ?? [];
  if (last.length < limits.samplesToCommit || last.some(({ phase }) => phase !== "evaluating")) return "committed on too few samples";
  if (last.some((sample) => (muOfSample(sample) ?? Infinity) > before)) return "committed above the checkpoint, or unknown";
  return risen(next, before);
}

function badUndo(before: Incident, event: IncidentEvent, next: Incident): string | undefined {
  const attempt = next.attempts.at(-1);
  if (before.state.name !== "verifying_undo") return `attempt ${attempt?.number} counts as undone straight from ${before.state.name}`;
  const was = attempt?.checkpoint?.mu ?? -1;
  const end = event.type === "undo checked" && event.comparable.kind === "known" ? event.comparable.mu : Infinity;
  if (end > was) return "believed to be undone above the checkpoint";
  return risen(next, was);
}

/** The visible path over this transaction: its end is not above its checkpoint. */
function risen({ visiblePath }: Incident, before: number): string | undefined {
  const end = visiblePath.at(-1)?.mu ?? Infinity;
  return end > before ? `the visible path rose from ${before} to ${end}` : undefined;
}

/** In flight, severity has stood above the budget for the whole grace, and it is not being undone. */
function worseForTooLong({ state, attempts }: Incident, nowMs: number): string | undefined {
  const attempt = attempts.at(-1);
  if ((state.name !== "settling" && state.name !== "evaluating") || attempt?.samples.at(-1)?.atMs !== nowMs) return undefined;
  const allowed = (attempt.checkpoint?.mu ?? 0) + attempt.transientBudget;
  const known = attempt.samples.filter((sample) => muOfSample(sample) !== undefined);
  const lastGood = known.findLastIndex((sample) => (muOfSample(sample) ?? 0) <= allowed);
  const since = known[lastGood + 1]?.atMs ?? nowMs;
  return nowMs - since >= limits.graceMs ? `severity has been too high since ${since}` : undefined;
}

interface End {
  readonly incident: Incident;
  readonly broken: string | undefined;
}

function live(seed: number): End {
  const dice = createDice(seed);
  const world: World = { dice, oneFailsIn: dice.pick([2, 5, 20, 1000]), mood: { mu: mu(dice), pass: dice.once(2) }, nowMs: 0 };
  let current = incident({ name: "opened" });
  let atOnce = 0;
  for (let steps = 0; steps < stepsMax; steps++) {
    const effect = effectOf(current, world.nowMs);
    const isStuck = current.state.name === "closed" && !current.state.acknowledged;
    if (effect.type === "nothing" && (!isStuck || dice.once(3))) return { incident: current, broken: undefined };
    const said: IncidentEvent | undefined = isStuck ? { type: "acknowledged", by: "ada" } : news(world, current);
    const event = said ?? (effect.type === "wait" ? undefined : outcomeOf(world, effect, current));
    if (event === undefined) {
      if (effect.type !== "wait" || effect.untilMs <= world.nowMs) return { incident: current, broken: "it waits for the past" };
      if (effect.untilMs - world.nowMs > 30 * minute) return { incident: current, broken: "it waits for too long" };
      // Continuations come late now and then, and some work takes its time.
      world.nowMs = effect.untilMs + (dice.once(10) ? dice.roll(5 * minute) : 0);
      atOnce = 0;
      continue;
    }
    if (++atOnce > atOnceMax) return { incident: current, broken: "it turns without a pause" };
    const { next } = decide(current, event, world.nowMs, limits);
    const broken = holds(current, event, next) ?? worseForTooLong(next, world.nowMs);
    if (broken !== undefined) return { incident: next, broken: `${event.type}: ${broken}` };
    current = next;
  }
  return { incident: current, broken: `no end after ${stepsMax} steps` };
}

describe("random lives of incidents", { timeout: 60_000 }, () => {
  test("each ends, and no promise is broken on the way", () => {
    const ends = new Map<string, number>();
    for (let seed = 1; seed <= rounds; seed++) {
      const { incident: end, broken } = live(seed);
      if (broken !== undefined) expect({ seed, broken, state: end.state }).toEqual({ seed });
      const outcome = end.state.name === "closed" ? end.state.outcome : end.state.name;
      ends.set(outcome, (ends.get(outcome) ?? 0) + 1);
      if (seed % 50 === 0) expect(incidentSchema.parse(JSON.parse(JSON.stringify(end)))).toEqual(end);
    }
    // Every outcome was reached often enough for the promises to have been put to the test.
    expect([...ends.keys()].toSorted()).toEqual(["improved", "mitigated", "no_action", "restored", "self_resolved", "stuck"]);
    for (const count of ends.values()) expect(count).toBeGreaterThan(30);
  });
});
