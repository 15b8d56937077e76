/**
 * Looks at everything that Stratus needs, through its ports, and says what is wrong and what to do about it. It changes no
 * cluster and tells nobody anything: the one thing that it writes is a probe in the ledger.
 */
import type { ClusterPort } from "../cluster/cluster.ts";
import type { ClusterConfig } from "../config-cluster.ts";
import type { Result } from "../failure.ts";
import type { LedgerPort } from "../ledger/ledger.ts";
import type { AlertSource, CallGraphSource, MetricSource } from "../telemetry/telemetry.ts";
import { examineLedger } from "./ledger.ts";
import { examineCluster } from "./cluster.ts";
import { examineTelemetry } from "./telemetry.ts";
import type { Finding } from "./finding.ts";
import { untested, well, wrong } from "./finding.ts";

export interface ClusterPatient {
  readonly config: ClusterConfig;
  /** A failure: it cannot even be asked. */
  readonly cluster: Result<ClusterPort>;
  /** In the order of the settings, as the Alertmanagers are. */
  readonly prometheus: readonly (AlertSource & MetricSource)[];
  readonly alertmanager: readonly AlertSource[];
  readonly traces: CallGraphSource | undefined;
}

export interface Patient {
  /** `SQLite in stratus.sqlite`. */
  readonly ledgerName: string;
  readonly ledger: LedgerPort;
  readonly clusters: readonly ClusterPatient[];
  /** Whether a language model looks around. */
  readonly modelLooks: boolean;
  /** A question to Slack whose answer says whose the token is. */
  readonly slack: "none" | "webhook" | (() => Promise<Result<string>>);
}

export async function examine(patient: Patient): Promise<readonly Finding[]> {
  const { ledger, ledgerName, clusters, modelLooks } = patient;
  const findings = await Promise.all([
    examineLedger(ledger, ledgerName),
    ...clusters.flatMap((cluster) => [examineCluster(cluster, modelLooks), examineTelemetry(cluster)]),
    examineSlack(patient.slack),
  ]);
  return findings.flat();
}

/** `reason`: a mistake a line, as config.ts tells them. */
export function wrongSettings(reason: string): readonly Finding[] {
  const problems = reason.split("\n");
  const todo = "README.md has the table of settings; everything else is examined when these are right";
  return problems.map((problem, index) => wrong("settings", problem, index === problems.length - 1 ? todo : undefined));
}

async function examineSlack(slack: Patient["slack"]): Promise<readonly Finding[]> {
  const about = "Slack";
  if (slack === "none") return [untested(about, "not configured: the story goes to the log alone")];
  if (slack === "webhook") return [untested(about, "a webhook can be tested only by posting to it, which the doctor leaves to you")];
  const answer = await slack();
  if (answer.ok) return [well(about, answer.value)];
  return [wrong(about, answer.failure.reason, "set STRATUS_SLACK_TOKEN to the app's bot token (xoxb-…) with the scope chat:write")];
}
