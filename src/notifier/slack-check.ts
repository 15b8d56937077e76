/** Asks Slack whose a bot token is. Posts nothing; no failure holds the token. */
import * as z from "zod";
import { failed, refused, success } from "../failure.ts";
import type { Result } from "../failure.ts";
import { noAnswer, readApiAnswer } from "./slack-answer.ts";
import type { SlackTarget, SlackOptions } from "./slack.ts";

/** docs.slack.dev: auth.test. */
const identitySchema = z.object({ ok: z.literal(true), team: z.string().max(200), user: z.string().max(200) });
const timeoutDefaultMs = 10_000;

/** A sentence that names app and workspace. `refused` with what to do about it; `unavailable` when Slack does not answer. */
export async function checkSlackToken(
  { botToken, channel, apiUrl = "https://slack.com/api" }: Extract<SlackTarget, { botToken: string }>,
  { fetch = globalThis.fetch, timeoutMs = timeoutDefaultMs }: SlackOptions = {},
): Promise<Result<string>> {
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const headers = { authorization: `Bearer ${botToken}`, "content-type": "application/json; charset=utf-8" };
    const response = await fetch(`${apiUrl}/auth.test`, { method: "POST", headers, body: "{}", redirect: "manual", signal });
    const body = await response.text();
    const identity = identitySchema.safeParse(jsonIn(body));
    if (!response.ok || !identity.success) {
      const answer = readApiAnswer({ status: response.status, retryAfter: response.headers.get("retry-after"), body });
      return answer.accepted ? refused("Something that is not Slack answered in its place.") : failed(answer.failure);
    }
    // Slack says with each answer what the token may do.
    const scopes = response.headers.get("x-oauth-scopes");
    if (scopes !== null && !scopes.split(/\s*,\s*/).includes("chat:write"))
      return refused("The Slack app lacks the permission chat:write.");
    return success(
      `the token is of ${identity.data.user} in ${identity.data.team}; whether it is in channel ${channel} shows when it posts`,
    );
  } catch {
    const answer = noAnswer(signal.aborted ? "timed out" : "could not be reached");
    return answer.accepted ? refused("Slack answered oddly.") : failed(answer.failure);
  }
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
