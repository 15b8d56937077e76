/**
 * alphaG. Gathers the evidence of the incident's namespaces (25 list requests each, and the call graph once) and lets the
 * causes judge. Only reads. What may not be read is left out; what cannot be read now is no reason to judge without it.
 */
import { diagnose as diagnoseEvidence } from "../cause/catalogue.ts";
import type { Evidence, Hypothesis } from "../cause/cause.ts";
import { success } from "../failure.ts";
import type { Result } from "../failure.ts";
import type { Kind } from "../kubernetes/kind.ts";
import { sinceKnownGood } from "./known-good.ts";
import type { ConfigMap, EndpointSlice, Event, KubernetesObject, Node, Pod, Service, Workload } from "../kubernetes/object.ts";
import { placeCalls } from "../severity/call-graph.ts";
import type { SeenCall } from "../severity/call-graph.ts";
import type { IncidentEvent } from "../transaction/event.ts";
import { alertsOf, isByHand } from "../transaction/incident.ts";
import type { Incident } from "../transaction/incident.ts";
import { nodesOf, seenCalls } from "./call-graph.ts";
import type { Site } from "./site.ts";

/** Kept in the incident: more than these are never tried anyway. */
const hypothesesMax = 12;

export async function diagnose(site: Site, incident: Incident): Promise<Result<IncidentEvent>> {
  const hypotheses = await hypothesesOf(site, incident);
  return hypotheses.ok ? success({ type: "diagnosed", hypotheses: hypotheses.value.slice(0, hypothesesMax).map(stored) }) : hypotheses;
}

/** All that the causes see, the likeliest first in each namespace. */
export async function hypothesesOf(site: Site, incident: Incident): Promise<Result<readonly Hypothesis[]>> {
  const hypotheses: Hypothesis[] = [];
  // Who calls whom orders suspects and no more: without it a diagnosis is as good, in another order.
  const seen = await seenCalls(site);
  for (const namespace of incident.namespaces) {
    const evidence = await gatherEvidence(site, incident, namespace, seen.ok ? seen.value : []);
    if (!evidence.ok) return evidence;
    hypotheses.push(...diagnoseEvidence(evidence.value));
  }
  return success(hypotheses);
}

function stored(hypothesis: Hypothesis): Extract<IncidentEvent, { type: "diagnosed" }>["hypotheses"][number] {
  const { cause, component, confidence, evidence, guess, remedies } = hypothesis;
  return {
    cause,
    component: { ...component },
    confidence,
    evidence: [...evidence],
    ...(guess === true ? { guess } : {}),
    remedies: remedies.map(({ intent, actions }) => ({ intent, actions: [...actions] })),
  };
}

const kindsToRead: readonly Kind[] = [
  "Deployment",
  "StatefulSet",
  "DaemonSet",
  "ReplicaSet",
  "Pod",
  "Service",
  "EndpointSlice",
  "ConfigMap",
  "Event",
];

/** Looked at where they may be read: of a kind that is not permitted the causes know nothing. */
const kindsBesides: readonly Kind[] = [
  "ControllerRevision",
  "CronJob",
  "Job",
  "Ingress",
  "PersistentVolumeClaim",
  "ResourceQuota",
  "LimitRange",
  "HorizontalPodAutoscaler",
  "PodDisruptionBudget",
];
const kindsOfCluster: readonly Kind[] = [
  "IngressClass",
  "StorageClass",
  "PersistentVolume",
  "PriorityClass",
  "ValidatingWebhookConfiguration",
  "MutatingWebhookConfiguration",
];

async function gatherEvidence(site: Site, incident: Incident, namespace: string, seen: readonly SeenCall[]): Promise<Result<Evidence>> {
  const [lists, listed] = await Promise.all([
    Promise.all([...kindsToRead.map((kind) => site.cluster.list(kind, namespace)), site.cluster.list("Node")]),
    listBesides(site, namespace),
  ]);
  for (const list of lists) if (!list.ok) return list;
  if (!listed.ok) return listed;
  const [deployments, statefulSets, daemonSets, replicaSets, pods, services, endpointSlices, configMaps, events, nodes] = lists.map(
    (list) => (list.ok ? list.value : []),
  );
  return success({
    namespace,
    atMs: site.clock.nowMs(),
    // A person asks when they notice, which says nothing of when it began.
    beganAtMs: isByHand(incident) ? undefined : incident.openedAtMs,
    actedSinceMs: incident.attempts[0]?.startedAtMs,
    subject: incident.subject,
    alerts: alertsOf(incident)
      .filter((episode) => episode.firing)
      .map(({ name, labels }) => ({ name, labels })),
    deployments: (deployments ?? []) as Workload[],
    statefulSets: (statefulSets ?? []) as Workload[],
    daemonSets: (daemonSets ?? []) as Workload[],
    replicaSets: (replicaSets ?? []) as Workload[],
    pods: (pods ?? []) as Pod[],
    services: (services ?? []) as Service[],
    endpointSlices: (endpointSlices ?? []) as EndpointSlice[],
    configMaps: (configMaps ?? []) as ConfigMap[],
    events: (events ?? []) as Event[],
    nodes: (nodes ?? []) as Node[],
    calls: placeCalls(seen, nodesOf([deployments, statefulSets, daemonSets, services].flatMap((list) => list ?? []))),
    listed: listed.value,
    ...(await sinceKnownGood(
      site,
      namespace,
      [...lists.flatMap((list) => (list.ok ? list.value : [])), ...Object.values(listed.value).flat()],
      [...kindsToRead, "Node", ...Object.keys(listed.value)],
    )),
  });
}

async function listBesides(site: Site, namespace: string): Promise<Result<Evidence["listed"]>> {
  const lists = await Promise.all([
    ...kindsBesides.map(async (kind) => ({ kind, list: await site.cluster.list(kind, namespace) })),
    ...kindsOfCluster.map(async (kind) => ({ kind, list: await site.cluster.list(kind) })),
  ]);
  const read: Partial<Record<Kind, readonly KubernetesObject[]>> = {};
  for (const { kind, list } of lists) {
    if (list.ok) read[kind] = list.value;
    else if (list.failure.kind !== "refused") return list;
  }
  return success(read);
}
