/**
 * The foreign hands: what each does after Stratus has written and before it undoes, where that makes sense, and what must
 * be there in the end.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { normalise } from "../../src/action/change.ts";
import { applyPatch, isJsonObject, jsonEqual, valueAt } from "../../src/kubernetes/json.ts";
import type { Json, JsonObject, PatchOperation } from "../../src/kubernetes/json.ts";
import { asJson, nameOf } from "../../src/kubernetes/object.ts";
import type { ObjectRef } from "../../src/kubernetes/object.ts";
import { until } from "../cluster/until.ts";
import type { Applicable, ForeignEdit } from "./case.ts";
import { manifestOf } from "./hands.ts";
import { look } from "./stage.ts";
import type { Seen, Stage, World } from "./stage.ts";

export type ActorName = "same field" | "another field" | "remade" | "autoscaler" | "self-heal";

export const actorNames: readonly ActorName[] = ["same field", "another field", "remade", "autoscaler", "self-heal"];

/** What a foreign hand has left. */
export interface Meddled {
  readonly ref: ObjectRef;
  /** How the object must be in the end, normalised; whatever it is like, for one that was made again: as it was made. */
  readonly expected: JsonObject;
  /** Of an object that was made again. */
  readonly uid?: string;
  /** Whether what the foreign hand changed is there still, whatever else is. */
  kept(found: JsonObject): boolean;
  /** What a person must be told, besides the object's name. */
  readonly named: string;
  /** Of one that goes on. */
  stop?(): Promise<void>;
}

export type Play = (world: World, stage: Stage) => Promise<Meddled>;

const replicas = 5;

/** What the actor does in this case, or why it makes no sense there. */
export function playOf(actor: ActorName, stage: Pick<Stage, "setting" | "actions">): Applicable<Play> {
  const { setting, actions } = stage;
  const [first] = actions;
  if (first === undefined) return "nothing is done";
  switch (actor) {
    case "same field":
      return typeof setting.same === "string" ? setting.same : editing(first.target, setting.same);
    case "another field": {
      const other = setting.other ?? usualOther;
      return typeof other === "string" ? other : editing(first.target, other);
    }
    case "remade":
      return setting.neverRemade ?? remaking(first.target);
    case "autoscaler": {
      const scaled = actions.map(({ target }) => target).find(({ kind }) => kind === "Deployment" || kind === "StatefulSet");
      if (scaled === undefined) return `a ${first.target.kind} has no replicas that an autoscaler sets`;
      if (actions.some((action) => action.type === "scale" && action.replicas === 0))
        return "an autoscaler leaves what is scaled to 0 alone";
      return scaling(scaled);
    }
    case "self-heal":
      if (first.type === "create") return "what Stratus made is in nobody's manifests";
      if (first.target.kind === "Pod" || first.target.kind === "Node") return `a ${first.target.kind} is in nobody's manifests`;
      return healing;
    default:
      return actor satisfies never;
  }
}

const usualOther: ForeignEdit = {
  operations: [{ op: "add", path: "/metadata/labels/team", value: "blue" }],
  expected: [{ op: "add", path: "/metadata/labels/team", value: "blue" }],
  named: "metadata.labels.team",
};

function editing(ref: ObjectRef, { operations, expected, named }: ForeignEdit): Play {
  return async (world, stage) => {
    await world.hands.edit(ref, operations);
    const before = stage.before.get(nameOf(ref));
    const mine = await look(world.hands, ref);
    // What Stratus had created and somebody changed is theirs now, whole.
    const wanted = patched(normalised(before ?? mine), expected);
    return { ref, expected: wanted, named, kept: (found) => operations.every((operation) => stands(operation, found, normalised(mine))) };
  };
}

/** Deleted, and created again by hand with a label of its own. */
function remaking(ref: ObjectRef): Play {
  return async (world, stage) => {
    const present = await world.hands.read(ref);
    const before = stage.before.get(nameOf(ref))?.object;
    const model = present ?? before;
    if (model === undefined) throw new Error(`${nameOf(ref)} never was`);
    if (present !== undefined) await world.hands.remove(ref);
    const manifest = manifestOf(model);
    const metadata = manifest["metadata"] as JsonObject;
    const labels = { ...(metadata["labels"] as JsonObject), "remade-by": "a-person" };
    const { annotations: _ours, ...plain } = metadata;
    const made = await world.hands.make({ ...manifest, metadata: { ...plain, labels } });
    await world.hands.rest(ref);
    const expected = normalised(await look(world.hands, ref));
    return {
      ref,
      expected,
      uid: made.metadata.uid,
      named: "created again by somebody else",
      kept: (found) => jsonEqual(expected, found),
    };
  };
}

function scaling(ref: ObjectRef): Play {
  return async (world, stage) => {
    await world.hands.scale(ref, replicas);
    const expected = patched(normalised(stage.before.get(nameOf(ref))), [{ op: "replace", path: "/spec/replicas", value: replicas }]);
    return { ref, expected, named: "spec.replicas", kept: (found) => valueAt(found, "/spec/replicas") === replicas };
  };
}

const healEveryMs = 2_000;

/** Looks every 2 s, and puts back what differs from its manifests. It goes on until it is stopped. */
const healing: Play = async (world, stage) => {
  const manifests = [...stage.before.values()].filter((seen) => seen !== undefined);
  const stopped = new AbortController();
  let healed = 0;
  const loop = (async () => {
    while (!stopped.signal.aborted) {
      let differs = false;
      for (const manifest of manifests) differs = !(await heal(world, manifest)) || differs;
      healed += differs ? 0 : 1;
      await sleep(healEveryMs, undefined, { signal: stopped.signal }).catch(() => undefined);
    }
  })();
  // Told by `stop`; nobody asks when a run breaks off.
  loop.catch(() => stopped.abort());
  await until({ what: "everything is healed", limitMs: 30_000, everyMs: 20 }, () => healed > 0);
  const [first] = manifests;
  if (first === undefined) throw new Error("there is nothing to heal");
  const { kind, metadata } = first.object;
  const remade = (await world.hands.read({ kind, ...metadata }))?.metadata.uid !== metadata.uid;
  return {
    ref: { kind, name: metadata.name, namespace: metadata.namespace },
    expected: normalised(first),
    named: remade ? "created again by somebody else" : "has been set back by somebody else already",
    kept: (found) => jsonEqual(found, normalised(first)),
    async stop() {
      stopped.abort();
      await loop;
    },
  };
};

/** True when nothing was left to heal. */
async function heal(world: World, { object, text }: Seen): Promise<boolean> {
  const ref = { kind: object.kind, name: object.metadata.name, namespace: object.metadata.namespace };
  const found = await look(world.hands, ref);
  if (found?.text === text) return true;
  if (found === undefined) {
    await world.hands.make(manifestOf(object));
    return false;
  }
  const { metadata: _metadata, status: _status, ...wanted } = asJson(object);
  const { metadata, status, apiVersion, kind } = asJson(found.object);
  const own = Object.entries(found.object.metadata.annotations ?? {}).filter(([key]) => isToolsOwn(key));
  const annotations = { ...object.metadata.annotations, ...Object.fromEntries(own) };
  const kept = { ...(metadata as JsonObject), labels: { ...object.metadata.labels }, annotations };
  await world.hands.replace({
    apiVersion: apiVersion ?? "",
    kind: kind ?? "",
    ...wanted,
    metadata: kept,
    ...(status === undefined ? {} : { status }),
  });
  return false;
}

/** Annotations by which tools and controllers know their objects are left to them. */
function isToolsOwn(key: string): boolean {
  return key.startsWith("stratus.dev/") || key.startsWith("deployment.kubernetes.io/");
}

function normalised(seen: Seen | undefined): JsonObject {
  if (seen === undefined) throw new Error("there is no such object");
  return normalise(asJson(seen.object));
}

function patched(object: JsonObject, operations: readonly PatchOperation[]): JsonObject {
  const outcome = applyPatch(object, operations);
  if (!outcome.ok || !isJsonObject(outcome.value)) throw new Error(`the case expects what cannot be: ${outcome.ok ? "" : outcome.reason}`);
  return outcome.value;
}

/** Whether the edit shows: `mine` is the object right after it. */
function stands(operation: PatchOperation, found: JsonObject, mine: JsonObject): boolean {
  if (operation.op === "remove") return valueAt(found, operation.path) === undefined;
  const list = operation.path.replace(/\/-$/, "");
  if (list === operation.path) return jsonEqual(valueAt(found, list), valueAt(mine, list));
  const [there, made] = [valueAt(found, list), valueAt(mine, list)] as (readonly Json[] | undefined)[];
  return there?.some((entry) => jsonEqual(entry, made?.at(-1) ?? null)) === true;
}
