/** What is Slack's alone: edits, threads, the bell, and what happens when Slack says no. Over the wire, on the loopback. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { IncidentReport } from "../../src/notifier/message.ts";
import type { MessageHandle, NotifierPort } from "../../src/notifier/notifier.ts";
import { slackNotifier } from "../../src/notifier/slack.ts";
import { attemptOf, pathOf, reportOf } from "../support/incident-report.ts";
import { slackServer, visibleText } from "../support/slack-server.ts";
import type { SlackServer } from "../support/slack-server.ts";

let server: SlackServer;
let clockMs = 1_767_225_600_000;
beforeEach(async () => {
  server = await slackServer({ nowMs: () => clockMs });
});
afterEach(async () => {
  await server.close();
});

const opened = reportOf();
const over = reportOf({
  outcome: "mitigated",
  attempts: [attemptOf({ verdict: "resolved", ending: "committed" })],
  visiblePath: pathOf(6, 0),
});

const bot = (timeoutMs = 2000): NotifierPort =>
  slackNotifier({ botToken: server.botToken, channel: server.channel, apiUrl: server.apiUrl }, { timeoutMs });
const webhook = (timeoutMs = 2000): NotifierPort => slackNotifier({ webhookUrl: server.webhookUrl }, { timeoutMs });

async function told(notifier: NotifierPort, report: IncidentReport, news: string[], handle?: MessageHandle): Promise<MessageHandle> {
  const answer = await notifier.notify({ report, news, handle });
  if (!answer.ok) throw new Error(answer.failure.kind);
  return answer.value;
}

const firstLines = (): string[] => server.messages.map((message) => visibleText(message).split("\n")[0] ?? "");

describe("a bot", () => {
  test("keeps one message up to date and adds the news to its thread", async () => {
    const first = await told(bot(), opened, ["Opened."]);
    await told(bot(), reportOf({ attempts: [attemptOf()] }), ["Attempt 1 began.", "Attempt 1 was undone."], first);
    const [message, ...replies] = server.messages;
    expect(first).toEqual({ channel: "C0INCIDENTS", ts: "1767225600.000001", ended: "0" });
    expect(message?.edits).toBe(1);
    expect(message?.text).toBe("🔧 Attempt 1 undone, going on: Service shop/payment on prod-eu, severity 6");
    expect(replies.map((reply) => [reply.threadTs, reply.broadcast, visibleText(reply)])).toEqual([
      ["1767225600.000001", false, "Opened."],
      ["1767225600.000001", false, "Attempt 1 began.\nAttempt 1 was undone."],
    ]);
  });

  test("shows the outcome in the channel too, for an edit rings no bell", async () => {
    const handle = await told(bot(), opened, []);
    await told(bot(), over, ["Attempt 1 was committed."], handle);
    expect(server.messages.map((message) => [message.broadcast, visibleText(message).split("\n")[0]])).toEqual([
      [false, "✅ Mitigated: Service shop/payment on prod-eu, severity 6 → 0"],
      [true, "*✅ Mitigated: Service shop/payment on prod-eu, severity 6 → 0*"],
    ]);
  });

  test("asks for approval in the channel, once", async () => {
    const asking = reportOf({ state: "awaiting_approval", attempts: [attemptOf({ verdict: undefined, ending: undefined })] });
    const handle = await told(bot(), opened, []);
    const asked = await told(bot(), asking, [], handle);
    await told(bot(), asking, [], asked);
    expect(server.messages.map((message) => message.broadcast)).toEqual([false, true]);
  });

  test("posts anew when its message was deleted", async () => {
    const handle = await told(bot(), opened, []);
    server.deleteMessage(handle["ts"] ?? "");
    const anew = await told(bot(), over, ["Over."], handle);
    expect(anew).toEqual({ channel: "C0INCIDENTS", ts: "1767225600.000002", ended: "1", outcome: "mitigated" });
    expect(firstLines()).toEqual(["✅ Mitigated: Service shop/payment on prod-eu, severity 6 → 0", "Over."]);
  });

  test("a thread that Slack slowed down after the first post is caught up later, and the message is not posted twice", async () => {
    server.limitRate(true);
    const handle = await told(bot(), opened, ["Opened by <alert>."]);
    expect(handle["unsent"]).toBe("Opened by <alert>.");
    clockMs += 2000;
    const later = await told(bot(), opened, ["Measured."], handle);
    expect(later["unsent"]).toBeUndefined();
    expect(server.messages.map((message) => visibleText(message).split("\n").at(-1))).toEqual([
      expect.stringContaining("incident `inc-7f3a`"),
      "Measured.",
    ]);
    expect(visibleText(server.messages[1] ?? { text: "", blocks: [] })).toBe("Opened by &lt;alert&gt;.\nMeasured.");
  });

  test("a later reply that is slowed down is a failure with the time to wait, and repeating it tells it once", async () => {
    const handle = await told(bot(), opened, []);
    server.limitRate(true);
    clockMs += 1000;
    await told(bot(), opened, ["One."], handle);
    const slowed = await bot().notify({ report: opened, news: ["Two."], handle });
    expect(slowed).toEqual({
      ok: false,
      failure: { kind: "unavailable", effect: "none", reason: "Slack asks to slow down.", retryAfterMs: 1000 },
    });
    clockMs += 1000;
    await told(bot(), opened, ["Two."], handle);
    expect(firstLines().slice(1)).toEqual(["One.", "Two."]);
  });

  test("a token that is not Slack's is refused with what to do", async () => {
    const wrong = slackNotifier({ botToken: "xoxb-wrong", channel: server.channel, apiUrl: server.apiUrl });
    expect(await wrong.notify({ report: opened, news: [] })).toEqual({
      ok: false,
      failure: {
        kind: "refused",
        reason: "Slack does not accept the bot token: install the app again and give Stratus its new token (invalid_auth).",
      },
    });
  });

  test("says in its requests what Slack wants to hear", async () => {
    await told(bot(), opened, []);
    const [request] = server.requests;
    expect(request?.headers["content-type"]).toBe("application/json; charset=utf-8");
    expect(request?.headers["authorization"]).toBe("Bearer xoxb-1111-2222-localTestBotToken");
    expect(request?.body).toMatchObject({ unfurl_links: false, unfurl_media: false, parse: "none", link_names: false });
  });
});

describe("an incoming webhook", () => {
  test("speaks when an incident opens, when an attempt ended and when it is over, and not between", async () => {
    const second = attemptOf({ attempt: 2, verdict: undefined, ending: undefined });
    let handle = await told(webhook(), opened, ["Opened."]);
    handle = await told(webhook(), reportOf({ state: "planning" }), ["Diagnosed."], handle);
    handle = await told(webhook(), reportOf({ attempts: [attemptOf()] }), ["Undone."], handle);
    handle = await told(webhook(), reportOf({ attempts: [attemptOf(), second] }), ["Attempt 2 began."], handle);
    handle = await told(webhook(), over, ["Over."], handle);
    await told(webhook(), over, [], handle);
    expect(firstLines()).toEqual([
      "🚨 Incident, looking into it: Service shop/payment on prod-eu, severity 6",
      "🔧 Attempt 1 undone, going on: Service shop/payment on prod-eu, severity 6",
      "✅ Mitigated: Service shop/payment on prod-eu, severity 6 → 0",
    ]);
  });

  test("an address that Slack does not know is refused with what to do", async () => {
    const gone = slackNotifier({ webhookUrl: `${server.url}/services/T0/B0/gone` });
    expect(await gone.notify({ report: opened, news: [] })).toEqual({
      ok: false,
      failure: {
        kind: "refused",
        reason: "The Slack webhook was removed or switched off: create a new one and give Stratus its address (no_service).",
      },
    });
  });
});

describe.each([
  ["a bot", bot],
  ["a webhook", webhook],
])("when Slack has trouble, %s", (_name, notifier) => {
  test.each(["invalid_blocks", "msg_too_long", "msg_blocks_too_long"])("tells it once more as plain text after %s", async (error) => {
    server.failNext({ kind: "error", error });
    await told(notifier(), reportOf({ alerts: ["<!channel>"] }), []);
    const [message] = server.messages;
    expect(message?.blocks).toEqual([]);
    expect(message?.text.split("\n").slice(0, 2)).toEqual([
      "🚨 Incident, looking into it: Service shop/payment on prod-eu, severity 6",
      "Alerts: &lt;!channel&gt;",
    ]);
  });

  test("gives up when plain text is not taken either", async () => {
    server.failNext({ kind: "error", error: "invalid_blocks" }, { kind: "error", error: "msg_too_long" });
    const answer = await notifier().notify({ report: opened, news: [] });
    expect(answer).toEqual({
      ok: false,
      failure: { kind: "refused", reason: "Slack does not accept this message, not even as plain text (msg_too_long)." },
    });
    expect(server.requests).toHaveLength(2);
  });

  test("a huge story as plain text stays within what an edit may hold", async () => {
    server.failNext({ kind: "error", error: "invalid_blocks" });
    await told(notifier(), reportOf({ diagnosis: Array.from({ length: 100 }, (_, at) => `finding ${at} ${"&".repeat(100)}`) }), []);
    const text = server.messages[0]?.text ?? "";
    expect(text.length).toBeLessThanOrEqual(3500);
    expect(text.split("\n").at(-1)).toBe("… 94 more lines left out");
  });

  test("waits as long as Slack says", async () => {
    server.failNext({ kind: "rate limit", retryAfterS: 30 });
    expect(await notifier().notify({ report: opened, news: [] })).toEqual({
      ok: false,
      failure: { kind: "unavailable", effect: "none", reason: "Slack asks to slow down.", retryAfterMs: 30_000 },
    });
  });

  test("does not wait for ever, and says that the message may have arrived", async () => {
    server.failNext({ kind: "hang", afterTaking: true });
    expect(await notifier(50).notify({ report: opened, news: [] })).toEqual({
      ok: false,
      failure: { kind: "unavailable", effect: "unknown", reason: "Slack timed out." },
    });
    expect(server.messages).toHaveLength(1);
  });

  test("takes no connection for trouble that may pass", async () => {
    const closed = notifier();
    await server.close();
    expect(await closed.notify({ report: opened, news: [] })).toEqual({
      ok: false,
      failure: { kind: "unavailable", effect: "unknown", reason: "Slack could not be reached." },
    });
    server = await slackServer();
  });
});

test("the edit to plain text takes the old blocks away", async () => {
  const handle = await told(bot(), opened, []);
  server.failNext({ kind: "error", error: "invalid_blocks" });
  await told(bot(), over, [], handle);
  expect(server.requests[2]?.body["blocks"]).toEqual([]);
  expect(server.messages[0]?.text.split("\n")[0]).toBe("✅ Mitigated: Service shop/payment on prod-eu, severity 6 → 0");
});
