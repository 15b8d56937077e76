/**
 * PURE. The oracles of an incident that a person started and no alert reported, or whose alerts nobody can be asked about. There is no
 * alert whose end would say that it is over, so all that is measured in the scope takes its place: mitigated means that nothing is
 * wrong there any more.
 */
import { listed } from "./oracle.ts";
import type { OracleJudgement, Severity, SeverityVector } from "./severity.ts";

/** `judged` as `judge` has it, without alerts. `alertsAreRead`: an alert source is configured. */
export function judgeByHand(judged: readonly OracleJudgement[], severity: Severity, alertsAreRead: boolean): readonly OracleJudgement[] {
  // What could not be read fails its oracle already; a crash fails them all.
  if (severity.kind !== "known") return judged;
  const wrong = stillWrong(severity.vector);
  return judged.map((judgement) => {
    const reason = wrong[judgement.oracle];
    if (reason !== undefined) return { ...judgement, state: "fails", reason };
    const isQuiet = judgement.oracle === "alerts" && alertsAreRead && judgement.state === "not measured";
    return isQuiet ? { ...judgement, state: "passes", reason: "no alert is active in the scope" } : judgement;
  });
}

/** Also what was so at the checkpoint: that is what the person means. */
function stillWrong({ alerts, violations, lostCapacity }: SeverityVector): Partial<Record<OracleJudgement["oracle"], string>> {
  return {
    ...(alerts.length === 0 ? {} : { alerts: `alerts that are active in the scope: ${alerts.length}` }),
    ...(violations.length === 0 ? {} : { "user requests": `still violated: ${listed(violations)}` }),
    ...(lostCapacity.length === 0
      ? {}
      : { "system health": `still missing: ${listed(lostCapacity.map(({ what, lost }) => `${lost} of ${what}`))}` }),
  };
}
