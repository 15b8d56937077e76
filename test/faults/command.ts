/**
 * The command line: `npm run faults -- [--only ID[,ID]] [--repeat N] [--known-good on|off] [--beside] [--json] [--keep FILE]`. It boots
 * the test cluster, breaks it in every way of catalogue.ts, and takes it down again. A missed target makes it exit with 1. On
 * SIGTERM it begins no further fault, finishes those under way and reports.
 */
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { runCommand } from "../cluster/run-command.ts";
import { scripts } from "./beside.ts";
import { faults } from "./catalogue.ts";
import { headings, printSummary, rowOf, summaryOf } from "./report.ts";
import { runSeries } from "./series.ts";
import type { Trial } from "./trial.ts";

const usage = `usage: npm run faults -- [--only ID[,ID]] [--repeat N] [--known-good on|off] [--beside] [--json] [--keep FILE]
  --only        the faults of these names
  --repeat      each so often
  --known-good  off: nothing is recorded before the fault (default on)
  --beside      the usual scripts in place of Stratus
  --json        one JSON object in place of the table
  --keep        adds what comes of it to the file, and reports on all that is in it
`;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      only: { type: "string", default: "" },
      repeat: { type: "string", default: "1" },
      "known-good": { type: "string", default: "on" },
      beside: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      keep: { type: "string" },
    },
  });
  const { only } = values;
  const wanted = only.split(",").filter((id) => id !== "");
  const unknown = wanted.filter((id) => !faults.some((fault) => fault.id === id));
  const repeat = Number(values.repeat);
  if (positionals.length > 0 || unknown.length > 0 || !["on", "off"].includes(values["known-good"]) || !(repeat >= 1)) {
    process.stderr.write(unknown.length > 0 ? `no such fault: ${unknown.join(", ")}\n` : usage);
    return 2;
  }
  const { keep } = values;
  let isOver = false;
  process.once("SIGTERM", () => (isOver = true));
  const trials = await runSeries({
    faults: wanted.length === 0 ? faults : faults.filter(({ id }) => wanted.includes(id)),
    repeat,
    knownGood: values["known-good"] === "on",
    ways: values.beside ? scripts : ["stratus"],
    isOver: () => isOver,
    told(trial) {
      if (keep !== undefined) appendFileSync(keep, `${JSON.stringify(trial)}\n`);
      process.stderr.write(`${rowOf(trial)}\n${wrongWith(trial)}`);
    },
  });
  const all = keep === undefined ? trials : kept(keep);
  const summary = summaryOf(all);
  if (values.json) process.stdout.write(`${JSON.stringify({ summary, trials: all })}\n`);
  else {
    const print = (line: string): void => void process.stdout.write(`${line}\n`);
    const order = faults.map(({ id }) => id);
    for (const line of headings) print(line);
    for (const trial of all.toSorted((left, right) => order.indexOf(left.id) - order.indexOf(right.id))) print(rowOf(trial));
    print("");
    printSummary(summary, print);
  }
  return summary.targets.every(({ ok }) => ok) && summary.notShown.length === 0 ? 0 : 1;
}

/** Of a fault that was run again, the last time counts. */
function kept(path: string): readonly Trial[] {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => line !== "");
  const trials = lines.map((line) => JSON.parse(line) as Trial);
  return [...new Map(trials.map((trial) => [`${trial.id} ${trial.way} ${trial.knownGood}`, trial])).values()];
}

/** What a person needs who asks why. */
function wrongWith({ broken, right, residue, judged, story, alerts, nothing }: Trial): string {
  const wrong = [...(right === true ? [] : [`wrong: ${broken ?? right}`]), ...residue.map((line) => `left: ${line}`)];
  const odd = wrong.length > 0 || (judged?.localised === false && !nothing) || (judged?.regressions.length ?? 0) > 0;
  const lines = odd ? [`alerts: ${alerts.join(", ")}`, ...wrong, ...story] : [];
  return lines.map((line) => `    ${line.slice(0, 400)}\n`).join("");
}

await runCommand(main);
