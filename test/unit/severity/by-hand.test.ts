import { describe, expect, test } from "vitest";
import { judgeByHand } from "../../../src/severity/by-hand.ts";
import type { OracleJudgement, Severity, SeverityVector } from "../../../src/severity/severity.ts";

const judged: readonly OracleJudgement[] = [
  { oracle: "alerts", state: "not measured", reason: "the incident has no alerts" },
  { oracle: "user requests", state: "passes", reason: "fine" },
  { oracle: "system health", state: "passes", reason: "fine" },
  { oracle: "objectives", state: "not measured", reason: "no Prometheus" },
];

const known = (vector: Partial<SeverityVector>): Severity => ({
  kind: "known",
  mu: 1,
  vector: { alerts: [], violations: [], lostCapacity: [], ...vector },
});

function states(severity: Severity, alertsAreRead = true): readonly string[] {
  return judgeByHand(judged, severity, alertsAreRead).map(({ oracle, state, reason }) => `${oracle} ${state}: ${reason}`);
}

describe("the oracles of an incident without an alert", () => {
  test("nothing wrong: all that is measured passes", () => {
    expect(states(known({}))).toEqual([
      "alerts passes: no alert is active in the scope",
      "user requests passes: fine",
      "system health passes: fine",
      "objectives not measured: no Prometheus",
    ]);
  });

  test("where no alert source is configured, alerts stay not measured", () => {
    expect(states(known({}), false)[0]).toBe("alerts not measured: the incident has no alerts");
  });

  test.each<readonly [Partial<SeverityVector>, number, string]>([
    [{ alerts: ["a", "b"] }, 0, "alerts fails: alerts that are active in the scope: 2"],
    [{ violations: ["Service shop/payment"] }, 1, "user requests fails: still violated: Service shop/payment"],
    [{ violations: ["a", "b", "c", "d", "e", "f", "g"] }, 1, "user requests fails: still violated: a, b, c, d, e and 2 more"],
    [{ lostCapacity: [{ what: "Deployment shop/web", lost: 2 }] }, 2, "system health fails: still missing: 2 of Deployment shop/web"],
  ])("what is wrong fails its oracle, also when it was so before: %o", (vector, index, line) => {
    const lines = states(known(vector));
    expect(lines[index]).toBe(line);
    expect(lines.filter((each) => each.includes(" fails"))).toEqual([line]);
  });

  test("what fails for another reason goes on failing", () => {
    const restarted = judged.map((each) =>
      each.oracle === "system health" ? { ...each, state: "fails" as const, reason: "restarted" } : each,
    );
    expect(judgeByHand(restarted, known({}), true)[2]).toEqual({ oracle: "system health", state: "fails", reason: "restarted" });
  });

  test("an unknown severity changes nothing: it never commits", () => {
    expect(judgeByHand(judged, { kind: "unknown", reason: "no answer" }, true)).toEqual(judged);
  });
});
