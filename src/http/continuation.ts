/**
 * The door at which Stratus knocks itself: a signed request starts the next step of an incident. One that was seen on its
 * way and sent again is taken and does nothing, for its version was overtaken by the step that it had started.
 */
import type { Handler } from "hono";
import type { Clock } from "../clock.ts";
import type { Continuation } from "../continuation/continuation.ts";
import { readContinuation, signatureHeader } from "../continuation/signature.ts";
import type { Log } from "../log.ts";
import { answer } from "./answer.ts";
import { readBounded } from "../bounded-body.ts";
import { problem } from "./problem.ts";

export interface ContinuationDoor {
  readonly clock: Pick<Clock, "nowMs">;
  readonly log: Log;
  /** All that sign validly now: one, or two while one replaces the other. */
  readonly keys: readonly string[];
  /**
   * Starts the step that is asked for. Awaited: where nothing runs after the answer, it resolves when the step is done;
   * whoever posted does not wait that long.
   */
  readonly resume: (continuation: Continuation) => void | Promise<void>;
}

const bodyBytesMax = 1_000;

export function continuationDoor({ clock, log, keys, resume }: ContinuationDoor): Handler {
  return async (context) => {
    const body = await readBounded(context.req.raw.body, bodyBytesMax);
    if (body === undefined) return problem(413, `The body is larger than ${bodyBytesMax} bytes.`);
    const read = await readContinuation(body, context.req.header(signatureHeader), keys, clock.nowMs());
    switch (read.kind) {
      case "not ours":
        return problem(401, `A valid ${signatureHeader} of the body is required.`, {
          headers: { "www-authenticate": "Stratus-Signature" },
        });
      case "no continuation":
        return problem(400, `Not a continuation: ${read.reason}.`);
      case "expired":
        return problem(410, "The continuation has expired; the sweep finds what is due.");
      case "continuation": {
        const { incidentId, version, hop } = read.continuation;
        log.debug("continuation taken", { incident: incidentId, version, hop });
        await resume(read.continuation);
        return answer(202, { incident: incidentId, version, hop });
      }
      default:
        return read satisfies never;
    }
  };
}
