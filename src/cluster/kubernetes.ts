/**
 * The cluster over the Kubernetes API, on raw JSON: no serializer may drop a field that it does not know. It runs on every
 * runtime and sends nothing but reads, JSON Patch, creation, deletion and eviction of one object, and access reviews.
 */
import * as z from "zod";
import { malformed, refused, success, unavailable } from "../failure.ts";
import type { Result } from "../failure.ts";
import { noCustomKinds } from "../kubernetes/kind.ts";
import type { CustomKinds } from "../kubernetes/kind.ts";
import { asObject, nameOf, ownManager, refOf } from "../kubernetes/object.ts";
import type { KubernetesObject, ObjectRef } from "../kubernetes/object.ts";
import type { Json, JsonObject } from "../kubernetes/json.ts";
import { evictionFailureOf, failureOf } from "./answer.ts";
import type { ClusterPort, ContainerLog, Keep, LogRequest, Preconditions } from "./cluster.ts";
import { logOf } from "./log-lines.ts";
import { jsonIn, reasonOf, send, statusIn } from "./request.ts";
import type { ApiAccess, ApiRequest, ApiResponse } from "./request.ts";
import { collectionPath, groupOf, listPath, objectPath, routeTo } from "./route.ts";

const pageItems = 500;
/** Half a million objects of one kind: more is a mistake, not a cluster. */
const pagesMax = 1_000;

const whole: Keep = (object) => object;

const metadataSchema = z.looseObject({ name: z.string(), uid: z.string(), resourceVersion: z.string() });
const objectSchema = z.looseObject({ apiVersion: z.string(), kind: z.string(), metadata: metadataSchema });
const listSchema = z.object({
  metadata: z.object({ continue: z.string().optional() }),
  items: z.array(z.looseObject({ metadata: metadataSchema })),
});
/** What a dry run would create is in no store yet: the server gives it no resourceVersion. */
const unstoredSchema = z.looseObject({
  ...objectSchema.shape,
  metadata: metadataSchema.extend({ resourceVersion: z.string().default("") }),
});
const reviewSchema = z.object({ status: z.object({ allowed: z.boolean() }) });

/** Writes go out as field manager `stratus`. */
export function kubernetesCluster(access: ApiAccess, custom: CustomKinds = noCustomKinds): ClusterPort {
  return {
    get: (ref) => get(access, ref, custom),
    list: (kind, namespace, keep = whole) => list(access, kind, namespace, keep, custom),
    async patch(ref, operations, { dryRun }) {
      const path = objectPath(ref, custom);
      if (!path.ok) return path;
      const body = asGoWrites(operations);
      const response = await change(access, ref, dryRun, {
        method: "PATCH",
        path: path.value + queryOf(dryRun),
        contentType: "application/json-patch+json",
        body,
      });
      return response.ok ? changedObject(ref, response.value, dryRun) : response;
    },
    async create(object, { dryRun }) {
      const ref = refOf(asObject(object));
      const path = collectionPath(ref, custom);
      if (!path.ok) return path;
      const body = JSON.stringify(object);
      const request = { method: "POST", path: path.value + queryOf(dryRun), contentType: "application/json", body } as const;
      const response = await change(access, ref, dryRun, request);
      if (!response.ok) return response;
      return dryRun ? objectIn(response.value, unstoredSchema) : changedObject(ref, response.value, dryRun);
    },
    async remove(ref, preconditions, { dryRun }) {
      const path = objectPath(ref, custom);
      if (!path.ok) return path;
      const body = JSON.stringify({ ...deleteOptions(preconditions, dryRun), propagationPolicy: "Background" });
      // Said twice: the server reads the query when something on the way has lost the body of a DELETE.
      const request = {
        method: "DELETE",
        path: path.value + (dryRun ? "?dryRun=All" : ""),
        contentType: "application/json",
        body,
      } as const;
      const response = await change(access, ref, dryRun, request);
      return response.ok ? success(undefined) : response;
    },
    async evict(ref, preconditions, { dryRun }) {
      const path = objectPath(ref, custom);
      if (!path.ok) return path;
      const { name, namespace } = ref;
      const eviction = {
        apiVersion: "policy/v1",
        kind: "Eviction",
        metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
        deleteOptions: deleteOptions(preconditions, dryRun),
      };
      const request = {
        method: "POST",
        path: `${path.value}/eviction`,
        contentType: "application/json",
        body: JSON.stringify(eviction),
      } as const;
      const response = await change(access, ref, dryRun, request, evictionFailureOf);
      return response.ok ? success(undefined) : response;
    },
    log: (request) => log(access, request),
    async allowed({ verb, kind, namespace, subresource }) {
      const route = routeTo(kind, custom);
      if (!route.ok) return route;
      const attributes = {
        verb,
        group: groupOf(route.value),
        resource: route.value.plural,
        ...(subresource === undefined ? {} : { subresource }),
        ...(namespace === undefined ? {} : { namespace }),
      };
      const response = await post(access, "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", {
        apiVersion: "authorization.k8s.io/v1",
        kind: "SelfSubjectAccessReview",
        spec: { resourceAttributes: attributes },
      });
      if (!response.ok) return response;
      if (response.value.status !== 201) return rejected("the review of our own permissions", response.value, false);
      const review = parsed(response.value, reviewSchema);
      return review.ok ? success(review.value.status.allowed) : review;
    },
    async ready() {
      const response = await send(access, { method: "GET", path: "/readyz", changes: false });
      if (!response.ok) return response;
      if (response.value.status < 500) return success(undefined);
      return unavailable(`the API server is not ready (status ${response.value.status})`, "none", response.value.retryAfterMs);
    },
  };
}

/**
 * JSON with the escapes of Go's encoder: the API server's JSON Patch compares the value of a `test` with the object as text,
 * byte by byte (evanphx/json-patch v4, lazyNode.equal), and there `&`, `<` and `>` in a string are `\\u0026` and so on.
 */
function asGoWrites(value: unknown): string {
  return JSON.stringify(value).replaceAll(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** Strict, as kubectl asks for: a field that the API does not know is refused. Left out, it would be dropped with a warning. */
function queryOf(dryRun: boolean): string {
  return `?fieldManager=${ownManager}&fieldValidation=Strict${dryRun ? "&dryRun=All" : ""}`;
}

function deleteOptions(preconditions: Preconditions, dryRun: boolean): JsonObject {
  return { apiVersion: "v1", kind: "DeleteOptions", preconditions: { ...preconditions }, ...(dryRun ? { dryRun: ["All"] } : {}) };
}

/** One request that changes something unless it is a dry run; fails unless the API server says that it did. */
async function change(
  access: ApiAccess,
  ref: ObjectRef,
  dryRun: boolean,
  request: Omit<ApiRequest, "changes">,
  failing: typeof failureOf = failureOf,
): Promise<Result<ApiResponse>> {
  const response = await send(access, { ...request, changes: !dryRun });
  if (!response.ok) return response;
  if (response.value.status >= 200 && response.value.status <= 202) return response;
  return rejected(nameOf(ref), response.value, !dryRun, failing);
}

function changedObject(ref: ObjectRef, response: ApiResponse, dryRun: boolean): Result<KubernetesObject> {
  const object = objectIn(response);
  if (object.ok || dryRun) return object;
  return unavailable(`${nameOf(ref)}: the API server's answer to a change cannot be read`, "unknown");
}

function post(access: ApiAccess, path: string, body: Json): Promise<Result<ApiResponse>> {
  const request: ApiRequest = { method: "POST", path, contentType: "application/json", body: JSON.stringify(body), changes: false };
  return send(access, request);
}

async function get(access: ApiAccess, ref: ObjectRef, custom: CustomKinds): Promise<Result<KubernetesObject | undefined>> {
  const path = objectPath(ref, custom);
  if (!path.ok) return path;
  const response = await send(access, { method: "GET", path: path.value, changes: false });
  if (!response.ok) return response;
  if (response.value.status === 200) return objectIn(response.value);
  if (response.value.status !== 404) return rejected(nameOf(ref), response.value, false);
  // Only the API server itself can say that an object is gone; a proxy's 404 says nothing.
  if (statusIn(response.value)?.reason === "NotFound") return success(undefined);
  return malformed("the API server's answer", `${nameOf(ref)}: a 404 that does not come from the API server`);
}

async function list(
  access: ApiAccess,
  kind: string,
  namespace: string | undefined,
  keep: Keep,
  custom: CustomKinds,
): Promise<Result<readonly KubernetesObject[]>> {
  const route = routeTo(kind, custom);
  if (!route.ok) return route;
  const what = namespace === undefined ? `every ${kind}` : `every ${kind} in ${namespace}`;
  let objects: KubernetesObject[] = [];
  let position = "";
  let restarted = false;
  for (let page = 0; page < pagesMax; page += 1) {
    const query = `?limit=${pageItems}${position === "" ? "" : `&continue=${encodeURIComponent(position)}`}`;
    const response = await send(access, { method: "GET", path: listPath(route.value, namespace) + query, changes: false });
    if (!response.ok) return response;
    // 410: the position is older than what etcd keeps. Once more from the start, never a mix of two times.
    if (response.value.status === 410 && !restarted) {
      restarted = true;
      position = "";
      objects = [];
      continue;
    }
    if (response.value.status !== 200) return rejected(what, response.value, false);
    const read = parsed(response.value, listSchema);
    if (!read.ok) return read;
    // The items of a list carry neither kind nor apiVersion.
    const { apiVersion } = route.value;
    for (const item of read.value.items) objects.push(keep(asObject({ apiVersion, kind, ...item } as unknown as Json)));
    position = read.value.metadata.continue ?? "";
    if (position === "") return success(objects);
  }
  return refused(`${what}: more than ${pageItems * pagesMax} objects`);
}

/** A limit of bytes may be overrun by a line. */
const logSlackBytes = 64 * 1024;

/**
 * Without timestamps: what stands in front of each line would tear a secret of several lines apart, and redaction would miss
 * it. The error of a log is JSON, like every other; 204 is a pod that is on no node yet (pods/log, LocationStreamer).
 */
async function log(access: ApiAccess, request: LogRequest): Promise<Result<ContainerLog>> {
  const { namespace, pod: name, container, previous, linesMax, bytesMax } = request;
  const ref = { kind: "Pod", namespace, name };
  const path = objectPath(ref, noCustomKinds);
  if (!path.ok) return path;
  const query = new URLSearchParams({ tailLines: String(linesMax), limitBytes: String(bytesMax), previous: String(previous) });
  if (container !== undefined) query.set("container", container);
  const asked = { method: "GET", path: `${path.value}/log?${query}`, bytesMax: bytesMax + logSlackBytes, changes: false } as const;
  const response = await send(access, asked);
  if (!response.ok) return response;
  const { status, body, bytes = 0 } = response.value;
  if (status === 200 || status === 204) return success(logOf(body, bytes, bytesMax));
  return rejected(nameOf(ref), response.value, false);
}

function rejected(what: string, response: ApiResponse, changes: boolean, failing: typeof failureOf = failureOf) {
  const { status, retryAfterMs } = response;
  return failing({ status, reason: `${what}: ${reasonOf(response)}`, retryAfterMs }, changes);
}

function objectIn(response: ApiResponse, schema: z.ZodType = objectSchema): Result<KubernetesObject> {
  const read = parsed(response, schema);
  return read.ok ? success(asObject(read.value as Json)) : read;
}

function parsed<T>(response: ApiResponse, schema: z.ZodType<T>): Result<T> {
  const json = jsonIn(response);
  if (!json.ok) return json;
  const read = schema.safeParse(json.value);
  return read.success ? success(read.data) : malformed("the API server's answer", "it is not of the form that the API promises");
}
