import { logNotifier } from "../../src/notifier/log.ts";
import { slackNotifier } from "../../src/notifier/slack.ts";
import { slackServer, visibleText } from "../support/slack-server.ts";
import type { SlackServer } from "../support/slack-server.ts";
import { notifierContract } from "./notifier-contract.ts";

const unreachable = "http://127.0.0.1:1";

function loudFetch(secret: string): typeof globalThis.fetch {
  return () => Promise.reject(new TypeError(`Failed to fetch ${secret}`));
}

function failAll(server: SlackServer, quoted: string): void {
  server.failNext(
    { kind: "status", status: 403, body: `<p>no access with ${quoted}</p>` },
    { kind: "status", status: 500, body: quoted },
    { kind: "error", error: quoted },
    { kind: "html" },
    { kind: "error", error: "action_prohibited", status: 403 },
  );
}

notifierContract("slack webhook", async () => {
  const server = await slackServer();
  const notifier = slackNotifier({ webhookUrl: server.webhookUrl });
  const broken = slackNotifier({ webhookUrl: `${unreachable}/services/localTestWebhookSecret` });
  return {
    notifier,
    seen: () => server.messages.flatMap((message) => [message.text, visibleText(message)]),
    edits: false,
    mrkdwn: true,
    secrets: ["localTestWebhookSecret", "B0LOCAL"],
    failing: async () => {
      failAll(server, server.webhookUrl);
      const loud = slackNotifier({ webhookUrl: server.webhookUrl }, { fetch: loudFetch(server.webhookUrl) });
      return [notifier, notifier, notifier, notifier, notifier, broken, loud];
    },
    close: () => server.close(),
  };
});

notifierContract("slack bot", async () => {
  const server = await slackServer();
  const notifier = slackNotifier(botOf(server));
  return {
    notifier,
    seen: () => server.messages.flatMap((message) => [message.text, visibleText(message)]),
    edits: true,
    mrkdwn: true,
    secrets: ["localTestBotToken", "xoxb-"],
    failing: async () => {
      failAll(server, server.botToken);
      const loud = slackNotifier(botOf(server), { fetch: loudFetch(server.botToken) });
      const brokenHeader = slackNotifier({ ...botOf(server), botToken: `${server.botToken}\nx` });
      const wrongToken = slackNotifier({ ...botOf(server), botToken: "xoxb-wrong" });
      return [notifier, notifier, notifier, notifier, notifier, loud, brokenHeader, wrongToken];
    },
    close: () => server.close(),
  };
});

notifierContract("log", async () => {
  const lines: string[] = [];
  return {
    notifier: logNotifier((line) => void lines.push(line)),
    seen: () => lines.map((line) => line.replace(/^incident .*?: /u, "")),
    edits: false,
    mrkdwn: false,
    secrets: ["hunter2"],
    failing: async () => [
      logNotifier(() => {
        throw new Error("cannot write to https://user:hunter2@log.test");
      }),
    ],
    close: () => Promise.resolve(),
  };
});

function botOf(server: SlackServer): { readonly botToken: string; readonly channel: string; readonly apiUrl: string } {
  return { botToken: server.botToken, channel: server.channel, apiUrl: server.apiUrl };
}
