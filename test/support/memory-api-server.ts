/**
 * The in-memory cluster behind the Kubernetes API over HTTP, for what only speaks to a real API server: a bundle, a
 * Worker. It knows what Stratus asks for and nothing more. No TLS, loopback only.
 */
import { createServer } from "node:http";
import type { IncomingMessage } from "node:http";
import type { AccessRequest, ClusterPort } from "../../src/cluster/cluster.ts";
import type { Failure, Result } from "../../src/failure.ts";
import { describeFailure } from "../../src/failure.ts";
import type { PatchOperation } from "../../src/kubernetes/json.ts";
import { kinds } from "../../src/kubernetes/kind.ts";
import type { Kind } from "../../src/kubernetes/kind.ts";
import { answering, bodyOf, close, listen, send } from "./http-server.ts";
import type { Answer } from "./http-server.ts";

export interface MemoryApiServer {
  readonly url: string;
  /** `GET /api/v1/pods?limit=500`, in the order in which they came. */
  readonly requests: readonly string[];
  /** From now on, requests for which this says yes are done and never answered: their client waits until it gives up. */
  leaveUnanswered(which: (request: string) => boolean): void;
  stop(): Promise<void>;
}

/** `token`: what a request must carry, otherwise it is answered 401. */
export async function serveCluster(cluster: ClusterPort, token: string): Promise<MemoryApiServer> {
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

async function answerTo(cluster: ClusterPort, request: IncomingMessage): Promise<Answer> {
  const body = await bodyOf(request);
  const { pathname, searchParams } = new URL(request.url ?? "", "http://api.example");
  if (pathname === "/readyz") return answered(await cluster.ready(), 200);
  if (pathname.endsWith("/selfsubjectaccessreviews")) return review(cluster, body);
  const route = routeOf(pathname);
  if (route === undefined) return statusOf(404, "NotFound", `${pathname} is not served`);
  const { kind, namespace, name } = route;
  const within = namespace === undefined ? {} : { namespace };
  if (name === undefined) {
    const listed = await cluster.list(kind, namespace);
    return listed.ok ? { status: 200, body: page(kind, listed.value, searchParams) } : answered(listed, 200);
  }
  if (request.method === "PATCH") {
    const operations = JSON.parse(body) as PatchOperation[];
    return answered(await cluster.patch({ kind, ...within, name }, operations, { dryRun: searchParams.get("dryRun") === "All" }), 200);
  }
  const found = await cluster.get({ kind, ...within, name });
  return found.ok && found.value === undefined
    ? statusOf(404, "NotFound", `${kinds[kind].plural} "${name}" not found`)
    : answered(found, 200);
}

async function review(cluster: ClusterPort, body: string): Promise<Answer> {
  const { spec } = JSON.parse(body) as {
    spec: { resourceAttributes: { verb: AccessRequest["verb"]; resource: string; namespace?: string } };
  };
  const { verb, resource, namespace } = spec.resourceAttributes;
  const kind = kindNamed(resource);
  if (kind === undefined) return { status: 201, body: { status: { allowed: false } } };
  const allowed = await cluster.allowed({ verb, kind, namespace });
  return allowed.ok ? { status: 201, body: { status: { allowed: allowed.value } } } : answered(allowed, 201);
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
}

function routeOf(pathname: string): Route | undefined {
  const [root, ...rest] = pathname.split("/").slice(1).map(decodeURIComponent);
  const segments = rest.slice(root === "apis" ? 2 : 1);
  const inNamespace = segments[0] === "namespaces" && segments.length > 2;
  const [plural, name] = inNamespace ? segments.slice(2) : segments;
  const kind = plural === undefined ? undefined : kindNamed(plural);
  return kind === undefined ? undefined : { kind, namespace: inNamespace ? segments[1] : undefined, name };
}

function kindNamed(plural: string): Kind | undefined {
  return (Object.keys(kinds) as Kind[]).find((kind) => kinds[kind].plural === plural);
}

function answered(result: Result<unknown>, status: number): Answer {
  return result.ok ? { status, body: result.value ?? {} } : refusal(result.failure);
}

/** The status that src/cluster/answer.ts turns into the same failure again. */
function refusal(failure: Failure): Answer {
  const reason = describeFailure(failure);
  if (failure.kind === "conflict") return statusOf(409, "Conflict", reason);
  if (failure.kind === "unavailable")
    return failure.effect === "unknown" ? statusOf(500, "InternalError", reason) : statusOf(429, "TooManyRequests", reason);
  return reason.includes("not found") ? statusOf(404, "NotFound", reason) : statusOf(422, "Invalid", reason);
}

function statusOf(status: number, reason: string, message: string): Answer {
  return { status, body: { apiVersion: "v1", kind: "Status", status: "Failure", code: status, reason, message } };
}
