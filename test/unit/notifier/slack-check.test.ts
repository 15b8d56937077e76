import { afterAll, describe, expect, test } from "vitest";
import { checkSlackToken } from "../../../src/notifier/slack-check.ts";
import { slackServer } from "../../support/slack-server.ts";

const slack = await slackServer();
afterAll(() => slack.close());

function check(botToken = slack.botToken, fetch = globalThis.fetch) {
  return checkSlackToken({ botToken, channel: slack.channel, apiUrl: slack.apiUrl }, { fetch, timeoutMs: 200 });
}

/** Slack, for a token that may only read. */
const narrow: typeof globalThis.fetch = async (input, init) => {
  const response = await globalThis.fetch(input, init);
  return new Response(await response.text(), { headers: { "x-oauth-scopes": "channels:read" } });
};

describe("a bot token", () => {
  test("that Slack knows is told by its app and workspace, and nothing is posted", async () => {
    expect(await check()).toEqual({
      ok: true,
      value: "the token is of stratus in Acme; whether it is in channel C0INCIDENTS shows when it posts",
    });
    expect(slack.messages).toEqual([]);
  });

  test("that Slack does not know is refused without being quoted", async () => {
    const answer = await check("xoxb-wrong-token");
    expect(answer).toEqual({
      ok: false,
      failure: { kind: "refused", reason: expect.stringMatching(/^Slack does not accept the bot token.*\(invalid_auth\)\.$/) as string },
    });
    expect(JSON.stringify(answer)).not.toContain("xoxb");
  });

  test("that may not write is refused", async () => {
    expect(await check(slack.botToken, narrow)).toEqual({
      ok: false,
      failure: { kind: "refused", reason: "The Slack app lacks the permission chat:write." },
    });
  });

  test.each([
    { failure: { kind: "hang" }, kind: "unavailable" },
    { failure: { kind: "html" }, kind: "unavailable" },
    { failure: { kind: "status", status: 503 }, kind: "unavailable" },
    { failure: { kind: "rate limit", retryAfterS: 3 }, kind: "unavailable" },
    { failure: { kind: "error", error: "token_revoked" }, kind: "refused" },
  ] as const)("is not judged by an answer that is none of Slack's ($failure.kind)", async ({ failure, kind }) => {
    slack.failNext(failure);
    expect(await check()).toMatchObject({ ok: false, failure: { kind } });
  });
});
