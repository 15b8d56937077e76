// The command line: `npm run bench -- ack|transaction|severity [--json]`. Without `--json` it prints tables; a missed bound makes it exit with 1.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createDynamodbClient, dynamodbLedger } from "../../src/ledger/dynamodb.ts";
import type { DynamodbConnection } from "../../src/ledger/dynamodb.ts";
import { createTable } from "../../src/ledger/dynamodb-table.ts";
import { sqliteLedger } from "../../src/ledger/sqlite.ts";
import { upCluster } from "../cluster/cluster.ts";
import { layoutOf } from "../cluster/layout.ts";
import { onCluster } from "../cluster/on-cluster.ts";
import { runCommand } from "../cluster/run-command.ts";
import { startChild } from "./child.ts";
import type { Child } from "./child.ts";
import { compareDoors } from "./compare.ts";
import type { Comparison } from "./compare.ts";
import { flood } from "./flood.ts";
import { checksOf, printReport } from "./report.ts";
import { benchSeverity } from "./severity.ts";
import { printSeverityReport, severityReport } from "./severity-report.ts";
import { benchTransaction } from "./transaction.ts";
import { printTransactionReport, transactionReport } from "./transaction-report.ts";

const usage = `usage: npm run bench -- ack|transaction|severity [--json] [--seconds N] [--rounds N] [--requests N]
  ack           POST /alerts beside a bare handler, and a flood of alerts
  transaction   20 writes and their undo beside a kubectl script and the bare requests: needs the test cluster (root)
  severity      measuring a namespace and the whole of a cluster of 100 to 10,000 pods: needs the test cluster, down (root)
  --json        one JSON object instead of tables
  --rounds N    of each comparison: when left out 15 of ack, 3 of transaction
  --seconds N   of the flood: 20 when left out, 60 for a full minute
  --requests N  of each round of ack: 400 when left out, a quarter of it on dynalite
`;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      json: { type: "boolean", default: false },
      seconds: { type: "string", default: "20" },
      rounds: { type: "string" },
      requests: { type: "string", default: "400" },
    },
  });
  const subject = positionals.join(" ");
  const rounds = Number(values.rounds ?? (subject === "transaction" ? 3 : 15));
  const [seconds, requests] = [Number(values.seconds), Number(values.requests)];
  if (!["ack", "transaction", "severity"].includes(subject) || ![seconds, rounds, requests].every((number) => number > 0)) {
    process.stderr.write(usage);
    return 2;
  }
  const print = (line: string): void => void process.stdout.write(`${line}\n`);
  if (subject === "severity") return severity(values.json, print);
  return subject === "ack" ? ack({ seconds, rounds, requests, json: values.json, print }) : transaction(rounds, values.json, print);
}

interface AckOptions {
  readonly seconds: number;
  readonly rounds: number;
  readonly requests: number;
  readonly json: boolean;
  readonly print: (line: string) => void;
}

async function transaction(rounds: number, json: boolean, print: (line: string) => void): Promise<number> {
  const report = await onCluster(async (cluster) =>
    transactionReport(
      await benchTransaction({
        kubeconfigPath: cluster.kubeconfigPath,
        pkiFolder: layoutOf(cluster.settings.stateFolder).pkiFolder,
        kubectl: (...args) => cluster.kubectl(...args),
        rounds,
      }),
    ),
  );
  if (json) print(JSON.stringify(report));
  else printTransactionReport(report, print);
  return report.checks.every((check) => check.ok) ? 0 : 1;
}

async function severity(json: boolean, print: (line: string) => void): Promise<number> {
  // No kubelet may take the pods up, and no other load be measured with them.
  const cluster = await upCluster({ nodes: 0 });
  try {
    const report = severityReport(await benchSeverity(cluster.kubeconfigPath, json ? () => undefined : print));
    if (json) print(JSON.stringify(report));
    else printSeverityReport(report, print);
    return report.checks.every((check) => check.ok) ? 0 : 1;
  } finally {
    await cluster.down();
  }
}

async function ack({ seconds, rounds, requests, json, print }: AckOptions): Promise<number> {
  const directory = mkdtempSync(join(tmpdir(), "stratus-bench-"));
  const load = startChild("load-process.ts");
  try {
    const comparisons = [
      ...(await onSqlite(directory, load, rounds, requests)),
      ...(await onDynalite(load, rounds, Math.ceil(requests / 4))),
    ];
    const flooded = await flood(directory, load, seconds);
    const checks = checksOf(comparisons, flooded);
    if (json) print(JSON.stringify({ checks, comparisons, flood: flooded }));
    else printReport(comparisons, flooded, checks, print);
    return checks.every((check) => check.ok) ? 0 : 1;
  } finally {
    await load.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

async function onSqlite(directory: string, load: Child, rounds: number, requestsPerRound: number): Promise<readonly Comparison[]> {
  const ledger = sqliteLedger({ path: join(directory, "compare.sqlite") });
  try {
    return await compareDoors({ name: "SQLite", ledger, load, rounds, requestsPerRound });
  } finally {
    ledger.close();
  }
}

async function onDynalite(load: Child, rounds: number, requestsPerRound: number): Promise<readonly Comparison[]> {
  const dynalite = startChild("dynalite-process.ts");
  const client = createDynamodbClient(await dynalite.ask<DynamodbConnection>("connection"));
  try {
    const table = "stratus-bench";
    const created = await createTable({ client, table });
    if (!created.ok) throw new Error("dynalite made no table");
    return await compareDoors({ name: "dynalite", ledger: dynamodbLedger({ client, table }), load, rounds, requestsPerRound });
  } finally {
    client.destroy();
    await dynalite.stop();
  }
}

await runCommand(main);
