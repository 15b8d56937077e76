/**
 * The door at which a person starts an incident in their own words. The words only say what it is about: they go the way of an
 * alert, into the inbox of one subject, and what is done about it, and whether anything is, is decided as for any other.
 */
import type { Context } from "hono";
import * as z from "zod";
import { isNews } from "../alert/admission.ts";
import { heardByHand } from "../alert/by-hand.ts";
import { inboxKey } from "../alert/inbox.ts";
import { subjectOf } from "../alert/subject.ts";
import { targetKinds, type Found, type HandTarget } from "../alert/target.ts";
import { digestOf } from "../digest.ts";
import { describeFailure, type Result } from "../failure.ts";
import type { AlertDoor } from "./alertmanager.ts";
import { answer } from "./answer.ts";
import type { VisitorVariables } from "./auth.ts";
import { readJson } from "./body.ts";
import { problem, problemOf, tryAgain } from "./problem.ts";
import { createMetInboxes, recordAlerts } from "./recording.ts";

/** What the cluster is asked about words; reads only. */
export interface TargetFinder {
  /** `wanted`: written out by whoever asks, and only looked up. */
  find(cluster: string, text: string, wanted: HandTarget | undefined): Promise<Result<Found>>;
}

export interface StartDoor extends AlertDoor {
  readonly targets: TargetFinder;
}

const bodyBytesMax = 10_000;
const textCharactersMax = 2_000;
const nameCharactersMax = 100;
const keyPattern = /^[\x21-\x7e]{1,200}$/;

const name = z.string().min(1).max(253);
const requestSchema = z.strictObject({
  text: z.string().trim().min(1, "must say what is wrong").max(textCharactersMax, `must have at most ${textCharactersMax} characters`),
  cluster: name.optional(),
  target: z
    .discriminatedUnion(
      "kind",
      [
        z.strictObject({ kind: z.enum(targetKinds), namespace: name, name }),
        z.strictObject({ kind: z.literal("Namespace"), name, namespace: name.optional() }),
      ],
      { error: `must be {"kind", "namespace", "name"} with a kind among ${[...targetKinds, "Namespace"].join(", ")}` },
    )
    .optional(),
});
type Request = z.infer<typeof requestSchema>;

export function startDoor(door: StartDoor) {
  const met = createMetInboxes();
  return async (context: Context<{ Variables: VisitorVariables }>): Promise<Response> => {
    const body = await readJson(context.req.raw, bodyBytesMax);
    if (body.kind === "too large") return problem(413, `The body is larger than ${bodyBytesMax} bytes.`);
    if (body.kind === "not JSON") return problem(400, "The body is not JSON.");
    const parsed = requestSchema.safeParse(body.value);
    if (!parsed.success) return problem(400, `Expected {"text", "cluster"?, "target"?}: ${mistakes(parsed.error)}.`);
    const key = context.req.header("idempotency-key");
    if (key !== undefined && !keyPattern.test(key)) return problem(400, "Idempotency-Key must be 1 to 200 visible ASCII characters.");
    const by = (context.get("visitor").name ?? "somebody with the secret").slice(0, nameCharactersMax);
    return start(door, met, parsed.data, by, key);
  };
}

async function start(
  door: StartDoor,
  met: ReturnType<typeof createMetInboxes>,
  request: Request,
  by: string,
  key: string | undefined,
): Promise<Response> {
  const { clusters, clock, log } = door;
  const cluster = request.cluster ?? clusters[0];
  if (cluster === undefined || !clusters.includes(cluster))
    return problem(422, `Cluster ${cluster ?? ""} is not configured.`, { members: { clusters } });
  const { target: given } = request;
  const wanted: HandTarget | undefined = given?.kind === "Namespace" ? { ...given, namespace: given.name } : given;
  const found = await door.targets.find(cluster, request.text, wanted);
  if (!found.ok) {
    log.warn("no target could be looked for", { cluster, reason: describeFailure(found.failure) });
    if (found.failure.kind === "unavailable") return tryAgain("The cluster cannot be read at the moment.", found.failure.retryAfterMs);
    return problem(422, `What runs in cluster ${cluster} may not be read: ${describeFailure(found.failure)}.`);
  }
  if (found.value.kind === "unclear") {
    const { why, candidates, more } = found.value;
    const advice = `${why[0]?.toUpperCase() ?? ""}${why.slice(1)}: name one as "kind/name" in the text, or as target.`;
    return problem(422, advice, { members: { cluster, candidates, more } });
  }
  const { target } = found.value;
  const nowMs = clock.nowMs();
  const same = key === undefined ? ["minute", Math.floor(nowMs / 60_000), request.text, cluster, given ?? null] : ["key", key];
  const alert = heardByHand({ target, text: request.text, by, digest: await digestOf(JSON.stringify(same), 8) }, nowMs);
  const subject = subjectOf(alert.labels);
  const recorded = await recordAlerts(door.ledger, met, { cluster, subject }, [alert], nowMs);
  if (!recorded.ok) {
    log.error("a request was not recorded", { cluster, subject: subject.key, reason: describeFailure(recorded.failure) });
    return problemOf(recorded.failure);
  }
  const { reason } = recorded.value;
  if (reason === "the subject's inbox is full") return tryAgain("Too much is waiting about this subject.", 60_000);
  log.info("incident asked for", { cluster, subject: subject.key, by, reason });
  if (isNews(reason)) {
    try {
      door.wake(inboxKey(cluster, subject.key));
    } catch (error) {
      // It is recorded, which is all that the answer promises; the sweep finds it.
      log.warn("could not wake the runner", { cluster, subject: subject.key, error });
    }
  }
  return answer(202, { cluster, subject: subject.key, target, recorded: isNews(reason), incidents: "/incidents" });
}

function mistakes(error: z.ZodError): string {
  return error.issues.map(({ path, message }) => `${path.join(".") || "the body"}: ${message}`).join("; ");
}
