/**
 * What a failed call to DynamoDB means for the ledger. An SDK error holds requests, hosts and sometimes credentials:
 * only its name, network code and HTTP status leave this file.
 */
import { conflict, refused, unavailable, type Failure } from "../failure.ts";

interface SdkError {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: unknown; readonly attempts?: unknown };
}

const throttlings: ReadonlySet<unknown> = new Set([
  "ProvisionedThroughputExceededException",
  "ThrottlingException",
  "RequestLimitExceeded",
  "LimitExceededException",
]);
/** Network codes after which no byte of a request can have arrived. */
const neverSent: ReadonlySet<unknown> = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH"]);
/** How workerd and fetch call every failure of the network. */
const sayNothing: ReadonlySet<unknown> = new Set(["Error", "TypeError", "AggregateError"]);
const throttledRetryAfterMs = 1_000;

/**
 * `conflict` for a failed condition, `refused` for a request that DynamoDB calls invalid, otherwise `unavailable`
 * (also for a missing table or permission: somebody will repair it, and until then nothing may be lost). The effect of
 * a write is `none` only when it was tried once and was certainly turned away.
 */
export function dynamodbFailure(error: unknown, call: "read" | "write"): Failure {
  const { name, code, $metadata } = (typeof error === "object" && error !== null ? error : {}) as SdkError;
  const reason = `DynamoDB could not answer: ${describeSdkError(error)}`;
  if (name === "ConditionalCheckFailedException") return conflict("another writer was faster").failure;
  if (name === "ValidationException") return refused(`DynamoDB refused the request: ${describeSdkError(error)}`).failure;

  const status = $metadata?.httpStatusCode;
  const turnedAway = typeof status === "number" && status >= 400 && status < 500;
  const triedOnce = $metadata?.attempts === undefined || $metadata.attempts === 1;
  const withoutEffect = triedOnce && (turnedAway || neverSent.has(code) || name === "CredentialsProviderError");
  const effect = call === "read" || withoutEffect ? "none" : "unknown";
  return unavailable(reason, effect, throttlings.has(name) ? throttledRetryAfterMs : undefined).failure;
}

/** "ThrottlingException (HTTP 400)", "ECONNREFUSED": never a message, which may quote what was sent. */
export function describeSdkError(error: unknown): string {
  const { name, code, $metadata } = (typeof error === "object" && error !== null ? error : {}) as SdkError;
  const status = $metadata?.httpStatusCode;
  const word = identifier(code) ?? identifier(name) ?? "the request ended without an answer";
  return typeof status === "number" ? `${word} (HTTP ${status})` : word;
}

function identifier(value: unknown): string | undefined {
  return typeof value === "string" && /^[A-Za-z_]{1,64}$/.test(value) && !sayNothing.has(value) ? value : undefined;
}
