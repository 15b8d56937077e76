/** The doors to what earlier incidents taught: which remedies were tried for which cause, and what became of them. No values. */
import { Hono } from "hono";
import { describeFailure, type Failure, type Result } from "../failure.ts";
import type { JsonObject } from "../kubernetes/json.ts";
import type { Log } from "../log.ts";
import { answer } from "./answer.ts";
import type { VisitorVariables } from "./auth.ts";
import { problem, problemOf } from "./problem.ts";

/** `cluster` undefined: all that are configured. An answer of undefined: there is no such cluster. */
export interface MemoryReader {
  list(cluster: string | undefined): Promise<Result<readonly JsonObject[] | undefined>>;
  /** `id` undefined: all of them. The number of those that were erased. */
  forget(cluster: string | undefined, id: string | undefined): Promise<Result<number | undefined>>;
}

const noCluster = "There is no such cluster.";

export function memoryDoors(memory: MemoryReader, log: Log): Hono<{ Variables: VisitorVariables }> {
  const app = new Hono<{ Variables: VisitorVariables }>();

  app.get("/", async (context) => {
    const listed = await memory.list(context.req.query("cluster"));
    if (!listed.ok) return failure(listed.failure, log);
    return listed.value === undefined ? problem(404, noCluster) : answer(200, { memories: listed.value });
  });

  app.delete("/", async (context) => {
    const forgotten = await memory.forget(context.req.query("cluster"), undefined);
    if (!forgotten.ok) return failure(forgotten.failure, log);
    if (forgotten.value === undefined) return problem(404, noCluster);
    log.info("memory erased", { forgotten: forgotten.value, by: context.get("visitor").name ?? "somebody with the secret" });
    return answer(200, { forgotten: forgotten.value });
  });

  app.delete("/:id", async (context) => {
    const id = context.req.param("id");
    const forgotten = await memory.forget(context.req.query("cluster"), id);
    if (!forgotten.ok) return failure(forgotten.failure, log);
    if (forgotten.value === undefined || forgotten.value === 0) return problem(404, "There is no such memory.");
    log.info("memory erased", { memory: id, by: context.get("visitor").name ?? "somebody with the secret" });
    return answer(200, { forgotten: forgotten.value });
  });

  return app;
}

function failure(of: Failure, log: Log): Response {
  log.warn("memory door failed", { reason: describeFailure(of) });
  return problemOf(of);
}
