/** A process that does nothing but measure, so that its memory is that of the measurement. */
import { readFileSync } from "node:fs";
import { takeReadings } from "../../src/agent/readings.ts";
import type { Site } from "../../src/agent/site.ts";
import { defaultPolicy } from "../../src/action/policy.ts";
import { systemClock } from "../../src/clock.ts";
import { kubeconfigFromText } from "../../src/cluster/kubeconfig.ts";
import { kubernetesCluster } from "../../src/cluster/kubernetes.ts";
import { describeFailure } from "../../src/failure.ts";
import { memoryLedger } from "../../src/ledger/memory.ts";
import { createLog } from "../../src/log.ts";
import { record } from "../../src/runner/recorder.ts";
import { measure } from "../../src/severity/measure.ts";
import { defaultWeights } from "../../src/severity/severity.ts";
import { answerParent } from "./child.ts";

export interface MeasureOrder {
  readonly kubeconfigPath: string;
  readonly namespaces: readonly string[] | "all";
  readonly times: number;
}

export interface Measured {
  readonly tookMs: readonly number[];
  /** Of each measurement: to the API server. */
  readonly requests: number;
  /** Of its answers, as JSON. */
  readonly bytes: number;
  /** What it read, so that nothing was measured by leaving something out. */
  readonly workloads: number;
  readonly readyPods: number;
  readonly mu: number | undefined;
  /** Of one namespace: what keeping its known good costs each time it is looked at, once a minute when left as it is. */
  readonly recording?: { readonly requests: number; readonly bytes: number } | undefined;
  /** The most that the whole process ever held. */
  readonly peakBytes: number;
}

answerParent(async (question) => {
  const { kubeconfigPath, namespaces, times } = question as MeasureOrder;
  const access = kubeconfigFromText(readFileSync(kubeconfigPath, "utf8"));
  if (!access.ok) throw new Error(describeFailure(access.failure));
  let [counting, requests, bytes] = [true, 0, 0];
  const fetch: typeof access.value.fetch = async (url, init) => {
    const response = await access.value.fetch(url, init);
    if (!counting) return response;
    requests += 1;
    const text = await response.text();
    bytes += Buffer.byteLength(text);
    return new Response(text, { status: response.status, headers: response.headers });
  };
  const site: Site = {
    name: "bench",
    cluster: kubernetesCluster({ ...access.value, fetch }),
    alerts: undefined,
    metrics: undefined,
    objectives: [],
    policy: defaultPolicy,
    weights: defaultWeights,
    clock: systemClock,
  };
  /** The second look: at the first one everything is new to the ledger. */
  async function costOfRecording(wanted: readonly string[]): Promise<{ requests: number; bytes: number }> {
    const policy = { ...defaultPolicy, modeByNamespace: Object.fromEntries(wanted.map((each) => [each, "auto" as const])) };
    let laterMs = 0;
    const ports = {
      clock: { ...systemClock, nowMs: () => systemClock.nowMs() + laterMs },
      ledger: memoryLedger(),
      log: createLog({ write: (line) => process.stderr.write(`${line}\n`), clock: systemClock, level: "warn" }),
      recorder: { intervalMs: 60_000, trialMs: 600_000, keeps: true, noticeAfterMs: undefined },
      sites: new Map([[site.name, { ...site, policy }]]),
    };
    await record(ports, site.name);
    laterMs = 60_000;
    counting = true;
    [requests, bytes] = [0, 0];
    await record(ports, site.name);
    return { requests, bytes };
  }
  const tookMs: number[] = [];
  // The first time warms up, and is the one that is counted: counting takes memory and time of its own.
  let readings = await takeReadings(site, namespaces);
  counting = false;
  for (let time = 0; time < times; time += 1) {
    const sinceMs = performance.now();
    readings = await takeReadings(site, namespaces);
    measure(readings, undefined, site.weights);
    tookMs.push(performance.now() - sinceMs);
  }
  const severity = measure(readings, undefined, site.weights);
  const workloads = readings.workloads.known ? readings.workloads.value : [];
  return {
    tookMs,
    requests,
    bytes,
    workloads: workloads.length,
    readyPods: workloads.reduce((sum, { ready }) => sum + ready, 0),
    mu: severity.kind === "known" ? severity.mu : undefined,
    recording: namespaces === "all" ? undefined : await costOfRecording(namespaces),
    peakBytes: process.resourceUsage().maxRSS * 1_024,
  } satisfies Measured;
});
