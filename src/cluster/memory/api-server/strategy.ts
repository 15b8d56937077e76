/**
 * PURE. What the API server sets by itself before it looks at the rules: the status that nobody but a controller writes,
 * generations, and the fields that a kind keeps. Source: `strategy.go` of each kind below Kubernetes `pkg/registry`.
 */
import { jsonEqual, valueAt } from "../../../kubernetes/json.ts";
import type { Json, JsonObject } from "../../../kubernetes/json.ts";
import { listOf, mapOf, objectsIn } from "./fault.ts";
import { fieldsOf, hasFields } from "./fields.ts";
import { emptyOf } from "./shape.ts";
import { nanosOf } from "./validate-resources.ts";

/** Kinds whose objects have no generation. */
const ungenerated: ReadonlySet<string> = new Set([
  "ConfigMap",
  "ControllerRevision",
  "Event",
  "HorizontalPodAutoscaler",
  "LimitRange",
  "Namespace",
  "Node",
  "PersistentVolumeClaim",
  "ResourceQuota",
  "Secret",
  "Service",
]);

const templateGeneration = "deprecated.daemonset.template.generation";

/** `stated`: the status that is given counts. */
export function preparedForCreate(kind: string, object: JsonObject, stated: boolean): JsonObject {
  const {
    uid: _uid,
    creationTimestamp: _created,
    deletionTimestamp: _deleted,
    generation: _generation,
    ...metadata
  } = mapOf(object["metadata"]);
  const numbered = ungenerated.has(kind) ? metadata : { ...metadata, generation: 1 };
  const made: JsonObject = { ...object, metadata: kind === "DaemonSet" ? annotated(numbered, templateGeneration, "1") : numbered };
  const { status: _status, ...rest } = made;
  const status = stated ? object["status"] : firstStatus(kind, made);
  return status === undefined ? rest : { ...rest, status };
}

function firstStatus(kind: string, object: JsonObject): Json | undefined {
  if (kind === "Pod") return { phase: "Pending", qosClass: qualityOf(mapOf(object["spec"])) };
  if (kind === "Namespace") return { phase: "Active" };
  if (kind === "PersistentVolumeClaim") return { phase: "Pending" };
  if (!hasFields(kind)) return undefined;
  const type = fieldsOf(kind).find(({ name }) => name === "status")?.type;
  return type?.is === "struct" ? emptyOf(type.name) : undefined;
}

/** Who is ended first when a node runs out of memory. */
function qualityOf(spec: JsonObject): string {
  const all = [...objectsIn(spec["containers"]), ...objectsIn(spec["initContainers"])].map((container) => mapOf(container["resources"]));
  const amounts = (part: string): readonly JsonObject[] => all.map((resources) => mapOf(resources[part]));
  const given = [...amounts("requests"), ...amounts("limits")].some(({ cpu, memory }) => nanosOf(cpu) > 0n || nanosOf(memory) > 0n);
  if (!given) return "BestEffort";
  const exact = all.every(({ limits, requests }) =>
    ["cpu", "memory"].every((name) => nanosOf(mapOf(limits)[name]) > 0n && nanosOf(mapOf(limits)[name]) === nanosOf(mapOf(requests)[name])),
  );
  return exact ? "Guaranteed" : "Burstable";
}

function annotated(metadata: JsonObject, key: string, value: string): JsonObject {
  return { ...metadata, annotations: { ...mapOf(metadata["annotations"]), [key]: value } };
}

/** With what the caller may not set put back, and the generation moved on when it must. */
export function preparedForUpdate(kind: string, object: JsonObject, before: JsonObject, stated: boolean): JsonObject {
  const had = mapOf(before["metadata"]);
  const given = mapOf(object["metadata"]);
  const ending = had["deletionTimestamp"] === undefined ? {} : pick(had, "deletionTimestamp", "deletionGracePeriodSeconds");
  const kept: JsonObject = { uid: had["uid"] ?? "", ...given, ...pick(had, "generation", "creationTimestamp"), ...ending };
  const { generation: _unnumbered, ...unnumbered } = kept;
  const metadata = had["generation"] === undefined ? unnumbered : kept;
  const { status: _status, ...rest } = object;
  const status = stated ? object["status"] : before["status"];
  const whole = { ...rest, metadata: kind === "DaemonSet" ? withTemplateGeneration(metadata, object, before) : metadata };
  const after = status === undefined ? whole : { ...whole, status };
  if (typeof had["generation"] !== "number" || !movesGeneration(kind, after, before)) return after;
  return { ...after, metadata: { ...mapOf(after["metadata"]), generation: had["generation"] + 1 } };
}

function pick(map: JsonObject, ...keys: readonly string[]): JsonObject {
  return Object.fromEntries(keys.flatMap((key) => (map[key] === undefined ? [] : [[key, map[key]]])));
}

function withTemplateGeneration(metadata: JsonObject, object: JsonObject, before: JsonObject): JsonObject {
  const had = Number(mapOf(valueAt(before, "/metadata/annotations"))[templateGeneration] ?? 1);
  const same = jsonEqual(valueAt(object, "/spec/template"), valueAt(before, "/spec/template"));
  return annotated(metadata, templateGeneration, String(same ? had : had + 1));
}

/**
 * The spec; for a Deployment also its annotations, because they are copied to its ReplicaSets. What has no spec is counted
 * by all of its content.
 */
function movesGeneration(kind: string, after: JsonObject, before: JsonObject): boolean {
  if (kind === "Deployment" && !jsonEqual(valueAt(after, "/metadata/annotations"), valueAt(before, "/metadata/annotations"))) return true;
  return !jsonEqual(counted(after), counted(before));
}

function counted(object: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([field]) => field !== "metadata" && field !== "status"));
}

/** Deletion of what somebody still wants to do something about. */
export function markedForDeletion(object: JsonObject, at: string, graceSeconds: number | undefined): JsonObject {
  const metadata = mapOf(object["metadata"]);
  const { generation } = metadata;
  return {
    ...object,
    metadata: {
      ...metadata,
      deletionTimestamp: at,
      ...(graceSeconds === undefined ? {} : { deletionGracePeriodSeconds: graceSeconds }),
      ...(typeof generation === "number" ? { generation: generation + 1 } : {}),
    },
  };
}

/** How long a pod may take to end: not at all when it is on no node, or has ended already. */
export function graceSecondsOf(pod: JsonObject): number {
  const { nodeName, terminationGracePeriodSeconds } = mapOf(pod["spec"]);
  const phase = mapOf(pod["status"])["phase"];
  if (nodeName === undefined || phase === "Succeeded" || phase === "Failed") return 0;
  return typeof terminationGracePeriodSeconds === "number" ? terminationGracePeriodSeconds : 30;
}

export function hasFinalizers(object: JsonObject): boolean {
  return listOf(mapOf(object["metadata"])["finalizers"]).length > 0;
}
