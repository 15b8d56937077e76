/** The door that shows what is recorded from when all was well, and what is different now. Names and fields, never values. */
import { Hono } from "hono";
import { describeFailure, type Result } from "../failure.ts";
import type { JsonObject } from "../kubernetes/json.ts";
import type { Log } from "../log.ts";
import { answer } from "./answer.ts";
import type { VisitorVariables } from "./auth.ts";
import { problem, problemOf } from "./problem.ts";

export interface KnownGoodReader {
  /** `cluster` undefined: the first that is configured. Undefined: there is no such cluster, or nothing is recorded at all. */
  read(cluster: string | undefined, namespace: string): Promise<Result<JsonObject | undefined>>;
}

export function knownGoodDoor(knownGood: KnownGoodReader, log: Log): Hono<{ Variables: VisitorVariables }> {
  const app = new Hono<{ Variables: VisitorVariables }>();
  app.get("/:namespace", async (context) => {
    const found = await knownGood.read(context.req.query("cluster"), context.req.param("namespace"));
    if (!found.ok) {
      log.warn("known-good door failed", { reason: describeFailure(found.failure) });
      return problemOf(found.failure);
    }
    return found.value === undefined ? problem(404, "There is no such cluster, or nothing is recorded.") : answer(200, found.value);
  });
  return app;
}
