/**
 * PURE. What Slack's answer means for a caller. Slack's own error names are told apart here and become sentences that a person can
 * act on; nothing else of an answer is ever quoted, so neither the token nor the webhook's address can get out.
 */
import * as z from "zod";
import type { Failure } from "../failure.ts";

/** An HTTP answer, read to its end. */
export interface SlackReply {
  readonly status: number;
  /** The header as it came: seconds. */
  readonly retryAfter: string | null;
  readonly body: string;
}

export type SlackAnswer =
  | { readonly accepted: true; readonly channel: string; readonly ts: string }
  /** `code` is Slack's name for the error, empty when it gave none. */
  | { readonly accepted: false; readonly code: string; readonly failure: Failure };

/** Slack does not like these blocks; the same words as plain text may pass. */
export const formRefusals: ReadonlySet<string> = new Set([
  "invalid_blocks",
  "invalid_blocks_format",
  "invalid_payload",
  "msg_too_long",
  "msg_blocks_too_long",
]);

/** There is no message to edit any more (deleted, or too old for the workspace's rules): post a new one. */
export const messageGone: ReadonlySet<string> = new Set([
  "message_not_found",
  "cant_update_message",
  "edit_window_closed",
  "thread_not_found",
]);

const TRANSIENT: ReadonlySet<string> = new Set([
  "internal_error",
  "fatal_error",
  "service_unavailable",
  "request_timeout",
  "team_added_to_org",
  "rollup_error",
]);
const LIMITED: ReadonlySet<string> = new Set(["ratelimited", "rate_limited", "message_limit_exceeded"]);

const TOKEN = "Slack does not accept the bot token: install the app again and give Stratus its new token";
const WEBHOOK = "The Slack webhook was removed or switched off: create a new one and give Stratus its address";
const ARCHIVED = "The Slack channel is archived: unarchive it or configure another one";
const RESTRICTED = "The Slack workspace does not let this app post in the channel: ask its administrator";
const TOO_LONG = "Slack does not accept this message, not even as plain text";

const ADVICE: Readonly<Record<string, string>> = {
  invalid_auth: TOKEN,
  not_authed: TOKEN,
  account_inactive: TOKEN,
  token_revoked: TOKEN,
  token_expired: TOKEN,
  missing_scope: "The Slack app lacks the permission chat:write: add it and install the app again",
  channel_not_found: "Slack knows no such channel for this app: check the channel's id, and invite the app when it is private",
  not_in_channel: "The Slack app is not in the channel: invite it there with /invite",
  is_archived: ARCHIVED,
  channel_is_archived: ARCHIVED,
  restricted_action: RESTRICTED,
  action_prohibited: RESTRICTED,
  posting_to_general_channel_denied: RESTRICTED,
  ekm_access_denied: RESTRICTED,
  no_service: WEBHOOK,
  no_service_id: WEBHOOK,
  no_active_hooks: WEBHOOK,
  no_team: WEBHOOK,
  invalid_token: WEBHOOK,
  team_disabled: WEBHOOK,
  invalid_blocks: TOO_LONG,
  invalid_blocks_format: TOO_LONG,
  invalid_payload: TOO_LONG,
  msg_too_long: TOO_LONG,
  msg_blocks_too_long: TOO_LONG,
  message_not_found: "The Slack message to edit is gone",
};

const answerSchema = z.object({ ok: z.boolean(), error: z.string().optional(), channel: z.string().optional(), ts: z.string().optional() });

/** Web API: 200 with `ok` in JSON (docs.slack.dev: Web API responses); 429 and 5xx by status. */
export function readApiAnswer(reply: SlackReply): SlackAnswer {
  const byStatus = limitedOrDown(reply);
  if (byStatus !== undefined) return byStatus;
  const answer = answerSchema.safeParse(parseJson(reply.body));
  if (!answer.success) return answeredOddly(reply);
  const { ok, error, channel, ts } = answer.data;
  if (!ok) return namedError(error ?? "", reply);
  if (channel === undefined || ts === undefined) return answeredOddly(reply);
  return { accepted: true, channel, ts };
}

/** Incoming webhook: 200 with the text `ok`, errors as a bare name with 4xx (docs.slack.dev: incoming webhooks). */
export function readWebhookAnswer(reply: SlackReply): SlackAnswer {
  const byStatus = limitedOrDown(reply);
  if (byStatus !== undefined) return byStatus;
  const body = reply.body.trim();
  if (reply.status === 200 && body === "ok") return { accepted: true, channel: "", ts: "" };
  return isErrorName(body) ? namedError(body, reply) : answeredOddly(reply);
}

/** No answer came: the message may have arrived all the same. */
export function noAnswer(why: "timed out" | "could not be reached"): SlackAnswer {
  return { accepted: false, code: "", failure: { kind: "unavailable", effect: "unknown", reason: `Slack ${why}.` } };
}

function limitedOrDown(reply: SlackReply): SlackAnswer | undefined {
  if (reply.status === 429) return limited(reply);
  if (reply.status < 500 && reply.status !== 408) return undefined;
  const reason = `Slack is failing (HTTP ${reply.status}).`;
  return { accepted: false, code: "", failure: { kind: "unavailable", effect: "unknown", reason, ...waiting(reply) } };
}

function limited(reply: SlackReply): SlackAnswer {
  const failure: Failure = { kind: "unavailable", effect: "none", reason: "Slack asks to slow down.", ...waiting(reply) };
  return { accepted: false, code: "ratelimited", failure };
}

function namedError(code: string, reply: SlackReply): SlackAnswer {
  if (LIMITED.has(code)) return limited(reply);
  if (TRANSIENT.has(code)) {
    const reason = `Slack is failing (${code}).`;
    return { accepted: false, code, failure: { kind: "unavailable", effect: "unknown", reason, ...waiting(reply) } };
  }
  const name = isErrorName(code) ? code : "an error without a name";
  const reason = `${ADVICE[code] ?? "Slack refused the message"} (${name}).`;
  return { accepted: false, code, failure: { kind: "refused", reason } };
}

/** A page of a proxy, a redirect, half an answer: only the status is told. Success and server trouble may pass; 3xx and 4xx will not. */
function answeredOddly(reply: SlackReply): SlackAnswer {
  if (reply.status >= 200 && reply.status < 300) {
    const reason = "Something that is not Slack answered in its place, or its answer was cut short.";
    return { accepted: false, code: "", failure: { kind: "unavailable", effect: "unknown", reason } };
  }
  const reason = `Slack's address answered HTTP ${reply.status}: check the address that Stratus was given.`;
  return { accepted: false, code: "", failure: { kind: "refused", reason } };
}

function waiting(reply: SlackReply): { readonly retryAfterMs?: number } {
  const seconds = reply.retryAfter === null ? Number.NaN : Number(reply.retryAfter.trim() || Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? { retryAfterMs: Math.ceil(seconds * 1000) } : {};
}

function isErrorName(text: string): boolean {
  return /^[a-z_]{2,60}$/.test(text);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
