/**
 * Random lives of a small shop under an attempt, in which anything may happen: alerts come, go and are silenced, objects are
 * deleted and shrunk, data vanishes, sources fall silent. What is committed is recounted here, from the shop itself and not
 * from its readings: it was never above the checkpoint, by one definition of severity.
 */
import { expect, test } from "vitest";
import { baselineOf, measure } from "../../../src/severity/measure.ts";
import { judge } from "../../../src/severity/oracle.ts";
import { defaultWeights, type Baseline, type ObjectiveReading, type Readings } from "../../../src/severity/severity.ts";
import type { Sample } from "../../../src/transaction/incident.ts";
import { defaultLimits } from "../../../src/transaction/limits.ts";
import { judgeSamples } from "../../../src/transaction/verdict.ts";
import { createDice, type Dice } from "../../support/dice.ts";

const series = 100_000;
const samplesMax = 9;

/** Names of what can be in trouble; alerts 0 and 1 are about `a`, 2 about `b`, 3 says nothing. The incident is about alert 0. */
const things = ["a", "b"] as const;
const about = ["a", "a", "b", undefined] as const;
const weightOf = [1, 2] as const;

interface Shop {
  alerts: { state: "none" | "pending" | "firing"; silenced: boolean }[];
  workloads: { there: boolean; desired: number; ready: number }[];
  services: { there: boolean; endpoints: number }[];
  nodes: ("ready" | "lost" | "gone")[];
  promised: (ObjectiveReading["state"] | "unspoken")[];
  calls: ObjectiveReading["state"];
  silent: "nobody" | "alerts" | "objectives" | "workloads" | "API server";
}

/** Half of them are well but for what fires; the incident's alert may have gone just before the checkpoint. */
function shopOf(dice: Dice): Shop {
  const ill: Shop = {
    alerts: about.map((_, index) => ({
      state: dice.pick(index === 0 ? (["firing", "firing", "none"] as const) : (["none", "none", "pending", "firing"] as const)),
      silenced: false,
    })),
    workloads: things.map(() => ({ there: true, desired: 1 + dice.roll(3), ready: dice.roll(3) })),
    services: things.map(() => ({ there: true, endpoints: dice.roll(3) })),
    nodes: ["ready", dice.pick(["ready", "lost"] as const)],
    promised: [dice.pick(["holds", "violated"] as const), dice.pick(["holds", "violated", "vanished"] as const)],
    calls: dice.pick(["holds", "violated", "vanished"] as const),
    silent: "nobody",
  };
  return dice.once(2) ? ill : { ...ill, ...mended(ill), alerts: ill.alerts };
}

/** One thing happens, for better or for worse; rarely two. */
function happen(shop: Shop, dice: Dice): Shop {
  const next = copyOf(shop);
  next.silent = dice.once(9) ? dice.pick(["alerts", "objectives", "workloads", "API server"] as const) : "nobody";
  const alert = dice.pick(next.alerts);
  const workload = dice.pick(next.workloads);
  const service = dice.pick(next.services);
  switch (dice.roll(10)) {
    case 0:
    case 1:
      alert.state = dice.pick(["none", "none", "pending", "firing"]);
      break;
    case 2:
      alert.silenced = !alert.silenced;
      break;
    case 3:
      Object.assign(workload, { desired: dice.roll(4), ready: dice.roll(4) });
      break;
    case 4:
      workload.there = !dice.once(3);
      break;
    case 5:
      Object.assign(service, { there: !dice.once(4), endpoints: dice.roll(3) });
      break;
    case 6:
      next.nodes[1] = dice.pick(["ready", "lost", "gone"] as const);
      break;
    case 7:
      next.promised[dice.roll(2)] = dice.pick(["holds", "holds", "violated", "vanished", "unspoken"] as const);
      break;
    case 8:
      next.calls = dice.pick(["holds", "violated", "vanished"] as const);
      break;
    default:
      // Everything that was wrong is mended.
      return { ...next, ...mended(shop) };
  }
  return next;
}

function copyOf({ alerts, workloads, services, nodes, promised, ...rest }: Shop): Shop {
  return {
    ...rest,
    alerts: alerts.map((each) => ({ ...each })),
    workloads: workloads.map((each) => ({ ...each })),
    services: services.map((each) => ({ ...each })),
    nodes: [...nodes],
    promised: [...promised],
  };
}

function mended({ workloads, services }: Shop): Partial<Shop> {
  return {
    alerts: about.map(() => ({ state: "none", silenced: false })),
    workloads: workloads.map(({ desired }) => ({ there: true, desired, ready: desired })),
    services: services.map(() => ({ there: true, endpoints: 2 })),
    nodes: ["ready", "ready"],
    promised: ["holds", "holds"],
    calls: "holds",
  };
}

function readingsOf(shop: Shop): Readings {
  const read = <T>(source: Shop["silent"], value: T) =>
    shop.silent === source ? ({ known: false, reason: "it is silent" } as const) : ({ known: true, value } as const);
  const promised = shop.promised.flatMap((state, index) =>
    state === "unspoken" ? [] : [{ name: `o${index}`, namespace: "shop", state, weight: weightOf[index] ?? 1 }],
  );
  return {
    scope: { cluster: "prod", namespaces: ["shop"] },
    alerts: read(
      "alerts",
      shop.alerts.flatMap(({ state, silenced }, index) =>
        state === "none" ? [] : [{ name: `A${index}`, labels: labelsOf(index), state, silenced }],
      ),
    ),
    objectives: read("objectives", [...promised, { name: "calls", namespace: "shop", state: shop.calls, automatic: true }]),
    workloads: read(
      "workloads",
      shop.workloads.flatMap(({ there, desired, ready }, index) =>
        there ? [{ workload: `Deployment shop/${things[index]}`, desired, ready, restarts: 0 }] : [],
      ),
    ),
    services: {
      known: true,
      value: shop.services.flatMap(({ there, endpoints }, index) =>
        there ? [{ service: `Service shop/${things[index]}`, readyEndpoints: endpoints }] : [],
      ),
    },
    nodes: {
      known: true,
      value: shop.nodes.flatMap((state, index) => (state === "gone" ? [] : [{ node: `n${index}`, ready: state === "ready" }])),
    },
    apiServerAnswers: shop.silent !== "API server",
  };
}

function labelsOf(index: number): Readonly<Record<string, string>> {
  const thing = about[index];
  return { alertname: `A${index}`, namespace: "shop", ...(thing === undefined ? {} : { app: thing }) };
}

const silentAbout = { alerts: true, objectives: true, workloads: true } as const;

/** How bad the shop is in the terms of the moment `then`, told in the words of design.md, section 4. Undefined: not known. */
function recount(now: Shop, then: Shop): number | undefined {
  if (now.silent === "API server") return Infinity;
  const heldThen = then.promised.map((state) => state === "holds");
  const allFail = heldThen.includes(true) && heldThen.every((held, index) => !held || now.promised[index] !== "holds");
  if (allFail && now.silent !== "objectives") return Infinity;
  if (now.silent in silentAbout) return undefined;
  const lessOf = (thing: string | undefined): boolean =>
    things.some((name, index) => {
      const [workload, before] = [now.workloads[index], then.workloads[index]];
      const [service, served] = [now.services[index], then.services[index]];
      const desired = workload?.there === true ? workload.desired : 0;
      const endpoints = service?.there === true ? service.endpoints : 0;
      const isLess = desired < (before?.desired ?? 0) || (endpoints === 0 && (served?.endpoints ?? 0) > 0) || service?.there !== true;
      return name === thing && isLess;
    });
  const alerts = now.alerts.filter(({ state, silenced }, index) => {
    const before = then.alerts[index]?.state ?? "none";
    if (state === "none") return before === "firing" && lessOf(about[index]);
    if (silenced && before === "none") return false;
    return state === "firing" || before !== "pending";
  }).length;
  const violated =
    now.promised.reduce((sum, state, index) => sum + (state === "holds" ? 0 : (weightOf[index] ?? 1)), 0) +
    (then.calls === "vanished" || now.calls === "holds" || (now.calls === "vanished" && then.calls === "holds") ? 0 : 1) +
    now.services.filter(({ there, endpoints }) => !there || endpoints === 0).length;
  const lost = now.workloads.reduce(
    (sum, { there, desired, ready }, index) =>
      sum + Math.max(0, Math.max(there ? desired : 0, then.workloads[index]?.desired ?? 0) - (there ? ready : 0)),
    now.nodes.filter((state) => state !== "ready").length,
  );
  return 3 * alerts + 3 * violated + lost;
}

interface End {
  readonly verdict: string;
  /** What the shop really was at the checkpoint, and at each sample. */
  readonly before: number;
  readonly truth: readonly (number | undefined)[];
  readonly measured: readonly (number | undefined)[];
  /** Whether the incident's alert was still active, sample by sample. */
  readonly active: readonly boolean[];
}

function live(dice: Dice): End | undefined {
  const then = shopOf(dice);
  const checkpoint = measure(readingsOf(then), undefined, defaultWeights);
  const baseline = baselineOf(readingsOf(then));
  if (checkpoint.kind !== "known" || baseline === undefined) return undefined;
  const deadlineMs = (3 + dice.roll(samplesMax - 3)) * 10_000;
  const rollout = dice.pick(["complete", "complete", "complete", "failed"] as const);
  const shops: Shop[] = [];
  const samples: Sample[] = [];
  for (let at = 1; at <= samplesMax; at += 1) {
    // Most of the time nothing happens: what is committed must hold for a while.
    const last = shops.at(-1) ?? then;
    const rested = last.silent === "nobody" ? last : { ...last, silent: "nobody" as const };
    const now = dice.once(4) || at === 1 ? happen(last, dice) : rested;
    const before = samples.at(-1);
    // The parts are pure: the same shop is measured alike, and need not be measured again.
    samples.push(now === last && before !== undefined ? { ...before, atMs: at * 10_000 } : sampleOf(now, baseline, at * 10_000));
    shops.push(now);
    const judgement = judgeSamples({ before: checkpoint.mu, samples, nowMs: at * 10_000, deadlineMs, rollout }, defaultLimits);
    if (judgement.kind === "wait") continue;
    return {
      verdict: `${judgement.kind} ${judgement.verdict}`,
      before: recount(then, then) ?? Number.NaN,
      truth: shops.map((shop) => recount(shop, then)),
      measured: samples.map(({ severity }) =>
        severity.kind === "known" ? severity.mu : severity.kind === "crashed" ? Infinity : undefined,
      ),
      active: shops.map(({ alerts }) => alerts[0]?.state !== "none"),
    };
  }
  return undefined;
}

function sampleOf(shop: Shop, baseline: Baseline, atMs: number): Sample {
  const readings = readingsOf(shop);
  const oracles = judge({ episodes: [{ name: "A0", labels: labelsOf(0) }], readings, baseline, restartsAtStart: {} });
  const severity = measure(readings, baseline, defaultWeights);
  return { atMs, severity, oraclesPass: oracles.every(({ state }) => state !== "fails"), phase: "evaluating" };
}

/** The samples that a commit rests on. */
const deciding = defaultLimits.samplesToCommit;

function broken({ verdict, before, truth, measured, active }: End): string | undefined {
  if (truth.some((real, index) => real !== measured[index])) return `measured ${measured.join(" ")}, and it was ${truth.join(" ")}`;
  if (!verdict.startsWith("commit")) return undefined;
  const last = truth.slice(-deciding);
  if (last.length < deciding || last.includes(undefined)) return "committed on what is not known";
  if (last.some((mu) => (mu ?? Infinity) > before)) return `committed at ${last.join(" ")}, it was ${before} before`;
  if (verdict === "commit resolved" && active.slice(-deciding).includes(true)) return "called resolved while the alert was active";
  if (verdict === "commit improved" && last.some((mu) => (mu ?? Infinity) >= before)) return "called improved and it was not";
  return undefined;
}

test(`of ${series} series none that was committed had a sample above the checkpoint`, { timeout: 240_000 }, () => {
  const verdicts = new Map<string, number>();
  for (let seed = 1; seed <= series; seed += 1) {
    const end = live(createDice(seed));
    const why = end === undefined ? undefined : broken(end);
    if (why !== undefined) expect({ seed, why, end }).toEqual({ seed });
    verdicts.set(end?.verdict ?? "none", (verdicts.get(end?.verdict ?? "none") ?? 0) + 1);
  }
  // Each way to end was taken often enough for the property to have been put to the test.
  const ways = ["abort inconclusive", "abort regressed", "abort unchanged", "commit improved", "commit resolved"];
  expect(ways.filter((way) => (verdicts.get(way) ?? 0) < 500)).toEqual([]);
});
