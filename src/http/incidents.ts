/**
 * The doors for people: what is open, what happened to one incident, and their word on it. Commands go through the
 * reader's owner into the inbox of the incident's subject; this file decides nothing about an incident.
 */
import { Hono } from "hono";
import { commandTypes, type CommandType } from "../alert/inbox.ts";
import { describeFailure, type Failure, type Result } from "../failure.ts";
import type { JsonObject } from "../kubernetes/json.ts";
import type { Log } from "../log.ts";
import { answer } from "./answer.ts";
import type { VisitorVariables } from "./auth.ts";
import { readJson } from "./body.ts";
import { problem, problemOf } from "./problem.ts";

/** What the runner shows of its incidents. */
export interface IncidentReader {
  /** Open ones first, then the latest that ended; at most `limit`. */
  list(limit: number): Promise<Result<readonly JsonObject[]>>;
  /** Undefined: there is no such incident. */
  read(id: string): Promise<Result<JsonObject | undefined>>;
  /** `refused` when the incident's state does not take this command. Success means: recorded, not yet done. */
  command(id: string, type: CommandType, by: string): Promise<Result<void>>;
}

const listedDefault = 50;
const listedMax = 200;
const commandBytesMax = 10_000;
const nameCharactersMax = 100;
const idCharactersMax = 500;

export function incidentDoors(incidents: IncidentReader, log: Log): Hono<{ Variables: VisitorVariables }> {
  const app = new Hono<{ Variables: VisitorVariables }>();

  app.get("/", async (context) => {
    const asked = Number(context.req.query("limit") ?? listedDefault);
    if (!Number.isInteger(asked) || asked < 1) return problem(400, "limit must be a whole number above zero.");
    const listed = await incidents.list(Math.min(asked, listedMax));
    return listed.ok ? answer(200, { incidents: listed.value }) : failure(listed.failure, log);
  });

  app.get("/:id", async (context) => {
    const found = await find(incidents, context.req.param("id"), log);
    return found instanceof Response ? found : answer(200, found);
  });

  app.post("/:id/:command", async (context) => {
    const id = context.req.param("id");
    const type = commandTypes.find((known) => known === context.req.param("command"));
    if (type === undefined) return problem(404, `An incident takes ${commandTypes.join(", ")}.`);
    const body = await readJson(context.req.raw, commandBytesMax);
    if (body.kind === "too large") return problem(413, `The body is larger than ${commandBytesMax} bytes.`);
    if (body.kind === "not JSON") return problem(400, "The body is not JSON.");
    const found = await find(incidents, id, log);
    if (found instanceof Response) return found;
    const by = whoAsks(body.value) ?? context.get("visitor").name ?? "somebody with the secret";
    const given = await incidents.command(id, type, by.slice(0, nameCharactersMax));
    if (!given.ok) return failure(given.failure, log);
    log.info("command taken", { incident: id, command: type, by });
    return answer(202, { incident: id, command: type, by });
  });

  return app;
}

async function find(incidents: IncidentReader, id: string, log: Log): Promise<JsonObject | Response> {
  const found = id.length > idCharactersMax ? undefined : await incidents.read(id);
  if (found === undefined) return problem(404, "There is no such incident.");
  if (!found.ok) return failure(found.failure, log);
  return found.value ?? problem(404, "There is no such incident.");
}

function failure(of: Failure, log: Log): Response {
  log.warn("incident door failed", { reason: describeFailure(of) });
  return problemOf(of);
}

/** `{"by": "alice"}`; a shared secret proves no name, so the name is what they say. */
function whoAsks(body: unknown): string | undefined {
  if (typeof body !== "object" || body === null || !("by" in body)) return undefined;
  return typeof body.by === "string" && body.by.trim() !== "" ? body.by.trim().slice(0, nameCharactersMax) : undefined;
}
