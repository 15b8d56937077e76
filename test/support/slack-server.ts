/**
 * Slack on one machine, over its wire format: an incoming webhook, chat.postMessage and chat.update, with Slack's own checks and
 * errors. Keeps what was said. Failures can be scripted. It listens on the loopback only.
 */
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import { text as readText } from "node:stream/consumers";
import { CHANNEL, TOKEN, WEBHOOK_PATH, createWorkspace, notOk, route } from "./slack-workspace.ts";
import type { Answer, Body, Headers, SlackMessage } from "./slack-workspace.ts";

export interface SlackRequest {
  readonly path: string;
  readonly headers: Headers;
  readonly body: Body;
  /** What was answered; 0 while hanging. */
  status: number;
}

/** What the next request gets instead of an answer of its own. */
export type ScriptedFailure =
  | { readonly kind: "rate limit"; readonly retryAfterS: number }
  | { readonly kind: "status"; readonly status: number; readonly body?: string }
  /** `ok: false` for the Web API, 400 and the bare name for the webhook. */
  | { readonly kind: "error"; readonly error: string; readonly status?: number }
  | { readonly kind: "html" }
  /** Never answers; the message is kept when `afterTaking`. */
  | { readonly kind: "hang"; readonly afterTaking?: boolean };

export interface SlackServer {
  readonly url: string;
  readonly apiUrl: string;
  readonly webhookUrl: string;
  readonly botToken: string;
  readonly channel: string;
  readonly messages: SlackMessage[];
  readonly requests: SlackRequest[];
  /** The next requests, one failure each, in this order. */
  failNext(...failures: readonly ScriptedFailure[]): void;
  /** From now on one new message a second and channel, as Slack asks; more get 429. Edits are not counted. */
  limitRate(on: boolean): void;
  /** Forgets a message, as when somebody deletes it. */
  deleteMessage(ts: string): void;
  close(): Promise<void>;
}

export async function slackServer(options: { readonly nowMs?: () => number } = {}): Promise<SlackServer> {
  const workspace = createWorkspace(options.nowMs ?? (() => Date.now()));
  const requests: SlackRequest[] = [];
  const script: ScriptedFailure[] = [];

  async function handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = incoming.url ?? "/";
    const raw = await readText(incoming);
    const headers = Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]));
    const parsed = parseObject(raw);
    const request: SlackRequest = { path, headers, body: parsed ?? {}, status: 0 };
    requests.push(request);
    const failure = script.shift();
    if (failure?.kind === "hang") {
      if (failure.afterTaking === true) route(workspace, path, headers, request.body);
      return;
    }
    const isApi = path.startsWith("/api/");
    const answer =
      failure !== undefined ? scripted(failure, isApi) : parsed === undefined ? unreadable(isApi) : route(workspace, path, headers, parsed);
    request.status = answer.status;
    const isText = typeof answer.body === "string";
    response.writeHead(answer.status, { "content-type": isText ? "text/html" : "application/json; charset=utf-8", ...answer.headers });
    response.end(isText ? answer.body : JSON.stringify(answer.body));
  }

  const server = createServer((incoming, response) => void handle(incoming, response).catch(() => response.destroy()));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
  return {
    url,
    apiUrl: `${url}/api`,
    webhookUrl: `${url}${WEBHOOK_PATH}`,
    botToken: TOKEN,
    channel: CHANNEL,
    messages: workspace.messages,
    requests,
    failNext: (...failures) => void script.push(...failures),
    limitRate: (on) => void (workspace.rateLimited = on),
    deleteMessage: (ts) => {
      const at = workspace.messages.findIndex((message) => message.ts === ts);
      if (at >= 0) workspace.messages.splice(at, 1);
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** Everything that a person sees of the message: its blocks' text, or its text when it has no blocks. */
export function visibleText(message: Pick<SlackMessage, "text" | "blocks">): string {
  return message.blocks.length === 0 ? message.text : textsIn(message.blocks).join("\n");
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => (key === "text" && typeof inner === "string" ? [inner] : textsIn(inner)));
}

function scripted(failure: Exclude<ScriptedFailure, { kind: "hang" }>, isApi: boolean): Answer {
  switch (failure.kind) {
    case "rate limit":
      return {
        status: 429,
        headers: { "retry-after": String(failure.retryAfterS) },
        body: isApi ? { ok: false, error: "ratelimited" } : "rate_limited",
      };
    case "status":
      return { status: failure.status, body: failure.body ?? "" };
    case "error":
      return isApi ? { ...notOk(failure.error), status: failure.status ?? 200 } : { status: failure.status ?? 400, body: failure.error };
    case "html":
      return { status: 200, body: "<!DOCTYPE html><html><title>Sign in to the network</title></html>" };
    default:
      return failure satisfies never;
  }
}

function unreadable(isApi: boolean): Answer {
  return isApi ? notOk("invalid_json") : { status: 400, body: "invalid_payload" };
}

function parseObject(raw: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(raw);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
