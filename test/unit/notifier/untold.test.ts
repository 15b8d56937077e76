import { expect, test } from "vitest";
import type { IncidentReport } from "../../../src/notifier/message.ts";
import type { MessageHandle } from "../../../src/notifier/notifier.ts";
import { told, untold } from "../../../src/notifier/untold.ts";
import { attemptOf, reportOf } from "../../support/incident-report.ts";

const open = attemptOf({ attempt: 2, verdict: undefined, ending: undefined });

test.each<[string, Partial<IncidentReport>, MessageHandle | undefined, string | undefined]>([
  ["first seen", {}, undefined, "opened"],
  ["nothing happened since", {}, { ended: "0" }, undefined],
  ["an attempt began", { attempts: [open] }, { ended: "0" }, undefined],
  ["an attempt ended", { attempts: [attemptOf(), open] }, { ended: "0" }, "attempt ended"],
  ["that end was told", { attempts: [attemptOf(), open] }, { ended: "1" }, undefined],
  ["first seen when it already asks", { state: "awaiting_approval", attempts: [open] }, undefined, "approval"],
  ["it asks for the first time", { state: "awaiting_approval", attempts: [open] }, { ended: "0" }, "approval"],
  ["it was heard asking", { state: "awaiting_approval", attempts: [open] }, { ended: "0", approval: "1" }, undefined],
  ["it asks about another plan", { state: "awaiting_approval", attempts: [attemptOf(), open] }, { ended: "1", approval: "1" }, "approval"],
  ["it is over", { outcome: "mitigated", attempts: [attemptOf()] }, { ended: "0" }, "over"],
  ["it was over at once", { outcome: "no_action" }, undefined, "over"],
  ["the outcome was told", { outcome: "mitigated" }, { outcome: "mitigated" }, undefined],
  ["the outcome is another one now", { outcome: "mitigated" }, { outcome: "stuck" }, "over"],
])("%s", (_name, over, handle, moment) => {
  expect(untold(reportOf(over), handle)?.moment).toBe(moment);
});

test("what was told is remembered", () => {
  const report = reportOf({ outcome: "stuck", attempts: [attemptOf(), open] });
  expect(told(report, { ended: "0", approval: "2", channel: "C1" })).toEqual({ ended: "1", approval: "2", outcome: "stuck" });
});
