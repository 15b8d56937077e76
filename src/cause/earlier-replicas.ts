/**
 * PURE. How many replicas a workload had before it was scaled to zero. The deployment controller writes the wanted number
 * into the annotation deployment.kubernetes.io/desired-replicas of the ReplicaSet that it scales, so at zero that one says
 * 0 too (scaleReplicaSet, SetReplicasAnnotations); ReplicaSets of earlier templates keep the number of their last rollout.
 */
import type { Event, KubernetesObject, Workload } from "../kubernetes/object.ts";
import { valueAt } from "../kubernetes/json.ts";
import type { Evidence } from "./cause.ts";
import { historyOf } from "./history.ts";
import { lastApplied } from "./last-applied.ts";
import { controllerOf } from "../kubernetes/object.ts";

export interface EarlierReplicas {
  /** 1 to 1000. */
  readonly replicas: number;
  /** Where it was read, the start of a sentence. */
  readonly source: string;
}

/** The bound of the action `scale`. */
const replicasMax = 1000;

/** From the strongest evidence to the weakest; undefined when nothing tells. */
export function earlierReplicas(workload: Workload, evidence: Evidence): EarlierReplicas | undefined {
  const sources: readonly (readonly [string, number | undefined])[] =
    workload.kind === "Deployment"
      ? [
          ["The event of scaling it down says so", fromScalingEvents(workload, evidence)],
          ["The annotation desired-replicas of its ReplicaSet says so", fromCurrentReplicaSet(workload, evidence)],
          ["The manifest last applied says so", fromLastApplied(workload)],
          ["The annotation desired-replicas of an earlier ReplicaSet says so", fromEarlierReplicaSets(workload, evidence)],
        ]
      : [
          ["The events of its deleted pods say so", fromDeletedPods(workload, evidence)],
          ["The manifest last applied says so", fromLastApplied(workload)],
        ];
  for (const [source, replicas] of sources)
    if (replicas !== undefined && Number.isInteger(replicas) && replicas > 0 && replicas <= replicasMax) return { replicas, source };
  return undefined;
}

/**
 * The controller's event ScalingReplicaSet on the Deployment, in the three spellings that its message has had over the
 * releases: `Scaled down replica set X to 0`, `... X to 0 from 3`, `... X from 3 to 0`.
 */
function fromScalingEvents(deployment: Workload, evidence: Evidence): number | undefined {
  const current = historyOf(deployment, evidence).current?.metadata.name;
  const scalings = evidence.events
    .filter((event) => isAbout(event, deployment) && event.reason === "ScalingReplicaSet")
    .flatMap((event) => {
      const scaling = parseScaling(event.message ?? "");
      return scaling === undefined || scaling.replicaSet !== current ? [] : [{ ...scaling, at: event.lastTimestamp ?? "" }];
    })
    .toSorted((left, right) => Date.parse(right.at) - Date.parse(left.at));
  const down = scalings.find(({ to }) => to === 0);
  return down?.from ?? scalings.find(({ to }) => to > 0)?.to;
}

export function parseScaling(
  message: string,
): { readonly replicaSet: string; readonly from: number | undefined; readonly to: number } | undefined {
  const match =
    /^Scaled (?:up|down) replica set ([a-z0-9.-]{1,253}) (?:from (\d{1,4}) to (\d{1,4})|to (\d{1,4})(?: from (\d{1,4}))?)$/.exec(message);
  if (match === null) return undefined;
  const [, replicaSet = "", fromFirst, toLast, toFirst, fromLast] = match;
  const from = fromFirst ?? fromLast;
  return { replicaSet, from: from === undefined ? undefined : Number(from), to: Number(toLast ?? toFirst) };
}

function isAbout({ involvedObject }: Event, workload: Workload): boolean {
  return involvedObject.kind === workload.kind && involvedObject.uid === workload.metadata.uid;
}

function fromCurrentReplicaSet(deployment: Workload, evidence: Evidence): number | undefined {
  return desiredReplicas(historyOf(deployment, evidence).current);
}

function fromEarlierReplicaSets(deployment: Workload, evidence: Evidence): number | undefined {
  const newestFirst = evidence.replicaSets
    .filter((set) => controllerOf(set)?.uid === deployment.metadata.uid)
    .toSorted((left, right) => (right.metadata.creationTimestamp ?? "").localeCompare(left.metadata.creationTimestamp ?? ""));
  return newestFirst.map(desiredReplicas).find((replicas) => replicas !== undefined && replicas > 0);
}

function desiredReplicas(replicaSet: KubernetesObject | undefined): number | undefined {
  const text = replicaSet?.metadata.annotations?.["deployment.kubernetes.io/desired-replicas"];
  return text !== undefined && /^\d{1,4}$/.test(text) ? Number(text) : undefined;
}

function fromLastApplied(workload: Workload): number | undefined {
  const manifest = lastApplied(workload);
  const replicas = manifest === undefined ? undefined : valueAt(manifest, "/spec/replicas");
  return typeof replicas === "number" ? replicas : undefined;
}

/**
 * A StatefulSet numbers its pods from 0 and says for each that it removes `delete Pod X-2 in StatefulSet X successful`
 * (stateful_pod_control.go, recordPodEvent): the highest number and one.
 */
function fromDeletedPods(statefulSet: Workload, evidence: Evidence): number | undefined {
  const name = statefulSet.metadata.name;
  const ordinals = evidence.events
    .filter((event) => isAbout(event, statefulSet) && event.reason === "SuccessfulDelete")
    .flatMap(({ message = "" }) => {
      const prefix = `delete Pod ${name}-`;
      const suffix = ` in StatefulSet ${name} successful`;
      if (!message.startsWith(prefix) || !message.endsWith(suffix)) return [];
      const ordinal = message.slice(prefix.length, -suffix.length);
      return /^\d{1,3}$/.test(ordinal) ? [Number(ordinal)] : [];
    });
  return ordinals.length === 0 ? undefined : Math.max(...ordinals) + 1;
}
