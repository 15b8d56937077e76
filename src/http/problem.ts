/** Errors as `application/problem+json` (RFC 9457). A detail says what the caller can do about it and never what failed inside. */
import type { Failure } from "../failure.ts";
import { answer } from "./answer.ts";

const titles = {
  400: "Bad Request",
  401: "Unauthorized",
  404: "Not Found",
  409: "Conflict",
  410: "Gone",
  413: "Content Too Large",
  422: "Unprocessable Content",
  500: "Internal Server Error",
  503: "Service Unavailable",
} as const;

export interface ProblemOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** Members of the problem beside the standard ones. */
  readonly members?: Readonly<Record<string, unknown>>;
}

export function problem(status: keyof typeof titles, detail: string, options: ProblemOptions = {}): Response {
  const body = { type: "about:blank", title: titles[status], status, detail, ...options.members };
  return answer(status, body, { "content-type": "application/problem+json", ...options.headers });
}

/** 503 with Retry-After: the caller should come again. Default: 5 seconds. */
export function tryAgain(detail: string, retryAfterMs = 5_000, members: Readonly<Record<string, unknown>> = {}): Response {
  return problem(503, detail, { headers: { "retry-after": String(Math.max(1, Math.ceil(retryAfterMs / 1_000))) }, members });
}

export function problemOf(failure: Failure): Response {
  switch (failure.kind) {
    case "unavailable":
      return tryAgain("The record cannot be reached at the moment.", failure.retryAfterMs);
    case "conflict":
      return problem(409, failure.reason);
    case "refused":
      return problem(409, failure.reason);
    case "malformed":
      return problem(500, "What is stored cannot be read.");
    default:
      return failure satisfies never;
  }
}
