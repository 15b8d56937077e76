/**
 * The one place that changes a cluster. Every request carries the uid and the resourceVersion that were read, and puts
 * the driver's fence and the name of this write on the object; none is sent when the lease might end under way.
 */
import type { Write } from "../action/write.ts";
import { fenceAnnotation, writeAnnotation } from "../action/change.ts";
import type { ClusterPort } from "../cluster/cluster.ts";
import { conflict, success, unavailable } from "../failure.ts";
import type { Result } from "../failure.ts";
import { asJson, refOf } from "../kubernetes/object.ts";
import type { KubernetesObject } from "../kubernetes/object.ts";
import { isJsonObject, pointer, valueAt } from "../kubernetes/json.ts";
import type { JsonObject, PatchOperation } from "../kubernetes/json.ts";
import type { Lease } from "./lease.ts";

/** A write is started only with this much of the lease left: more than the client's time-out for one request. */
export const leaseNeededMs = 8_000;

/**
 * A request whose answer was lost may land for this long. Source: kube-apiserver `--request-timeout`, 60 s, and the
 * handlers' own bound of 34 s; the rest is for clocks.
 */
export const lateWriteMs = 75_000;

export interface Mark {
  readonly fence: number;
  /** Unique for each write: how a later process tells that exactly this one took effect. */
  readonly write: string;
}

/** The object after the write; undefined when the write leaves none. */
export type Written = KubernetesObject | undefined;

const fencePath = pointer("metadata", "annotations", fenceAnnotation);
const writePath = pointer("metadata", "annotations", writeAnnotation);

/** `object`: as read just now; undefined for a creation. What the server would make of it; changes nothing. One request. */
export function dryRun(cluster: ClusterPort, object: Written, what: Write, mark: Mark): Promise<Result<Written>> {
  return send(cluster, object, what, mark, true);
}

/**
 * One request. `conflict`: the object moved since it was read; `unavailable`: among others, the lease is about to end, and
 * whoever holds the next one does it. Nothing was written then.
 */
export async function write(cluster: ClusterPort, lease: Lease, object: Written, what: Write, mark: Mark): Promise<Result<Written>> {
  if (object !== undefined && staleFence(object, mark.fence))
    return conflict(`a later driver has marked ${object.kind} ${object.metadata.name}: this one steps back`);
  if (lease.remainingMs() < leaseNeededMs) return unavailable("the lease is about to end, nothing is begun any more");
  return send(cluster, object, what, mark, false);
}

async function send(cluster: ClusterPort, object: Written, what: Write, mark: Mark, dry: boolean): Promise<Result<Written>> {
  if (what.kind === "create") return cluster.create(withMark(what.object, mark), { dryRun: dry });
  if (object === undefined) return conflict("the object is gone");
  switch (what.kind) {
    case "patch":
      return cluster.patch(refOf(object), marked(object, what.operations, mark), { dryRun: dry });
    case "delete":
      return gone(await cluster.remove(refOf(object), asRead(object), { dryRun: dry }));
    case "evict":
      return gone(await cluster.evict(refOf(object), asRead(object), { dryRun: dry }));
    default:
      return what satisfies never;
  }
}

function gone(sent: Result<void>): Result<Written> {
  return sent.ok ? success(undefined) : sent;
}

function asRead({ metadata }: KubernetesObject): { readonly uid: string; readonly resourceVersion: string } {
  return { uid: metadata.uid, resourceVersion: metadata.resourceVersion };
}

/** Takes our marks off; leaves those of anybody else. One request, none when there is nothing to take off. */
export async function unmark(
  cluster: ClusterPort,
  lease: Lease,
  object: KubernetesObject,
  incidentId: string,
): Promise<Result<KubernetesObject>> {
  if (!isOurs(object, incidentId)) return { ok: true, value: object };
  if (lease.remainingMs() < leaseNeededMs) return unavailable("the lease is about to end, nothing is begun any more");
  const removals: PatchOperation[] = [{ op: "remove", path: writePath }];
  if (object.metadata.annotations?.[fenceAnnotation] !== undefined) removals.push({ op: "remove", path: fencePath });
  return cluster.patch(refOf(object), [...preconditions(object), ...removals], { dryRun: false });
}

/** Whether the marks on the object are those of this incident. */
export function isOurs(object: KubernetesObject, incidentId: string): boolean {
  return object.metadata.annotations?.[writeAnnotation]?.startsWith(`${incidentId}/`) === true;
}

/** Whether exactly this write is the last of ours on the object. */
export function bears(object: KubernetesObject, name: string): boolean {
  return object.metadata.annotations?.[writeAnnotation] === name;
}

function withMark(object: JsonObject, mark: Mark): JsonObject {
  const metadata = isJsonObject(object["metadata"]) ? object["metadata"] : {};
  const annotations = isJsonObject(metadata["annotations"]) ? metadata["annotations"] : {};
  const ours = { [fenceAnnotation]: String(mark.fence), [writeAnnotation]: mark.write };
  return { ...object, metadata: { ...metadata, annotations: { ...annotations, ...ours } } };
}

function marked(object: KubernetesObject, operations: readonly PatchOperation[], mark: Mark): PatchOperation[] {
  const annotated =
    valueAt(asJson(object), "/metadata/annotations") !== undefined ||
    operations.some((operation) => operation.path === "/metadata/annotations");
  return [
    ...preconditions(object),
    ...operations,
    ...(annotated ? [] : [{ op: "add", path: "/metadata/annotations", value: {} } as const]),
    { op: "add", path: fencePath, value: String(mark.fence) },
    { op: "add", path: writePath, value: mark.write },
  ];
}

/** A stale resourceVersion inside the patch is answered 409, a failed `test` 422: so the two are told apart. */
function preconditions(object: KubernetesObject): PatchOperation[] {
  return [
    { op: "test", path: "/metadata/uid", value: object.metadata.uid },
    { op: "replace", path: "/metadata/resourceVersion", value: object.metadata.resourceVersion },
  ];
}

function staleFence(object: KubernetesObject, fence: number): boolean {
  const found = Number(object.metadata.annotations?.[fenceAnnotation]);
  return Number.isInteger(found) && found > fence;
}
