/**
 * PURE. A person's request in the form in which an inbox holds what it has heard. It is no alert and never passes for one: it
 * carries who asked, and ends with the incident that took it up, for nobody else will ever say that it is over.
 */
import type { IncomingAlert } from "./payload.ts";
import type { HandTarget } from "./target.ts";

export interface Request {
  readonly target: HandTarget;
  readonly text: string;
  /** As they named themselves. */
  readonly by: string;
  /** The same for the same request, however often it is sent. */
  readonly digest: string;
}

export const requestName = "StartedByHand";
const wordsMax = 300;

/** Its labels name the object as an alert would, so that both are about the same subject. */
export function heardByHand({ target, text, by, digest }: Request, nowMs: number): IncomingAlert {
  const { kind, namespace, name } = target;
  return {
    index: 0,
    fingerprint: `by-hand-${digest}`,
    name: requestName,
    labels: { alertname: requestName, namespace, ...(kind === "Namespace" ? {} : { [kind.toLowerCase()]: name }) },
    status: "firing",
    startsAtMs: nowMs,
    summary: text.replace(/\s+/g, " ").trim().slice(0, wordsMax),
    asked: { by },
  };
}
