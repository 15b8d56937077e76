/**
 * The doors of Stratus in the web's own language (Request, Response), the same on Node, Lambda and workerd. It speaks
 * HTTP and decides nothing; what a door needs is passed in.
 */
import { Hono } from "hono";
import { describeFailure, type Result } from "../failure.ts";
import { alertmanagerDoor, type AlertDoor } from "./alertmanager.ts";
import { answer } from "./answer.ts";
import { createAuthentication, type VisitorVariables } from "./auth.ts";
import { continuationDoor, type ContinuationDoor } from "./continuation.ts";
import { incidentDoors, type IncidentReader } from "./incidents.ts";
import { knownGoodDoor, type KnownGoodReader } from "./known-good.ts";
import { memoryDoors, type MemoryReader } from "./memory.ts";
import { problem, tryAgain } from "./problem.ts";
import { startDoor, type TargetFinder } from "./start.ts";

export interface Readiness {
  /** `ledger`, `cluster production`. */
  readonly name: string;
  readonly result: Result<void>;
}

export interface AppOptions extends AlertDoor {
  /** Active shared secrets: one, or two while one replaces the other. */
  readonly secrets: readonly string[];
  /** Asks everything that Stratus cannot work without. */
  readonly readiness: () => Promise<readonly Readiness[]>;
  /** Absent: the doors for people are closed (404). */
  readonly incidents?: IncidentReader;
  /** Absent: no incident is started by hand, and that door is closed (404). */
  readonly targets?: TargetFinder;
  /** Absent: nothing is recorded, and the door is closed (404). */
  readonly knownGood?: KnownGoodReader;
  /** Absent: what incidents teach is not kept, and the doors are closed (404). */
  readonly memory?: MemoryReader;
  /** Absent: Stratus does not invoke itself over HTTP, and the door is closed (404). */
  readonly continuation?: Pick<ContinuationDoor, "keys" | "resume">;
}

export type App = Hono<{ Variables: VisitorVariables }>;

export function createApp(options: AppOptions): App {
  const { log } = options;
  const app: App = new Hono();
  const authentication = createAuthentication(options.secrets);

  app.get("/healthz", () => answer(200, { status: "ok" }));
  app.get("/readyz", () => ready(options));
  app.post("/alerts", authentication.guard(alertmanagerDoor(options)));
  if (options.incidents !== undefined) {
    app.use("/incidents/*", authentication.middleware);
    if (options.targets !== undefined) app.post("/incidents", startDoor({ ...options, targets: options.targets }));
    app.route("/incidents", incidentDoors(options.incidents, log));
  }
  if (options.knownGood !== undefined) {
    app.use("/known-good/*", authentication.middleware);
    app.route("/known-good", knownGoodDoor(options.knownGood, log));
  }
  if (options.memory !== undefined) {
    app.use("/memory/*", authentication.middleware);
    app.route("/memory", memoryDoors(options.memory, log));
  }
  if (options.continuation !== undefined) app.post("/continue", continuationDoor({ ...options, ...options.continuation }));
  app.notFound(() => problem(404, "There is no such door."));
  app.onError((error, context) => {
    log.error("a door failed", { error, method: context.req.method, path: context.req.path, ...requestId(context.req.raw) });
    return problem(500, "Something is wrong inside; the log says what.");
  });
  app.fetch = withAccessLog(app.fetch, options);
  return app;
}

async function ready(options: AppOptions): Promise<Response> {
  const readiness = await options.readiness();
  const failing = readiness.flatMap(({ name, result }) => (result.ok ? [] : [{ name, reason: describeFailure(result.failure) }]));
  if (failing.length === 0) return answer(200, { status: "ready", checked: readiness.map(({ name }) => name) });
  options.log.warn("not ready", { failing });
  const names = failing.map(({ name }) => name);
  return tryAgain(`Not answering: ${names.join(", ")}.`, 5_000, { failing: names });
}

/**
 * Around the app and not inside of it, for Hono answers without its chain where a door is alone at its path. Deliveries
 * that were taken are left out: their door says more about them.
 */
function withAccessLog(answerTo: App["fetch"], { log, clock }: AppOptions): App["fetch"] {
  return async (request, ...rest) => {
    const startedMs = clock.monotonicMs();
    const response = await answerTo(request, ...rest);
    const path = pathOf(request.url);
    const { status } = response;
    if (path === "/alerts" && status === 202) return response;
    const durationMs = Math.round(clock.monotonicMs() - startedMs);
    const line = { method: request.method, path, status, durationMs, ...requestId(request) };
    if (path === "/healthz" || path === "/readyz") log.debug("request", line);
    else log.info("request", line);
    return response;
  };
}

/** As it stands in an absolute address; URL takes it apart and puts it together again, which nobody needs here. */
function pathOf(url: string): string {
  const [path = ""] = url.slice(url.indexOf("/", url.indexOf("://") + 3)).split(/[?#]/, 1);
  return path;
}

/** The number that a proxy in front gave to the request, under the names in use. */
function requestId(request: Request): { readonly requestId?: string } {
  for (const name of ["x-request-id", "x-amzn-trace-id", "cf-ray"]) {
    const value = request.headers.get(name);
    if (value !== null && /^[\w.:;=/+-]{1,200}$/.test(value)) return { requestId: value };
  }
  return {};
}
