/**
 * What the API server does with a create and a JSON Patch: apply, default, validate, count generations, store. It knows
 * nothing of controllers, clocks running on, or injected failures. Behaviour measured on Kubernetes 1.34 (facts.md).
 */
import type { ApiRefusal } from "../answer.ts";
import type { Preconditions } from "../cluster.ts";
import { applyPatch, isJsonObject, jsonEqual, valueAt } from "../../kubernetes/json.ts";
import type { JsonObject, PatchOperation } from "../../kubernetes/json.ts";
import { isKind, kinds } from "../../kubernetes/kind.ts";
import { asJson, asObject } from "../../kubernetes/object.ts";
import type { KubernetesObject, ObjectRef } from "../../kubernetes/object.ts";
import { defaulted } from "./defaults.ts";
import { withManager } from "./managed-fields.ts";
import type { Store } from "./store.ts";
import { faultsOf } from "./validate.ts";

export interface Refusal {
  readonly ok: false;
  readonly refusal: ApiRefusal;
}

export type Answer = { readonly ok: true; readonly value: KubernetesObject } | Refusal;

export interface Hand {
  readonly fieldManager: string;
  /** A test's hand may also change a status, which the real server keeps for `/status`. */
  readonly mayEditStatus: boolean;
  readonly dryRun: boolean;
  readonly atMs: number;
}

/** Kinds whose objects the API server gives no generation. */
const ungenerated = new Set([
  "ConfigMap",
  "Secret",
  "Service",
  "Node",
  "Namespace",
  "Event",
  "HorizontalPodAutoscaler",
  "ControllerRevision",
]);

function refuse(status: number, reason: string): Refusal {
  return { ok: false, refusal: { status, reason } };
}

/** `deployments.apps "web"` */
function resourceName(ref: ObjectRef): string {
  const plural = isKind(ref.kind) ? kinds[ref.kind].plural : `${ref.kind.toLowerCase()}s`;
  return `${plural}${groupOf(ref.kind)} "${ref.name}"`;
}

function groupOf(kind: string): string {
  const apiVersion: string = isKind(kind) ? kinds[kind].apiVersion : "v1";
  return apiVersion.includes("/") ? `.${apiVersion.slice(0, apiVersion.indexOf("/"))}` : "";
}

function unprocessable(kind: string, name: string, faults: readonly string[]): Answer {
  const listed = faults.length === 1 ? (faults[0] ?? "") : `[${faults.join(", ")}]`;
  return refuse(422, `${kind}${groupOf(kind)} "${name}" is invalid: ${listed}`);
}

/** `conflict` (409) when it is another object than the one that was read, or has moved since. */
export function removeObject(store: Store, ref: ObjectRef, preconditions: Preconditions, dryRun: boolean): Refusal | undefined {
  const found = store.get(ref);
  if (found === undefined) return refuse(404, `${resourceName(ref)} not found`);
  const { uid, resourceVersion } = found.metadata;
  const wrong =
    uid !== preconditions.uid
      ? `the UID in the precondition (${preconditions.uid}) does not match the UID in record (${uid}). The object might have been deleted and then recreated`
      : resourceVersion !== preconditions.resourceVersion
        ? `the ResourceVersion in the precondition (${preconditions.resourceVersion}) does not match the ResourceVersion in record (${resourceVersion}). The object might have been modified`
        : undefined;
  if (wrong !== undefined) return refuse(409, `Operation cannot be fulfilled on ${resourceName(ref)}: ${wrong}`);
  if (!dryRun) store.remove(ref);
  return undefined;
}

/** `nextAddress` is asked only for a Service that needs a cluster address. */
export function createObject(store: Store, given: JsonObject, hand: Hand, nextAddress: () => string): Answer {
  const { kind } = asObject(given);
  const { name, namespace: within } = asObject(given).metadata;
  const namespaced = isKind(kind) ? kinds[kind].namespaced : within !== undefined;
  const namespace = namespaced ? (within ?? "default") : undefined;
  const ref: ObjectRef = { kind, name, ...(namespace === undefined ? {} : { namespace }) };
  if (namespace !== undefined && store.get({ kind: "Namespace", name: namespace }) === undefined)
    return refuse(404, `namespaces "${namespace}" not found`);
  if (store.get(ref) !== undefined) return refuse(409, `${resourceName(ref)} already exists`);
  const {
    uid: _uid,
    resourceVersion: _version,
    generation: _generation,
    creationTimestamp: _created,
    ...kept
  } = given["metadata"] as JsonObject;
  const object = defaulted({
    ...given,
    metadata: { ...kept, ...(namespace === undefined ? {} : { namespace }), ...(ungenerated.has(kind) ? {} : { generation: 1 }) },
  });
  const addressed = kind === "Service" ? defaulted(withAddress(object, nextAddress)) : object;
  const faults = faultsOf(addressed);
  if (faults.length > 0) return unprocessable(kind, ref.name, faults);
  const made = withManager(addressed, undefined, hand.fieldManager, hand.atMs);
  // A dry run answers with an identity that nothing will ever have.
  return { ok: true, value: hand.dryRun ? withDryIdentity(made) : store.insert(made, hand.atMs) };
}

function withDryIdentity(object: JsonObject): KubernetesObject {
  return asObject({
    ...object,
    metadata: { ...(object["metadata"] as JsonObject), uid: "00000000-0000-4000-8000-ffffffffffff", resourceVersion: "" },
  });
}

function withAddress(service: JsonObject, nextAddress: () => string): JsonObject {
  const spec = service["spec"];
  if (!isJsonObject(spec) || spec["clusterIP"] !== undefined || spec["type"] === "ExternalName") return service;
  return { ...service, spec: { ...spec, clusterIP: nextAddress() } };
}

export function patchObject(store: Store, ref: ObjectRef, operations: readonly PatchOperation[], hand: Hand): Answer {
  const before = store.get(ref);
  if (before === undefined) return refuse(404, `${resourceName(ref)} not found`);
  const patched = applyPatch(asJson(before), operations);
  if (!patched.ok || !isJsonObject(patched.value) || !isJsonObject(patched.value["metadata"]))
    return refuse(422, "the server rejected our request due to an error in our request");
  if (valueAt(patched.value, "/metadata/name") !== ref.name)
    return refuse(400, `the name of the object does not match the name on the URL (${ref.name})`);
  const version = valueAt(patched.value, "/metadata/resourceVersion");
  if (version !== undefined && version !== "" && version !== before.metadata.resourceVersion)
    return refuse(
      409,
      `Operation cannot be fulfilled on ${resourceName(ref)}: the object has been modified; please apply your changes to the latest version and try again`,
    );
  const after = prepared(patched.value, patched.value["metadata"], before, hand);
  const faults = faultsOf(after, asJson(before));
  if (faults.length > 0) return unprocessable(ref.kind, ref.name, faults);
  if (hand.dryRun) return { ok: true, value: asObject(after) };
  return { ok: true, value: store.replace(before, after) };
}

/** With what the caller may not set put back, the rest defaulted, and the generation moved when it must. */
function prepared(patched: JsonObject, metadata: JsonObject, before: KubernetesObject, hand: Hand): JsonObject {
  const json = asJson(before);
  const { generation, resourceVersion } = before.metadata;
  const kept: JsonObject = { ...metadata, resourceVersion, ...(generation === undefined ? {} : { generation }) };
  const status = json["status"];
  const whole = { ...patched, metadata: kept };
  const after = defaulted(hand.mayEditStatus || status === undefined ? whole : { ...whole, status });
  if (jsonEqual(after, json)) return json;
  const managed = withManager(after, json, hand.fieldManager, hand.atMs);
  if (generation === undefined || !movesGeneration(managed, json)) return managed;
  return { ...managed, metadata: { ...(managed["metadata"] as JsonObject), generation: generation + 1 } };
}

/**
 * The spec; for a Deployment also its annotations, because they are copied to its ReplicaSets. Source: Kubernetes
 * `pkg/registry/apps/deployment/strategy.go`.
 */
function movesGeneration(after: JsonObject, before: JsonObject): boolean {
  if (!jsonEqual(after["spec"], before["spec"])) return true;
  return after["kind"] === "Deployment" && !jsonEqual(valueAt(after, "/metadata/annotations"), valueAt(before, "/metadata/annotations"));
}
