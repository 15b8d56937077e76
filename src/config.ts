/**
 * Settings, read once from the environment. Every mistake is told in one go, by the variable's name and what it
 * takes; a value that could be a secret is never repeated.
 */
import { defaultPolicy } from "./action/policy.ts";
import type { Policy } from "./action/policy.ts";
import type { Reach } from "./cluster/reach.ts";
import { arrayOf, clusterList, clusterOf, modesOf, upstreams, variablesOf } from "./config-cluster.ts";
import type { ClusterConfig, ClusterEntry } from "./config-cluster.ts";
import { modelOf } from "./config-model.ts";
import type { ModelConfig } from "./config-model.ts";
import { disagreements, withDocument } from "./config-policy.ts";
import type { ToldModes } from "./config-policy.ts";
import { malformed, success } from "./failure.ts";
import type { Result } from "./failure.ts";
import type { LogLevel } from "./log.ts";
import { contradictions, environmentSchema, mustBeSet, oneClusterOnly, settingsOf } from "./environment.ts";
import type { Group, Settings } from "./environment.ts";
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
  /** At least one; the first serves alerts that carry no `cluster` label. */
  readonly clusters: readonly ClusterConfig[];
  /** How Stratus invokes itself where there is no queue. The first key signs, both are valid. */
  readonly selfPost: { readonly publicUrl: string; readonly keys: readonly string[] } | undefined;
  readonly slack:
    | { readonly webhookUrl: string }
    | { readonly botToken: string; readonly channel: string; readonly apiUrl?: string }
    | undefined;
  readonly dynamodb: { readonly table: string; readonly endpoint?: string } | undefined;
  /** Undefined unless region and keys are all there: then the platform's own chain is to be asked. */
  readonly aws: { readonly region: string; readonly credentials: AwsCredentials } | undefined;
  /** The SQS queue of the steps. */
  readonly queue: { readonly url: string } | undefined;
  readonly limits: Limits;
  readonly leaseMs: number;
  readonly sweepMs: number;
  /** Undefined: nobody looks at the namespaces between incidents. `keeps`: what is there while all is well is recorded. */
  readonly recorder:
    | { readonly intervalMs: number; readonly trialMs: number; readonly keeps: boolean; readonly noticeAfterMs: number | undefined }
    | undefined;
  /** Undefined: what incidents teach is not kept. */
  readonly memory: { readonly keptMs: number } | undefined;
  /** Undefined: no model is asked anything. */
  readonly model: ModelConfig | undefined;
  readonly logLevel: LogLevel;
}

export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

function known(name: string): boolean {
  return Object.hasOwn(environmentSchema.shape, name);
}

/**
 * `malformed` with one line for each variable that is wrong. Unknown `STRATUS_` variables are wrong too: most are typing
 * errors. `needs`: what this runtime has no other way to get.
 */
export function readConfig<Need extends Group = never>(
  environment: Environment,
  needs: readonly Need[] = [],
): Result<Config & { readonly [group in Need & keyof Config]: NonNullable<Config[group]> }> {
  const set = Object.entries(environment).filter(([, value]) => value !== undefined && value !== "");
  const own = Object.fromEntries(set.filter(([name]) => known(name)));
  const parsed = environmentSchema.safeParse(own);
  const entries = clusterList.safeParse(own["STRATUS_CLUSTERS"]).data ?? [];
  const named = entries.flatMap(variablesOf);
  const unknown = set.map(([name]) => name).filter((name) => name.startsWith("STRATUS_") && !known(name) && !named.includes(name));
  const inList = own["STRATUS_CLUSTERS"] !== undefined;
  const missing = needs
    .filter((group) => !(inList && group === "kubernetes"))
    .flatMap((group) => settingsOf[group])
    .filter((name) => own[name] === undefined);
  const problems = [
    ...(parsed.error?.issues ?? []).map(describeIssue),
    ...missing.map(mustBeSet),
    ...unknown.map((name) => `${name} is not a setting of Stratus`),
    ...(inList ? oneClusterOnly.filter((name) => own[name] !== undefined).map((name) => `${name} belongs into STRATUS_CLUSTERS`) : []),
    ...entries.flatMap((entry) => problemsOf(entry, environment, needs)),
  ];
  if (parsed.success)
    problems.push(
      ...contradictions(parsed.data),
      ...disagreements(parsed.data.STRATUS_POLICY, toldModes(parsed.data)).map((why) => `STRATUS_POLICY: ${why}`),
    );
  if (!parsed.success || problems.length > 0) return malformed("environment", [...new Set(problems)].join("\n"));
  const config = configOf(parsed.data, (name) => environment[name]);
  // That a needed group is not undefined is what `missing` has just shown.
  return success(config as Config & { readonly [group in Need & keyof Config]: NonNullable<Config[group]> });
}

function problemsOf(entry: ClusterEntry, environment: Environment, needs: readonly Group[]): string[] {
  const unset = variablesOf(entry).filter((name) => (environment[name] ?? "") === "");
  return [
    ...unset.map((name) => `${name} must be set: STRATUS_CLUSTERS names it for cluster ${entry.name}`),
    ...(needs.includes("kubernetes") && entry.url === undefined
      ? [`STRATUS_CLUSTERS ${entry.name}: url must be set, with tokenEnv or eksCluster: no kubeconfig can be read here`]
      : []),
  ];
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

function configOf(settings: Settings, read: (variable: string) => string | undefined): Config {
  const policy = policyOf(settings);
  return {
    secrets: [
      settings.STRATUS_WEBHOOK_SECRET,
      ...(settings.STRATUS_WEBHOOK_SECRET_PREVIOUS === undefined ? [] : [settings.STRATUS_WEBHOOK_SECRET_PREVIOUS]),
    ],
    host: settings.STRATUS_HOST,
    port: settings.STRATUS_PORT,
    ledgerPath: settings.STRATUS_LEDGER,
    clusters: settings.STRATUS_CLUSTERS?.map((entry) => clusterOf(entry, policy, read)) ?? [onlyCluster(settings, policy)],
    selfPost: selfPostOf(settings),
    slack: slackOf(settings),
    dynamodb: dynamodbOf(settings),
    aws: awsOf(settings),
    queue: settings.STRATUS_QUEUE_URL === undefined ? undefined : { url: settings.STRATUS_QUEUE_URL },
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
    recorder:
      settings.STRATUS_KNOWN_GOOD === "off" && settings.STRATUS_DETECTION === 0
        ? undefined
        : {
            intervalMs: settings.STRATUS_KNOWN_GOOD_INTERVAL,
            trialMs: settings.STRATUS_KNOWN_GOOD_TRIAL,
            keeps: settings.STRATUS_KNOWN_GOOD === "on",
            noticeAfterMs: settings.STRATUS_DETECTION === 0 ? undefined : settings.STRATUS_DETECTION,
          },
    memory: settings.STRATUS_MEMORY === 0 ? undefined : { keptMs: settings.STRATUS_MEMORY },
    model: modelOf(settings),
    logLevel: settings.STRATUS_LOG_LEVEL,
  };
}

function policyOf(settings: Settings): Policy {
  const policy = withDocument(defaultPolicy, settings.STRATUS_POLICY);
  const told = toldModes(settings);
  return {
    ...policy,
    defaultMode: told.default ?? policy.defaultMode,
    modeByNamespace: { ...policy.modeByNamespace, ...told.namespaces },
    clusterScopedMode: told.clusterScoped ?? policy.clusterScopedMode,
    protectedNamespaces: [...policy.protectedNamespaces, ...settings.STRATUS_PROTECTED_NAMESPACES],
    actionsPerPlanMax: settings.STRATUS_WRITES_MAX,
  };
}

function toldModes(settings: Settings): ToldModes {
  return {
    default: settings.STRATUS_MODE,
    clusterScoped: settings.STRATUS_CLUSTER_SCOPED_MODE,
    namespaces: modesOf(settings.STRATUS_AUTO_NAMESPACES, settings.STRATUS_APPROVE_NAMESPACES, settings.STRATUS_OBSERVE_NAMESPACES),
  };
}

function onlyCluster(settings: Settings, policy: Policy): ClusterConfig {
  return {
    name: settings.STRATUS_CLUSTER,
    reach: reachOf(settings),
    prometheus: upstreams("Prometheus", settings.STRATUS_PROMETHEUS_URL, settings.STRATUS_PROMETHEUS_TOKEN),
    alertmanager: upstreams("Alertmanager", settings.STRATUS_ALERTMANAGER_URL, settings.STRATUS_ALERTMANAGER_TOKEN),
    traces: upstreams("Traces", arrayOf(settings.STRATUS_TRACES_URL), settings.STRATUS_TRACES_TOKEN)[0],
    objectives: settings.STRATUS_OBJECTIVES,
    automaticObjectivesMs: settings.STRATUS_AUTOMATIC_OBJECTIVES,
    calls: settings.STRATUS_CALL_GRAPH,
    policy,
  };
}

function reachOf(settings: Settings): Reach {
  const { STRATUS_KUBERNETES_URL: url, STRATUS_KUBERNETES_TOKEN: token, STRATUS_EKS_CLUSTER: clusterName } = settings;
  const ca = settings.STRATUS_KUBERNETES_CA;
  if (url !== undefined && token !== undefined) return { by: "token", url, token, ca };
  return url !== undefined && clusterName !== undefined ? { by: "eks", url, clusterName, ca } : { by: "kubeconfig" };
}

function selfPostOf(settings: Settings): Config["selfPost"] {
  const { STRATUS_PUBLIC_URL: publicUrl, STRATUS_CONTINUE_KEY: key, STRATUS_CONTINUE_KEY_PREVIOUS: previous } = settings;
  if (publicUrl === undefined || key === undefined) return undefined;
  return { publicUrl, keys: [key, ...(previous === undefined ? [] : [previous])] };
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
