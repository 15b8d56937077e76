// The command line: `npm run bench -- ack [--json]`. Without `--json` it prints tables; a missed bound makes it exit with 1.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createDynamodbClient, dynamodbLedger } from "../../src/ledger/dynamodb.ts";
import type { DynamodbConnection } from "../../src/ledger/dynamodb.ts";
import { createTable } from "../../src/ledger/dynamodb-table.ts";
import { sqliteLedger } from "../../src/ledger/sqlite.ts";
import { startChild } from "./child.ts";
import type { Child } from "./child.ts";
import { compareDoors } from "./compare.ts";
import type { Comparison } from "./compare.ts";
import { flood } from "./flood.ts";
import { checksOf, printReport } from "./report.ts";

const usage = `usage: npm run bench -- ack [--json] [--seconds N] [--rounds N] [--requests N]
  --json        one JSON object instead of tables
  --seconds N   of the flood: 20 when left out, 60 for a full minute
  --rounds N    of each comparison: 15 when left out
  --requests N  of each round: 400 when left out, a quarter of it on dynalite
`;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      json: { type: "boolean", default: false },
      seconds: { type: "string", default: "20" },
      rounds: { type: "string", default: "15" },
      requests: { type: "string", default: "400" },
    },
  });
  const [seconds, rounds, requests] = [Number(values.seconds), Number(values.rounds), Number(values.requests)];
  if (positionals.join(" ") !== "ack" || ![seconds, rounds, requests].every((number) => number > 0)) {
    process.stderr.write(usage);
    return 2;
  }
  const directory = mkdtempSync(join(tmpdir(), "stratus-bench-"));
  const load = startChild("load-process.ts");
  try {
    const comparisons = [
      ...(await onSqlite(directory, load, rounds, requests)),
      ...(await onDynalite(load, rounds, Math.ceil(requests / 4))),
    ];
    const flooded = await flood(directory, load, seconds);
    const checks = checksOf(comparisons, flooded);
    if (values.json) process.stdout.write(`${JSON.stringify({ checks, comparisons, flood: flooded })}\n`);
    else printReport(comparisons, flooded, checks, (line) => process.stdout.write(`${line}\n`));
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

process.exitCode = await main();
