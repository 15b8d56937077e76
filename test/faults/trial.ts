/** One fault, once: a healthy shop, the fault, whoever mitigates it, and what came of it. */
import { setTimeout as sleep } from "node:timers/promises";
import type { RunningCluster } from "../cluster/cluster.ts";
import { until } from "../cluster/until.ts";
import type { Hands } from "../fidelity/hands.ts";
import { mitigateWith, type Script } from "./beside.ts";
import type { Fault } from "./fault.ts";
import { incidentsOf, isKnownGood, type ToldIncident } from "./incidents.ts";
import { judge, type Judged } from "./judge.ts";
import { activeAlerts } from "./monitoring.ts";
import { isWell, whatIsThere, type Before } from "./oracle.ts";
import { allWell, openShop, workloadsIn, type Shop } from "./shop.ts";
import { differences, takeSnapshot, type Snapshot } from "./snapshot.ts";

export interface Trial {
  readonly id: string;
  readonly way: "stratus" | Script;
  readonly knownGood: boolean;
  readonly nothing: boolean;
  /** Nobody can put it back: nothing was recorded that knows how it was. It must not get worse, and is no failure. */
  readonly beyondRepair: boolean;
  /** It could not be shown at all: why. Nothing else of it counts. */
  readonly broken?: string;
  /** Seconds from the injection. */
  readonly detectedS?: number | undefined;
  readonly fixedS?: number | undefined;
  readonly resolvedS?: number | undefined;
  readonly alerts: readonly string[];
  /** True, or what its oracle, or the common one, says. Of a case for nothing: whether nothing was changed and the reason is told. */
  readonly right: true | string;
  readonly residue: readonly string[];
  readonly judged?: Judged;
  readonly story: readonly string[];
}

export interface Stage {
  readonly cluster: RunningCluster;
  readonly hands: Hands;
  readonly way: "stratus" | Script;
  readonly knownGood: boolean;
}

/** Of an incident, from the injection to its outcome. */
const incidentLimitMs = 300_000;
/** An alert that has not come by then does not come. */
const detectionLimitMs = 90_000;
const residueLimitMs = 90_000;
const resolveLimitMs = 45_000;

export async function runTrial(stage: Stage, fault: Fault, namespace: string): Promise<Trial> {
  const { cluster, hands, way, knownGood } = stage;
  const beyondRepair = fault.needsRecord === true && !knownGood;
  const blank = { id: fault.id, way, knownGood, nothing: fault.nothing !== undefined, beyondRepair, alerts: [], residue: [], story: [] };
  let shop: Shop | undefined;
  try {
    const place = { namespace, machineAddress: cluster.settings.address };
    shop = await openShop(cluster, hands, namespace, (objects) => fault.setting?.(objects, place) ?? objects);
    await allWell(shop);
    await fault.prepare?.(shop);
    if (fault.prepare !== undefined) await allWell(shop);
    if (way === "stratus") await untilNothingIsOpen(namespace);
    if (way === "stratus" && knownGood) await untilKnownGood(shop);
    const [healthy, before] = [await takeSnapshot(shop), await whatIsThere(shop)];
    const injectedAtMs = Date.now();
    await fault.inject(shop);
    // Controllers take up what was injected; no alert is as fast.
    await sleep(2_000);
    const broken = { shop, fault, healthy, before, injectedAtMs, injected: await takeSnapshot(shop), podIds: await podIds(shop) };
    return { ...blank, ...(way === "stratus" ? await byStratus(broken) : await byScript(broken, way)) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { ...blank, broken: reason, right: "not shown" };
  } finally {
    if (shop !== undefined) {
      await fault.leave?.(shop).catch(() => undefined);
      await shop.remove();
    }
  }
}

interface Broken {
  readonly shop: Shop;
  readonly fault: Fault;
  readonly healthy: Snapshot;
  readonly before: Before;
  readonly injected: Snapshot;
  readonly injectedAtMs: number;
  readonly podIds: ReadonlySet<string>;
}

type Outcome = Omit<Trial, "id" | "way" | "knownGood" | "nothing" | "beyondRepair">;

async function byStratus(broken: Broken): Promise<Outcome> {
  const { shop, fault, injectedAtMs } = broken;
  const about = fault.alone === true && fault.nothing === undefined ? undefined : shop.namespace;
  const incidents = await untilOver(about, injectedAtMs);
  const judged = judge(fault, shop.namespace, incidents);
  const right = fault.nothing === undefined ? await isMitigated(broken) : await isUntouched(broken, judged, fault.nothing);
  const resolvedS = right === true && fault.nothing === undefined ? await untilResolved(broken) : undefined;
  const residue = fault.nothing === undefined ? await residueOf(broken) : [];
  const opened = incidents[0]?.openedAtMs;
  return {
    alerts: [...new Set(incidents.flatMap(({ alerts }) => alerts))],
    detectedS: seconds(injectedAtMs, opened),
    fixedS: seconds(injectedAtMs, judged.fixedAtMs),
    resolvedS: resolvedS ?? undefined,
    right,
    residue,
    judged,
    story: [
      ...incidents.flatMap((incident) => [
        `${incident.subject}: ${incident.outcome ?? incident.state}: ${incident.outcomeReason ?? ""}`,
        ...incident.timeline.map(({ atMs, text }) => `${((atMs - injectedAtMs) / 1000).toFixed(1)} s  ${text}`),
      ]),
      ...judged.hidden.map((points, index) => `severity in attempt ${index + 1}: ${points.join(" ")}`),
      ...firedIn(shop, injectedAtMs),
    ],
  };
}

async function byScript(broken: Broken, way: Script): Promise<Outcome> {
  const { shop, injectedAtMs } = broken;
  const detected = await detectedBy(shop);
  const story = await mitigateWith(way, shop);
  const right = await isMitigated(broken);
  return {
    alerts: detected.alerts,
    detectedS: seconds(injectedAtMs, detected.atMs),
    resolvedS: right === true ? seconds(injectedAtMs, Date.now()) : undefined,
    right,
    residue: leftOver(broken, await takeSnapshot(shop)),
    story,
  };
}

async function detectedBy(shop: Shop): Promise<{ readonly atMs: number; readonly alerts: readonly string[] }> {
  let alerts: readonly string[] = [];
  await until({ what: "an alert fires", limitMs: detectionLimitMs, everyMs: 500 }, async () => {
    const active = await activeAlerts(shop.cluster);
    const own = active.filter(({ state, labels }) => state === "firing" && labels["namespace"] === shop.namespace);
    alerts = [...new Set(own.map(({ labels }) => labels["alertname"] ?? ""))];
    return own.length > 0;
  });
  return { atMs: Date.now(), alerts };
}

/** Every incident has its outcome, and for a while no other has begun. */
async function untilOver(about: string | undefined, injectedAtMs: number): Promise<readonly ToldIncident[]> {
  let overSinceMs: number | undefined;
  for (;;) {
    const found = await incidentsOf(about, injectedAtMs);
    const nowMs = Date.now();
    const over = found.length > 0 && found.every(({ state }) => state === "closed");
    overSinceMs = over ? (overSinceMs ?? nowMs) : undefined;
    const late = nowMs - injectedAtMs > (found.length === 0 ? detectionLimitMs : incidentLimitMs);
    if (late || (overSinceMs !== undefined && nowMs - overSinceMs > 6_000)) return found;
    await sleep(1_000);
  }
}

async function isMitigated({ shop, fault, before }: Broken): Promise<true | string> {
  const own = await fault.repaired(shop);
  return own === true ? isWell(shop, before, sleep) : own;
}

async function isUntouched(broken: Broken, judged: Judged, says: RegExp): Promise<true | string> {
  const changed = differences(broken.injected, await takeSnapshot(broken.shop));
  if (changed.length > 0) return `changed: ${changed.join("; ")}`;
  const now = await podIds(broken.shop);
  const lost = [...broken.podIds].filter((id) => !now.has(id));
  if (lost.length > 0) return `${lost.length} pods were replaced`;
  if (judged.outcomes.some((outcome) => !["no_action", "self_resolved", "restored"].includes(outcome)))
    return `the outcome is ${judged.outcomes.join(", ")}`;
  return judged.reasons.some((reason) => says.test(reason)) || `the outcome does not say why: ${judged.reasons.join(" | ")}`;
}

/** Seconds since the injection until nothing fires in the shop. */
async function untilResolved({ shop, injectedAtMs }: Broken): Promise<number | undefined> {
  for (const endsAtMs = Date.now() + resolveLimitMs; Date.now() < endsAtMs; await sleep(1_000)) {
    const firing = (await activeAlerts(shop.cluster)).filter(({ labels }) => labels["namespace"] === shop.namespace);
    if (firing.length === 0) return seconds(injectedAtMs, Date.now());
  }
  return undefined;
}

/** Marks of Stratus go when late writes can no longer land. */
async function residueOf(broken: Broken): Promise<readonly string[]> {
  const endsAtMs = Date.now() + residueLimitMs;
  for (;;) {
    const left = leftOver(broken, await takeSnapshot(broken.shop));
    if (left.length === 0 || !left.some((line) => line.includes("mark of Stratus")) || Date.now() > endsAtMs) return left;
    await sleep(2_000);
  }
}

function leftOver({ fault, healthy }: Broken, now: Snapshot): readonly string[] {
  return differences(healthy, now).filter((line) => fault.stays === undefined || !fault.stays.paths.test(line));
}

/** Every alert of the shop since the injection, as Alertmanager told it. */
function firedIn({ cluster, namespace }: Shop, injectedAtMs: number): readonly string[] {
  const fired = cluster
    .alerts()
    .filter(({ labels, startsAt }) => labels["namespace"] === namespace && Date.parse(startsAt) >= injectedAtMs);
  const lines = fired.map(({ labels, startsAt }) => {
    const { alertname, namespace: _namespace, severity: _severity, ...rest } = labels;
    const about = Object.entries(rest).map(([name, value]) => `${name}=${value}`);
    return `alert ${((Date.parse(startsAt) - injectedAtMs) / 1000).toFixed(1)} s  ${alertname ?? ""} ${about.join(" ")}`;
  });
  return [...new Set(lines)];
}

async function untilNothingIsOpen(namespace: string): Promise<void> {
  await until({ what: `no incident of ${namespace} is open`, limitMs: 150_000, everyMs: 1_000 }, async () =>
    (await incidentsOf(namespace, 0)).every(({ state }) => state === "closed"),
  );
}

async function untilKnownGood(shop: Shop): Promise<void> {
  const workloads = (await workloadsIn(shop)).map(({ kind, metadata }) => `${kind}/${metadata.name}`);
  const services = (await shop.list("Service")).map(({ metadata }) => `Service/${metadata.name}`);
  await until({ what: `${shop.namespace} is recorded as known good`, limitMs: 150_000, everyMs: 1_000 }, () =>
    isKnownGood(shop.namespace, [...workloads, ...services]),
  );
}

async function podIds(shop: Shop): Promise<ReadonlySet<string>> {
  return new Set((await shop.list("Pod")).map(({ metadata }) => metadata.uid ?? ""));
}

function seconds(fromMs: number, toMs: number | undefined): number | undefined {
  return toMs === undefined ? undefined : Math.round((toMs - fromMs) / 100) / 10;
}
