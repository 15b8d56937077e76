/**
 * Who may knock: a bearer secret, or the same secret as the password of Basic, since Alertmanager cannot sign its
 * requests. Two secrets may be active while one replaces the other. The answer never says which part was wrong.
 */
import type { Context, Handler, MiddlewareHandler } from "hono";
import { problem } from "./problem.ts";

export interface Visitor {
  /** The user name of Basic, when there is one; nobody has proved it. */
  readonly name?: string;
}

export interface VisitorVariables {
  visitor: Visitor;
}

interface Presented extends Visitor {
  readonly secret: string;
}

const challenge = 'Bearer realm="stratus", Basic realm="stratus", charset="UTF-8"';

export interface Authentication {
  /** Before doors that ask who the visitor is. */
  readonly middleware: MiddlewareHandler<{ Variables: VisitorVariables }>;
  /** Around one door that does not: Hono answers by a single handler without building a chain. */
  guard(handler: Handler): Handler;
}

/** Empty secrets are ignored; without any secret nobody comes in. */
export function createAuthentication(secrets: readonly string[]): Authentication {
  const encoder = new TextEncoder();
  const accepted = secrets.filter((secret) => secret !== "").map((secret) => encoder.encode(secret));
  const visitorOf = (context: Context): Visitor | undefined => {
    const presented = presentedIn(context.req.header("authorization"));
    // A request without a secret takes the same path as one with a wrong secret.
    const matches = anyEqual(accepted, encoder.encode(presented?.secret ?? ""));
    if (presented === undefined || presented.secret === "" || !matches) return undefined;
    return presented.name === undefined ? {} : { name: presented.name };
  };
  return {
    middleware: async (context, next) => {
      const visitor = visitorOf(context);
      if (visitor === undefined) return refusal();
      context.set("visitor", visitor);
      return next();
    },
    guard: (handler) => (context, next) => (visitorOf(context) === undefined ? refusal() : handler(context, next)),
  };
}

function refusal(): Response {
  return problem(401, "A valid secret is required.", { headers: { "www-authenticate": challenge } });
}

/**
 * Every accepted secret is read whole, whatever was presented, so that time tells nothing about their bytes. Digests would
 * hide their lengths too, but cost each request a trip to the thread pool: a fifth of the time of `POST /alerts`.
 */
export function anyEqual(accepted: readonly Uint8Array[], presented: Uint8Array): boolean {
  let found = 0;
  for (const candidate of accepted) {
    let difference = candidate.length ^ presented.length;
    for (let index = 0; index < candidate.length; index += 1) difference |= (candidate[index] ?? 0) ^ (presented[index] ?? 0);
    found |= Number(difference === 0);
  }
  return found === 1;
}

function presentedIn(authorization: string | undefined): Presented | undefined {
  const [, scheme, credentials] = /^(bearer|basic)\s+(\S.*)$/i.exec(authorization ?? "") ?? [];
  if (scheme === undefined || credentials === undefined) return undefined;
  if (scheme.toLowerCase() === "bearer") return { secret: credentials };
  const pair = fromBase64(credentials);
  const colon = pair?.indexOf(":") ?? -1;
  if (pair === undefined || colon < 0) return undefined;
  const name = pair.slice(0, colon);
  return { secret: pair.slice(colon + 1), ...(name === "" ? {} : { name }) };
}

function fromBase64(text: string): string | undefined {
  try {
    return new TextDecoder().decode(Uint8Array.from(atob(text), (character) => character.charCodeAt(0)));
  } catch {
    return undefined;
  }
}
