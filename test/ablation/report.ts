/** PURE. What the arms came to, and what that is held to. */
import type { Arm, Run } from "./arm.ts";
import { meanOf, shareOf } from "./interval.ts";
import type { Estimate } from "./interval.ts";

export interface ArmReport {
  readonly arm: Arm;
  readonly runs: number;
  readonly success: Estimate;
  readonly harm: Estimate;
  /** Mitigated, and nothing else is changed. */
  readonly clean: Estimate;
  readonly seconds: Estimate;
  readonly attempts: Estimate;
  readonly outcomes: Readonly<Record<string, number>>;
}

export interface Check {
  readonly name: string;
  readonly ok: boolean;
}

/** STRATUS, Table 3: mitigation on AIOpsLab, in per cent. */
const inThePaper: Readonly<Record<Arm, number>> = { "undo and retry": 69.2, "no retry": 15.4, "retry without undo": 23.1 };

export function armReport(arm: Arm, runs: readonly Run[]): ArmReport {
  const share = (hit: (run: Run) => boolean): Estimate => shareOf(runs.filter(hit).length, runs.length);
  const outcomes: Record<string, number> = {};
  for (const { outcome } of runs) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  return {
    arm,
    runs: runs.length,
    success: share(({ mitigated }) => mitigated),
    harm: share(({ harmed }) => harmed),
    clean: share(({ mitigated, harmed }) => mitigated && !harmed),
    seconds: meanOf(runs.map(({ durationMs }) => durationMs / 1_000)),
    attempts: meanOf(runs.map(({ attempts }) => attempts)),
    outcomes,
  };
}

export function checksOf(reports: readonly ArmReport[]): readonly Check[] {
  const full = reports.find(({ arm }) => arm === "undo and retry");
  if (full === undefined) return [];
  return [
    { name: "undo and retry: harm in no run", ok: full.harm.value === 0 },
    ...reports
      .filter((report) => report !== full)
      .map(({ arm, success }) => ({
        name: `undo and retry mitigates no less than ${arm}`,
        ok: full.success.value >= success.value,
      })),
  ];
}

export function printReport(
  reports: readonly ArmReport[],
  rightShare: number,
  checks: readonly Check[],
  print: (line: string) => void,
): void {
  print(`A planner that is right with probability ${rightShare}, else harmful; 95 % confidence in brackets`);
  print("");
  print(row("", "mitigated", "harm left", "mitigated, no harm left", "simulated s", "attempts", "paper"));
  for (const { arm, success, harm, clean, seconds, attempts } of reports) {
    const paper = `${inThePaper[arm].toFixed(1)} %`;
    print(row(arm, percent(success), percent(harm), percent(clean), number(seconds, 0), number(attempts, 1), paper));
  }
  print("");
  for (const { arm, runs, outcomes } of reports) {
    const told = Object.entries(outcomes).map(([outcome, count]) => `${outcome} ${count}`);
    print(`${arm.padEnd(20)}${runs} runs: ${told.toSorted().join(", ")}`);
  }
  print("");
  for (const { name, ok } of checks) print(`${ok ? "ok    " : "MISSED"} ${name}`);
}

function percent({ value, low, high }: Estimate): string {
  return `${(value * 100).toFixed(1)} % [${(low * 100).toFixed(1)}, ${(high * 100).toFixed(1)}]`;
}

function number({ value, low, high }: Estimate, digits: number): string {
  return `${value.toFixed(digits)} [${low.toFixed(digits)}, ${high.toFixed(digits)}]`;
}

function row(...[arm = "", success = "", harm = "", clean = "", seconds = "", attempts = "", paper = ""]: readonly string[]): string {
  return `${arm.padEnd(20)}${success.padEnd(22)}${harm.padEnd(22)}${clean.padEnd(25)}${seconds.padEnd(17)}${attempts.padEnd(17)}${paper}`.trimEnd();
}
