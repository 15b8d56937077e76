/** One run of a case by Stratus: the actions, perhaps a foreign hand, the undo, and what is there then, judged without Stratus. */
import { setTimeout as sleep } from "node:timers/promises";
import { normalise } from "../../src/action/change.ts";
import { jsonEqual, valueAt } from "../../src/kubernetes/json.ts";
import { asJson, nameOf } from "../../src/kubernetes/object.ts";
import { playOf } from "./actor.ts";
import type { ActorName, Meddled } from "./actor.ts";
import type { FidelityCase } from "./case.ts";
import { readyReplicasOf, watchReadiness } from "./readiness.ts";
import type { Watch } from "./readiness.ts";
import { areRolledOut, leaveStage, look, perform, setStage } from "./stage.ts";
import type { Seen, Stage, World } from "./stage.ts";
import type { Undone } from "../support/transaction.ts";

export interface OurRun {
  readonly case: string;
  readonly actor?: ActorName;
  /** Why it makes no sense here; nothing was run then. */
  readonly notApplicable?: string;
  /** Empty: as it must be. */
  readonly wrong: readonly string[];
  /** What Stratus said of others. */
  readonly foreign: readonly string[];
  /** With a foreign hand: what it changed is not there any more. */
  readonly destroyed?: boolean;
  /** With pods: whether a workload that was healthy had no ready replica left at some time of the undo. */
  readonly lostAll?: boolean;
  /** With pods: as many replicas as before, of the template as before. */
  readonly readyAgain?: boolean;
  readonly durationMs: number;
}

/** For controllers to finish what the undo made them do: a node's taint, a status. */
const echoWithinMs = 8_000;
const readyWithinMs = 60_000;

export async function runOurs(world: World, of: FidelityCase, namespace: string, actor?: ActorName): Promise<OurRun> {
  const startedMs = performance.now();
  const told = { case: of.name, ...(actor === undefined ? {} : { actor }) };
  let [watch, meddled]: [Watch | undefined, Meddled | undefined] = [undefined, undefined];
  try {
    const stage = await setStage(world, of, namespace, actor === undefined && world.pods);
    const play = actor === undefined ? undefined : playOf(actor, stage);
    if (typeof play === "string") return { ...told, notApplicable: play, wrong: [], foreign: [], durationMs: 0 };
    const transaction = await perform(world, stage, of);
    meddled = await play?.(world, stage);
    watch = stage.scheduled ? await watchReadiness(world.hands, stage.refs) : undefined;
    const undone = await transaction.undo();
    const readyAgain = stage.scheduled ? await isReadyAgain(world, stage) : true;
    const seen = await watch?.end();
    const wrong = await judge(world, stage, undone, meddled);
    const destroyed = meddled === undefined ? undefined : !(await isKept(world, meddled));
    await meddled?.stop?.();
    if (!readyAgain) wrong.push(`not as many replicas are ready as before (${stage.ready})`);
    if (seen?.lostAll === true) wrong.push("a healthy workload lost all its ready replicas");
    await leaveStage(world, stage);
    return {
      ...told,
      wrong,
      foreign: undone.foreign,
      ...(destroyed === undefined ? {} : { destroyed }),
      ...(seen === undefined ? {} : { lostAll: seen.lostAll, readyAgain }),
      durationMs: performance.now() - startedMs,
    };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { ...told, wrong: [`broke off: ${reason}`], foreign: [], durationMs: performance.now() - startedMs };
  } finally {
    await Promise.allSettled([watch?.end(), meddled?.stop?.()]);
  }
}

async function judge(world: World, stage: Stage, undone: Undone, meddled: Meddled | undefined): Promise<string[]> {
  const wrong = undone.differences.map((difference) => `Stratus: ${difference}`);
  const endsAtMs = performance.now() + echoWithinMs;
  let differing: readonly string[];
  do {
    differing = await differences(world, stage, meddled);
    if (differing.length > 0) await sleep(100);
  } while (differing.length > 0 && performance.now() < endsAtMs);
  wrong.push(...differing);
  if (meddled === undefined) wrong.push(...undone.foreign.map((line) => `told of somebody who was not there: ${line}`));
  else if (!undone.foreign.some((line) => line.includes(nameOf(meddled.ref)) && line.includes(meddled.named)))
    wrong.push(`nobody is told of ${nameOf(meddled.ref)} (${meddled.named}), only: ${undone.foreign.join(" | ") || "nothing"}`);
  return wrong;
}

async function differences(world: World, stage: Stage, meddled: Meddled | undefined): Promise<string[]> {
  const wrong: string[] = [];
  for (const ref of stage.refs) {
    const name = nameOf(ref);
    const found = await look(world.hands, ref);
    if (found !== undefined && JSON.stringify(found.object).includes("stratus.dev/")) wrong.push(`${name} carries a mark of ours`);
    if (meddled !== undefined && nameOf(meddled.ref) === name) wrong.push(...againstForeign(name, meddled, stage.before.get(name), found));
    else wrong.push(...againstBefore(name, stage.before.get(name), found));
  }
  return wrong;
}

/** Byte by byte, and by the hash of the pods' template. */
function againstBefore(name: string, before: Seen | undefined, found: Seen | undefined): string[] {
  if (before?.text !== found?.text) return [`${name} is ${found?.text ?? "gone"}, it was ${before?.text ?? "not there"}`];
  return before?.hash === found?.hash ? [] : [`${name}: pod-template-hash is ${found?.hash}, it was ${before?.hash}`];
}

/** What the foreign hand changed is there, and nothing besides differs from before. */
function againstForeign(name: string, meddled: Meddled, before: Seen | undefined, found: Seen | undefined): string[] {
  if (found === undefined) return [`${name} is gone, and was somebody else's`];
  if (meddled.uid !== undefined && found.object.metadata.uid !== meddled.uid) return [`${name} is not the one that somebody else made`];
  const now = normalise(asJson(found.object));
  if (!jsonEqual(now, meddled.expected)) return [`${name} is ${found.text}, it should be ${JSON.stringify(meddled.expected)}`];
  const template = "/spec/template";
  const untouched = before !== undefined && jsonEqual(valueAt(now, template), valueAt(normalise(asJson(before.object)), template));
  return untouched && meddled.uid === undefined && before.hash !== found.hash
    ? [`${name}: pod-template-hash is ${found.hash}, it was ${before.hash}`]
    : [];
}

async function isKept(world: World, meddled: Meddled): Promise<boolean> {
  const found = await look(world.hands, meddled.ref);
  return found !== undefined && meddled.kept(normalise(asJson(found.object)));
}

async function isReadyAgain(world: World, stage: Stage): Promise<boolean> {
  const endsAtMs = performance.now() + readyWithinMs;
  while (performance.now() < endsAtMs) {
    const asMany = (await readyReplicasOf(world.hands, stage.refs)) === stage.ready;
    if (asMany && (!stage.rolledOut || (await areRolledOut(world.hands, stage.refs)))) return true;
    await sleep(100);
  }
  return false;
}
