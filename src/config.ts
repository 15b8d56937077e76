/**
 * Settings, read once from the environment. Every mistake is told in one go, by the variable's name and what it
 * takes; a value that could be a secret is never repeated.
 */
import * as z from "zod";
import type { Mode, Policy } from "./action/policy.ts";
import { malformed, success } from "./failure.ts";
import type { Result } from "./failure.ts";
import type { LogLevel } from "./log.ts";
import { certificates, duration, list, objectives, secret, url, whole } from "./setting.ts";
import type { Objective } from "./telemetry/objective.ts";
import { defaultLimits } from "./transaction/limits.ts";
import type { Limits } from "./transaction/limits.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Config {
  /** One, or two while one replaces the other. */
  readonly secrets: readonly string[];
  readonly host: string;
  readonly port: number;
  /** File of the SQLite ledger. */
  readonly ledgerPath: string;
  readonly clusterName: string;
  readonly prometheus: Upstream | undefined;
  readonly alertmanager: Upstream | undefined;
  readonly objectives: readonly Objective[];
  readonly slack:
    | { readonly webhookUrl: string }
    | { readonly botToken: string; readonly channel: string; readonly apiUrl?: string }
    | undefined;
  readonly dynamodb: { readonly table: string; readonly endpoint?: string } | undefined;
  /** Undefined unless region and keys are all there: then the platform's own chain is to be asked. */
  readonly aws: { readonly region: string; readonly credentials: AwsCredentials } | undefined;
  /** The API server, where no kubeconfig can be read. */
  readonly kubernetes: { readonly url: string; readonly token: string } | undefined;
  /** The API server of an EKS cluster, which takes a token that the AWS credentials sign. */
  readonly eks: { readonly url: string; readonly clusterName: string } | undefined;
  /** The API server's own authority, as PEM, when no public one vouches for it. */
  readonly kubernetesCa: string | undefined;
  /** The SQS queue of the steps. */
  readonly queue: { readonly url: string } | undefined;
  readonly policy: Policy;
  readonly limits: Limits;
  readonly leaseMs: number;
  readonly sweepMs: number;
  readonly logLevel: LogLevel;
}

export interface Upstream {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Settings that some runtimes cannot do without. */
export type Group = "dynamodb" | "aws" | "kubernetes" | "queue";

const environmentSchema = z.object({
  STRATUS_WEBHOOK_SECRET: secret,
  STRATUS_WEBHOOK_SECRET_PREVIOUS: secret.optional(),
  STRATUS_HOST: z.string().default("0.0.0.0"),
  STRATUS_PORT: whole(0, 65_535).default(8080),
  STRATUS_LEDGER: z.string().default("stratus.sqlite"),
  STRATUS_CLUSTER: z.string().default("default"),
  STRATUS_PROMETHEUS_URL: url.optional(),
  STRATUS_PROMETHEUS_TOKEN: z.string().optional(),
  STRATUS_ALERTMANAGER_URL: url.optional(),
  STRATUS_ALERTMANAGER_TOKEN: z.string().optional(),
  STRATUS_OBJECTIVES: objectives.default([]),
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
  STRATUS_MODE: z.enum(["observe", "approve", "auto"]).default("observe"),
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
  STRATUS_LOG_LEVEL: z.enum(["debug", "info", "warn", "error"]).default("info"),
});
type Settings = z.infer<typeof environmentSchema>;

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
};
const settingsOf: { readonly [group in Group]: readonly (keyof Settings)[] } = {
  dynamodb: ["STRATUS_DYNAMODB_TABLE"],
  aws: ["AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"],
  kubernetes: ["STRATUS_KUBERNETES_URL", "STRATUS_KUBERNETES_TOKEN"],
  queue: ["STRATUS_QUEUE_URL"],
};

/**
 * `malformed` with one line for each variable that is wrong. Unknown `STRATUS_` variables are wrong too: most are typing
 * errors. `needs`: what this runtime has no other way to get.
 */
export function readConfig<Need extends Group = never>(
  environment: Environment,
  needs: readonly Need[] = [],
): Result<Config & { readonly [group in Need]: NonNullable<Config[group]> }> {
  const known = (name: string): boolean => Object.hasOwn(environmentSchema.shape, name);
  const set = Object.entries(environment).filter(([, value]) => value !== undefined && value !== "");
  const unknown = set.map(([name]) => name).filter((name) => name.startsWith("STRATUS_") && !known(name));
  const own = Object.fromEntries(set.filter(([name]) => known(name)));
  const parsed = environmentSchema.safeParse(own);
  const missing = needs.flatMap((group) => settingsOf[group]).filter((name) => own[name] === undefined);
  const problems = [
    ...(parsed.error?.issues ?? []).map(describeIssue),
    ...missing.map(mustBeSet),
    ...unknown.map((name) => `${name} is not a setting of Stratus`),
  ];
  if (parsed.success) problems.push(...contradictions(parsed.data));
  if (!parsed.success || problems.length > 0) return malformed("environment", [...new Set(problems)].join("\n"));
  // That a needed group is not undefined is what `missing` has just shown.
  return success(configOf(parsed.data) as Config & { readonly [group in Need]: NonNullable<Config[group]> });
}

function describeIssue(issue: {
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly code?: string | undefined;
}): string {
  const name = String(issue.path[0] ?? "");
  if (issue.code === "invalid_type" && issue.message.includes("undefined")) return mustBeSet(name as keyof Settings);
  return `${name} ${issue.message}`;
}

function mustBeSet(name: keyof Settings): string {
  return `${name} must be set: ${required[name] ?? ""}`;
}

function contradictions(settings: Settings): string[] {
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
  if (settings.STRATUS_LEASE < 10_000) problems.push("STRATUS_LEASE must be at least 10s: longer than a request to the cluster may take");
  return problems;
}

function configOf(settings: Settings): Config {
  return {
    secrets: [
      settings.STRATUS_WEBHOOK_SECRET,
      ...(settings.STRATUS_WEBHOOK_SECRET_PREVIOUS === undefined ? [] : [settings.STRATUS_WEBHOOK_SECRET_PREVIOUS]),
    ],
    host: settings.STRATUS_HOST,
    port: settings.STRATUS_PORT,
    ledgerPath: settings.STRATUS_LEDGER,
    clusterName: settings.STRATUS_CLUSTER,
    prometheus: upstream(settings.STRATUS_PROMETHEUS_URL, settings.STRATUS_PROMETHEUS_TOKEN),
    alertmanager: upstream(settings.STRATUS_ALERTMANAGER_URL, settings.STRATUS_ALERTMANAGER_TOKEN),
    objectives: settings.STRATUS_OBJECTIVES,
    slack: slackOf(settings),
    dynamodb: dynamodbOf(settings),
    aws: awsOf(settings),
    kubernetes: kubernetesOf(settings),
    eks: eksOf(settings),
    kubernetesCa: settings.STRATUS_KUBERNETES_CA,
    queue: settings.STRATUS_QUEUE_URL === undefined ? undefined : { url: settings.STRATUS_QUEUE_URL },
    policy: {
      defaultMode: settings.STRATUS_MODE,
      // The more careful word about a namespace wins.
      modeByNamespace: Object.fromEntries([
        ...modes("auto", settings.STRATUS_AUTO_NAMESPACES),
        ...modes("approve", settings.STRATUS_APPROVE_NAMESPACES),
        ...modes("observe", settings.STRATUS_OBSERVE_NAMESPACES),
      ]),
      protectedNamespaces: settings.STRATUS_PROTECTED_NAMESPACES,
      actionsPerPlanMax: settings.STRATUS_WRITES_MAX,
    },
    limits: {
      ...defaultLimits,
      attemptsMax: settings.STRATUS_ATTEMPTS_MAX,
      writesMax: settings.STRATUS_WRITES_MAX,
      wallClockMs: settings.STRATUS_WALL_CLOCK,
      sampleIntervalMs: settings.STRATUS_SAMPLE_INTERVAL,
      evaluationMs: settings.STRATUS_EVALUATION,
      settleMs: settings.STRATUS_SETTLE,
      graceMs: settings.STRATUS_GRACE,
      commitRule: settings.STRATUS_COMMIT_RULE,
    },
    leaseMs: settings.STRATUS_LEASE,
    sweepMs: settings.STRATUS_SWEEP,
    logLevel: settings.STRATUS_LOG_LEVEL,
  };
}

function modes(mode: Mode, namespaces: readonly string[]): (readonly [string, Mode])[] {
  return namespaces.map((namespace) => [namespace, mode]);
}

function upstream(address: string | undefined, token: string | undefined): Upstream | undefined {
  if (address === undefined) return undefined;
  return { url: address, headers: token === undefined ? {} : { authorization: `Bearer ${token}` } };
}

function slackOf(settings: Settings): Config["slack"] {
  const {
    STRATUS_SLACK_TOKEN: botToken,
    STRATUS_SLACK_CHANNEL: channel,
    STRATUS_SLACK_API_URL: apiUrl,
    STRATUS_SLACK_WEBHOOK_URL: webhookUrl,
  } = settings;
  if (webhookUrl !== undefined) return { webhookUrl };
  if (botToken === undefined || channel === undefined) return undefined;
  return { botToken, channel, ...(apiUrl === undefined ? {} : { apiUrl }) };
}

function dynamodbOf({ STRATUS_DYNAMODB_TABLE: table, STRATUS_DYNAMODB_ENDPOINT: endpoint }: Settings): Config["dynamodb"] {
  if (table === undefined) return undefined;
  return { table, ...(endpoint === undefined ? {} : { endpoint }) };
}

function awsOf(settings: Settings): Config["aws"] {
  const {
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  } = settings;
  if (region === undefined || accessKeyId === undefined || secretAccessKey === undefined) return undefined;
  return { region, credentials: { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) } };
}

function kubernetesOf({ STRATUS_KUBERNETES_URL: address, STRATUS_KUBERNETES_TOKEN: token }: Settings): Config["kubernetes"] {
  return address === undefined || token === undefined ? undefined : { url: address, token };
}

function eksOf({ STRATUS_KUBERNETES_URL: address, STRATUS_EKS_CLUSTER: clusterName }: Settings): Config["eks"] {
  return address === undefined || clusterName === undefined ? undefined : { url: address, clusterName };
}
