#!/usr/bin/env node
/** `stratus doctor`: the doctor on the command line. Knows its runtime, wires, decides nothing. */
import { systemClock } from "../clock.ts";
import { kubernetesCluster } from "../cluster/kubernetes.ts";
import { nodeAccess } from "../cluster/node-access.ts";
import { readConfig } from "../config.ts";
import type { Config } from "../config.ts";
import { examine, wrongSettings } from "../doctor/doctor.ts";
import type { Patient } from "../doctor/doctor.ts";
import { isHealthy, printFindings, well } from "../doctor/finding.ts";
import type { Finding } from "../doctor/finding.ts";
import { success } from "../failure.ts";
import { dynamodbLedger } from "../ledger/dynamodb.ts";
import { sqliteLedger } from "../ledger/sqlite.ts";
import { checkSlackToken } from "../notifier/slack-check.ts";
import { alertmanager } from "../telemetry/alertmanager.ts";
import { tracesCallGraph } from "../telemetry/call-graph-traces.ts";
import { prometheus } from "../telemetry/prometheus.ts";
import { withSettingFiles } from "./setting-file.ts";

const usage = "stratus doctor    checks settings, ledger, clusters, permissions, Prometheus, Alertmanager and Slack; changes no cluster";

async function doctor(): Promise<readonly Finding[]> {
  const environment = withSettingFiles(process.env);
  const config = environment.ok ? readConfig(environment.value) : environment;
  if (!config.ok) return wrongSettings(config.failure.reason);
  const { clusters, host, port } = config.value;
  const names = clusters.map(({ name }) => name).join(", ");
  const { patient, close } = patientOf(config.value);
  try {
    return [
      well("settings", `for ${clusters.length === 1 ? "cluster" : "clusters"} ${names}, listening on ${host}:${port}`),
      ...(await examine(patient)),
    ];
  } finally {
    close();
  }
}

function patientOf({ clusters, aws, dynamodb, ledgerPath, model, slack }: Config): {
  readonly patient: Patient;
  readonly close: () => void;
} {
  const sqlite = sqliteLedger({ path: ledgerPath });
  const patient: Patient = {
    ledgerName: dynamodb === undefined ? `SQLite in ${ledgerPath}` : `DynamoDB table ${dynamodb.table}`,
    ledger: dynamodb === undefined ? sqlite : dynamodbLedger({ ...dynamodb, ...aws }),
    clusters: clusters.map((config) => {
      const access = nodeAccess(config.reach, { aws, clock: systemClock });
      return {
        config,
        cluster: access.ok ? success(kubernetesCluster(access.value, config.policy.customKinds)) : access,
        prometheus: config.prometheus.map(prometheus),
        alertmanager: config.alertmanager.map((upstream) => alertmanager({ ...upstream, alone: config.prometheus.length === 0 })),
        traces: config.traces === undefined ? undefined : tracesCallGraph({ ...config.traces, clock: systemClock }),
      };
    }),
    modelLooks: model?.names.diagnosis !== undefined,
    slack: slack === undefined ? "none" : "webhookUrl" in slack ? "webhook" : () => checkSlackToken(slack),
  };
  return { patient, close: () => sqlite.close() };
}

if (process.argv[2] === "doctor") {
  const findings = await doctor();
  process.stdout.write(`${printFindings(findings).join("\n")}\n`);
  process.exitCode = isHealthy(findings) ? 0 : 1;
} else {
  process.stderr.write(`${usage}\n`);
  process.exitCode = 2;
}
