/** alphaG. Gathers the evidence of the incident's namespaces (11 list requests each) and lets the causes judge. Only reads. */
import { diagnose as diagnoseEvidence } from "../cause/catalogue.ts";
import type { Evidence, Hypothesis } from "../cause/cause.ts";
import { success } from "../failure.ts";
import type { Result } from "../failure.ts";
import type { Kind } from "../kubernetes/kind.ts";
import type { Difference } from "../known-good/difference.ts";
import { differencesSince } from "../known-good/difference.ts";
import { recordedKinds } from "../known-good/form.ts";
import type { ConfigMap, EndpointSlice, Event, KubernetesObject, Node, Pod, Service, Workload } from "../kubernetes/object.ts";
import type { IncidentEvent } from "../transaction/event.ts";
import type { Incident } from "../transaction/incident.ts";
import type { Site } from "./site.ts";

/** Kept in the incident: more than these are never tried anyway. */
const hypothesesMax = 12;

export async function diagnose(site: Site, incident: Incident): Promise<Result<IncidentEvent>> {
  const hypotheses: Hypothesis[] = [];
  for (const namespace of incident.namespaces) {
    const evidence = await gatherEvidence(site, incident, namespace);
    if (!evidence.ok) return evidence;
    hypotheses.push(...diagnoseEvidence(evidence.value));
  }
  return success({ type: "diagnosed", hypotheses: hypotheses.slice(0, hypothesesMax).map(stored) });
}

function stored(hypothesis: Hypothesis): Extract<IncidentEvent, { type: "diagnosed" }>["hypotheses"][number] {
  const { cause, component, confidence, evidence, remedies } = hypothesis;
  return {
    cause,
    component: { ...component },
    confidence,
    evidence: [...evidence],
    remedies: remedies.map(({ intent, actions }) => ({ intent, actions: [...actions] })),
  };
}

/** 1 query of the ledger for the namespace and one for the nodes; lists of the kinds that diagnosis does not read anyway. */
async function sinceKnownGood(
  site: Site,
  namespace: string,
  read: readonly KubernetesObject[],
): Promise<{ readonly differences: readonly Difference[]; readonly present: readonly KubernetesObject[] }> {
  const [records, nodes] = await Promise.all([site.knownGood?.(namespace), site.knownGood?.(undefined)]);
  if (records?.ok !== true) return { differences: [], present: read };
  const more = recordedKinds.filter((kind) => !kindsToRead.includes(kind));
  const lists = await Promise.all(more.map(async (kind) => ({ kind, list: await site.cluster.list(kind, namespace) })));
  // Of a kind that may not be listed nothing can be said to be gone.
  const seen = new Set(["Node", ...kindsToRead, ...lists.flatMap(({ kind, list }) => (list.ok ? [kind] : []))]);
  const known = [...records.value, ...(nodes?.ok === true ? nodes.value : [])].filter(({ kind }) => seen.has(kind));
  const recorded = new Set<string>(["Node", ...recordedKinds]);
  const present = [...read, ...lists.flatMap(({ list }) => (list.ok ? list.value : []))].filter(({ kind }) => recorded.has(kind));
  return { differences: differencesSince(known, present, namespace), present };
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

async function gatherEvidence(site: Site, incident: Incident, namespace: string): Promise<Result<Evidence>> {
  const lists = await Promise.all([...kindsToRead.map((kind) => site.cluster.list(kind, namespace)), site.cluster.list("Node")]);
  for (const list of lists) if (!list.ok) return list;
  const [deployments, statefulSets, daemonSets, replicaSets, pods, services, endpointSlices, configMaps, events, nodes] = lists.map(
    (list) => (list.ok ? list.value : []),
  );
  return success({
    namespace,
    atMs: site.clock.nowMs(),
    subject: incident.subject,
    alerts: incident.episodes.filter((episode) => episode.firing).map(({ name, labels }) => ({ name, labels })),
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
    ...(await sinceKnownGood(
      site,
      namespace,
      lists.flatMap((list) => (list.ok ? list.value : [])),
    )),
  });
}
