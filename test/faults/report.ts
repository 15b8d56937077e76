/** PURE. What a series came to, beside what it is held to, and as a table. */
import type { Trial } from "./trial.ts";

export interface Target {
  readonly name: string;
  readonly value: string;
  readonly ok: boolean;
}

export interface Summary {
  readonly trials: number;
  readonly targets: readonly Target[];
  readonly ways: readonly { readonly way: string; readonly mitigated: string; readonly residue: number }[];
  readonly notShown: readonly string[];
}

const share = { localised: 0.9, mitigated: 0.85, untouched: 1 };

export function summaryOf(all: readonly Trial[]): Summary {
  const shown = all.filter(({ broken }) => broken === undefined);
  const own = shown.filter(({ way }) => way === "stratus");
  const faults = own.filter(({ nothing }) => !nothing);
  const reparable = faults.filter(({ beyondRepair }) => !beyondRepair);
  const nothing = own.filter((trial) => trial.nothing);
  const regressions = own.flatMap(({ judged }) => judged?.regressions ?? []);
  const ways = [...new Set(shown.map(({ way }) => way))];
  return {
    trials: shown.length,
    targets: [
      part(
        "localised",
        faults.filter(({ judged }) => judged?.localised === true),
        faults,
        share.localised,
      ),
      part("mitigated", reparable.filter(isRight), reparable, share.mitigated),
      part("nothing to do, untouched and told why", nothing.filter(isRight), nothing, share.untouched),
      { name: "regressions", value: String(regressions.length), ok: regressions.length === 0 },
    ],
    ways: ways.map((way) => {
      const of = shown.filter((trial) => trial.way === way && !trial.nothing && !trial.beyondRepair);
      return { way, mitigated: told(of.filter(isRight), of), residue: of.filter(({ residue }) => residue.length > 0).length };
    }),
    notShown: all.flatMap(({ id, broken }) => (broken === undefined ? [] : [`${id}: ${broken}`])),
  };
}

export function rowOf({ id, way, right, judged, residue, detectedS, fixedS, resolvedS, broken, beyondRepair, nothing }: Trial): string {
  if (broken !== undefined) return cells(id, way === "stratus" ? "" : way, "not shown");
  const path = judged?.visible.map((points) => points.join(" -> ")).filter((points) => points !== "");
  return cells(
    id,
    way === "stratus" ? (judged?.outcomes.join(", ") ?? "") : way,
    right === true ? "yes" : beyondRepair ? "nobody can" : "NO",
    judged === undefined || nothing ? "" : located(judged.localised, judged.first),
    judged === undefined || nothing ? "" : judged.causeNamed ? "yes" : "no",
    judged === undefined ? "" : `${judged.attempts}/${judged.writes}`,
    [detectedS, fixedS, resolvedS].map((each) => (each === undefined ? "-" : each.toFixed(0))).join(" / "),
    path === undefined || path.length === 0 ? "-" : path.join("; "),
    residue.length === 0 ? "none" : String(residue.length),
  );
}

export const headings = [
  cells("fault", "outcome", "right", "found", "cause", "attempts/writes", "seconds to alert / fix / quiet", "severity", "residue"),
  cells(...Array.from({ length: 9 }, () => "---")),
];

export function printSummary({ targets, ways, notShown }: Summary, print: (line: string) => void): void {
  for (const { name, value, ok } of targets) print(`${ok ? "ok    " : "MISSED"} ${name}: ${value}`);
  for (const { way, mitigated, residue } of ways) print(`       ${way}: mitigated ${mitigated}, residue in ${residue}`);
  for (const line of notShown) print(`not shown: ${line}`);
}

function located(localised: boolean, first: boolean): string {
  if (first) return "first";
  return localised ? "yes" : "NO";
}

function isRight({ right }: Trial): boolean {
  return right === true;
}

function part(name: string, good: readonly Trial[], of: readonly Trial[], atLeast: number): Target {
  return { name, value: `${told(good, of)} (at least ${atLeast * 100} %)`, ok: good.length >= of.length * atLeast };
}

function told(good: readonly Trial[], of: readonly Trial[]): string {
  return of.length === 0 ? "none run" : `${good.length} of ${of.length} (${Math.round((100 * good.length) / of.length)} %)`;
}

function cells(...texts: readonly string[]): string {
  return `| ${texts.join(" | ")} |`;
}
