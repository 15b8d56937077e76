/** What every notifier keeps, whatever it speaks to. Run on each adapter by notifier.test.ts. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { NotifierPort } from "../../src/notifier/notifier.ts";
import { attemptOf, pathOf, reportOf } from "../support/incident-report.ts";

export interface NotifierStage {
  readonly notifier: NotifierPort;
  /** What a person sees now, one text a message or line, oldest first. */
  readonly seen: () => readonly string[];
  readonly edits: boolean;
  /** Whether what is seen is Slack's mrkdwn, where a `<` of somebody else's would be a mention or a link. */
  readonly mrkdwn: boolean;
  readonly secrets: readonly string[];
  /** Every next call fails in another way: an error that quotes the secrets, a refusal, no connection at all. */
  readonly failing: () => Promise<readonly NotifierPort[]>;
  readonly close: () => Promise<void>;
}

const over = reportOf({
  state: "over",
  outcome: "mitigated",
  outcomeReason: "Alerts, user requests and system health pass.",
  attempts: [attemptOf({ verdict: "resolved", ending: "committed", reason: "All pass." })],
  visiblePath: pathOf(6, 0),
  endedAtMs: 1_767_225_852_000,
});

export function notifierContract(name: string, open: () => Promise<NotifierStage>): void {
  describe(`${name} keeps the notifier's contract`, () => {
    let stage: NotifierStage;
    beforeEach(async () => {
      stage = await open();
    });
    afterEach(async () => {
      await stage.close();
    });

    test("a person is told when an incident is first seen, with what it is about in the first line", async () => {
      const answer = await stage.notifier.notify({ report: reportOf(), news: ["Opened by alert ServiceHasNoEndpoints."] });
      expect(answer.ok).toBe(true);
      expect(stage.seen().join("\n")).toContain("🚨 Incident, looking into it: Service shop/payment on prod-eu, severity 6");
    });

    test("the outcome is told when it is there, in the first line of what is said", async () => {
      const first = await stage.notifier.notify({ report: reportOf(), news: [] });
      await stage.notifier.notify({ report: over, news: [], handle: first.ok ? first.value : undefined });
      const told = stage.seen().map((text) => text.split("\n")[0]);
      expect(told.join("\n")).toContain("✅ Mitigated: Service shop/payment on prod-eu, severity 6 → 0");
    });

    test("telling again with the handle edits in place where the adapter can, and says nothing twice where it cannot", async () => {
      const first = await stage.notifier.notify({ report: reportOf(), news: [] });
      const before = stage.seen().length;
      const handle = first.ok ? first.value : undefined;
      const second = await stage.notifier.notify({ report: reportOf({ state: "settling" }), news: [], handle });
      expect(second.ok).toBe(true);
      expect(stage.seen()).toHaveLength(before);
      expect(stage.seen().join("\n").includes("now settling")).toBe(stage.edits);
    });

    test("the outcome is told once, however often the notification is repeated with the newest handle", async () => {
      const first = await stage.notifier.notify({ report: over, news: [] });
      const seen = stage.seen();
      await stage.notifier.notify({ report: over, news: [], handle: first.ok ? first.value : undefined });
      expect(stage.seen()).toEqual(seen);
    });

    test("a handle of another make does no harm", async () => {
      const answer = await stage.notifier.notify({ report: reportOf(), news: [], handle: { ended: "many", approval: "", other: "x" } });
      expect(answer.ok).toBe(true);
    });

    test("hostile text can neither ping a channel, nor make a link, nor start a line of its own", async () => {
      const hostile = "<!channel> <@U1> <https://evil.test|fix> ```\n✅ Mitigated: all is well\u202E\u001B[2J";
      await stage.notifier.notify({
        report: reportOf({
          ...over,
          outcome: "stuck",
          incidentId: hostile,
          subject: hostile,
          cluster: hostile,
          alerts: [hostile],
          diagnosis: [hostile],
          outcomeReason: hostile,
          byHand: [hostile],
          attempts: [attemptOf({ intent: hostile, reason: hostile, actions: [hostile] })],
        }),
        news: [hostile],
      });
      const seen = stage.seen().join("\n");
      expect(seen).not.toMatch(/^✅/mu);
      expect(seen).not.toContain("\u202E");
      expect(seen).not.toContain("\u001B");
      if (!stage.mrkdwn) return;
      expect(seen).not.toMatch(/<(?!!date\^)/u);
      expect(seen.match(/^.*```.*$/gmu)?.filter((line) => line !== "```") ?? []).toEqual([]);
    });

    test("a failing call is a failure, and leaks no secret", async () => {
      for (const notifier of await stage.failing()) {
        const answer = await notifier.notify({ report: over, news: ["x"] });
        expect(answer.ok).toBe(false);
        for (const secret of stage.secrets) expect(JSON.stringify(answer)).not.toContain(secret);
      }
    });

    test("reports of any size are taken", async () => {
      for (const seed of sizes) {
        const report = grown(seed);
        const answer = await stage.notifier.notify({ report, news: Array.from({ length: seed.many }, () => seed.text.repeat(seed.long)) });
        expect({ seed, answer: answer.ok }).toEqual({ seed, answer: true });
      }
    });
  });
}

const sizes = ["a", "&", '"', "`", "😀", "\\", "\n", "\u200b", "\ud800"].flatMap((text) =>
  [
    { many: 1, long: 1 },
    { many: 5, long: 120 },
    { many: 30, long: 50 },
    { many: 60, long: 400 },
    { many: 3, long: 5000 },
    { many: 200, long: 7 },
  ].map((size) => ({ text, ...size })),
);

function grown({ text, many, long }: { readonly text: string; readonly many: number; readonly long: number }): typeof over {
  const big = text.repeat(long);
  const bigs = Array.from({ length: many }, () => big);
  const path = pathOf(...bigs.map((_, at) => at * 1000.123456));
  return {
    ...over,
    outcome: "stuck",
    incidentId: big,
    subject: big,
    cluster: big,
    outcomeReason: big,
    alerts: bigs,
    diagnosis: bigs,
    byHand: bigs,
    visiblePath: path,
    attempts: bigs.map((_, at) => attemptOf({ attempt: at + 1, intent: big, reason: big, actions: bigs, hiddenPath: path })),
  };
}
