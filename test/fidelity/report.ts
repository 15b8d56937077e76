/** PURE. What a run of the cases came to: what it is held to, and how it is told. */
import { actorNames } from "./actor.ts";
import { methods } from "./alternative.ts";
import type { AlternativeRun } from "./alternative.ts";
import type { OurRun } from "./ours.ts";
import type { Results } from "./run.ts";

export interface Count {
  readonly good: number;
  readonly of: number;
}

export interface Check {
  readonly name: string;
  readonly value: string;
  readonly ok: boolean;
}

export interface Row {
  readonly way: string;
  /** Without foreign hands. */
  readonly exact: Count;
  /** Foreign changes that are not there any more, of those there were. */
  readonly destroyed: Count;
  /** It said that it was done, and was not exact or had destroyed a foreign change; of all its runs. */
  readonly wrongAndSilent: Count;
  /** With pods: a healthy workload had no ready replica left at some time while it was put back. */
  readonly lostAll: Count;
  readonly readyAgain: Count;
}

export interface Report {
  readonly checks: readonly Check[];
  readonly cases: number;
  readonly alone: Count;
  readonly beside: Readonly<Record<string, Count>>;
  readonly rows: readonly Row[];
  readonly notApplicable: readonly { readonly case: string; readonly actor: string; readonly reason: string }[];
  readonly wrong: readonly { readonly case: string; readonly actor: string; readonly wrong: readonly string[] }[];
  readonly durationMs: number;
}

/** Of a whole run. */
export const casesMin = 60;

/** `atLeast`: cases; of fewer the run is no proof. */
export function reportOf({ ours, alternatives, durationMs }: Results, atLeast: number): Report {
  const ran = ours.filter(({ notApplicable }) => notApplicable === undefined);
  const alone = countOf(
    ran.filter(({ actor }) => actor === undefined),
    isRight,
  );
  const seen = actorNames.filter((name) => ours.some(({ actor }) => actor === name));
  const beside = Object.fromEntries(
    seen.map((name) => [
      name,
      countOf(
        ran.filter(({ actor }) => actor === name),
        isRight,
      ),
    ]),
  );
  const watched = ran.filter(({ lostAll }) => lostAll !== undefined);
  const lostAll = countOf(watched, (run) => run.lostAll === true);
  return {
    checks: [
      { name: "cases", value: `${alone.of} (at least ${atLeast})`, ok: alone.of >= atLeast },
      { name: "exactly as before after the undo", ...all(alone) },
      ...seen.map((name) => ({
        name: `${name}: foreign change kept and told, the rest as before`,
        ...all(beside[name] ?? { good: 0, of: 0 }),
      })),
      {
        name: "healthy workloads that lost all their ready replicas during an undo",
        value: `${lostAll.good} of ${lostAll.of}`,
        ok: lostAll.good === 0,
      },
    ],
    cases: alone.of,
    alone,
    beside,
    rows: [ourRow(ran, alone, lostAll), ...methods.map((method) => rowOf(method, alternatives))].filter(({ exact }) => exact.of > 0),
    notApplicable: ours.flatMap((run) =>
      run.notApplicable === undefined ? [] : [{ case: run.case, actor: run.actor ?? "alone", reason: run.notApplicable }],
    ),
    wrong: ran.filter((run) => !isRight(run)).map((run) => ({ case: run.case, actor: run.actor ?? "alone", wrong: run.wrong })),
    durationMs: Math.round(durationMs),
  };
}

export function printReport(report: Report, print: (line: string) => void): void {
  print(`Undo on a real cluster: ${report.cases} cases, each alone and beside foreign hands`);
  print("");
  print(line("", "exact", "foreign changes", "said done,", "lost all ready", "ready again"));
  print(line("", "", "destroyed", "and was wrong", "replicas", ""));
  for (const { way, exact, destroyed, wrongAndSilent, lostAll, readyAgain } of report.rows)
    print(line(way, told(exact), told(destroyed), told(wrongAndSilent), told(lostAll), told(readyAgain)));
  print("");
  print("Stratus beside foreign hands: kept, told by name, and the rest as before");
  for (const [actor, count] of Object.entries(report.beside)) print(`  ${actor.padEnd(16)}${told(count)}`);
  print("");
  print("Not applicable:");
  for (const [reason, cases] of grouped(report)) print(`  ${reason}: ${cases}`);
  print("");
  for (const { case: name, actor, wrong } of report.wrong) {
    print(`WRONG ${name} (${actor})`);
    for (const each of wrong) print(`  ${each}`);
  }
  for (const { name, value, ok } of report.checks) print(`${ok ? "ok    " : "MISSED"} ${name}: ${value}`);
  print(`${(report.durationMs / 1000).toFixed(0)} s`);
}

function ourRow(ran: readonly OurRun[], exact: Count, lostAll: Count): Row {
  const beside = ran.filter(({ actor }) => actor !== undefined);
  const watched = ran.filter((run) => run.lostAll !== undefined);
  const proven = (run: OurRun): boolean => !run.wrong.some((each) => each.startsWith("Stratus: ") || each.startsWith("broke off: "));
  return {
    way: "Stratus",
    exact,
    destroyed: countOf(beside, (run) => run.destroyed === true),
    wrongAndSilent: countOf(ran, (run) => !isRight(run) && proven(run)),
    lostAll,
    readyAgain: countOf(watched, (run) => run.readyAgain === true),
  };
}

function rowOf(method: string, every: readonly AlternativeRun[]): Row {
  const runs = every.filter((run) => run.method === method && run.notApplicable === undefined);
  const watched = runs.filter((run) => run.lostAll !== undefined);
  return {
    way: method,
    exact: countOf(
      runs.filter((run) => run.exact !== undefined),
      (run) => run.exact === true,
    ),
    destroyed: countOf(
      runs.filter((run) => run.destroyed !== undefined),
      (run) => run.destroyed === true,
    ),
    wrongAndSilent: countOf(runs, (run) => run.saidDone && (run.exact === false || run.destroyed === true)),
    lostAll: countOf(watched, (run) => run.lostAll === true),
    readyAgain: countOf(watched, (run) => run.readyAgain === true),
  };
}

function isRight({ wrong }: OurRun): boolean {
  return wrong.length === 0;
}

function countOf<T>(runs: readonly T[], isGood: (run: T) => boolean): Count {
  return { good: runs.filter(isGood).length, of: runs.length };
}

function all(count: Count): { readonly value: string; readonly ok: boolean } {
  return { value: told(count), ok: count.good === count.of };
}

function told({ good, of }: Count): string {
  return of === 0 ? "-" : `${good} of ${of}`;
}

function line(...[way = "", ...columns]: readonly string[]): string {
  return (way.padEnd(22) + columns.map((column) => column.padEnd(17)).join("")).trimEnd();
}

/** By actor and reason; how many cases, and the first of them by name. */
function grouped({ notApplicable }: Report): Map<string, string> {
  const groups = new Map<string, string[]>();
  for (const { case: name, actor, reason } of notApplicable)
    groups.set(`${actor}, ${reason}`, [...(groups.get(`${actor}, ${reason}`) ?? []), name]);
  return new Map([...groups].map(([key, names]) => [key, names.length > 3 ? `${names.length} cases` : names.join("; ")]));
}
