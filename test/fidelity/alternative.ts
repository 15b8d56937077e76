/**
 * The usual ways back, on the same cases: a snapshot by `kubectl get -o yaml`, put back by `kubectl apply` or `kubectl replace`,
 * and `kubectl rollout undo`. The snapshot is cleaned as everybody does: with its uid and resourceVersion both commands are
 * refused as soon as the object has changed.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { normalise } from "../../src/action/change.ts";
import { isJsonObject, jsonEqual, valueAt } from "../../src/kubernetes/json.ts";
import type { JsonObject } from "../../src/kubernetes/json.ts";
import { asJson, asObject, nameOf } from "../../src/kubernetes/object.ts";
import type { ObjectRef } from "../../src/kubernetes/object.ts";
import { playOf } from "./actor.ts";
import type { ActorName, Meddled } from "./actor.ts";
import type { FidelityCase } from "./case.ts";
import { readyReplicasOf, watchReadiness } from "./readiness.ts";
import { areRolledOut, leaveStage, look, perform, setStage } from "./stage.ts";
import type { Seen, Stage, World } from "./stage.ts";
import { until } from "../cluster/until.ts";

export const methods = ["kubectl apply", "kubectl replace", "kubectl rollout undo"] as const;
export type Method = (typeof methods)[number];

/** One who heals from the same manifests leaves nothing that a snapshot of them could destroy. */
export const actorsBesideAlternatives: readonly ActorName[] = ["same field", "another field", "remade", "autoscaler"];

export interface AlternativeRun {
  readonly case: string;
  readonly method: Method;
  readonly actor?: ActorName;
  /** Why it makes no sense here. */
  readonly notApplicable?: string;
  /** Whether it ended with exit code 0. */
  readonly saidDone: boolean;
  /** Without a foreign hand: everything is as it was. */
  readonly exact?: boolean;
  /** With one: what it changed is not there any more. */
  readonly destroyed?: boolean;
  /** With pods. */
  readonly lostAll?: boolean;
  readonly readyAgain?: boolean;
}

export interface Kubectl {
  /** What it prints; rejects when its exit code is not 0. */
  kubectl(...args: string[]): Promise<string>;
  /** For snapshots. */
  readonly folder: string;
}

interface Performance {
  readonly stage: Stage;
  readonly method: Method;
  readonly actor: ActorName | undefined;
}

const readyWithinMs = 20_000;

/** All ways back from one case, with and without foreign hands; one `kubectl get` takes all snapshots. */
export async function runAlternatives(world: World & Kubectl, of: FidelityCase, namespace: string): Promise<AlternativeRun[]> {
  const planned = methods.flatMap((method) =>
    (method === "kubectl rollout undo" ? [undefined, "same field" as const] : [undefined, ...actorsBesideAlternatives]).map((actor) => ({
      method,
      actor,
    })),
  );
  const { noSnapshot } = of;
  if (noSnapshot !== undefined) return planned.map((one) => ({ case: of.name, ...known(one), notApplicable: noSnapshot, saidDone: false }));
  const stages: Performance[] = [];
  for (const one of planned) {
    const place = `${namespace}-${stages.length}`;
    try {
      stages.push({ ...one, stage: await setStage(world, of, place, one.actor === undefined && world.pods) });
    } catch (error) {
      brokeOff(of, one, error);
    }
  }
  const snapshots = await takeSnapshots(world, namespace, stages);
  const runs: AlternativeRun[] = [];
  for (const one of stages) runs.push(await runOrTell(world, of, one, snapshots));
  return runs;
}

function known({ method, actor }: Omit<Performance, "stage">): { readonly method: Method; readonly actor?: ActorName } {
  return { method, ...(actor === undefined ? {} : { actor }) };
}

type Snapshots = ReadonlyMap<string, JsonObject>;

async function takeSnapshots(world: Kubectl, name: string, stages: readonly Performance[]): Promise<Snapshots> {
  const there = stages.flatMap(({ stage }) => [...stage.before.values()].filter((seen) => seen !== undefined));
  if (there.length === 0) return new Map();
  const items = there.map(({ object }) => ({
    apiVersion: object.apiVersion,
    kind: object.kind,
    metadata: { name: object.metadata.name, ...(object.metadata.namespace === undefined ? {} : { namespace: object.metadata.namespace }) },
  }));
  const names = join(world.folder, `${name}-names.json`);
  writeFileSync(names, JSON.stringify({ apiVersion: "v1", kind: "List", items }));
  const printed = parse(await world.kubectl("get", "--output=yaml", `--filename=${names}`)) as { readonly items?: readonly JsonObject[] };
  const objects = printed.items ?? [printed];
  return new Map(objects.map((object) => [nameOf(refIn(object)), cleaned(object)]));
}

function refIn(object: JsonObject): ObjectRef {
  const { kind, metadata } = asObject(object);
  return { kind, name: metadata.name, namespace: metadata.namespace };
}

function cleaned({ status: _status, ...object }: JsonObject): JsonObject {
  const {
    uid: _uid,
    resourceVersion: _version,
    creationTimestamp: _time,
    generation: _generation,
    ...metadata
  } = object["metadata"] as JsonObject;
  return { ...object, metadata };
}

/** One that breaks off says nothing about its way back, and keeps no other from being run. */
async function runOrTell(world: World & Kubectl, of: FidelityCase, one: Performance, snapshots: Snapshots): Promise<AlternativeRun> {
  try {
    return await run(world, of, one, snapshots);
  } catch (error) {
    const reason = brokeOff(of, one, error);
    return { case: of.name, ...known(one), notApplicable: `broke off: ${reason}`, saidDone: false };
  }
}

function brokeOff(of: FidelityCase, { method, actor }: Omit<Performance, "stage">, error: unknown): string {
  const reason = error instanceof Error ? error.message : String(error);
  process.stderr.write(`${method}, ${of.name}, ${actor ?? "alone"}: broke off: ${reason}\n`);
  return reason;
}

async function run(
  world: World & Kubectl,
  of: FidelityCase,
  { stage, method, actor }: Performance,
  snapshots: Snapshots,
): Promise<AlternativeRun> {
  const told = { case: of.name, ...known({ method, actor }) };
  const leave = async (result: AlternativeRun): Promise<AlternativeRun> => {
    await leaveStage(world, stage);
    return result;
  };
  const objects = stage.refs.map((ref) => snapshots.get(nameOf(ref))).filter((object) => object !== undefined);
  const never = (notApplicable: string): Promise<AlternativeRun> => leave({ ...told, notApplicable, saidDone: false });
  if (objects.length === 0) return never("there was nothing to take a snapshot of");
  const play = actor === undefined ? undefined : playOf(actor, stage);
  if (typeof play === "string") return never(play);
  await perform(world, stage, of);
  const changed = await changedTemplates(world, stage);
  if (method === "kubectl rollout undo" && changed.length === 0) return never("no pod template was changed");
  const meddled = await play?.(world, stage);
  const watch = stage.scheduled ? await watchReadiness(world.hands, stage.refs) : undefined;
  const saidDone = await putBack(world, stage, method, objects, changed);
  for (const ref of stage.refs) await world.hands.rest(ref);
  const readyAgain = watch === undefined ? undefined : await isReadyAgain(world, stage);
  const lostAll = (await watch?.end())?.lostAll;
  await meddled?.stop?.();
  return leave({
    ...told,
    saidDone,
    ...(meddled === undefined ? { exact: await isExact(world, stage) } : { destroyed: !(await isKept(world, meddled)) }),
    ...(lostAll === undefined ? {} : { lostAll }),
    ...(readyAgain === undefined ? {} : { readyAgain }),
  });
}

async function changedTemplates(world: World, stage: Stage): Promise<ObjectRef[]> {
  const changed: ObjectRef[] = [];
  for (const ref of stage.refs) {
    const before = stage.before.get(nameOf(ref))?.object;
    const now = before === undefined ? undefined : await world.hands.read(ref);
    const [was, is] = [before, now].map((object) => (object === undefined ? undefined : valueAt(asJson(object), "/spec/template")));
    if (was !== undefined && is !== undefined && !jsonEqual(was, is)) changed.push(ref);
  }
  return changed;
}

async function putBack(
  world: Kubectl,
  stage: Stage,
  method: Method,
  objects: readonly JsonObject[],
  changed: readonly ObjectRef[],
): Promise<boolean> {
  try {
    if (method === "kubectl rollout undo") {
      for (const { kind, name } of changed)
        await world.kubectl("--namespace", stage.namespace, "rollout", "undo", `${kind.toLowerCase()}/${name}`);
      return true;
    }
    const file = join(world.folder, `${stage.namespace}.json`);
    writeFileSync(file, JSON.stringify({ apiVersion: "v1", kind: "List", items: objects }));
    await world.kubectl(method === "kubectl apply" ? "apply" : "replace", `--filename=${file}`);
    return true;
  } catch {
    return false;
  }
}

async function isExact(world: World, stage: Stage): Promise<boolean> {
  for (const ref of stage.refs) {
    const before = stage.before.get(nameOf(ref));
    const found = await look(world.hands, ref);
    if (before === undefined || found === undefined) {
      if (before !== found) return false;
    } else if (!jsonEqual(withoutRecord(before), withoutRecord(found)) || before.hash !== found.hash) return false;
  }
  return true;
}

async function isKept(world: World, meddled: Meddled): Promise<boolean> {
  const found = await look(world.hands, meddled.ref);
  return found !== undefined && meddled.kept(withoutRecord(found));
}

/** What `kubectl apply` writes down for itself on each object is not held against it. */
function withoutRecord({ object }: Seen): JsonObject {
  const plain = normalise(asJson(object));
  const metadata = plain["metadata"] as JsonObject;
  if (!isJsonObject(metadata["annotations"])) return plain;
  const { ["kubectl.kubernetes.io/last-applied-configuration"]: _record, ...annotations } = metadata["annotations"];
  const { annotations: _all, ...rest } = metadata;
  return { ...plain, metadata: Object.keys(annotations).length === 0 ? rest : { ...rest, annotations } };
}

async function isReadyAgain(world: World, stage: Stage): Promise<boolean> {
  return until({ what: "the replicas are ready again", limitMs: readyWithinMs, everyMs: 100 }, async () => {
    const asMany = (await readyReplicasOf(world.hands, stage.refs)) === stage.ready;
    return asMany && (!stage.rolledOut || (await areRolledOut(world.hands, stage.refs)));
  }).then(
    () => true,
    () => false,
  );
}
