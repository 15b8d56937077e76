import { describe, expect, test } from "vitest";
import type { AttemptReport, IncidentReport } from "../../../src/notifier/message.ts";
import { plainLines } from "../../../src/notifier/plain-text.ts";
import { attemptTitle, headline, meaning, oneLine, printDuration } from "../../../src/notifier/wording.ts";
import { attemptOf, pathOf, reportOf } from "../../support/incident-report.ts";

const open = { verdict: undefined, ending: undefined } as const;

describe("the first line", () => {
  test.each<[Partial<IncidentReport>, string]>([
    [{}, "🚨 Incident, looking into it: Service shop/payment on prod-eu, severity 6"],
    [{ visiblePath: [] }, "🚨 Incident, looking into it: Service shop/payment on prod-eu"],
    [{ attempts: [attemptOf(open)] }, "🔧 Attempt 1 under way: Service shop/payment on prod-eu, severity 6"],
    [{ attempts: [attemptOf()] }, "🔧 Attempt 1 undone, going on: Service shop/payment on prod-eu, severity 6"],
    [
      { state: "awaiting_approval", attempts: [attemptOf(open)] },
      "✋ Waiting for your approval: Service shop/payment on prod-eu, severity 6",
    ],
    [{ outcome: "mitigated", visiblePath: pathOf(6, 0) }, "✅ Mitigated: Service shop/payment on prod-eu, severity 6 → 0"],
    [{ outcome: "improved", visiblePath: pathOf(6, 3) }, "🟡 Improved, not over: Service shop/payment on prod-eu, severity 6 → 3"],
    [{ outcome: "restored" }, "↩️ Not fixed, all put back: Service shop/payment on prod-eu, severity 6"],
    [{ outcome: "no_action" }, "⚪ Nothing was changed: Service shop/payment on prod-eu, severity 6"],
    [{ outcome: "self_resolved" }, "✅ Resolved by itself: Service shop/payment on prod-eu, severity 6"],
    [{ outcome: "stuck", visiblePath: pathOf(6, Infinity) }, "🆘 A person is needed: Service shop/payment on prod-eu, severity 6 → ∞"],
  ])("of %j is %j", (over, line) => {
    expect(headline(reportOf(over))).toBe(line);
  });
});

describe("an attempt's title", () => {
  test.each<[Partial<AttemptReport>, Partial<IncidentReport>, string]>([
    [{ verdict: "resolved", ending: "committed" }, {}, "✅ Attempt 1: resolved → committed"],
    [{ verdict: "inconclusive", ending: "undone" }, {}, "↩️ Attempt 1: could not be measured → undone, proven"],
    [{ verdict: "regressed", ending: "undo not proven" }, {}, "⚠️ Attempt 1: made it worse → undo NOT PROVEN"],
    [{ verdict: undefined, ending: "undone" }, {}, "↩️ Attempt 1: undone, proven"],
    [open, {}, "🔧 Attempt 1: under way"],
    [{ verdict: "regressed", ending: undefined }, {}, "🔧 Attempt 1: made it worse, being ended"],
    [open, { state: "awaiting_approval" }, "✋ Attempt 1: waits for approval"],
    [open, { outcome: "no_action" }, "▫️ Attempt 1: proposed, not carried out"],
    [open, { outcome: "stuck" }, "▫️ Attempt 1: not finished"],
  ])("%j in %j is %j", (attempt, report, title) => {
    expect(attemptTitle(attemptOf(attempt), reportOf(report))).toBe(title);
  });
});

test("who must act is said for every outcome that is not over", () => {
  expect(meaning(reportOf())).toBeUndefined();
  expect(meaning(reportOf({ outcome: "restored" }))).toBe(
    "Every change was undone, and that was checked. The problem may still be there: please look.",
  );
  expect(meaning(reportOf({ state: "awaiting_approval" }))).toBe("Nothing is changed until somebody approves the plan below.");
});

test.each([
  [0, "0 s"],
  [59_400, "59 s"],
  [252_000, "4 min 12 s"],
  [7_500_000, "2 h 5 min"],
  [-5, "0 s"],
])("%d ms is %j", (durationMs, printed) => {
  expect(printDuration(durationMs)).toBe(printed);
});

test("what steers a terminal or reorders text becomes visible", () => {
  expect(oneLine(" a\r\n\tb\u2028c\u001B[2Jd\u202Ee ")).toBe("a b c[U+001B][2Jd[U+202E]e");
});

test("the story as plain lines never cuts what a person must type", () => {
  const command = `kubectl patch ${"x".repeat(5000)}`;
  const lines = plainLines(
    reportOf({
      outcome: "stuck",
      outcomeReason: "y".repeat(3000),
      byHand: [command],
      endedAtMs: 1_767_225_852_000,
      attempts: [attemptOf()],
    }),
  );
  expect(lines).toEqual([
    "🆘 A person is needed: Service shop/payment on prod-eu, severity 6",
    "Stratus has stopped and does nothing more here. Please take over.",
    `${"y".repeat(1999)}…`,
    "Do this by hand, in this order:",
    `  ${command}`,
    "Alerts: ServiceHasNoEndpoints, KubePodNotReady",
    "Severity (before, then after each attempt): 6",
    "Diagnosis: Deployment shop/payment cannot pull image registry/pay:v9",
    "↩️ Attempt 1: changed nothing → undone, proven: Put the template of revision 8 back",
    "  kubectl -n shop rollout undo deployment/payment --to-revision=8",
    "  Why: Severity stayed at 6; a change that did nothing must not stay.",
    "  Severity during it: 6 → 9 ×2 → 6",
    "Took 4 min 12 s.",
  ]);
});
