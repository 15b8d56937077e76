/**
 * The in-memory cluster behind the Kubernetes API over HTTP, for what only speaks to a real API server: a bundle, a
 * Worker. It knows what Stratus asks for and nothing more. No TLS, loopback only.
 */
import { createServer } from "node:http";
import type { IncomingMessage } from "node:http";
import type { AccessRequest, ClusterPort, Preconditions } from "../../src/cluster/cluster.ts";
import type { MemoryCluster } from "../../src/cluster/memory/memory.ts";
import type { Failure, Result } from "../../src/failure.ts";
import { describeFailure } from "../../src/failure.ts";
import type { JsonObject, PatchOperation } from "../../src/kubernetes/json.ts";
import { kinds } from "../../src/kubernetes/kind.ts";
import type { Kind } from "../../src/kubernetes/kind.ts";
import type { ObjectRef } from "../../src/kubernetes/object.ts";
import { answering, bodyOf, close, listen, send } from "./http-server.ts";
import type { Answer } from "./http-server.ts";

/** The port, and what an in-memory cluster knows beyond it about its failures. */
type Served = ClusterPort & Partial<Pick<MemoryCluster, "refusalBehind">>;

export interface MemoryApiServer {
  readonly url: string;
  /** `GET /api/v1/pods?limit=500`, in the order in which they came. */
  readonly requests: readonly string[];
  /** From now on, requests for which this says yes are done and never answered: their client waits until it gives up. */
  leaveUnanswered(which: (request: string) => boolean): void;
  stop(): Promise<void>;
}

/** `token`: what a request must carry, otherwise it is answered 401. */
export async function serveCluster(cluster: Served, token: string): Promise<MemoryApiServer> {
  const requests: string[] = [];
  let unanswered: ((request: string) => boolean) | undefined;
  const server = createServer(
    answering(async (request, response) => {
      const asked = `${request.method} ${request.url}`;
      requests.push(asked);
      const authorized = request.headers.authorization === `Bearer ${token}`;
      const answer = authorized ? await answerTo(cluster, request) : statusOf(401, "Unauthorized", "Unauthorized");
      if (unanswered?.(asked) !== true) send(response, answer);
    }),
  );
  const url = await listen(server);
  return {
    url,
    requests,
    leaveUnanswered(which) {
      unanswered = which;
    },
    stop: () => close(server),
  };
}

async function answerTo(cluster: Served, request: IncomingMessage): Promise<Answer> {
  const body = await bodyOf(request);
  const { pathname, searchParams } = new URL(request.url ?? "", "http://api.example");
  if (pathname === "/readyz") return answered(cluster, await cluster.ready(), 200);
  if (pathname.endsWith("/selfsubjectaccessreviews")) return review(cluster, body);
  const route = routeOf(pathname);
  if (route === undefined) return statusOf(404, "NotFound", `${pathname} is not served`);
  const dryRun = searchParams.get("dryRun") === "All";
  switch (request.method) {
    case "POST":
      return route.subresource === "eviction" ? evicted(cluster, route, body, dryRun) : created(cluster, route, body, dryRun);
    case "PATCH":
      return patched(cluster, route, request, body, dryRun);
    case "DELETE":
      return removed(cluster, route, body, dryRun);
    default:
      return read(cluster, route, searchParams);
  }
}

async function read(cluster: Served, route: Route, query: URLSearchParams): Promise<Answer> {
  const { kind, namespace, name } = route;
  if (route.subresource === "log") return logged(cluster, route, query);
  if (name === undefined) {
    const listed = await cluster.list(kind, namespace);
    return listed.ok ? { status: 200, body: page(kind, listed.value, query) } : answered(cluster, listed, 200);
  }
  const found = await cluster.get(refOf(route));
  return found.ok && found.value === undefined
    ? statusOf(404, "NotFound", `${kinds[kind].plural} "${name}" not found`)
    : answered(cluster, found, 200);
}

/** The bytes that the kubelet would send. One that is cut ends in the middle of a line, at the limit. */
async function logged(cluster: Served, { namespace = "", name = "" }: Route, query: URLSearchParams): Promise<Answer> {
  const bytesMax = Number(query.get("limitBytes"));
  const told = await cluster.log({
    namespace,
    pod: name,
    container: query.get("container") ?? undefined,
    previous: query.get("previous") === "true",
    linesMax: Number(query.get("tailLines")),
    bytesMax,
  });
  if (!told.ok) return answered(cluster, told, 200);
  const text = told.value.lines.map((line) => `${line}\n`).join("");
  const missing = bytesMax - new TextEncoder().encode(text).length;
  return { status: 200, text: told.value.isCut ? text + "x".repeat(Math.max(0, missing)) : text };
}

async function created(cluster: Served, { namespace }: Route, body: string, dryRun: boolean): Promise<Answer> {
  const object = JSON.parse(body) as JsonObject & { readonly metadata: JsonObject };
  const within = namespace === undefined ? {} : { namespace };
  const made = await cluster.create({ ...object, metadata: { ...within, ...object.metadata } }, { dryRun });
  if (!made.ok || !dryRun) return answered(cluster, made, 201);
  // What is in no store yet has no resourceVersion.
  const { resourceVersion: _none, ...metadata } = made.value.metadata;
  return { status: 201, body: { ...made.value, metadata } };
}

async function patched(cluster: Served, route: Route, request: IncomingMessage, body: string, dryRun: boolean): Promise<Answer> {
  if (request.headers["content-type"] !== "application/json-patch+json")
    return statusOf(415, "UnsupportedMediaType", "this server takes a JSON Patch and no other");
  return answered(cluster, await cluster.patch(refOf(route), JSON.parse(body) as PatchOperation[], { dryRun }), 200);
}

interface DeleteOptions {
  readonly preconditions?: Preconditions;
  readonly dryRun?: readonly string[];
}

const unconditional = statusOf(400, "BadRequest", "this server ends nothing that is not named by uid and resourceVersion");
const done = { apiVersion: "v1", kind: "Status", metadata: {}, status: "Success" };

async function removed(cluster: Served, route: Route, body: string, dry: boolean): Promise<Answer> {
  const options = JSON.parse(body === "" ? "{}" : body) as DeleteOptions;
  if (options.preconditions === undefined) return unconditional;
  const dryRun = dry || options.dryRun?.includes("All") === true;
  const result = await cluster.remove(refOf(route), options.preconditions, { dryRun });
  return result.ok ? { status: 200, body: done } : answered(cluster, result, 200);
}

async function evicted(cluster: Served, route: Route, body: string, dry: boolean): Promise<Answer> {
  const { deleteOptions = {} } = JSON.parse(body) as { readonly deleteOptions?: DeleteOptions };
  if (deleteOptions.preconditions === undefined) return unconditional;
  const dryRun = dry || deleteOptions.dryRun?.includes("All") === true;
  const result = await cluster.evict(refOf(route), deleteOptions.preconditions, { dryRun });
  return result.ok ? { status: 201, body: { ...done, code: 201 } } : answered(cluster, result, 201);
}

async function review(cluster: Served, body: string): Promise<Answer> {
  const { spec } = JSON.parse(body) as {
    spec: { resourceAttributes: Omit<AccessRequest, "kind"> & { readonly resource: string } };
  };
  const { verb, resource, namespace, subresource } = spec.resourceAttributes;
  const kind = kindNamed(resource);
  if (kind === undefined) return { status: 201, body: { status: { allowed: false } } };
  const allowed = await cluster.allowed({ verb, kind, namespace, subresource });
  return allowed.ok ? { status: 201, body: { status: { allowed: allowed.value } } } : answered(cluster, allowed, 201);
}

/** As the API server pages: `continue` says where to go on. */
function page(kind: Kind, items: readonly unknown[], query: URLSearchParams): unknown {
  const from = Number(query.get("continue") ?? 0);
  const to = from + Number(query.get("limit") ?? items.length);
  const rest = to < items.length ? { continue: String(to) } : {};
  return { apiVersion: kinds[kind].apiVersion, kind: `${kind}List`, metadata: rest, items: items.slice(from, to) };
}

interface Route {
  readonly kind: Kind;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly subresource: string | undefined;
}

function routeOf(pathname: string): Route | undefined {
  const [root, ...rest] = pathname.split("/").slice(1).map(decodeURIComponent);
  const segments = rest.slice(root === "apis" ? 2 : 1);
  const inNamespace = segments[0] === "namespaces" && segments.length > 2;
  const [plural, name, subresource] = inNamespace ? segments.slice(2) : segments;
  const kind = plural === undefined ? undefined : kindNamed(plural);
  return kind === undefined ? undefined : { kind, namespace: inNamespace ? segments[1] : undefined, name, subresource };
}

function refOf({ kind, namespace, name = "" }: Route): ObjectRef {
  return { kind, name, ...(namespace === undefined ? {} : { namespace }) };
}

function kindNamed(plural: string): Kind | undefined {
  return (Object.keys(kinds) as Kind[]).find((kind) => kinds[kind].plural === plural);
}

function answered(cluster: Served, result: Result<unknown>, status: number): Answer {
  if (result.ok) return { status, body: result.value ?? {} };
  const refusal = cluster.refusalBehind?.(result.failure);
  if (refusal === undefined) return failed(result.failure);
  return statusOf(refusal.status, refusal.word ?? "", refusal.reason, refusal.retryAfterMs);
}

/** A failure that a test made: the status that src/cluster/answer.ts turns into the same failure again. */
function failed(failure: Failure): Answer {
  const reason = describeFailure(failure);
  if (failure.kind === "conflict") return statusOf(409, "Conflict", reason);
  if (failure.kind === "unavailable")
    return failure.effect === "unknown"
      ? statusOf(500, "InternalError", reason)
      : statusOf(429, "TooManyRequests", reason, failure.retryAfterMs);
  return statusOf(403, "Forbidden", reason);
}

function statusOf(status: number, reason: string, message: string, retryAfterMs?: number): Answer {
  const body = { apiVersion: "v1", kind: "Status", status: "Failure", code: status, reason, message };
  return { status, body, ...(retryAfterMs === undefined ? {} : { headers: { "retry-after": String(Math.ceil(retryAfterMs / 1000)) } }) };
}
