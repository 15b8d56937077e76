// The command line: `npm run ablation -- [--runs N] [--right P] [--json]`. Everything is simulated and seeded: the same numbers every
// time. A missed check makes it exit with 1.

import { parseArgs } from "node:util";
import { arms, runArm } from "./arm.ts";
import type { Run } from "./arm.ts";
import { armReport, checksOf, printReport } from "./report.ts";

const usage = `usage: npm run ablation -- [--runs N] [--right P] [--json]
  --runs N    of each arm: 1000 when left out, which takes about a quarter of an hour
  --right P   probability that a proposed plan is the right one: 0.15 when left out
  --json      one JSON object instead of tables
`;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      runs: { type: "string", default: "1000" },
      right: { type: "string", default: "0.15" },
      json: { type: "boolean", default: false },
    },
  });
  const [runs, rightShare] = [Number(values.runs), Number(values.right)];
  if (positionals.length > 0 || !Number.isInteger(runs) || runs < 1 || !(rightShare >= 0 && rightShare <= 1)) {
    process.stderr.write(usage);
    return 2;
  }
  const reports = [];
  for (const arm of arms) {
    const done: Run[] = [];
    for (let seed = 0; seed < runs; seed += 1) done.push(await runArm({ arm, seed, rightShare }));
    reports.push(armReport(arm, done));
    process.stderr.write(`${arm}: ${runs} runs done\n`);
  }
  const checks = checksOf(reports);
  if (values.json) process.stdout.write(`${JSON.stringify({ rightShare, checks, arms: reports })}\n`);
  else printReport(reports, rightShare, checks, (line) => void process.stdout.write(`${line}\n`));
  return checks.every(({ ok }) => ok) ? 0 : 1;
}

process.exitCode = await main();
