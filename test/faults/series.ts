/** A series of trials on one cluster: several at once, each in its own shop; what touches all of them alone, after the others. */
import { readFileSync } from "node:fs";
import { kubeconfigFromText } from "../../src/cluster/kubeconfig.ts";
import { describeFailure } from "../../src/failure.ts";
import { downCluster, upCluster, type RunningCluster } from "../cluster/cluster.ts";
import { createHands } from "../fidelity/hands.ts";
import { pooled } from "../fidelity/pool.ts";
import { createStratus, receiverSecret, receiverUrl, type Stratus } from "../incident/stratus.ts";
import type { Script } from "./beside.ts";
import type { Fault } from "./fault.ts";
import { namespacePrefix, watchShops } from "./monitoring.ts";
import { doors } from "./shop.ts";
import { runTrial, type Stage, type Trial } from "./trial.ts";

export interface SeriesOptions {
  readonly faults: readonly Fault[];
  readonly repeat: number;
  readonly knownGood: boolean;
  readonly ways: readonly ("stratus" | Script)[];
  /** As soon as it is known: a long series may be cut short. */
  readonly told: (trial: Trial) => void;
  /** True: what is under way is finished, and nothing more is begun. */
  readonly isOver: () => boolean;
}

/** Of shops at the same time; each has thirteen pods, and the machine two cores. */
const atOnce = 4;

interface Planned {
  readonly fault: Fault;
  readonly way: "stratus" | Script;
  readonly namespace: string;
}

export async function runSeries({ faults, repeat, knownGood, ways, told, isOver }: SeriesOptions): Promise<readonly Trial[]> {
  const planned = Array.from({ length: repeat }, () => faults)
    .flat()
    .flatMap((fault) => ways.map((way) => ({ fault, way })))
    .filter(({ fault, way }) => way === "stratus" || (fault.nothing === undefined && fault.plans === undefined))
    .map((each, index): Planned => ({ ...each, namespace: `${namespacePrefix}${index + 1}` }));
  const cluster = await bootCluster();
  const stratus = ways.includes("stratus") ? receiverFor(cluster, planned, knownGood) : undefined;
  const results: Trial[] = [];
  const run = async ({ fault, way, namespace }: Planned): Promise<void> => {
    if (isOver()) return;
    const stage: Stage = { cluster, hands: handsOf(cluster), way, knownGood };
    const trial = await runTrial(stage, fault, namespace);
    results.push(trial);
    told(trial);
  };
  try {
    await stratus?.start();
    await pooled(
      atOnce,
      planned.filter(({ fault }) => !isAlone(fault)).map((each) => () => run(each)),
    );
    for (const each of planned.filter(({ fault }) => isAlone(fault))) {
      if (each.fault.plans === undefined) await run(each);
      else await withPlans(stratus, each, run);
    }
    return results;
  } finally {
    await stratus?.close();
    await downCluster();
  }
}

function isAlone(fault: Fault): boolean {
  return fault.alone === true || fault.plans !== undefined;
}

/** The receiver is started again with what its planner is given first. */
async function withPlans(stratus: Stratus | undefined, each: Planned, run: (each: Planned) => Promise<void>): Promise<void> {
  await stratus?.stop();
  await stratus?.start({ plans: each.fault.plans?.(each.namespace) ?? [] });
  await run(each);
  await stratus?.stop();
  await stratus?.start();
}

/** The cluster's own shop makes room: the shops of the faults are made from its manifests. */
async function bootCluster(): Promise<RunningCluster> {
  await downCluster();
  const cluster = await upCluster({ traffic: { perSecond: 0, seconds: 0 } });
  await cluster.setReceiver(receiverUrl(), receiverSecret);
  await cluster.kubectl("delete", "namespace", "shop", "--wait=false");
  await watchShops(cluster);
  return cluster;
}

function handsOf(cluster: RunningCluster): Stage["hands"] {
  const access = kubeconfigFromText(readFileSync(cluster.kubeconfigPath, "utf8"));
  if (!access.ok) throw new Error(describeFailure(access.failure));
  return createHands(access.value);
}

/** As `npm start` runs it, with seconds where an installation has minutes, as the rules have. */
function receiverFor(cluster: RunningCluster, planned: readonly Planned[], knownGood: boolean): Stratus {
  const namespaces = planned.map(({ namespace }) => namespace);
  const objectives = namespaces.flatMap((namespace) => Object.keys(doors).map((app) => objectiveOf(namespace, app)));
  const calls = namespaces.flatMap((namespace) => [
    { from: `${namespace}/frontend`, to: `${namespace}/catalog` },
    { from: `${namespace}/catalog`, to: `${namespace}/stock` },
  ]);
  return createStratus(cluster, objectives, {
    STRATUS_MODE: "auto",
    STRATUS_CLUSTER_SCOPED_MODE: "auto",
    STRATUS_CALL_GRAPH: JSON.stringify(calls),
    STRATUS_WALL_CLOCK: "4m",
    // Each fault is the first one that it sees.
    STRATUS_MEMORY: "off",
    // Four shops on two cores: what starts is late to answer.
    STRATUS_GRACE: "15s",
    // A container that was refused is tried again after ten seconds or more, however short the rules are.
    STRATUS_SAMPLE_INTERVAL: "4s",
    STRATUS_LOG_LEVEL: "warn",
    ...(knownGood
      ? { STRATUS_KNOWN_GOOD: "on", STRATUS_KNOWN_GOOD_INTERVAL: "5s", STRATUS_KNOWN_GOOD_TRIAL: "15s" }
      : { STRATUS_KNOWN_GOOD: "off" }),
  });
}

function objectiveOf(namespace: string, app: string): object {
  const all = `namespace="${namespace}",app="${app}",path!~".*(healthz|readyz|metrics).*"`;
  const rate = (matchers: string): string => `sum(rate(http_request_duration_seconds_count{${matchers}}[10s]))`;
  return {
    name: `${app} answers`,
    namespace,
    promql: `${rate(`${all},status=~"5.."`)} / ${rate(all)} or vector(0)`,
    comparison: "<",
    threshold: 0.05,
  };
}
