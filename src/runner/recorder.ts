/**
 * Records what is known good: looks at each namespace that Stratus may write, and while nothing is wrong there keeps what
 * people decided; where something is wrong and no alert says so, notice.ts is told. Never writes to a cluster. One item a cluster is due once an interval; the sweep brings it here.
 * Cost of a look at a healthy namespace: the readings of severity, 12 lists and 1 ledger query; 1 ledger write for each
 * object that changed. At an unhealthy one: the readings. And for each cluster 1 list of nodes, 1 ledger read, 1 write.
 */
import { isProtectedNamespace } from "../action/policy.ts";
import type { Policy } from "../action/policy.ts";
import { takeReadings } from "../agent/readings.ts";
import type { Site } from "../agent/site.ts";
import { describeFailure, success } from "../failure.ts";
import type { Result } from "../failure.ts";
import type { JsonObject } from "../kubernetes/json.ts";
import type { KubernetesObject } from "../kubernetes/object.ts";
import { autoscaledBy, recordedForm, recordedKinds } from "../known-good/form.ts";
import { advance } from "../known-good/record.ts";
import type { Health, KnownGood } from "../known-good/record.ts";
import { inScope } from "../severity/alerts.ts";
import { measure, muOf } from "../severity/measure.ts";
import { silentTrouble } from "../severity/silent-trouble.ts";
import type { Readings, Severity } from "../severity/severity.ts";
import { notice } from "./notice.ts";
import { loadKnownGood, loadRecorder, saveKnownGood, saveRecorder } from "./known-good.ts";
import type { RecorderState } from "./known-good.ts";
import type { Stored } from "./records.ts";
import type { RunnerPorts } from "./runner.ts";

/** More are looked at in turn. */
const namespacesMax = 100;

export interface RecorderLimits {
  readonly intervalMs: number;
  /** How long a version must have been in place, with nothing wrong, to be known good. */
  readonly trialMs: number;
  /** False: it only looks. */
  readonly keeps: boolean;
  /** How long something must be wrong without an alert to be noticed; undefined: never. */
  readonly noticeAfterMs: number | undefined;
}

export type RecorderPorts = Pick<RunnerPorts, "clock" | "ledger" | "log" | "recorder" | "sites">;

/** Makes sure that each cluster's recorder is due some time; for a process that begins. One read a cluster. */
export async function startRecorders(ports: RecorderPorts): Promise<void> {
  if (ports.recorder === undefined) return;
  for (const cluster of ports.sites.keys()) {
    const state = await loadRecorder(ports.ledger, cluster);
    // Another process that begins at the same time may be first: then it is due already.
    if (state.ok && state.value.version === 0) await saveRecorder(ports.ledger, cluster, state.value.value, 0, ports.clock.nowMs());
  }
}

/** Looks at a cluster, and comes back after the interval. Does nothing when somebody else has just looked. */
export async function record(ports: RecorderPorts, cluster: string): Promise<Result<void>> {
  const { clock, ledger, recorder } = ports;
  const site = ports.sites.get(cluster);
  if (recorder === undefined || site === undefined) return success(undefined);
  const state = await loadRecorder(ledger, cluster);
  if (!state.ok) return state;
  const nowMs = clock.nowMs();
  const lastMs = Math.max(0, ...Object.values(state.value.value.namespaces).map(({ checkedAtMs }) => checkedAtMs));
  if (nowMs - lastMs < recorder.intervalMs / 2) return success(undefined);
  // Taken before the look: of two processes at once only one goes on.
  const taken = await saveRecorder(ledger, cluster, state.value.value, state.value.version, nowMs + recorder.intervalMs);
  if (!taken.ok) return taken.failure.kind === "conflict" ? success(undefined) : taken;
  const namespaces: RecorderState["namespaces"] = {};
  let healthySinceMs: number | undefined = nowMs;
  for (const namespace of await namespacesOf(site)) {
    const before = state.value.value.namespaces[namespace];
    const seen = await lookAt(ports, site, namespace, before, recorder);
    namespaces[namespace] = { checkedAtMs: nowMs, ...seen };
    const health = seen.healthySinceMs;
    healthySinceMs = health === undefined || healthySinceMs === undefined ? undefined : Math.min(healthySinceMs, health);
  }
  if (recorder.keeps && healthySinceMs !== undefined && Object.keys(namespaces).length > 0)
    await recordNodes(ports, site, { nowMs, healthySinceMs, trialMs: recorder.trialMs });
  const saved = await saveRecorder(ledger, cluster, { schema: 1, namespaces }, state.value.version + 1, nowMs + recorder.intervalMs);
  return saved.ok || saved.failure.kind === "conflict" ? success(undefined) : saved;
}

/** Those that are named in any mode, and where acting is the default every one that is not protected. */
async function namespacesOf({ cluster, policy }: Site): Promise<readonly string[]> {
  const named = Object.keys(policy.modeByNamespace);
  if (policy.defaultMode === "observe") return named.filter((namespace) => !isProtectedNamespace(policy, namespace));
  const listed = await cluster.list("Namespace");
  const all = listed.ok ? listed.value.map(({ metadata }) => metadata.name) : named;
  return all.filter((namespace) => mayRecord(policy, namespace)).slice(0, namespacesMax);
}

function mayRecord(policy: Policy, namespace: string): boolean {
  return !isProtectedNamespace(policy, namespace);
}

type NamespaceState = RecorderState["namespaces"][string];

/** Since when the namespace has been healthy, or in trouble that no alert speaks of; neither when nobody can tell. */
async function lookAt(
  ports: RecorderPorts,
  site: Site,
  namespace: string,
  before: NamespaceState | undefined,
  recorder: RecorderLimits,
): Promise<Omit<NamespaceState, "checkedAtMs">> {
  const nowMs = ports.clock.nowMs();
  // After a pause in the looking nobody knows what was wrong meanwhile.
  const continued = before !== undefined && nowMs - before.checkedAtMs < 3 * recorder.intervalMs;
  const readings = await takeReadings(site, [namespace]);
  const severity = measure(readings, undefined, site.weights);
  if (!isHealthy(site, namespace, readings, severity)) {
    if (before?.noticed === true) return { noticed: true };
    const { noticeAfterMs } = recorder;
    const trouble = silentTrouble(readings, severity);
    if (noticeAfterMs === undefined || trouble === undefined) return {};
    return notice(ports, { cluster: site.name, namespace, nowMs, noticeAfterMs }, trouble, continued ? before.silentSinceMs : undefined);
  }
  const healthySinceMs = continued ? (before.healthySinceMs ?? nowMs) : nowMs;
  if (!recorder.keeps) return { healthySinceMs };
  const seen = await objectsOf(site, namespace);
  const recorded = await keep(ports, site, namespace, seen, { nowMs, healthySinceMs, trialMs: recorder.trialMs });
  if (!recorded.ok) ports.log.warn("what is known good could not be recorded", { namespace, reason: describeFailure(recorded.failure) });
  return { healthySinceMs };
}

/** Severity 0, and no alert on its way. */
function isHealthy(site: Site, namespace: string, readings: Readings, severity: Severity): boolean {
  if (muOf(severity) !== 0) return false;
  const pending = readings.alerts?.known === true ? readings.alerts.value.filter(({ state }) => state === "pending") : [];
  return !pending.some((alert) => inScope(alert, { cluster: site.name, namespaces: [namespace] }, []));
}

interface Seen {
  readonly kinds: readonly string[];
  readonly objects: readonly KubernetesObject[];
}

/** A kind that may not be listed is not recorded, and nothing of it is held to be gone; the doctor says what is missing. */
async function objectsOf(site: Site, namespace: string): Promise<Seen> {
  const lists = await Promise.all(recordedKinds.map(async (kind) => ({ kind, list: await site.cluster.list(kind, namespace) })));
  return {
    kinds: lists.flatMap(({ kind, list }) => (list.ok ? [kind] : [])),
    objects: lists.flatMap(({ list }) => (list.ok ? list.value : [])),
  };
}

async function recordNodes(ports: RecorderPorts, site: Site, health: Health): Promise<void> {
  const nodes = await site.cluster.list("Node");
  if (nodes.ok) await keep(ports, site, undefined, { kinds: ["Node"], objects: nodes.value }, health);
}

async function keep(
  ports: RecorderPorts,
  site: Site,
  namespace: string | undefined,
  { kinds, objects }: Seen,
  health: Health,
): Promise<Result<void>> {
  const stored = await loadKnownGood(ports.ledger, site.name, namespace);
  if (!stored.ok) return stored;
  const known = new Map<string, Stored<KnownGood>>(
    stored.value.filter(({ value }) => kinds.includes(value.kind)).map((each) => [`${each.value.kind}/${each.value.name}`, each]),
  );
  const autoscaled = autoscaledBy(objects);
  const forms = new Map<string, { readonly object: KubernetesObject; readonly form: JsonObject }>(
    objects.flatMap((object) => {
      const form = recordedForm(object, autoscaled);
      return form === undefined ? [] : [[`${object.kind}/${object.metadata.name}`, { object, form }] as const];
    }),
  );
  for (const key of new Set([...known.keys(), ...forms.keys()])) {
    const before = known.get(key);
    const now = forms.get(key);
    const ref = { kind: now?.object.kind ?? before?.value.kind ?? "", name: now?.object.metadata.name ?? before?.value.name ?? "" };
    const next = advance(before?.value, ref, now?.form ?? null, health);
    if (next === undefined) continue;
    const saved = await saveKnownGood(ports.ledger, site.name, namespace, next, before?.version ?? 0);
    if (!saved.ok && saved.failure.kind !== "conflict") return saved;
  }
  return success(undefined);
}
