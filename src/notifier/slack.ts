/**
 * Tells people through Slack. A bot keeps one message per incident up to date and adds what is new to its thread; an
 * incoming webhook cannot edit, so it speaks only at the moments that matter. Plain fetch: @slack/web-api fails in workerd.
 * The token and the webhook's address are secrets: no answer or exception is quoted.
 */
import { type Result, success } from "../failure.ts";
import type { IncidentReport } from "./message.ts";
import { escapeMrkdwn } from "./mrkdwn.ts";
import type { MessageHandle, Notification, NotifierPort } from "./notifier.ts";
import { plainLines } from "./plain-text.ts";
import { formRefusals, messageGone, noAnswer, readApiAnswer, readWebhookAnswer } from "./slack-answer.ts";
import type { SlackAnswer, SlackReply } from "./slack-answer.ts";
import { slackMessage, slackThreadLines } from "./slack-blocks.ts";
import type { SlackText } from "./slack-blocks.ts";
import { type Moment, told, untold } from "./untold.ts";
import { headline, plural } from "./wording.ts";

export type SlackTarget =
  | { readonly webhookUrl: string }
  /** `channel` is the channel's id. `apiUrl` without a slash at its end; Slack's own when absent. */
  | { readonly botToken: string; readonly channel: string; readonly apiUrl?: string | undefined };

export interface SlackOptions {
  readonly fetch?: typeof globalThis.fetch | undefined;
  /** For one request, its answer read to the end. */
  readonly timeoutMs?: number | undefined;
}

type Body = Readonly<Record<string, unknown>>;
type Post = (url: string, body: Body, token?: string) => Promise<SlackReply | SlackAnswer>;

/** chat.update takes 4000 characters of text (docs.slack.dev: chat.update, msg_too_long). */
const PLAIN_MAX = 3500;
const UNSENT_MAX = 2000;
/** Slack must neither unfurl nor find names by itself; chat.update's own default for `parse` would. */
const QUIET = { unfurl_links: false, unfurl_media: false, parse: "none", link_names: false };

/**
 * `refused`: misconfigured, or this text will never be taken; the reason says what to do. `unavailable`: later, after `retryAfterMs` when
 * Slack said so; effect `unknown` when the message may have arrived.
 */
export function slackNotifier(target: SlackTarget, options: SlackOptions = {}): NotifierPort {
  const fetch = options.fetch ?? ((input, init) => globalThis.fetch(input, init));
  const post = poster(fetch, options.timeoutMs ?? 10_000);
  return "webhookUrl" in target ? webhookNotifier(target.webhookUrl, post) : botNotifier(target, post);
}

function webhookNotifier(webhookUrl: string, post: Post): NotifierPort {
  const send = async (body: Body): Promise<SlackAnswer> => {
    const reply = await post(webhookUrl, body);
    return "accepted" in reply ? reply : readWebhookAnswer(reply);
  };
  return {
    name: "slack webhook",
    async notify({ report, handle }) {
      const moment = untold(report, handle);
      if (moment === undefined) return success(told(report, handle));
      const excerpt = excerptFor(report, moment);
      const answer = await sendOrPlain(send, slackMessage(excerpt), excerpt, {});
      return answer.accepted ? success(told(report, handle)) : { ok: false, failure: answer.failure };
    },
  };
}

/** The end of an attempt is told by that attempt alone; the rest of the story was told before. */
function excerptFor(report: IncidentReport, moment: Moment): IncidentReport {
  return moment.moment === "attempt ended" ? { ...report, diagnosis: [], attempts: moment.attempts } : report;
}

function botNotifier(target: Extract<SlackTarget, { botToken: string }>, post: Post): NotifierPort {
  const apiUrl = target.apiUrl ?? "https://slack.com/api";
  const call = async (method: "chat.postMessage" | "chat.update", body: Body): Promise<SlackAnswer> => {
    const reply = await post(`${apiUrl}/${method}`, body, target.botToken);
    return "accepted" in reply ? reply : readApiAnswer(reply);
  };
  return {
    name: "slack bot",
    async notify(notification) {
      const { report, handle } = notification;
      const ts = handle?.["ts"];
      const place = { channel: handle?.["channel"] ?? target.channel };
      const message = slackMessage(report);
      let answer: SlackAnswer | undefined;
      if (ts !== undefined) answer = await sendOrPlain((body) => call("chat.update", body), message, report, { ...place, ts });
      if (answer === undefined || (!answer.accepted && messageGone.has(answer.code))) {
        const posted = await sendOrPlain((body) => call("chat.postMessage", body), message, report, { channel: target.channel });
        return posted.accepted ? await openThread(notification, posted) : { ok: false, failure: posted.failure };
      }
      if (!answer.accepted) return { ok: false, failure: answer.failure };
      return await replyInThread(notification, answer);
    },
  };

  /** Never fails: the message is out, and failing now would post it twice. What the thread missed is kept for the next time. */
  async function openThread(notification: Notification, at: { channel: string; ts: string }): Promise<Result<MessageHandle>> {
    const known = { channel: at.channel, ts: at.ts, ...told(notification.report, undefined) };
    const news = allNews(notification);
    if (news.length === 0) return success(known);
    const reply = await call("chat.postMessage", { ...QUIET, ...slackThreadLines(news), channel: at.channel, thread_ts: at.ts });
    if (reply.accepted) return success(known);
    return success({ ...known, unsent: news.join("\n").slice(-UNSENT_MAX) });
  }

  /** An edit rings no bell: the outcome, and a question to a person, are shown in the channel as well. */
  async function replyInThread(notification: Notification, at: { channel: string; ts: string }): Promise<Result<MessageHandle>> {
    const { report, handle } = notification;
    const known = { channel: at.channel, ts: at.ts, ...told(report, handle) };
    const moment = untold(report, handle)?.moment;
    const aloud = moment === "over" || moment === "approval";
    const news = allNews(notification);
    if (news.length === 0 && !aloud) return success(known);
    const lines = slackThreadLines(news, aloud ? headline(report) : undefined);
    const place = { channel: at.channel, thread_ts: at.ts, ...(aloud ? { reply_broadcast: true } : {}) };
    const reply = await call("chat.postMessage", { ...QUIET, ...lines, ...place });
    return reply.accepted ? success(known) : { ok: false, failure: reply.failure };
  }
}

function allNews({ news, handle }: Notification): readonly string[] {
  const unsent = handle?.["unsent"];
  return unsent === undefined ? news : [...unsent.split("\n"), ...news];
}

/** With blocks; when Slack does not like their form, once more as plain text. An empty list of blocks takes old ones away. */
async function sendOrPlain(
  send: (body: Body) => Promise<SlackAnswer>,
  message: SlackText,
  report: IncidentReport,
  place: Body,
): Promise<SlackAnswer> {
  const answer = await send({ ...QUIET, ...message, ...place });
  if (answer.accepted || !formRefusals.has(answer.code)) return answer;
  return await send({ ...QUIET, text: plainWithin(report), mrkdwn: false, ...("ts" in place ? { blocks: [] } : {}), ...place });
}

function plainWithin(report: IncidentReport): string {
  const lines = plainLines(report).map(escapeMrkdwn);
  let used = 0;
  const count = lines.findIndex((line) => (used += line.length + 1) > PLAIN_MAX - 60);
  if (count === -1) return lines.join("\n");
  return [...lines.slice(0, count), `… ${plural(lines.length - count, "more line")} left out`].join("\n");
}

function poster(fetch: typeof globalThis.fetch, timeoutMs: number): Post {
  return async (url, body, token) => {
    const signal = AbortSignal.timeout(timeoutMs);
    try {
      const response = await fetch(url, {
        method: "POST",
        headers: {
          "content-type": "application/json; charset=utf-8",
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        },
        body: JSON.stringify(body),
        redirect: "manual",
        signal,
      });
      return { status: response.status, retryAfter: response.headers.get("retry-after"), body: await response.text() };
    } catch {
      return noAnswer(signal.aborted ? "timed out" : "could not be reached");
    }
  };
}
