/** A case made ready in a namespace of its own: its objects exist, their controllers are at rest, and what there is is written down. */
import { normalise } from "../../src/action/change.ts";
import type { Action } from "../../src/action/action.ts";
import type { ClusterPort } from "../../src/cluster/cluster.ts";
import { asJson, asObject, nameOf, refOf } from "../../src/kubernetes/object.ts";
import type { KubernetesObject, ObjectRef, Workload } from "../../src/kubernetes/object.ts";
import { currentReplicaSet, templateHashLabel } from "../../src/kubernetes/rollout.ts";
import { until } from "../cluster/until.ts";
import type { FidelityCase, Setting } from "./case.ts";
import type { Hands } from "./hands.ts";
import { widePolicy } from "./policy.ts";
import { readyReplicasOf } from "./readiness.ts";
import { beginTransaction } from "../support/transaction.ts";
import type { Transaction } from "../support/transaction.ts";

export interface World {
  readonly hands: Hands;
  /** The adapter that the engine is given. */
  readonly cluster: ClusterPort;
  /** Whether pods can run here at all. */
  readonly pods: boolean;
}

/** An object as it was found: `undefined` where there is none. */
export interface Seen {
  readonly object: KubernetesObject;
  /** Normalised, byte by byte. */
  readonly text: string;
  /** Of the pods that a Deployment's template makes. */
  readonly hash: string | undefined;
}

export interface Stage {
  readonly namespace: string;
  readonly setting: Setting;
  readonly actions: readonly Action[];
  /** Everything that the case's objects and actions name, pods left out. */
  readonly refs: readonly ObjectRef[];
  readonly before: ReadonlyMap<string, Seen | undefined>;
  /** With pods: ready replicas of all workloads, before anything was done. */
  readonly ready: number;
  readonly rolledOut: boolean;
  readonly scheduled: boolean;
}

export async function setStage(
  world: World,
  { setting: settingAt, pods }: FidelityCase,
  namespace: string,
  withPods: boolean,
): Promise<Stage> {
  const { hands } = world;
  const scheduled = withPods && pods !== undefined;
  const setting = settingAt({ namespace, scheduled });
  await hands.make({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace, labels: setting.labels ?? {} } });
  const objects = setting.objects.map((object) => refOf(asObject(object)));
  for (const object of setting.objects) await hands.make(object);
  await atRest(hands, objects);
  if (scheduled) await allReady(hands, objects);
  await setting.beforehand?.(hands);
  await atRest(hands, objects);
  const actions = typeof setting.actions === "function" ? await setting.actions(hands) : setting.actions;
  const named = new Map([...objects, ...actions.map(({ target }) => target)].map((ref) => [nameOf(ref), ref]));
  const refs = [...named.values()].filter(({ kind }) => kind !== "Pod");
  const before = new Map<string, Seen | undefined>();
  for (const ref of refs) before.set(nameOf(ref), await look(hands, ref));
  const ready = await readyReplicasOf(hands, objects);
  const rolledOut = scheduled && (await areRolledOut(hands, objects));
  return { namespace, setting, actions, refs, before, ready, rolledOut, scheduled };
}

/** Through the engine, up to where an undo would begin. Throws when an action is refused: then the case is wrong. */
export async function perform(world: World, stage: Stage, { pods }: FidelityCase): Promise<Transaction> {
  const { namespace, actions, refs } = stage;
  const transaction = beginTransaction({ cluster: world.cluster, policy: widePolicy, namespace, actions });
  for (const index of actions.keys()) {
    const refusal = await transaction.act(index);
    if (refusal !== undefined) throw new Error(`action ${index} was refused: ${refusal}`);
  }
  await atRest(world.hands, refs);
  if (stage.scheduled && pods === "roll out") await allReady(world.hands, refs);
  const workload = refs.find(isWorkload);
  if (stage.scheduled && pods === "get stuck" && workload !== undefined) await world.hands.stuck(workload);
  return transaction;
}

/** What would go on running is taken away; the rest stays until the cluster goes. */
export async function leaveStage({ hands }: World, { refs, scheduled }: Stage): Promise<void> {
  for (const ref of refs) if (ref.kind === "Node" || (scheduled && isWorkload(ref))) await hands.discard(ref);
}

export async function look(hands: Hands, ref: ObjectRef): Promise<Seen | undefined> {
  const object = await hands.read(ref);
  if (object === undefined) return undefined;
  const hash = object.kind === "Deployment" ? await hashOf(hands, object as Workload) : undefined;
  return { object, text: JSON.stringify(normalise(asJson(object))), hash };
}

async function hashOf(hands: Hands, deployment: Workload): Promise<string | undefined> {
  const sets = (await hands.list("ReplicaSet", deployment.metadata.namespace ?? "")) as readonly Workload[];
  return currentReplicaSet(deployment, sets)?.metadata.labels?.[templateHashLabel];
}

async function atRest(hands: Hands, refs: readonly ObjectRef[]): Promise<void> {
  for (const ref of refs.filter(isWorkload)) await hands.rest(ref);
}

function isWorkload({ kind }: ObjectRef): boolean {
  return ["Deployment", "StatefulSet", "DaemonSet"].includes(kind);
}

export async function allReady(hands: Hands, refs: readonly ObjectRef[]): Promise<void> {
  const what = refs.map(nameOf).join(", ");
  await until({ what: `${what} is rolled out`, limitMs: 60_000, everyMs: 100 }, () => areRolledOut(hands, refs));
}

/** As many pods of the newest template as wanted, ready, and none of an older one. */
export async function areRolledOut(hands: Hands, refs: readonly ObjectRef[]): Promise<boolean> {
  for (const ref of refs.filter(isWorkload)) {
    const { spec, status, metadata } = (await hands.read(ref)) as Workload;
    if ((status?.observedGeneration ?? 0) < (metadata.generation ?? 0)) return false;
    const daemons = ref.kind === "DaemonSet";
    const wanted = daemons ? (status?.desiredNumberScheduled ?? -1) : (spec.replicas ?? 1);
    const { updatedNumberScheduled, numberReady, updatedReplicas, readyReplicas, replicas } = status ?? {};
    const counts = daemons ? [updatedNumberScheduled, numberReady] : [updatedReplicas, readyReplicas, replicas];
    if (counts.some((count) => (count ?? 0) !== wanted)) return false;
  }
  return true;
}
