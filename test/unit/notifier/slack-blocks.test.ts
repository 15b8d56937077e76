import { describe, expect, test } from "vitest";
import { slackMessage, slackThreadLines } from "../../../src/notifier/slack-blocks.ts";
import { attemptOf, pathOf, reportOf } from "../../support/incident-report.ts";
import { visibleText } from "../../support/slack-server.ts";
import type { IncidentReport } from "../../../src/notifier/message.ts";

const linesOf = (report: IncidentReport): readonly string[] => visibleText(slackMessage(report)).split("\n");

const stuck = reportOf({
  state: "over",
  outcome: "stuck",
  outcomeReason: "Deployment shop/payment was changed by argocd while it was being put back.",
  attempts: [attemptOf({ verdict: "regressed", ending: "undo not proven", hiddenPath: pathOf(6, 9, Infinity, Infinity, undefined) })],
  visiblePath: pathOf(6, undefined),
  byHand: ["kubectl -n shop rollout undo deployment/payment --to-revision=8", "kubectl -n shop get pods"],
  endedAtMs: 1_767_225_852_000,
});

describe("what a person on call reads", () => {
  test("the whole story of an incident that needs them, what to do before what was seen", () => {
    expect(linesOf(stuck)).toEqual([
      "🆘 A person is needed: Service shop/payment on prod-eu, severity 6 → ?",
      "*Stratus has stopped and does nothing more here. Please take over.*",
      "Deployment shop/payment was changed by argocd while it was being put back.",
      "*Do this by hand, in this order:*",
      "```",
      "kubectl -n shop rollout undo deployment/payment --to-revision=8",
      "kubectl -n shop get pods",
      "```",
      "*Alerts:* `ServiceHasNoEndpoints` `KubePodNotReady`",
      "*On:* `Service shop/payment` in cluster `prod-eu`",
      "*Severity* (before, then after each attempt)*:* 6 → ?",
      "*Diagnosis:*",
      "• Deployment shop/payment cannot pull image registry/pay:v9",
      "*⚠️ Attempt 1: made it worse → undo NOT PROVEN*",
      "Put the template of revision 8 back",
      "```",
      "kubectl -n shop rollout undo deployment/payment --to-revision=8",
      "```",
      "Why: Severity stayed at 6; a change that did nothing must not stay.",
      "Severity during it: 6 → 9 → ∞ ×2 → ?",
      "Opened <!date^1767225600^{date_short_pretty} {time_secs}|2026-01-01T00:00:00.000Z> · took 4 min 12 s · incident `inc-7f3a`",
    ]);
  });

  test("the notification on a phone holds the outcome and its reason", () => {
    expect(slackMessage(stuck).text).toBe(
      "🆘 A person is needed: Service shop/payment on prod-eu, severity 6 → ?. Deployment shop/payment was changed by argocd while it was being put back.",
    );
  });

  test("an attempt under way, after one that was undone", () => {
    const report = reportOf({
      state: "settling",
      attempts: [attemptOf(), attemptOf({ attempt: 2, verdict: undefined, ending: undefined, reason: undefined, hiddenPath: [] })],
      visiblePath: pathOf(6, 6),
    });
    const lines = linesOf(report);
    expect(lines[0]).toBe("🔧 Attempt 2 under way: Service shop/payment on prod-eu, severity 6 → 6");
    expect(lines).toContain("*↩️ Attempt 1: changed nothing → undone, proven*");
    expect(lines).toContain("*🔧 Attempt 2: under way*");
    expect(lines.at(-1)).toContain("now settling");
  });
});

describe("Slack's limits", () => {
  test("steps by hand that do not fit stop at a whole line, and say where the rest is", () => {
    const byHand = Array.from({ length: 40 }, (_, at) => `kubectl step-${at} ${"x".repeat(280)}`);
    const lines = linesOf({ ...stuck, byHand });
    const shown = lines.filter((line) => line.startsWith("kubectl step-"));
    expect(shown).toHaveLength(16);
    expect(shown.every((line) => line.length >= 295)).toBe(true);
    expect(lines).toContain("⚠️ Not all of it fits into Slack, 24 more lines: take them from incident `inc-7f3a`.");
  });

  test("a step that is too long by itself is not cut, and no step after it is shown", () => {
    const lines = linesOf({ ...stuck, attempts: [], byHand: ["kubectl one", `kubectl two ${"x".repeat(4000)}`, "kubectl three"] });
    expect(lines).toContain("kubectl one");
    expect(lines.join("\n")).not.toMatch(/kubectl (two|three)/u);
    expect(lines).toContain("⚠️ Not all of it fits into Slack, 2 more lines: take them from incident `inc-7f3a`.");
  });

  test("of many attempts the last ones are shown, and how many were left out", () => {
    const attempts = Array.from({ length: 11 }, (_, at) => attemptOf({ attempt: at + 1 }));
    const lines = linesOf({ ...stuck, attempts });
    expect(lines).toContain("… 3 earlier attempts left out");
    expect(lines).toContain("*↩️ Attempt 11: changed nothing → undone, proven*");
  });

  test("one attempt left out is one attempt", () => {
    const attempts = Array.from({ length: 9 }, (_, at) => attemptOf({ attempt: at + 1 }));
    expect(linesOf({ ...stuck, attempts })).toContain("… 1 earlier attempt left out");
  });

  test("a long subject gives way so that the header keeps its outcome and severity", () => {
    const report = { ...stuck, subject: `Service shop/${"a".repeat(300)}` };
    const first = linesOf(report)[0] ?? "";
    expect(first).toHaveLength(150);
    expect(first.startsWith("🆘 A person is needed: Service shop/aaa")).toBe(true);
    expect(first.endsWith("aaa…, severity 6 → ?")).toBe(true);
  });

  test("a long sentence says how much of it was cut", () => {
    const lines = linesOf({ ...stuck, outcomeReason: "y".repeat(2000) });
    expect(lines[2]).toBe(`${"y".repeat(880)}… (+1120 characters)`);
  });
});

describe("news for the thread", () => {
  test("one line each", () => {
    expect(slackThreadLines(["Attempt 1 undone & proven.", "Attempt 2 begins."])).toEqual({
      text: "Attempt 2 begins.",
      blocks: [{ type: "section", text: { type: "mrkdwn", text: "Attempt 1 undone &amp; proven.\nAttempt 2 begins.", verbatim: true } }],
    });
  });

  test("standing alone, the headline leads and is the notification", () => {
    expect(slackThreadLines([], "✅ Mitigated: x")).toEqual({
      text: "✅ Mitigated: x",
      blocks: [{ type: "section", text: { type: "mrkdwn", text: "*✅ Mitigated: x*", verbatim: true } }],
    });
  });

  test("after a long silence the newest lines are told", () => {
    const { blocks } = slackThreadLines(Array.from({ length: 100 }, (_, at) => `line ${at} ${"z".repeat(80)}`));
    const lines = visibleText({ text: "", blocks }).split("\n");
    expect(lines[0]).toBe("… 72 earlier lines left out");
    expect(lines.at(-1)).toMatch(/^line 99 /u);
  });
});
