/**
 * PURE. What is configured of each cluster: a list of one from the settings for one cluster, or STRATUS_CLUSTERS. Secrets
 * stay out of that list; it names the variables that hold them.
 */
import * as z from "zod";
import type { Mode, Policy } from "./action/policy.ts";
import type { Reach } from "./cluster/reach.ts";
import { disagreements, modeSchema, policySchema, withDocument } from "./config-policy.ts";
import type { ToldModes } from "./config-policy.ts";
import { certificates, declaredCallsSchema, durationOrOff, readYaml, url, urls } from "./setting.ts";
import type { DeclaredCall } from "./severity/call-graph.ts";
import { objectivesSchema } from "./telemetry/objective-list.ts";
import type { Objective } from "./telemetry/objective.ts";

export interface Upstream {
  /** `Prometheus`, or `Prometheus 2` where there are several, in the order of the settings. */
  readonly name: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface ClusterConfig {
  /** What alerts say in their label `cluster`. */
  readonly name: string;
  readonly reach: Reach;
  /** Replicas of one another, as the Alertmanagers are. */
  readonly prometheus: readonly Upstream[];
  readonly alertmanager: readonly Upstream[];
  /** Whoever speaks Jaeger's API. */
  readonly traces: Upstream | undefined;
  readonly objectives: readonly Objective[];
  /** Over which time objectives are made out of the call graph; 0: none are. */
  readonly automaticObjectivesMs: number;
  readonly calls: readonly DeclaredCall[];
  readonly policy: Policy;
}

/** Two scrapes of the usual half minute. What fails is remembered as long, so not longer than the grace in flight. */
export const automaticObjectivesMs = 60_000;

const variable = z.string().regex(/^[A-Z][A-Z0-9_]*$/, "must be the name of a variable, not its value");
const namespaces = z.array(z.string().min(1).max(63));
const entrySchema = z.strictObject({
  name: z.string().min(1).max(100),
  context: z.string().min(1).optional(),
  url: url.optional(),
  tokenEnv: variable.optional(),
  eksCluster: z.string().min(1).optional(),
  ca: certificates.optional(),
  prometheusUrl: urls.optional(),
  prometheusTokenEnv: variable.optional(),
  alertmanagerUrl: urls.optional(),
  alertmanagerTokenEnv: variable.optional(),
  tracesUrl: url.optional(),
  tracesTokenEnv: variable.optional(),
  objectives: objectivesSchema.optional(),
  automaticObjectives: durationOrOff(automaticObjectivesMs).default(automaticObjectivesMs),
  callGraph: declaredCallsSchema.default([]),
  mode: modeSchema.optional(),
  clusterScopedMode: modeSchema.optional(),
  autoNamespaces: namespaces.optional(),
  approveNamespaces: namespaces.optional(),
  observeNamespaces: namespaces.optional(),
  protectedNamespaces: namespaces.default([]),
  policy: policySchema.optional(),
});
const entriesSchema = z.array(entrySchema).min(1, "must name at least one cluster").max(50, "must name at most 50 clusters");
export type ClusterEntry = z.infer<typeof entrySchema>;

/** The form of STRATUS_CLUSTERS; every mistake in it is an issue of its own, named by the cluster. */
export const clusterList = z.string().transform((text, context) => {
  const read = readYaml(text);
  const list = "value" in read && Array.isArray(read.value) ? read.value : undefined;
  if (list === undefined) {
    context.addIssue("problem" in read ? read.problem : "must be a YAML or JSON list of clusters");
    return z.NEVER;
  }
  const parsed = entriesSchema.safeParse(list);
  const problems = parsed.success
    ? contradictions(parsed.data)
    : parsed.error.issues.map((issue) => `${placeOf(list, issue.path)}${issue.message}`);
  if (parsed.success && problems.length === 0) return parsed.data;
  for (const message of problems) context.addIssue(message);
  return z.NEVER;
});

/** `east.prometheusUrl: `; the place in the list where there is no name. */
function placeOf(list: readonly unknown[], [index, ...rest]: readonly PropertyKey[]): string {
  if (index === undefined) return "";
  const named = z.object({ name: z.string().min(1).max(100) }).safeParse(list[Number(index)]);
  return `${[named.data?.name ?? index, ...rest].map(String).join(".")}: `;
}

function contradictions(entries: readonly ClusterEntry[]): string[] {
  const names = entries.map(({ name }) => name);
  const twice = new Set(names.filter((name, index) => names.indexOf(name) !== index));
  return [...Array.from(twice, (name) => `${name}: two clusters have this name`), ...entries.flatMap(contradictionsOf)];
}

function contradictionsOf(entry: ClusterEntry): string[] {
  const { name, context, tokenEnv, eksCluster, prometheusUrl, prometheusTokenEnv, alertmanagerUrl, alertmanagerTokenEnv } = entry;
  const byUrl = entry.url !== undefined;
  const problems = [
    context !== undefined && byUrl && "context and url exclude each other",
    byUrl && (tokenEnv === undefined) === (eksCluster === undefined) && "url takes either tokenEnv or eksCluster",
    !byUrl && (tokenEnv ?? eksCluster ?? entry.ca) !== undefined && "url must be set with tokenEnv, eksCluster or ca",
    prometheusUrl === undefined && prometheusTokenEnv !== undefined && "prometheusUrl must be set with prometheusTokenEnv",
    alertmanagerUrl === undefined && alertmanagerTokenEnv !== undefined && "alertmanagerUrl must be set with alertmanagerTokenEnv",
    entry.tracesUrl === undefined && entry.tracesTokenEnv !== undefined && "tracesUrl must be set with tracesTokenEnv",
    (entry.objectives ?? []).length > 0 && prometheusUrl === undefined && "objectives need prometheusUrl",
  ];
  return [...problems.flatMap((problem) => problem || []), ...disagreements(entry.policy, toldModes(entry))].map(
    (problem) => `${name}: ${problem}`,
  );
}

/** The variables that the list expects, by the cluster which does. */
export function variablesOf(entry: ClusterEntry): readonly string[] {
  return [entry.tokenEnv, entry.prometheusTokenEnv, entry.alertmanagerTokenEnv, entry.tracesTokenEnv].flatMap((name) => name ?? []);
}

/** `read`: the value of a variable. What an entry says nothing about is as `policy` has it for all; protection adds up. */
export function clusterOf(entry: ClusterEntry, policy: Policy, read: (variable: string) => string | undefined): ClusterConfig {
  const valueOf = (name: string | undefined): string | undefined => (name === undefined ? undefined : read(name));
  const own = entry.autoNamespaces ?? entry.approveNamespaces ?? entry.observeNamespaces ?? entry.policy?.modes?.namespaces;
  const told = toldModes(entry);
  const base = withDocument(policy, entry.policy);
  return {
    name: entry.name,
    reach: reachOf(entry, valueOf(entry.tokenEnv) ?? ""),
    prometheus: upstreams("Prometheus", entry.prometheusUrl, valueOf(entry.prometheusTokenEnv)),
    alertmanager: upstreams("Alertmanager", entry.alertmanagerUrl, valueOf(entry.alertmanagerTokenEnv)),
    traces: upstreams("Traces", arrayOf(entry.tracesUrl), valueOf(entry.tracesTokenEnv))[0],
    objectives: entry.objectives ?? [],
    automaticObjectivesMs: entry.automaticObjectives,
    calls: entry.callGraph,
    policy: {
      ...base,
      defaultMode: told.default ?? base.defaultMode,
      clusterScopedMode: told.clusterScoped ?? base.clusterScopedMode,
      modeByNamespace: own === undefined ? policy.modeByNamespace : { ...entry.policy?.modes?.namespaces, ...told.namespaces },
      protectedNamespaces: [...base.protectedNamespaces, ...entry.protectedNamespaces],
    },
  };
}

function toldModes(entry: ClusterEntry): ToldModes {
  return {
    default: entry.mode,
    clusterScoped: entry.clusterScopedMode,
    namespaces: modesOf(entry.autoNamespaces ?? [], entry.approveNamespaces ?? [], entry.observeNamespaces ?? []),
  };
}

function reachOf({ url: address, context, eksCluster, ca }: ClusterEntry, token: string): Reach {
  if (address === undefined) return { by: "kubeconfig", context };
  return eksCluster === undefined ? { by: "token", url: address, token, ca } : { by: "eks", url: address, clusterName: eksCluster, ca };
}

export function upstreams(kind: string, addresses: readonly string[] | undefined, token: string | undefined): readonly Upstream[] {
  const headers: Upstream["headers"] = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return (addresses ?? []).map((address, index, { length }) => ({
    name: length === 1 ? kind : `${kind} ${index + 1}`,
    url: address,
    headers,
  }));
}

export function arrayOf<T>(value: T | undefined): readonly T[] {
  return value === undefined ? [] : [value];
}

/** The more careful word about a namespace wins. */
export function modesOf(auto: readonly string[], approve: readonly string[], observe: readonly string[]): Readonly<Record<string, Mode>> {
  return Object.fromEntries([...withMode("auto", auto), ...withMode("approve", approve), ...withMode("observe", observe)]);
}

function withMode(mode: Mode, names: readonly string[]): (readonly [string, Mode])[] {
  return names.map((name) => [name, mode]);
}
