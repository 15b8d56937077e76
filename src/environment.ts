/**
 * PURE. Every setting of Stratus by its variable, which of them belong together, and what is wrong between them. It reads
 * no environment and fills in nothing but defaults.
 */
import * as z from "zod";
import { automaticObjectivesMs, clusterList } from "./config-cluster.ts";
import { modelContradictions, modelSettings } from "./config-model.ts";
import { modeSchema, policyText } from "./config-policy.ts";
import { certificates, declaredCalls, duration, durationOrOff, list, objectives, secret, url, urls, whole } from "./setting.ts";
import { defaultLimits } from "./transaction/limits.ts";

/** Settings that some runtimes cannot do without. */
export type Group = "dynamodb" | "aws" | "kubernetes" | "queue";

/** 90 days: a quarter, in which most of a service changes. */
const memoryKeptMs = 90 * 24 * 60 * 60_000;

export const environmentSchema = z.object({
  STRATUS_WEBHOOK_SECRET: secret,
  STRATUS_WEBHOOK_SECRET_PREVIOUS: secret.optional(),
  STRATUS_HOST: z.string().default("0.0.0.0"),
  STRATUS_PORT: whole(0, 65_535).default(8080),
  STRATUS_LEDGER: z.string().default("stratus.sqlite"),
  STRATUS_CLUSTER: z.string().default("default"),
  STRATUS_CLUSTERS: clusterList.optional(),
  STRATUS_PROMETHEUS_URL: urls.optional(),
  STRATUS_PROMETHEUS_TOKEN: z.string().optional(),
  STRATUS_ALERTMANAGER_URL: urls.optional(),
  STRATUS_ALERTMANAGER_TOKEN: z.string().optional(),
  /** Of whoever speaks Jaeger's API. */
  STRATUS_TRACES_URL: url.optional(),
  STRATUS_TRACES_TOKEN: z.string().optional(),
  STRATUS_OBJECTIVES: objectives.default([]),
  /** An entry that can read files has put the file's text in place of it. */
  STRATUS_OBJECTIVES_FILE: z
    .string()
    .refine(() => false, "no file can be read here: put its text into STRATUS_OBJECTIVES")
    .optional(),
  STRATUS_AUTOMATIC_OBJECTIVES: durationOrOff(automaticObjectivesMs).default(automaticObjectivesMs),
  STRATUS_CALL_GRAPH: declaredCalls.default([]),
  STRATUS_SLACK_WEBHOOK_URL: url.optional(),
  STRATUS_SLACK_TOKEN: z.string().optional(),
  STRATUS_SLACK_CHANNEL: z.string().optional(),
  STRATUS_SLACK_API_URL: url.optional(),
  STRATUS_DYNAMODB_TABLE: z
    .string()
    .regex(/^[\w.-]{3,255}$/, "must be the name of a table: 3 to 255 of a-z, A-Z, 0-9, _, - and .")
    .optional(),
  /** For a local DynamoDB; AWS is found by its region. */
  STRATUS_DYNAMODB_ENDPOINT: url.optional(),
  AWS_REGION: z.string().optional(),
  AWS_ACCESS_KEY_ID: z.string().optional(),
  AWS_SECRET_ACCESS_KEY: z.string().optional(),
  AWS_SESSION_TOKEN: z.string().optional(),
  STRATUS_KUBERNETES_URL: url.optional(),
  STRATUS_KUBERNETES_TOKEN: z.string().optional(),
  /** PEM, or the same in base64 as `aws eks describe-cluster` shows it. */
  STRATUS_KUBERNETES_CA: certificates.optional(),
  STRATUS_EKS_CLUSTER: z.string().optional(),
  STRATUS_QUEUE_URL: url.optional(),
  STRATUS_CONTINUE_KEY: secret.optional(),
  STRATUS_CONTINUE_KEY_PREVIOUS: secret.optional(),
  STRATUS_PUBLIC_URL: url.optional(),
  STRATUS_MODE: modeSchema.optional(),
  STRATUS_CLUSTER_SCOPED_MODE: modeSchema.optional(),
  STRATUS_POLICY: policyText.optional(),
  /** An entry that can read files has put the file's text in place of it. */
  STRATUS_POLICY_FILE: z
    .string()
    .refine(() => false, "no file can be read here: put its text into STRATUS_POLICY")
    .optional(),
  STRATUS_AUTO_NAMESPACES: list.default([]),
  STRATUS_APPROVE_NAMESPACES: list.default([]),
  STRATUS_OBSERVE_NAMESPACES: list.default([]),
  STRATUS_PROTECTED_NAMESPACES: list.default([]),
  STRATUS_ATTEMPTS_MAX: whole(1, 20).default(defaultLimits.attemptsMax),
  STRATUS_WRITES_MAX: whole(1, 100).default(defaultLimits.writesMax),
  STRATUS_WALL_CLOCK: duration.default(defaultLimits.wallClockMs),
  STRATUS_SAMPLE_INTERVAL: duration.default(defaultLimits.sampleIntervalMs),
  STRATUS_EVALUATION: duration.default(defaultLimits.evaluationMs),
  STRATUS_SETTLE: duration.default(defaultLimits.settleMs),
  STRATUS_GRACE: duration.default(defaultLimits.graceMs),
  STRATUS_COMMIT_RULE: z.enum(["improve", "paper"]).default("improve"),
  STRATUS_LEASE: duration.default(30_000),
  STRATUS_SWEEP: duration.default(15_000),
  STRATUS_KNOWN_GOOD: z.enum(["on", "off"]).default("on"),
  STRATUS_KNOWN_GOOD_INTERVAL: duration.default(60_000),
  STRATUS_KNOWN_GOOD_TRIAL: duration.default(600_000),
  /** How long something must be wrong, with no alert about it, before Stratus looks into it unasked. */
  STRATUS_DETECTION: durationOrOff(120_000).default(0),
  /** How long what became of a remedy is remembered. */
  STRATUS_MEMORY: durationOrOff(memoryKeptMs).default(memoryKeptMs),
  ...modelSettings,
  STRATUS_LOG_LEVEL: z.enum(["debug", "info", "warn", "error"]).default("info"),
});
export type Settings = z.infer<typeof environmentSchema>;

/** What each setting is that must be there, for the sentence that says so. */
const required: { readonly [name in keyof Settings]?: string } = {
  STRATUS_WEBHOOK_SECRET: "the bearer token that Alertmanager sends",
  STRATUS_DYNAMODB_TABLE: "the table of the ledger",
  AWS_REGION: "the region of the ledger's table",
  AWS_ACCESS_KEY_ID: "of a user who may use the ledger's table",
  AWS_SECRET_ACCESS_KEY: "belongs to AWS_ACCESS_KEY_ID",
  STRATUS_KUBERNETES_URL: "the address of the API server",
  STRATUS_KUBERNETES_TOKEN: "the token of the service account of Stratus",
  STRATUS_QUEUE_URL: "the SQS queue of the steps",
  STRATUS_CONTINUE_KEY: "it signs what Stratus posts to STRATUS_PUBLIC_URL",
  STRATUS_PUBLIC_URL: "the address at which Stratus reaches itself",
};
/** Settings of the only cluster. */
export const oneClusterOnly: readonly (keyof Settings)[] = [
  "STRATUS_CLUSTER",
  "STRATUS_PROMETHEUS_URL",
  "STRATUS_PROMETHEUS_TOKEN",
  "STRATUS_ALERTMANAGER_URL",
  "STRATUS_ALERTMANAGER_TOKEN",
  "STRATUS_TRACES_URL",
  "STRATUS_TRACES_TOKEN",
  "STRATUS_OBJECTIVES",
  "STRATUS_OBJECTIVES_FILE",
  "STRATUS_AUTOMATIC_OBJECTIVES",
  "STRATUS_CALL_GRAPH",
  "STRATUS_KUBERNETES_URL",
  "STRATUS_KUBERNETES_TOKEN",
  "STRATUS_KUBERNETES_CA",
  "STRATUS_EKS_CLUSTER",
];
export const settingsOf: { readonly [group in Group]: readonly (keyof Settings)[] } = {
  dynamodb: ["STRATUS_DYNAMODB_TABLE"],
  aws: ["AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"],
  kubernetes: ["STRATUS_KUBERNETES_URL", "STRATUS_KUBERNETES_TOKEN"],
  queue: ["STRATUS_QUEUE_URL"],
};

export function mustBeSet(name: keyof Settings): string {
  return `${name} must be set: ${required[name] ?? ""}`;
}

export function contradictions(settings: Settings): string[] {
  const problems: string[] = [];
  if (settings.STRATUS_SLACK_TOKEN !== undefined && settings.STRATUS_SLACK_CHANNEL === undefined)
    problems.push("STRATUS_SLACK_CHANNEL must be set with STRATUS_SLACK_TOKEN: the channel's id");
  if (settings.STRATUS_SLACK_TOKEN !== undefined && settings.STRATUS_SLACK_WEBHOOK_URL !== undefined)
    problems.push("STRATUS_SLACK_TOKEN and STRATUS_SLACK_WEBHOOK_URL exclude each other");
  if (settings.STRATUS_OBJECTIVES.length > 0 && settings.STRATUS_PROMETHEUS_URL === undefined)
    problems.push("STRATUS_OBJECTIVES needs STRATUS_PROMETHEUS_URL");
  if (settings.STRATUS_DYNAMODB_ENDPOINT !== undefined && settings.STRATUS_DYNAMODB_TABLE === undefined)
    problems.push(mustBeSet("STRATUS_DYNAMODB_TABLE"));
  if (settings.STRATUS_KUBERNETES_TOKEN !== undefined && settings.STRATUS_EKS_CLUSTER !== undefined)
    problems.push("STRATUS_KUBERNETES_TOKEN and STRATUS_EKS_CLUSTER exclude each other");
  else if (
    settings.STRATUS_KUBERNETES_URL !== undefined &&
    (settings.STRATUS_KUBERNETES_TOKEN ?? settings.STRATUS_EKS_CLUSTER) === undefined
  )
    problems.push(mustBeSet("STRATUS_KUBERNETES_TOKEN"));
  if (settings.STRATUS_KUBERNETES_TOKEN !== undefined && settings.STRATUS_KUBERNETES_URL === undefined)
    problems.push(mustBeSet("STRATUS_KUBERNETES_URL"));
  if (settings.STRATUS_EKS_CLUSTER !== undefined && settings.STRATUS_KUBERNETES_URL === undefined)
    problems.push(mustBeSet("STRATUS_KUBERNETES_URL"));
  if ((settings.STRATUS_CONTINUE_KEY ?? settings.STRATUS_CONTINUE_KEY_PREVIOUS) !== undefined && settings.STRATUS_PUBLIC_URL === undefined)
    problems.push(mustBeSet("STRATUS_PUBLIC_URL"));
  if ((settings.STRATUS_PUBLIC_URL ?? settings.STRATUS_CONTINUE_KEY_PREVIOUS) !== undefined && settings.STRATUS_CONTINUE_KEY === undefined)
    problems.push(mustBeSet("STRATUS_CONTINUE_KEY"));
  if (settings.STRATUS_LEASE < 10_000) problems.push("STRATUS_LEASE must be at least 10s: longer than a request to the cluster may take");
  return [...problems, ...modelContradictions(settings, settings.STRATUS_LEASE)];
}
