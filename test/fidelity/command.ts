// The command line: `npm run undo-fidelity -- [--json] [--match TEXT]`. It boots the test cluster, runs all cases and takes it down
// again; one that is up already is used and left. Anything but N of N makes it exit with 1.

import { parseArgs } from "node:util";
import { runCommand } from "../cluster/run-command.ts";
import { layoutOf } from "../cluster/layout.ts";
import { onCluster } from "../cluster/on-cluster.ts";
import { actorNames } from "./actor.ts";
import { fidelityCases } from "./cases.ts";
import { casesMin, printReport, reportOf } from "./report.ts";
import { runCases } from "./run.ts";

const usage = `usage: npm run undo-fidelity -- [--json] [--match TEXT]
  --json        one JSON object instead of tables
  --match TEXT   the cases whose name holds the text
`;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { json: { type: "boolean", default: false }, match: { type: "string", default: "" } },
  });
  if (positionals.length > 0) {
    process.stderr.write(usage);
    return 2;
  }
  const results = await onCluster((cluster) =>
    runCases({
      kubeconfigPath: cluster.kubeconfigPath,
      pkiFolder: layoutOf(cluster.settings.stateFolder).pkiFolder,
      kubectl: (...args) => cluster.kubectl(...args),
      pods: true,
      cases: fidelityCases.filter(({ name }) => name.includes(values.match)),
      actors: actorNames,
      alternatives: true,
    }),
  );
  const report = reportOf(results, values.match === "" ? casesMin : 1);
  if (values.json) process.stdout.write(`${JSON.stringify({ ...report, ...results })}\n`);
  else printReport(report, (line) => process.stdout.write(`${line}\n`));
  return report.checks.every(({ ok }) => ok) ? 0 : 1;
}

await runCommand(main);
