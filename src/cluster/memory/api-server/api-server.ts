/**
 * What the API server does with a creation, a JSON Patch, a deletion and an eviction: read, default, admit, validate,
 * count generations, store. It knows nothing of controllers, running clocks or injected failures. Every answer was
 * compared with those of Kubernetes 1.34 (test/cluster-probes).
 */
import type { Preconditions } from "../../cluster.ts";
import { applyPatch, isJsonObject, jsonEqual } from "../../../kubernetes/json.ts";
import type { JsonObject, PatchOperation } from "../../../kubernetes/json.ts";
import { routeOf } from "../../../kubernetes/kind.ts";
import type { CustomKinds } from "../../../kubernetes/kind.ts";
import { asJson, asObject } from "../../../kubernetes/object.ts";
import type { KubernetesObject, ObjectRef } from "../../../kubernetes/object.ts";
import { mutated, whyNotAdmitted, whyNotNamespace } from "./admission.ts";
import { mapOf, textOf } from "./fault.ts";
import { withManager } from "./managed-fields.ts";
import { charge } from "./quota.ts";
import { absent, moved, refuse, resourceName, undecodable, unprocessable } from "./refusal.ts";
import type { Refusal } from "./refusal.ts";
import { whyNotAddress, withAddresses } from "./service-address.ts";
import type { Allocator } from "./service-address.ts";
import { shaped } from "./shape.ts";
import { timestamp } from "./store.ts";
import type { Store } from "./store.ts";
import { graceSecondsOf, hasFinalizers, markedForDeletion, preparedForCreate, preparedForUpdate } from "./strategy.ts";
import { faultsOf } from "./validate.ts";

export interface Api extends Allocator {
  readonly store: Store;
  readonly custom: CustomKinds;
}

export type Answer = { readonly ok: true; readonly value: KubernetesObject } | Refusal;

export interface Hand {
  readonly fieldManager: string;
  /** A controller's hand, and a test's, may write a status too, which the real server keeps for `/status`. */
  readonly mayEditStatus: boolean;
  readonly dryRun: boolean;
  readonly atMs: number;
}

export function createObject(api: Api, given: JsonObject, hand: Hand): Answer {
  const { store, custom } = api;
  const { kind, apiVersion } = asObject(given);
  const route = routeOf(kind, custom);
  if (route === undefined && !unrouted.has(kind)) return refuse(404, "the server could not find the requested resource");
  const version = apiVersion.slice(apiVersion.indexOf("/") + 1);
  const cannot = (why: string): Refusal => refuse(400, `${kind} in version "${version}" cannot be handled as a ${kind}: ${why}`);
  if (route !== undefined && apiVersion !== route.apiVersion)
    return cannot(`no kind "${kind}" is registered for version "${apiVersion}" in scheme "pkg/runtime/scheme.go:110"`);
  const read = shaped(kind, given);
  if (!read.ok) return cannot(read.fault);
  const { namespace: _given, ...metadata } = mapOf(read.value["metadata"]);
  const namespaced = route?.namespaced ?? true;
  const namespace = namespaced ? (asObject(given).metadata.namespace ?? "default") : undefined;
  const ref: ObjectRef = { kind, name: textOf(metadata["name"]), ...(namespace === undefined ? {} : { namespace }) };
  const homeless = whyNotNamespace(store, ref, custom);
  if (homeless !== undefined) return homeless;
  const object = { ...read.value, metadata: { ...metadata, ...(namespace === undefined ? {} : { namespace }) } };
  const stated = kind === "Node" || (hand.mayEditStatus && given["status"] !== undefined);
  const prepared = addressed(preparedForCreate(kind, mutated(store, object), stated), undefined, api);
  const faults = [...faultsOf(kind, prepared, undefined), ...(kind === "Service" ? addressFaults(prepared) : [])];
  if (faults.length > 0) return unprocessable(ref, custom, faults);
  const unwelcome = whyNotAdmitted(store, ref, prepared, custom);
  if (unwelcome !== undefined) return unwelcome;
  if (textOf(metadata["resourceVersion"]) !== "")
    return refuse(500, "resourceVersion should not be set on objects to be created", { word: "" });
  if (store.get(ref) !== undefined) return refuse(409, `${resourceName(ref, custom)} already exists`, { word: "AlreadyExists" });
  const made = withManager(prepared, undefined, hand.fieldManager, hand.atMs);
  if (hand.dryRun) return { ok: true, value: withDryIdentity(made, hand.atMs) };
  const stored = store.insert(made, hand.atMs);
  charge(store, made, custom);
  return { ok: true, value: stored };
}

/** Read by the kubelet and written by people, and by nobody through the port. */
const unrouted: ReadonlySet<string> = new Set(["Secret"]);

/** Of what nothing will ever have. */
function withDryIdentity(object: JsonObject, atMs: number): KubernetesObject {
  const identity = { uid: "00000000-0000-4000-8000-ffffffffffff", creationTimestamp: timestamp(atMs), resourceVersion: "" };
  return asObject({ ...object, metadata: { ...mapOf(object["metadata"]), ...identity } });
}

function addressed(object: JsonObject, before: JsonObject | undefined, api: Api): JsonObject {
  if (object["kind"] !== "Service" || !isJsonObject(object["spec"])) return object;
  const had = before === undefined ? undefined : mapOf(before["spec"]);
  return { ...object, spec: withAddresses(object["spec"], had, api) };
}

function addressFaults(service: JsonObject): readonly string[] {
  const why = whyNotAddress(mapOf(service["spec"]));
  return why === undefined ? [] : [why];
}

export function patchObject(api: Api, ref: ObjectRef, operations: readonly PatchOperation[], hand: Hand): Answer {
  const { store, custom } = api;
  const before = store.get(ref);
  if (before === undefined) return absent(ref, custom);
  const patched = applyPatch(asJson(before), operations);
  if (!patched.ok || !isJsonObject(patched.value)) return refuse(422, "the server rejected our request due to an error in our request");
  if (patched.value["kind"] !== before.kind || patched.value["apiVersion"] !== before.apiVersion)
    return undecodable("no such kind is registered in the scheme");
  const read = shaped(ref.kind, { ...patched.value, status: asJson(before)["status"] ?? null });
  if (!read.ok) return undecodable(read.fault);
  const status = patched.value["status"];
  const after = hand.mayEditStatus && status !== undefined ? { ...read.value, status } : read.value;
  return misplaced(ref, mapOf(after["metadata"]), before) ?? update(api, ref, before, after, hand);
}

/** Undefined when the patched object is still the one that the URL names, in the version that it has. */
function misplaced(ref: ObjectRef, metadata: JsonObject, before: KubernetesObject): Refusal | undefined {
  const { name, namespace, resourceVersion } = metadata;
  if (namespace !== undefined && namespace !== ref.namespace)
    return refuse(400, "the namespace of the provided object does not match the namespace sent on the request");
  if (textOf(name) === "")
    return refuse(400, `the name of the object (${ref.name} based on URL) was undeterminable: name must be provided`);
  if (name !== ref.name) return refuse(400, `the name of the object (${textOf(name)}) does not match the name on the URL (${ref.name})`);
  const version = textOf(resourceVersion);
  if (version === "" || version === before.metadata.resourceVersion) return undefined;
  if (!/^\d+$/.test(version)) return refuse(500, `strconv.ParseUint: parsing ${JSON.stringify(version)}: invalid syntax`, { word: "" });
  return undefined;
}

function update(api: Api, ref: ObjectRef, before: KubernetesObject, given: JsonObject, hand: Hand): Answer {
  const { store, custom } = api;
  const json = asJson(before);
  const { namespace, resourceVersion } = before.metadata;
  const asked = textOf(mapOf(given["metadata"])["resourceVersion"]);
  if (asked !== "" && asked !== resourceVersion)
    return refuse(
      409,
      `Operation cannot be fulfilled on ${resourceName(ref, custom)}: the object has been modified; please apply your changes to the latest version and try again`,
    );
  const metadata = { ...mapOf(given["metadata"]), resourceVersion, ...(namespace === undefined ? {} : { namespace }) };
  const whole = { ...given, metadata };
  const prepared = addressed(preparedForUpdate(ref.kind, whole, json, hand.mayEditStatus), json, api);
  const faults = faultsOf(ref.kind, prepared, json);
  if (faults.length > 0) return unprocessable(ref, custom, faults);
  if (jsonEqual(prepared, json)) return { ok: true, value: before };
  const after = withManager(prepared, json, hand.fieldManager, hand.atMs);
  // Whoever held a deletion up with a finalizer lets it go on.
  const over =
    before.metadata.deletionTimestamp !== undefined && !hasFinalizers(after) && mapOf(json["metadata"])["deletionGracePeriodSeconds"] === 0;
  if (hand.dryRun || over) {
    if (over && !hand.dryRun) store.remove(ref);
    return { ok: true, value: asObject(after) };
  }
  return { ok: true, value: store.replace(before, after) };
}

/** What it owns goes in the background. Undefined: done, or begun where somebody must do something first. */
export function removeObject(
  api: Api,
  ref: ObjectRef,
  preconditions: Preconditions,
  hand: Pick<Hand, "dryRun" | "atMs">,
): Refusal | undefined {
  const { store, custom } = api;
  const found = store.get(ref);
  if (found === undefined) return absent(ref, custom);
  const other = moved(ref, custom, preconditions, found.metadata);
  if (other !== undefined) return other;
  if (!hand.dryRun) endObject(store, ref, found, hand.atMs);
  return undefined;
}

function endObject(store: Store, ref: ObjectRef, found: KubernetesObject, atMs: number): void {
  const json = asJson(found);
  if (ref.kind === "Namespace") {
    // Its controller empties it first.
    const marked = markedForDeletion(json, timestamp(atMs), undefined);
    store.replace(found, { ...marked, status: { ...mapOf(json["status"]), phase: "Terminating" } });
    return;
  }
  const graceSeconds = ref.kind === "Pod" ? graceSecondsOf(json) : 0;
  if (graceSeconds === 0 && !hasFinalizers(json)) return store.remove(ref);
  if (found.metadata.deletionTimestamp !== undefined) return;
  store.replace(found, markedForDeletion(json, timestamp(atMs + graceSeconds * 1000), graceSeconds));
}
