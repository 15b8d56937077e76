/**
 * One Slack workspace in memory: what its webhook, chat.postMessage and chat.update check, answer and keep. Error names and their order
 * are Slack's (docs.slack.dev: the methods' error tables; incoming webhooks).
 */
import { complaintAbout } from "./slack-block-rules.ts";

export type Body = Readonly<Record<string, unknown>>;
export type Headers = Readonly<Record<string, string>>;

export interface SlackMessage {
  readonly channel: string;
  readonly ts: string;
  readonly threadTs?: string;
  /** A reply in a thread that is shown in the channel too. */
  readonly broadcast: boolean;
  readonly by: "webhook" | "bot";
  text: string;
  blocks: readonly unknown[];
  edits: number;
}

export type Answer = { readonly status: number; readonly headers?: Record<string, string>; readonly body: string | object };

export const TOKEN = "xoxb-1111-2222-localTestBotToken";
export const WEBHOOK_PATH = "/services/T0LOCAL/B0LOCAL/localTestWebhookSecret";
export const CHANNEL = "C0INCIDENTS";

export interface Workspace {
  readonly nowMs: () => number;
  readonly messages: SlackMessage[];
  readonly lastPostMs: Map<string, number>;
  rateLimited: boolean;
  sequence: number;
}

export function createWorkspace(nowMs: () => number): Workspace {
  return { nowMs, messages: [], lastPostMs: new Map(), rateLimited: false, sequence: 0 };
}

function add(workspace: Workspace, body: Body, channel: string, by: SlackMessage["by"]): SlackMessage {
  workspace.sequence += 1;
  const message: SlackMessage = {
    channel,
    ts: `${Math.floor(workspace.nowMs() / 1000)}.${String(workspace.sequence).padStart(6, "0")}`,
    ...(typeof body["thread_ts"] === "string" ? { threadTs: body["thread_ts"] } : {}),
    broadcast: body["reply_broadcast"] === true,
    by,
    text: textOf(body),
    blocks: Array.isArray(body["blocks"]) ? body["blocks"] : [],
    edits: 0,
  };
  workspace.messages.push(message);
  return message;
}

function tooFast(workspace: Workspace, channel: string): boolean {
  const now = workspace.nowMs();
  if (workspace.rateLimited && now - (workspace.lastPostMs.get(channel) ?? Number.NEGATIVE_INFINITY) < 1000) return true;
  workspace.lastPostMs.set(channel, now);
  return false;
}

function webhook(workspace: Workspace, body: Body): Answer {
  const wrong = wrongInBody(body);
  if (wrong !== undefined) return { status: 400, body: wrong.error };
  if (tooFast(workspace, CHANNEL)) return { status: 429, headers: { "retry-after": "1" }, body: "rate_limited" };
  add(workspace, body, CHANNEL, "webhook");
  return { status: 200, body: "ok" };
}

function postMessage(workspace: Workspace, body: Body): Answer {
  const { channel, thread_ts: threadTs } = body;
  if (channel !== CHANNEL) return notOk("channel_not_found");
  const wrong = wrongInBody(body);
  if (wrong !== undefined) return notOk(wrong.error, wrong.messages);
  if (threadTs !== undefined && !workspace.messages.some((message) => message.ts === threadTs)) return notOk("thread_not_found");
  if (tooFast(workspace, channel)) return { status: 429, headers: { "retry-after": "1" }, body: { ok: false, error: "ratelimited" } };
  const { ts, text, blocks } = add(workspace, body, channel, "bot");
  return { status: 200, body: { ok: true, channel, ts, message: { type: "message", text, blocks, ts } } };
}

function update(workspace: Workspace, body: Body): Answer {
  const { channel, ts, text, blocks } = body;
  if (channel !== CHANNEL) return notOk("channel_not_found");
  const message = workspace.messages.find((one) => one.ts === ts);
  if (message === undefined) return notOk("message_not_found");
  if (message.by === "webhook") return notOk("cant_update_message");
  const wrong = wrongInBody(body);
  if (wrong !== undefined) return notOk(wrong.error, wrong.messages);
  if (typeof text === "string" && text.length > 4000) return notOk("msg_too_long");
  message.text = textOf(body);
  message.blocks = Array.isArray(blocks) ? blocks : [];
  message.edits += 1;
  return { status: 200, body: { ok: true, channel, ts: message.ts, text: message.text } };
}

/** docs.slack.dev: auth.test. Each answer says what the token may do. */
const identity: Answer = {
  status: 200,
  headers: { "x-oauth-scopes": "chat:write,channels:read" },
  body: {
    ok: true,
    url: "https://acme.slack.com/",
    team: "Acme",
    user: "stratus",
    team_id: "T0LOCAL",
    user_id: "U0STRATUS",
    bot_id: "B0LOCAL",
  },
};

export function route(workspace: Workspace, path: string, headers: Headers, body: Body): Answer {
  if (path.startsWith("/services/")) return path === WEBHOOK_PATH ? webhook(workspace, body) : { status: 404, body: "no_service" };
  if (!path.startsWith("/api/")) return { status: 404, body: "<!DOCTYPE html><title>Not found</title>" };
  const authorization = headers["authorization"];
  if (authorization === undefined) return notOk("not_authed");
  if (authorization !== `Bearer ${TOKEN}`) return notOk("invalid_auth");
  if (path === "/api/auth.test") return identity;
  if (path === "/api/chat.postMessage") return postMessage(workspace, body);
  return path === "/api/chat.update" ? update(workspace, body) : notOk("unknown_method");
}

function wrongInBody(body: Body): { readonly error: string; readonly messages: readonly string[] } | undefined {
  const { text, blocks } = body;
  const empty = blocks === undefined || (Array.isArray(blocks) && blocks.length === 0);
  if (empty && (typeof text !== "string" || text === "")) return { error: "no_text", messages: [] };
  if (typeof text === "string" && text.length > 40_000) return { error: "msg_too_long", messages: [] };
  return blocks === undefined ? undefined : complaintAbout(blocks);
}

export function notOk(error: string, complaints: readonly string[] = []): Answer {
  const more = complaints.length === 0 ? {} : { errors: complaints, response_metadata: { messages: complaints } };
  return { status: 200, body: { ok: false, error, ...more } };
}

function textOf(body: Body): string {
  return typeof body["text"] === "string" ? body["text"] : "";
}
