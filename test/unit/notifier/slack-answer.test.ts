import { describe, expect, test } from "vitest";
import { readApiAnswer, readWebhookAnswer } from "../../../src/notifier/slack-answer.ts";

const api = (status: number, body: string, retryAfter: string | null = null) => readApiAnswer({ status, body, retryAfter });
const hook = (status: number, body: string, retryAfter: string | null = null) => readWebhookAnswer({ status, body, retryAfter });
const failureOf = (answer: ReturnType<typeof api>) => (answer.accepted ? "accepted" : answer.failure);

const refusedWith = (reason: string) => ({ kind: "refused", reason });
const laterWith = (reason: string, effect: "none" | "unknown", retryAfterMs?: number) => ({
  kind: "unavailable",
  effect,
  reason,
  ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
});

describe("the Web API's answers", () => {
  test("an accepted message says where it is", () => {
    expect(api(200, '{"ok":true,"channel":"C1","ts":"1.000001","message":{}}')).toEqual({ accepted: true, channel: "C1", ts: "1.000001" });
  });

  test.each([
    [
      "channel_not_found",
      "Slack knows no such channel for this app: check the channel's id, and invite the app when it is private (channel_not_found).",
    ],
    ["not_in_channel", "The Slack app is not in the channel: invite it there with /invite (not_in_channel)."],
    ["is_archived", "The Slack channel is archived: unarchive it or configure another one (is_archived)."],
    ["invalid_auth", "Slack does not accept the bot token: install the app again and give Stratus its new token (invalid_auth)."],
    ["token_revoked", "Slack does not accept the bot token: install the app again and give Stratus its new token (token_revoked)."],
    ["missing_scope", "The Slack app lacks the permission chat:write: add it and install the app again (missing_scope)."],
    ["msg_too_long", "Slack does not accept this message, not even as plain text (msg_too_long)."],
    ["brand_new_error", "Slack refused the message (brand_new_error)."],
    ["xoxb-123 is wrong", "Slack refused the message (an error without a name)."],
  ])("%s is refused with what to do", (error, reason) => {
    expect(failureOf(api(200, JSON.stringify({ ok: false, error })))).toEqual(refusedWith(reason));
  });

  test.each([
    [429, '{"ok":false,"error":"ratelimited"}', "30", laterWith("Slack asks to slow down.", "none", 30_000)],
    [429, "", null, laterWith("Slack asks to slow down.", "none")],
    [429, "", "soon", laterWith("Slack asks to slow down.", "none")],
    [200, '{"ok":false,"error":"ratelimited"}', "2", laterWith("Slack asks to slow down.", "none", 2000)],
    [200, '{"ok":false,"error":"internal_error"}', null, laterWith("Slack is failing (internal_error).", "unknown")],
    [503, "<html>", "5", laterWith("Slack is failing (HTTP 503).", "unknown", 5000)],
    [200, "<html>", null, laterWith("Something that is not Slack answered in its place, or its answer was cut short.", "unknown")],
    [200, '{"ok":true}', null, laterWith("Something that is not Slack answered in its place, or its answer was cut short.", "unknown")],
    [404, "<html>", null, refusedWith("Slack's address answered HTTP 404: check the address that Stratus was given.")],
    [302, "", null, refusedWith("Slack's address answered HTTP 302: check the address that Stratus was given.")],
  ])("HTTP %i with %j, Retry-After %j", (status, body, retryAfter, failure) => {
    expect(failureOf(api(status, body, retryAfter))).toEqual(failure);
  });
});

describe("an incoming webhook's answers", () => {
  test("ok is the text ok", () => {
    expect(hook(200, "ok").accepted).toBe(true);
    expect(hook(200, "okay").accepted).toBe(false);
  });

  test.each([
    [404, "no_service", "The Slack webhook was removed or switched off: create a new one and give Stratus its address (no_service)."],
    [403, "invalid_token", "The Slack webhook was removed or switched off: create a new one and give Stratus its address (invalid_token)."],
    [403, "action_prohibited", "The Slack workspace does not let this app post in the channel: ask its administrator (action_prohibited)."],
    [410, "channel_is_archived", "The Slack channel is archived: unarchive it or configure another one (channel_is_archived)."],
    [400, "invalid_payload", "Slack does not accept this message, not even as plain text (invalid_payload)."],
    [403, "<p>hooks.slack.com/services/T/B/secret</p>", "Slack's address answered HTTP 403: check the address that Stratus was given."],
  ])("HTTP %i with %j is refused with what to do", (status, body, reason) => {
    expect(failureOf(hook(status, body))).toEqual(refusedWith(reason));
  });

  test("500 rollup_error may pass, and the message may have arrived", () => {
    expect(failureOf(hook(500, "rollup_error"))).toEqual(laterWith("Slack is failing (HTTP 500).", "unknown"));
  });
});
