/**
 * Takes the readings that severity is computed from: for a scope of n namespaces 6n list requests and one for the
 * nodes, one for each alert source and each objective. A source that does not answer is said to be unknown.
 */
import { describeFailure } from "../failure.ts";
import type { Result } from "../failure.ts";
import { isReady, nameOf, refOf } from "../kubernetes/object.ts";
import type { EndpointSlice, KubernetesObject, Node, Pod, Service, Workload } from "../kubernetes/object.ts";
import { replicasWanted } from "./workload.ts";
import type { NodeReading, Reading, Readings, ServiceReading, WorkloadReading } from "../severity/severity.ts";
import { readObjectives } from "../telemetry/objective.ts";
import type { Kind } from "../kubernetes/kind.ts";
import type { Site } from "./site.ts";
import { selects } from "../cause/selection.ts";

export async function takeReadings(site: Site, namespaces: readonly string[]): Promise<Readings> {
  const list = async (kind: Kind): Promise<Result<KubernetesObject[]>> => {
    const pages = await Promise.all(namespaces.map((namespace) => site.cluster.list(kind, namespace)));
    const bad = pages.find((page) => !page.ok);
    return bad !== undefined && !bad.ok ? bad : { ok: true, value: pages.flatMap((page) => (page.ok ? page.value : [])) };
  };
  const [deployments, statefulSets, daemonSets, pods, services, slices, nodes, alerts, objectives] = await Promise.all([
    list("Deployment"),
    list("StatefulSet"),
    list("DaemonSet"),
    list("Pod"),
    list("Service"),
    list("EndpointSlice"),
    site.cluster.list("Node"),
    site.alerts?.alerts(),
    site.metrics === undefined ? undefined : readObjectives(site.metrics, site.objectives),
  ]);
  const workloads = combine([deployments, statefulSets, daemonSets, pods], () =>
    workloadReadings([...valueOf(deployments), ...valueOf(statefulSets), ...valueOf(daemonSets)] as Workload[], valueOf(pods) as Pod[]),
  );
  const read = [deployments, statefulSets, daemonSets, pods, services, slices, nodes];
  return {
    scope: { cluster: site.name, namespaces: [...namespaces] },
    alerts:
      alerts === undefined
        ? undefined
        : alerts.ok
          ? { known: true, value: alerts.value }
          : { known: false, reason: describeFailure(alerts.failure) },
    objectives:
      site.objectives.length === 0 ? undefined : (objectives ?? { known: false, reason: "objectives are configured and no Prometheus is" }),
    workloads,
    services: combine([services, slices], () => serviceReadings(valueOf(services) as Service[], valueOf(slices) as EndpointSlice[])),
    nodes: combine([nodes], () => valueOf(nodes).map((node) => nodeReading(node as Node))),
    // When not one of the lists was answered, ask whether anybody is there at all.
    apiServerAnswers: read.some((result) => result.ok) || (await site.cluster.ready()).ok,
  };
}

function valueOf(result: Result<readonly KubernetesObject[]>): readonly KubernetesObject[] {
  return result.ok ? result.value : [];
}

function combine<T>(results: readonly Result<unknown>[], make: () => T): Reading<T> {
  for (const result of results) if (!result.ok) return { known: false, reason: describeFailure(result.failure) };
  return { known: true, value: make() };
}

function workloadReadings(workloads: readonly Workload[], pods: readonly Pod[]): WorkloadReading[] {
  return workloads.map((workload) => {
    const own = pods.filter(
      (pod) => pod.metadata.namespace === workload.metadata.namespace && selects(workload.spec.selector, pod.metadata.labels),
    );
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
