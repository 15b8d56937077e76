/**
 * PURE. What is different now from when all was well: the strongest evidence there is, since most incidents follow a
 * change. Each difference says what would put it back.
 */
import { changesBetween } from "../action/change.ts";
import type { Change } from "../action/change.ts";
import { isJsonArray, isJsonObject } from "../kubernetes/json.ts";
import type { JsonObject } from "../kubernetes/json.ts";
import { asJson, refOf } from "../kubernetes/object.ts";
import type { KubernetesObject, ObjectRef } from "../kubernetes/object.ts";
import { autoscaledBy, recordedForm } from "./form.ts";
import { isObject, lastGood } from "./record.ts";
import type { KnownGood } from "./record.ts";

export interface Difference {
  readonly ref: ObjectRef;
  /** `new`: it was not there when all was well. */
  readonly kind: "changed" | "gone" | "new";
  /** From then (`before`) to now (`after`); metadata left out. Empty unless `changed`. */
  readonly changes: readonly Change[];
  /** As it was when all was well; undefined when it was not there. */
  readonly good: JsonObject | undefined;
  /** Whether that version has proven itself, or was merely seen while all was well. */
  readonly proven: boolean;
  /** Since when it is known not to be as it was, at the latest. */
  readonly changedAtMs: number | undefined;
  /** The field manager that wrote last: `kubectl-patch`. */
  readonly changedBy: string | undefined;
}

/** `present`: every recordable object of the namespace, and the nodes, as they are now. */
export function differencesSince(
  records: readonly KnownGood[],
  present: readonly KubernetesObject[],
  namespace: string,
): readonly Difference[] {
  const autoscaled = autoscaledBy(present);
  const provenFromMs = Math.min(...records.flatMap(({ versions }) => versions.flatMap(({ provenAtMs }) => provenAtMs ?? [])));
  const recorded = new Map(records.map((record) => [`${record.kind}/${record.name}`, record]));
  const there = new Map(present.map((object) => [`${object.kind}/${object.metadata.name}`, object]));
  const found = [...recorded].flatMap(([key, record]) => differenceOf(record, there.get(key), { namespace, autoscaled, provenFromMs }));
  // Kinds of which something is recorded were looked at while all was well; so what has no record was not there.
  const kinds = new Set(records.map(({ kind }) => kind));
  const fresh = present.filter((object) => kinds.has(object.kind) && !recorded.has(`${object.kind}/${object.metadata.name}`));
  return [...found, ...fresh.flatMap((object) => newOne(object, autoscaled))];
}

function differenceOf(
  record: KnownGood,
  now: KubernetesObject | undefined,
  {
    namespace,
    autoscaled,
    provenFromMs,
  }: { readonly namespace: string; readonly autoscaled: ReadonlySet<string>; readonly provenFromMs: number },
): Difference[] {
  const good = lastGood(record);
  if (good === undefined) return [];
  const ref: ObjectRef = record.kind === "Node" ? { kind: "Node", name: record.name } : { kind: record.kind, namespace, name: record.name };
  const proven = good.provenAtMs !== undefined;
  // First seen when others had proven themselves already: it was not there when all was well.
  if (!proven && good.sinceMs > provenFromMs) return now === undefined ? [] : newOne(now, autoscaled);
  if (!isObject(good)) return now === undefined ? [] : newOne(now, autoscaled);
  if (now === undefined)
    return [{ ref, kind: "gone", changes: [], good: good.object, proven, changedAtMs: undefined, changedBy: undefined }];
  const form = recordedForm(now, autoscaled);
  if (form === undefined) return [];
  const changes = changesBetween(good.object, form).filter(isDecision);
  return changes.length === 0 ? [] : [{ ref, kind: "changed", changes, good: good.object, proven, ...lastWriteOf(now) }];
}

/** Metadata decides nothing, and a restart that was asked for is no change of what runs. */
function isDecision({ path, container }: Change): boolean {
  if (path[0] === "metadata") return false;
  const annotation = ["spec", "template", "metadata", "annotations"].every((segment, index) => path[index] === segment);
  return !(annotation && (container || path[4] === "kubectl.kubernetes.io/restartedAt"));
}

function newOne(object: KubernetesObject, autoscaled: ReadonlySet<string>): Difference[] {
  if (recordedForm(object, autoscaled) === undefined) return [];
  const { changedAtMs, changedBy } = lastWriteOf(object);
  return [{ ref: refOf(object), kind: "new", changes: [], good: undefined, proven: true, changedAtMs, changedBy }];
}

/** Who wrote last, by managedFields; writes of a status are no changes. Source: ManagedFieldsEntry, meta/v1. */
export function lastWriteOf(object: KubernetesObject): Pick<Difference, "changedAtMs" | "changedBy"> {
  const metadata = asJson(object)["metadata"];
  const entries = isJsonObject(metadata) && isJsonArray(metadata["managedFields"]) ? metadata["managedFields"] : [];
  const writes = entries.flatMap((entry) => {
    if (!isJsonObject(entry) || entry["subresource"] === "status" || typeof entry["time"] !== "string") return [];
    return [{ atMs: Date.parse(entry["time"]), by: typeof entry["manager"] === "string" ? entry["manager"].slice(0, 100) : undefined }];
  });
  const last = writes.toSorted((left, right) => right.atMs - left.atMs)[0];
  return { changedAtMs: last?.atMs, changedBy: last?.by };
}
