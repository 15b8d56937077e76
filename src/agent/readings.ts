/**
 * Takes the readings that severity is computed from. A source that does not answer is said to be unknown.
 *
 * Requests for a scope of n namespaces, each time: 6n lists in them; one for each node that runs their pods, or a list of all
 * nodes when those are many; one for each objective of the scope and 2 for automatic ones, each at every replica; what
 * alerts cost is said where they are read. Lists and queries name the scope's namespaces or Services, so the rest of the
 * cluster adds nothing to them; only the alerts of a Prometheus are whole.
 */
import type { Keep } from "../cluster/cluster.ts";
import { describeFailure, success } from "../failure.ts";
import type { Result } from "../failure.ts";
import { isReady, nameOf, refOf } from "../kubernetes/object.ts";
import type { EndpointSlice, KubernetesObject, Node, Pod, Service, Workload } from "../kubernetes/object.ts";
import { replicasWanted } from "./workload.ts";
import type { Baseline, NodeReading, ObjectiveReading, Reading, Readings, ServiceReading, WorkloadReading } from "../severity/severity.ts";
import { readAutomaticObjectives } from "../telemetry/automatic.ts";
import { readObjectives } from "../telemetry/objective.ts";
import type { Objective } from "../telemetry/objective.ts";
import type { Kind } from "../kubernetes/kind.ts";
import type { Site } from "./site.ts";
import { selects } from "../cause/selection.ts";

export interface Since {
  /** Of the checkpoint, when there is one: its nodes and Services are looked at as well. */
  readonly baseline?: Baseline | undefined;
  /** Alerts of these namespaces are wanted besides those of the scope. */
  readonly alertsOf?: readonly string[] | undefined;
}

export async function takeReadings(
  site: Site,
  namespaces: readonly string[] | "all",
  { baseline, alertsOf = [] }: Since = {},
): Promise<Readings> {
  const list = async (kind: Kind, keep?: Keep): Promise<Result<KubernetesObject[]>> => {
    const within = namespaces === "all" ? [undefined] : namespaces;
    const pages = await Promise.all(within.map((namespace) => site.cluster.list(kind, namespace, keep)));
    const bad = pages.find((page) => !page.ok);
    return bad !== undefined && !bad.ok ? bad : { ok: true, value: pages.flatMap((page) => (page.ok ? page.value : [])) };
  };
  const [deployments, statefulSets, daemonSets, { pods, nodes }, servicesAndCalls, slices, alerts, promised] = await Promise.all([
    list("Deployment"),
    list("StatefulSet"),
    list("DaemonSet"),
    list("Pod", asMeasured).then(async (found) => ({ pods: found, nodes: await nodesOfScope(site, namespaces, found, baseline) })),
    list("Service").then(async (services) => ({ services, calls: await readCalls(site, services, baseline) })),
    list("EndpointSlice"),
    site.alerts?.alerts(namespaces === "all" ? undefined : [...new Set([...namespaces, ...alertsOf])]),
    readPromised(site, namespaces),
  ]);
  const { services, calls } = servicesAndCalls;
  const workloads = combine([deployments, statefulSets, daemonSets, pods], () =>
    workloadReadings([...valueOf(deployments), ...valueOf(statefulSets), ...valueOf(daemonSets)] as Workload[], valueOf(pods) as Pod[]),
  );
  const read = [deployments, statefulSets, daemonSets, pods, services, slices, nodes];
  const unmeasured = [...(site.alerts?.blindTo ?? []), ...(site.metrics === undefined ? (["objectives"] as const) : [])];
  return {
    scope: { cluster: site.name, namespaces: namespaces === "all" ? "all" : [...namespaces] },
    alerts:
      alerts === undefined
        ? undefined
        : alerts.ok
          ? { known: true, value: alerts.value }
          : { known: false, reason: describeFailure(alerts.failure) },
    objectives: together(promised, calls),
    workloads,
    services: combine([services, slices], () => serviceReadings(valueOf(services) as Service[], valueOf(slices) as EndpointSlice[])),
    nodes: combine([nodes, pods], () => (valueOf(nodes) as Node[]).map(nodeReading)),
    // When not one of the lists was answered, ask whether anybody is there at all.
    apiServerAnswers: read.some((result) => result.ok) || (await site.cluster.ready()).ok,
    unmeasured,
    lacks: alerts?.ok === true ? (alerts.lacks ?? []) : [],
  };
}

/** Those that belong to the scope; undefined when none is configured for it. */
export function objectivesOf(site: Site, namespaces: readonly string[] | "all"): readonly Objective[] {
  if (namespaces === "all") return site.objectives;
  return site.objectives.filter(({ namespace }) => namespace === undefined || namespaces.includes(namespace));
}

async function readPromised(site: Site, namespaces: readonly string[] | "all"): Promise<Reading<readonly ObjectiveReading[]> | undefined> {
  const objectives = objectivesOf(site, namespaces);
  if (objectives.length === 0) return undefined;
  if (site.metrics === undefined) return { known: false, reason: "objectives are configured and no Prometheus is" };
  return readObjectives(site.metrics, objectives);
}

/** Once there was a checkpoint without any, none is asked for again: what had no data then never counts. */
async function readCalls(
  site: Site,
  services: Result<readonly KubernetesObject[]>,
  baseline: Baseline | undefined,
): Promise<Reading<readonly ObjectiveReading[]> | undefined> {
  if (site.metrics === undefined || site.automaticObjectives === undefined) return undefined;
  if (baseline !== undefined && (baseline.automaticObjectives ?? []).length === 0) return undefined;
  const then = [...(baseline?.servingServices ?? []), ...(baseline?.idleServices ?? [])].map((service) => service.replace("Service ", ""));
  const now = valueOf(services).map(({ metadata }) => `${metadata.namespace ?? ""}/${metadata.name}`);
  return readAutomaticObjectives(site.metrics, [...new Set([...now, ...then])], site.automaticObjectives);
}

/** Without any objective, promised or automatic, there is nothing to be read, and that is no failure. */
function together(
  promised: Reading<readonly ObjectiveReading[]> | undefined,
  calls: Reading<readonly ObjectiveReading[]> | undefined,
): Reading<readonly ObjectiveReading[]> | undefined {
  if (promised === undefined && calls?.known === true && calls.value.length === 0) return undefined;
  for (const reading of [promised, calls]) if (reading?.known === false) return reading;
  if (promised === undefined && calls === undefined) return undefined;
  return { known: true, value: [promised, calls].flatMap((reading) => (reading?.known === true ? reading.value : [])) };
}

/** More are read by one list of all. */
const nodesByNameMax = 8;

/** Where the scope's pods run now, and where they ran at the checkpoint; of the whole cluster all. */
async function nodesOfScope(
  site: Site,
  namespaces: readonly string[] | "all",
  pods: Result<readonly KubernetesObject[]>,
  baseline: Baseline | undefined,
): Promise<Result<readonly KubernetesObject[]>> {
  if (namespaces === "all") return site.cluster.list("Node");
  if (!pods.ok) return pods;
  const names = new Set([...(pods.value as readonly Pod[]).flatMap(({ spec }) => spec.nodeName ?? []), ...(baseline?.nodes ?? [])]);
  if (names.size > nodesByNameMax) {
    const all = await site.cluster.list("Node");
    return all.ok ? success(all.value.filter(({ metadata }) => names.has(metadata.name))) : all;
  }
  const found = await Promise.all([...names].map((name) => site.cluster.get({ kind: "Node", name })));
  const bad = found.find((each) => !each.ok);
  if (bad !== undefined && !bad.ok) return bad;
  // One that is gone is missing from the reading, as it would be from a list.
  return success(found.flatMap((each) => (each.ok && each.value !== undefined ? [each.value] : [])));
}

/** Of thousands of pods only what is looked at here is held. */
function asMeasured(object: KubernetesObject): KubernetesObject {
  const { metadata, spec, status, apiVersion, kind } = object as Pod;
  const { name, namespace, uid, resourceVersion, labels, deletionTimestamp } = metadata;
  const { conditions = [], containerStatuses = [] } = status ?? {};
  return {
    apiVersion,
    kind,
    metadata: { name, namespace, uid, resourceVersion, labels, ...(deletionTimestamp === undefined ? {} : { deletionTimestamp }) },
    spec: { containers: [], nodeName: spec.nodeName },
    status: {
      conditions: conditions.filter(({ type }) => type === "Ready"),
      containerStatuses: containerStatuses.map(({ name: container, restartCount }) => ({ name: container, restartCount })),
    },
  } as unknown as KubernetesObject;
}

function valueOf(result: Result<readonly KubernetesObject[]>): readonly KubernetesObject[] {
  return result.ok ? result.value : [];
}

function combine<T>(results: readonly Result<unknown>[], make: () => T): Reading<T> {
  for (const result of results) if (!result.ok) return { known: false, reason: describeFailure(result.failure) };
  return { known: true, value: make() };
}

function workloadReadings(workloads: readonly Workload[], pods: readonly Pod[]): WorkloadReading[] {
  const byNamespace = Map.groupBy(pods, (pod) => pod.metadata.namespace);
  return workloads.map((workload) => {
    const own = (byNamespace.get(workload.metadata.namespace) ?? []).filter((pod) => selects(workload.spec.selector, pod.metadata.labels));
    const alive = own.filter((pod) => pod.metadata.deletionTimestamp === undefined);
    const restarts = alive.flatMap((pod) => pod.status?.containerStatuses ?? []).reduce((sum, status) => sum + status.restartCount, 0);
    return { workload: nameOf(refOf(workload)), desired: replicasWanted(workload), ready: alive.filter(isReady).length, restarts };
  });
}

function serviceReadings(services: readonly Service[], slices: readonly EndpointSlice[]): ServiceReading[] {
  const ready = new Map<string, number>();
  for (const slice of slices) {
    const key = `${slice.metadata.namespace}/${slice.metadata.labels?.["kubernetes.io/service-name"]}`;
    const count = (slice.endpoints ?? []).filter((endpoint) => endpoint.conditions?.ready !== false).length;
    ready.set(key, (ready.get(key) ?? 0) + ((slice.ports ?? []).length === 0 ? 0 : count));
  }
  return services
    .filter((service) => Object.keys(service.spec.selector ?? {}).length > 0 && service.spec.type !== "ExternalName")
    .map((service) => ({
      service: nameOf(refOf(service)),
      readyEndpoints: ready.get(`${service.metadata.namespace}/${service.metadata.name}`) ?? 0,
    }));
}

function nodeReading(node: Node): NodeReading {
  return { node: node.metadata.name, ready: isReady(node) };
}
