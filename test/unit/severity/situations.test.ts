/** What a person who watches would say of an attempt, and what is said: situation by situation, from readings to verdict. */
import { describe, expect, test } from "vitest";
import type { AlertReading, ObjectiveReading, Readings } from "../../../src/severity/severity.ts";
import type { Episode } from "../../../src/severity/trouble.ts";
import { horizonMs } from "../../../src/telemetry/horizon.ts";
import { live, undone, type Lived } from "./attempt.ts";
import { alert, alerts, known, nodes, services, unread, workloads } from "./readings.ts";

const pending = { state: "pending" } as const;
const silenced = { silenced: true } as const;
/** What was reported: requests of payment fail. */
const fault = alert("HighErrors", { service: "payment" });
const reported: readonly Episode[] = [fault];
const noAlerts = alerts();
const broken: Partial<Readings> = alerts(fault);

interface Situation extends Partial<Lived> {
  readonly what: string;
  readonly after: readonly Partial<Readings>[];
  readonly verdict: string;
  /** When it is decided, where that matters. */
  readonly afterS?: number;
}

const times = (count: number, readings: Partial<Readings>): readonly Partial<Readings>[] => Array.from({ length: count }, () => readings);
const promised = (state: ObjectiveReading["state"], weight?: number): Partial<Readings> => ({
  objectives: known([
    { name: "checkout", namespace: "shop", state, weight },
    { name: "search", namespace: "shop", state: "holds" as const },
  ]),
});
const called = (state: ObjectiveReading["state"] | "gone"): Partial<Readings> => ({
  objectives: known([
    { name: "search", namespace: "shop", state: "holds" as const },
    ...(state === "gone" ? [] : [{ name: "calls from checkout to payment", namespace: "shop", state, automatic: true }]),
  ]),
});
const wide = (...of: AlertReading[]): Partial<Readings> => ({
  scope: { cluster: "prod", namespaces: ["shop", "front"] },
  ...alerts(...of),
  workloads: known([
    { workload: "Deployment shop/payment", desired: 2, ready: 2, restarts: 0 },
    { workload: "Deployment front/gateway", desired: 2, ready: 2, restarts: 0 },
  ]),
  services: known([
    { service: "Service shop/payment", readyEndpoints: 2 },
    { service: "Service front/gateway", readyEndpoints: 2 },
  ]),
});

const ofAlerts: readonly Situation[] = [
  { what: "the alert resolves and all is well", after: [noAlerts], verdict: "mitigated", afterS: 40 },
  { what: "the alert takes two minutes to resolve", after: [...times(12, broken), noAlerts], verdict: "mitigated", afterS: 150 },
  { what: "nothing changes", after: [broken], verdict: "undone: unchanged", afterS: 610 },
  {
    what: "the alert is pending again: its condition is still true",
    after: [alerts({ ...fault, ...pending })],
    verdict: "undone: unchanged",
  },
  {
    what: "the alert flaps: gone for two samples, back for one, again and again",
    after: Array.from({ length: 90 }, (_, index) => (index % 3 === 2 ? broken : noAlerts)),
    verdict: "undone: unchanged",
  },
  {
    what: "the alert is gone for two samples, back for one, and then gone for good",
    after: [broken, noAlerts, noAlerts, broken, noAlerts],
    verdict: "mitigated",
    afterS: 70,
  },
  { what: "the alert was silenced and still fires", after: [alerts({ ...fault, ...silenced })], verdict: "undone: unchanged" },
  {
    what: "the alert lost the label that named its Service, and fires under the rest",
    after: [alerts(alert("HighErrors"))],
    verdict: "undone: unchanged",
  },
  {
    what: "the alert fires for another Service instead: the trouble moved",
    after: [alerts(alert("HighErrors", { service: "cart" }))],
    verdict: "undone: unchanged",
  },
  {
    what: "it resolves, and another rule fires for another Service, which is another incident",
    after: [alerts(alert("Slow", { service: "cart" }))],
    verdict: "mitigated",
  },
  {
    what: "it resolves, and another rule fires for the same Service",
    after: [alerts(alert("Slow", { service: "payment" }))],
    verdict: "undone: unchanged",
  },
  {
    what: "it resolves, and another rule fires for what the attempt has touched",
    after: [alerts(alert("Slow", { deployment: "web" }))],
    verdict: "undone: unchanged",
  },
  {
    what: "two alerts resolve, and one begins in their place: better, and not over",
    before: alerts(fault, alert("Crash", { pod: "payment-7d4b9c6f5d-x2x9z" })),
    after: [alerts(alert("Slow", { service: "payment" }))],
    verdict: "improved",
  },
  {
    what: "it resolves and another alert fires in its place, which may be about anything",
    after: [alerts(alert("Slow"))],
    verdict: "undone: unchanged",
  },
  { what: "another alert fires in addition and stays", after: [alerts(fault, alert("Slow"))], verdict: "undone: regressed", afterS: 70 },
  {
    what: "two others fire in its place and stay",
    after: [alerts(alert("Slow"), alert("Crash"))],
    verdict: "undone: regressed",
    afterS: 70,
  },
  {
    what: "another alert is pending for a minute, then goes",
    after: [...times(4, alerts(fault, alert("Slow", {}, pending))), noAlerts],
    verdict: "mitigated",
  },
  {
    what: "a pending alert appears in addition and stays",
    after: [alerts(fault, alert("Slow", {}, pending))],
    verdict: "undone: regressed",
    afterS: 70,
  },
  {
    what: "an alert that was pending before fires, the reported one is gone",
    before: alerts(fault, alert("Slow", {}, pending)),
    after: [alerts(alert("Slow"))],
    verdict: "mitigated",
  },
  {
    what: "an alert that was pending before fires in addition: not our doing, and the change has mended nothing",
    before: alerts(fault, alert("Slow", {}, pending)),
    after: [alerts(fault, alert("Slow"))],
    verdict: "undone: unchanged",
  },
  {
    what: "a chronic alert was there before and stays",
    before: alerts(fault, alert("Old")),
    after: [alerts(alert("Old"))],
    verdict: "mitigated",
  },
  {
    what: "a chronic alert resolves and the reported one stays",
    before: alerts(fault, alert("Old")),
    after: [broken],
    verdict: "improved",
    afterS: 610,
  },
  {
    what: "a chronic alert that was silenced before is silenced still",
    before: alerts(fault, alert("Old", {}, silenced)),
    after: [alerts(alert("Old", {}, silenced))],
    verdict: "mitigated",
  },
  {
    what: "a chronic alert that was silenced before is heard again",
    before: alerts(fault, alert("Old", {}, silenced)),
    after: [alerts(fault, alert("Old"))],
    verdict: "undone: regressed",
  },
  { what: "only Watchdog fires", before: alerts(fault, alert("Watchdog")), after: [alerts(alert("Watchdog"))], verdict: "mitigated" },
  { what: "an alert of severity info begins", after: [alerts(alert("Chatter", { severity: "info" }))], verdict: "mitigated" },
  { what: "an alert of severity none begins", after: [alerts(alert("Note", { severity: "none" }))], verdict: "mitigated" },
  { what: "InfoInhibitor begins", after: [alerts(alert("InfoInhibitor"))], verdict: "mitigated" },
  {
    what: "the reported alert itself is of severity info and still fires",
    before: alerts(alert("Chatter", { severity: "info" })),
    episodes: [alert("Chatter", { severity: "info" })],
    after: [alerts(alert("Chatter", { severity: "info" }))],
    verdict: "undone: unchanged",
  },
  {
    what: "the slow warning of a burn-rate pair outlives its page",
    before: alerts(alert("Burn", { severity: "critical" }), alert("Burn", { severity: "warning" })),
    episodes: [alert("Burn", { severity: "critical" })],
    after: [alerts(alert("Burn", { severity: "warning" }))],
    verdict: "mitigated",
  },
  {
    what: "the pod that was named was replaced, and its successor crashes as well",
    before: alerts(alert("Crash", { pod: "payment-7d4b9c6f5d-x2x9z" })),
    episodes: [alert("Crash", { pod: "payment-7d4b9c6f5d-x2x9z" })],
    after: [alerts(alert("Crash", { pod: "payment-6c5b8d7f9b-qqk4t" }))],
    verdict: "undone: unchanged",
  },
  {
    what: "the alert names a node under the scope and stays",
    before: alerts(alert("DiskFull", { namespace: "", node: "worker-1" })),
    episodes: [alert("DiskFull", { namespace: "", node: "worker-1" })],
    after: [alerts(alert("DiskFull", { namespace: "", node: "worker-1" }))],
    verdict: "undone: unchanged",
  },
  {
    what: "an exporter's label hides the namespace, and the alert is ours all the same",
    after: [alerts(fault, alert("Stuck", { namespace: "monitoring", exported_namespace: "shop" }))],
    verdict: "undone: regressed",
  },
];

/** `for: 15m` over a range of 5 minutes. */
const longRule = horizonMs("rate(errors[5m]) > 0") + 15 * 60_000;
const ofTime: readonly Situation[] = [
  {
    what: "a rule with a long `for`: the alert resolves after 18 minutes, which its rule may take",
    horizonMs: longRule,
    after: [...times(108, broken), noAlerts],
    verdict: "mitigated",
    afterS: 1110,
  },
  {
    what: "the same without a word from the rules: ten minutes are given",
    after: [...times(108, broken), noAlerts],
    verdict: "undone: unchanged",
    afterS: 610,
  },
  {
    what: "a rule with a long `for`: nothing changes, and more is not waited than the rule may take",
    horizonMs: longRule,
    after: [broken],
    verdict: "undone: unchanged",
    afterS: 1270,
  },
  { what: "a quick rule: nothing changes", horizonMs: 15_000, after: [broken], verdict: "undone: unchanged", afterS: 90 },
  { what: "a rollout that does not end, and nothing is better", rollout: "under way", after: [broken], verdict: "undone: unchanged" },
  {
    what: "a rollout that does not end while all else is well: only what is settled may stay",
    rollout: "under way",
    after: [noAlerts],
    verdict: "undone: inconclusive",
  },
  { what: "a rollout that failed, and nothing is better", rollout: "failed", after: [broken], verdict: "undone: unchanged", afterS: 40 },
  { what: "a rollout that failed while the old pods serve on", rollout: "failed", after: [noAlerts], verdict: "undone: inconclusive" },
  {
    what: "worse for half a minute, then well",
    after: [...times(3, alerts(fault, alert("Slow"))), noAlerts],
    verdict: "mitigated",
    afterS: 60,
  },
  {
    what: "worse within what the action declared, then well",
    budget: 3,
    after: [...times(12, alerts(fault, alert("Slow"))), noAlerts],
    verdict: "mitigated",
  },
  {
    what: "worse than what the action declared",
    budget: 3,
    after: [alerts(fault, alert("Slow"), alert("Crash"))],
    verdict: "undone: regressed",
    afterS: 70,
  },
  {
    what: "worse within what the action declared, to the end",
    budget: 3,
    after: [alerts(fault, alert("Slow"))],
    verdict: "undone: regressed",
    afterS: 610,
  },
  { what: "by the paper's rule what changed nothing may stay", limits: { commitRule: "paper" }, after: [broken], verdict: "unchanged" },
  {
    what: "by the paper's rule what is worse may not",
    limits: { commitRule: "paper" },
    after: [alerts(fault, alert("Slow"))],
    verdict: "undone: regressed",
  },
];

const ofObjectives: readonly Situation[] = [
  {
    what: "an objective recovers with the alert",
    before: { ...broken, ...promised("violated") },
    after: [{ ...noAlerts, ...promised("holds") }],
    verdict: "mitigated",
  },
  {
    what: "the alert resolves and the objective does not",
    before: { ...broken, ...promised("violated") },
    after: [{ ...noAlerts, ...promised("violated") }],
    verdict: "improved",
  },
  {
    what: "the alert resolves and an objective that held is violated",
    after: [{ ...noAlerts, ...promised("violated") }],
    verdict: "undone: unchanged",
  },
  { what: "an objective that held is violated in addition", after: [{ ...broken, ...promised("violated") }], verdict: "undone: regressed" },
  {
    what: "the objective's data vanished with the patient",
    before: { ...broken, ...promised("violated") },
    after: [{ ...noAlerts, ...promised("vanished") }],
    verdict: "improved",
  },
  { what: "the data of an objective that held vanished", after: [{ ...broken, ...promised("vanished") }], verdict: "undone: regressed" },
  {
    what: "an objective that failed was taken out of the settings meanwhile",
    before: { ...broken, ...promised("violated") },
    after: [{ ...noAlerts, objectives: known([{ name: "search", namespace: "shop", state: "holds" }]) }],
    verdict: "improved",
  },
  {
    what: "all objectives were taken out of the settings meanwhile",
    after: [{ ...noAlerts, objectives: undefined }],
    verdict: "undone: inconclusive",
  },
  {
    what: "an objective of weight 3 recovers and two alerts begin: better, by what people said that they care for",
    before: promised("violated", 3),
    episodes: [],
    after: [{ ...promised("holds", 3), ...alerts(alert("Slow"), alert("Crash")) }],
    verdict: "mitigated",
  },
  {
    what: "an alert resolves and an objective of weight 2 is violated: worse",
    before: { ...broken, ...promised("holds", 2) },
    after: [{ ...noAlerts, ...promised("violated", 2) }],
    verdict: "undone: regressed",
  },
  {
    what: "who lowers the weight of a violated objective meanwhile improves nothing",
    before: { ...broken, ...promised("violated", 4) },
    after: [{ ...broken, ...promised("violated", 1) }],
    verdict: "undone: unchanged",
  },
  {
    what: "every objective that held fails: the cluster is down",
    after: [
      {
        ...noAlerts,
        objectives: known([
          { name: "checkout", namespace: "shop", state: "violated" },
          { name: "search", namespace: "shop", state: "violated" },
        ]),
      },
    ],
    verdict: "undone: regressed",
    afterS: 70,
  },
  {
    what: "no objectives are configured",
    before: { ...broken, objectives: undefined },
    after: [{ ...noAlerts, objectives: undefined }],
    verdict: "mitigated",
  },
  {
    what: "an objective of another namespace is violated",
    after: [
      {
        ...noAlerts,
        objectives: known([
          { name: "checkout", namespace: "shop", state: "holds" },
          { name: "search", namespace: "shop", state: "holds" },
          { name: "invoices", namespace: "billing", state: "violated" },
        ]),
      },
    ],
    verdict: "mitigated",
  },
  {
    what: "calls that failed are well again",
    before: { ...broken, ...called("violated") },
    after: [{ ...noAlerts, ...called("holds") }],
    verdict: "mitigated",
  },
  {
    what: "calls that failed have stopped: the caller gave up, which mends nothing",
    before: { ...broken, ...called("violated") },
    after: [{ ...noAlerts, ...called("gone") }],
    verdict: "improved",
  },
  {
    what: "calls that were well fail",
    before: { ...broken, ...called("holds") },
    after: [{ ...broken, ...called("violated") }],
    verdict: "undone: regressed",
  },
  {
    what: "calls that were well have stopped: no harm is proven, and nothing to be proud of",
    before: { ...broken, ...called("holds") },
    after: [{ ...noAlerts, ...called("gone") }],
    verdict: "improved",
  },
  {
    what: "calls that nobody made before fail: there is nothing to compare with",
    before: { ...broken, ...called("vanished") },
    after: [{ ...noAlerts, ...called("violated") }],
    verdict: "mitigated",
  },
];

const ofThePatient: readonly Situation[] = [
  {
    what: "the patient was scaled to nothing, and so the alert is gone",
    after: [{ ...noAlerts, ...workloads(["frontend", 3, 3], ["payment", 0, 0]), ...services(["frontend", 3], ["payment", 0]) }],
    verdict: "undone: regressed",
  },
  {
    what: "the patient was deleted, and so the alert is gone",
    after: [{ ...noAlerts, ...workloads(["frontend", 3, 3]), ...services(["frontend", 3], ["payment", 0]) }],
    verdict: "undone: regressed",
  },
  {
    what: "the patient's Service was deleted, and so the alert is gone",
    after: [{ ...noAlerts, ...services(["frontend", 3]) }],
    verdict: "undone: regressed",
  },
  {
    what: "patient and Service were deleted",
    after: [{ ...noAlerts, ...workloads(["frontend", 3, 3]), ...services(["frontend", 3]) }],
    verdict: "undone: regressed",
  },
  {
    what: "the patient was shrunk to the replicas that work",
    before: { ...broken, ...workloads(["frontend", 3, 3], ["payment", 4, 2]) },
    after: [{ ...noAlerts, ...workloads(["frontend", 3, 3], ["payment", 2, 2]) }],
    verdict: "undone: unchanged",
  },
  {
    what: "the patient was scaled to nothing, and so three alerts are gone",
    before: alerts(fault, alert("Slow", { service: "payment" }), alert("Crash", { pod: "payment-7d4b9c6f5d-x2x9z" })),
    after: [{ ...noAlerts, ...workloads(["frontend", 3, 3], ["payment", 0, 0]), ...services(["frontend", 3], ["payment", 0]) }],
    verdict: "undone: regressed",
  },
  {
    what: "the Service was deleted, and so three alerts about it are gone",
    before: alerts(fault, alert("Slow", { service: "payment" }), alert("NoRequests", { service: "payment" })),
    after: [{ ...noAlerts, ...services(["frontend", 3]) }],
    verdict: "undone: regressed",
  },
  {
    what: "an empty Service was deleted, and so the alert that it is empty is gone",
    before: { ...alerts(alert("KubeServiceNoEndpoints", { service: "payment" })), ...services(["frontend", 3], ["payment", 0]) },
    episodes: [alert("KubeServiceNoEndpoints", { service: "payment" })],
    after: [{ ...noAlerts, ...services(["frontend", 3]) }],
    verdict: "undone: unchanged",
  },
  {
    what: "another workload was shrunk on purpose, and the alert about the patient is gone",
    before: { ...broken, ...workloads(["batch", 3, 3], ["payment", 2, 2]) },
    after: [{ ...noAlerts, ...workloads(["batch", 1, 1], ["payment", 2, 2]) }],
    verdict: "improved",
  },
  {
    what: "replicas were lowered and the alert stays",
    after: [{ ...broken, ...workloads(["frontend", 3, 3], ["payment", 1, 1]) }],
    verdict: "undone: regressed",
  },
  {
    what: "a Service lost its selector, and with it its endpoints are nobody's",
    after: [{ ...noAlerts, ...services(["payment", 2]) }],
    verdict: "undone: unchanged",
  },
  {
    what: "a Service that is there to be empty stays empty",
    before: { ...broken, ...services(["payment", 2], ["batch", 0]) },
    after: [{ ...noAlerts, ...services(["payment", 2], ["batch", 0]) }],
    verdict: "mitigated",
  },
  {
    what: "the Service that the alert names has no endpoint before and after",
    before: { ...broken, ...services(["payment", 0]) },
    after: [{ ...noAlerts, ...services(["payment", 0]) }],
    verdict: "improved",
  },
  {
    what: "replicas come back one after the other",
    before: { ...broken, ...workloads(["payment", 3, 0]) },
    after: [
      { ...broken, ...workloads(["payment", 3, 1]) },
      { ...broken, ...workloads(["payment", 3, 2]) },
      { ...noAlerts, ...workloads(["payment", 3, 3]) },
    ],
    verdict: "mitigated",
  },
  {
    what: "the alert is gone and one replica of three stays away",
    before: { ...broken, ...workloads(["payment", 3, 0]) },
    after: [{ ...noAlerts, ...workloads(["payment", 3, 2]) }],
    verdict: "improved",
  },
  {
    what: "it was scaled up and all are ready",
    after: [{ ...noAlerts, ...workloads(["frontend", 3, 3], ["payment", 5, 5]) }],
    verdict: "mitigated",
  },
  {
    what: "it was scaled up and the new ones never get ready",
    after: [{ ...broken, ...workloads(["frontend", 3, 3], ["payment", 5, 2]) }],
    verdict: "undone: regressed",
  },
  {
    what: "a container restarts at each sample",
    after: Array.from({ length: 90 }, (_, index) => ({ ...noAlerts, ...workloads(["frontend", 3, 3], ["payment", 2, 2, index]) })),
    verdict: "improved",
    afterS: 610,
  },
  {
    what: "a container had restarted before the soak, and does not since",
    before: { ...broken, ...workloads(["payment", 2, 2, 7]) },
    after: [{ ...noAlerts, ...workloads(["payment", 2, 2, 7]) }],
    verdict: "mitigated",
  },
  {
    what: "pods were replaced, and so their restarts are forgotten",
    before: { ...broken, ...workloads(["payment", 2, 2, 7]) },
    after: [{ ...noAlerts, ...workloads(["payment", 2, 2, 0]) }],
    verdict: "mitigated",
  },
  {
    what: "another workload of the namespace is lost",
    after: [{ ...noAlerts, ...workloads(["frontend", 3, 0], ["payment", 2, 2]) }],
    verdict: "undone: unchanged",
  },
];

const ofNodes: readonly Situation[] = [
  {
    what: "a node under the scope is lost",
    after: [{ ...broken, ...nodes(["worker-1", true], ["worker-2", false]) }],
    verdict: "undone: regressed",
  },
  { what: "a node under the scope is gone altogether", after: [{ ...noAlerts, ...nodes(["worker-1", true]) }], verdict: "improved" },
  {
    what: "a node that was lost comes back",
    before: { ...broken, ...nodes(["worker-1", true], ["worker-2", false]) },
    after: [noAlerts],
    verdict: "mitigated",
  },
  {
    what: "a node that was lost is taken out of the cluster: nothing is better for it",
    before: { ...broken, ...nodes(["worker-1", true], ["worker-2", false]) },
    after: [{ ...broken, ...nodes(["worker-1", true]) }],
    verdict: "undone: unchanged",
  },
  {
    what: "pods moved to a node that was not under the scope",
    after: [{ ...noAlerts, ...nodes(["worker-1", true], ["worker-2", true], ["worker-3", true]) }],
    verdict: "mitigated",
  },
];

const ofTheScope: readonly Situation[] = [
  { what: "trouble elsewhere begins", after: [alerts(alert("Down", { namespace: "billing" }))], verdict: "mitigated" },
  { what: "a node elsewhere is full", after: [alerts(alert("DiskFull", { namespace: "", node: "worker-9" }))], verdict: "mitigated" },
  {
    what: "trouble elsewhere ends and ours does not",
    before: alerts(fault, alert("Down", { namespace: "billing" })),
    after: [broken],
    verdict: "undone: unchanged",
  },
  {
    what: "a namespace that calls into ours begins to suffer",
    before: wide(fault),
    after: [wide(fault, alert("HighErrors", { namespace: "front", service: "gateway" }))],
    verdict: "undone: regressed",
  },
  {
    what: "a namespace that calls into ours is well again with ours",
    before: wide(fault, alert("HighErrors", { namespace: "front", service: "gateway" })),
    after: [wide()],
    verdict: "mitigated",
  },
  {
    what: "ours is well and who calls into it still suffers",
    before: wide(fault, alert("HighErrors", { namespace: "front", service: "gateway" })),
    after: [wide(alert("HighErrors", { namespace: "front", service: "gateway" }))],
    verdict: "mitigated",
  },
  {
    what: "a caller's workload is lost",
    before: wide(fault),
    after: [{ ...wide(fault), workloads: known([{ workload: "Deployment shop/payment", desired: 2, ready: 2, restarts: 0 }]) }],
    verdict: "undone: regressed",
  },
  {
    what: "the callers are not measured any more: that is another severity",
    before: wide(fault),
    after: [noAlerts],
    verdict: "undone: inconclusive",
  },
];

const ofWhatIsNotKnown: readonly Situation[] = [
  { what: "the API server does not answer any more", after: [{ apiServerAnswers: false }], verdict: "undone: regressed", afterS: 70 },
  {
    what: "the API server is away for half a minute",
    after: [...times(3, { apiServerAnswers: false }), noAlerts],
    verdict: "mitigated",
  },
  {
    what: "alerts cannot be read any more",
    after: [{ alerts: unread("Prometheus answered 503") }],
    verdict: "undone: inconclusive",
    afterS: 610,
  },
  {
    what: "alerts cannot be read for a while, and are gone then",
    after: [...times(20, { alerts: unread("Prometheus answered 503") }), noAlerts],
    verdict: "mitigated",
    afterS: 230,
  },
  {
    what: "alerts can be read now and then only",
    after: Array.from({ length: 90 }, (_, index) => (index % 2 === 0 ? noAlerts : { alerts: unread("it is restarting") })),
    verdict: "undone: inconclusive",
  },
  {
    what: "objectives cannot be read any more",
    after: [{ ...noAlerts, objectives: unread("Prometheus answered 503") }],
    verdict: "undone: inconclusive",
  },
  { what: "workloads may not be listed any more", after: [{ ...noAlerts, workloads: unread("403") }], verdict: "undone: inconclusive" },
  { what: "Services may not be listed any more", after: [{ ...noAlerts, services: unread("403") }], verdict: "undone: inconclusive" },
  { what: "nodes may not be listed any more", after: [{ ...noAlerts, nodes: unread("403") }], verdict: "undone: inconclusive" },
  { what: "the source of alerts is not configured any more", after: [{ alerts: undefined }], verdict: "undone: inconclusive" },
  {
    what: "alerts could not be read at the checkpoint",
    before: { alerts: unread("Prometheus answered 503") },
    after: [noAlerts],
    verdict: "refused",
  },
  { what: "the API server did not answer at the checkpoint", before: { apiServerAnswers: false }, after: [noAlerts], verdict: "refused" },
  {
    what: "every objective failed at the checkpoint: bad, and no crash of ours",
    before: { ...broken, objectives: known([{ name: "checkout", namespace: "shop", state: "violated" }]) },
    after: [{ ...noAlerts, objectives: known([{ name: "checkout", namespace: "shop", state: "holds" }]) }],
    verdict: "mitigated",
  },
  {
    what: "one replica of the sources is silent, the other says that all is well",
    after: [{ ...noAlerts, lacks: ["Alertmanager 2 could not be reached"] }],
    verdict: "mitigated",
  },
  {
    what: "no alert source at all: capacity and endpoints alone",
    before: { alerts: undefined, objectives: undefined, ...workloads(["payment", 2, 0]), ...services(["payment", 0]) },
    after: [{ alerts: undefined, objectives: undefined, ...workloads(["payment", 2, 2]), ...services(["payment", 2]) }],
    verdict: "mitigated",
  },
  {
    what: "no alert source at all, and nothing comes back",
    before: { alerts: undefined, objectives: undefined, ...workloads(["payment", 2, 0]), ...services(["payment", 0]) },
    after: [{ alerts: undefined, objectives: undefined, ...workloads(["payment", 2, 0]), ...services(["payment", 0]) }],
    verdict: "undone: unchanged",
  },
];

describe.each([
  ["alerts", ofAlerts],
  ["time", ofTime],
  ["objectives", ofObjectives],
  ["the patient", ofThePatient],
  ["nodes", ofNodes],
  ["the scope", ofTheScope],
  ["what is not known", ofWhatIsNotKnown],
])("%s", (_of, situations) => {
  test.each(situations)("$what: $verdict", ({ before = broken, episodes = reported, verdict, afterS, ...lived }) => {
    const ending = live({ before, episodes, ...lived });
    expect(ending).toEqual({ verdict, afterS: afterS ?? ending.afterS });
  });
});

/** The plan of these tests touches Deployment shop/web. */
const ours = alert("KubeDeploymentStuck", { deployment: "web" });
const afterUndo: readonly Situation[] = [
  { what: "severity is back", after: [broken], verdict: "undone", afterS: 20 },
  { what: "severity is even lower", after: [noAlerts], verdict: "undone", afterS: 20 },
  {
    what: "it takes a while until what we broke is well",
    after: [...times(9, { ...broken, ...workloads(["payment", 2, 0]) }), broken],
    verdict: "undone",
    afterS: 110,
  },
  {
    what: "an alert that was pending at the checkpoint fires: the fault's own, forgiven when its time is over",
    before: alerts(fault, alert("Slow", {}, pending)),
    after: [alerts(fault, alert("Slow"))],
    verdict: "undone",
    afterS: 600,
  },
  {
    what: "an alert begins about what we never touched: the fault's own, forgiven when its time is over",
    after: [alerts(fault, alert("HighErrors", { service: "checkout" }))],
    verdict: "undone",
    afterS: 600,
  },
  {
    what: "the same where the rules tell that a minute is enough",
    horizonMs: 60_000,
    after: [alerts(fault, alert("HighErrors", { service: "checkout" }))],
    verdict: "undone",
    afterS: 120,
  },
  {
    what: "an alert about what was well until we touched it goes with the undo",
    after: [...times(5, alerts(fault, ours)), broken],
    verdict: "undone",
    afterS: 70,
  },
  {
    what: "an alert about what was well until we touched it outlives its time: that one is on us, and a person is called",
    after: [alerts(fault, ours)],
    verdict: "undo not proven",
    afterS: 640,
  },
  { what: "the same when it is silenced", after: [alerts(fault, { ...ours, ...silenced })], verdict: "undone", afterS: 20 },
  {
    what: "the same when the reported alert resolved meanwhile: severity is no higher than before",
    after: [alerts(ours)],
    verdict: "undone",
    afterS: 20,
  },
  {
    what: "an alert about what we touched, which was in trouble before: the fault's own",
    before: { ...broken, ...workloads(["web", 2, 1]) },
    after: [{ ...alerts(fault, ours), ...workloads(["web", 2, 1]) }],
    verdict: "undone",
    afterS: 600,
  },
  {
    what: "somebody else deleted the Service that the alert was about: severity is no higher than before, and it is theirs",
    after: [{ ...noAlerts, ...services(["frontend", 3]) }],
    verdict: "undone",
    afterS: 20,
  },
  {
    what: "replicas that we lost do not come back",
    after: [{ ...broken, ...workloads(["frontend", 3, 3], ["payment", 2, 1]) }],
    verdict: "undo not proven",
  },
  { what: "an objective that held does not come back", after: [{ ...broken, ...promised("violated") }], verdict: "undo not proven" },
  { what: "nothing can be measured any more", after: [{ alerts: unread("Prometheus answered 503") }], verdict: "undo not proven" },
];

describe("after an undo", () => {
  test.each(afterUndo)("$what: $verdict", ({ before = broken, episodes = reported, verdict, afterS, ...lived }) => {
    const ending = undone({ before, episodes, ...lived });
    expect(ending).toEqual({ verdict, afterS: afterS ?? ending.afterS });
  });
});

test("there are enough of them, and no two are called alike", () => {
  const names = [ofAlerts, ofTime, ofObjectives, ofThePatient, ofNodes, ofTheScope, ofWhatIsNotKnown, afterUndo]
    .flat()
    .map(({ what }) => what);
  expect(new Set(names).size).toBe(names.length);
  expect(names.length).toBeGreaterThanOrEqual(80);
});
