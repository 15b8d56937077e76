/**
 * Builders of evidence for tests: objects as a cluster would list them, in the namespace `shop`, with a healthy shop to
 * break. Every builder takes what the test is about and fills in the rest.
 */
import type { Evidence } from "../../src/cause/cause.ts";
import type {
  ConfigMap,
  Container,
  ContainerStatus,
  EndpointSlice,
  Event,
  KubernetesObject,
  Metadata,
  Pod,
  PodTemplate,
  Service,
  Workload,
} from "../../src/kubernetes/object.ts";

export const atMs = Date.parse("2026-03-01T12:00:00Z");

/** `2026-03-01T11:58:00Z` for two minutes before the evidence was taken. */
export function ago(seconds: number): string {
  return new Date(atMs - seconds * 1000).toISOString().replace(".000Z", "Z");
}

export function evidence(given: Partial<Evidence> = {}): Evidence {
  return {
    namespace: "shop",
    atMs,
    alerts: [],
    deployments: [],
    statefulSets: [],
    daemonSets: [],
    replicaSets: [],
    pods: [],
    services: [],
    endpointSlices: [],
    configMaps: [],
    events: [],
    nodes: [],
    listed: {},
    differences: [],
    present: [],
    ...given,
  };
}

/** Joins what each part of a namespace brings. */
export function together(...parts: readonly Partial<Evidence>[]): Evidence {
  const all = (key: keyof Evidence) => parts.flatMap((part) => (part[key] as readonly unknown[] | undefined) ?? []);
  const subject = parts.find((part) => part.subject !== undefined)?.subject;
  const beganAtMs = parts.find((part) => part.beganAtMs !== undefined)?.beganAtMs;
  return evidence({
    ...(subject === undefined ? {} : { subject }),
    ...(beganAtMs === undefined ? {} : { beganAtMs }),
    actedSinceMs: parts.find((part) => part.actedSinceMs !== undefined)?.actedSinceMs,
    deployments: all("deployments") as Workload[],
    statefulSets: all("statefulSets") as Workload[],
    daemonSets: all("daemonSets") as Workload[],
    replicaSets: all("replicaSets") as Workload[],
    pods: all("pods") as Pod[],
    services: all("services") as Service[],
    endpointSlices: all("endpointSlices") as EndpointSlice[],
    configMaps: all("configMaps") as ConfigMap[],
    events: all("events") as Event[],
    nodes: all("nodes") as Evidence["nodes"],
    differences: all("differences") as Evidence["differences"],
    present: all("present") as Evidence["present"],
    listed: listedIn(parts),
  });
}

function listedIn(parts: readonly Partial<Evidence>[]): Evidence["listed"] {
  const joined: Record<string, readonly KubernetesObject[]> = {};
  for (const { listed = {} } of parts)
    for (const [kind, objects] of Object.entries(listed)) joined[kind] = [...(joined[kind] ?? []), ...objects];
  return joined;
}

export function metadata(kind: string, name: string, given: Partial<Metadata> = {}): Metadata {
  return {
    name,
    namespace: "shop",
    uid: `uid-${kind.toLowerCase()}-${name}`,
    resourceVersion: "1001",
    creationTimestamp: ago(86_400),
    ...given,
  };
}

export function container(given: Partial<Container> = {}): Container {
  return {
    name: "app",
    image: "ghcr.io/stefanprodan/podinfo:6.7.1",
    args: ["--port=9898", "--level=info"],
    ports: [{ name: "http", containerPort: 9898, protocol: "TCP" }],
    readinessProbe: probe("/readyz", 3),
    livenessProbe: probe("/healthz", 5),
    resources: { requests: { cpu: "10m", memory: "16Mi" }, limits: { memory: "64Mi" } },
    ...given,
  };
}

export function probe(path: string, periodSeconds: number, port: number | string = 9898) {
  return { httpGet: { path, port, scheme: "HTTP" }, timeoutSeconds: 1, periodSeconds, successThreshold: 1, failureThreshold: 3 };
}

export function template(app: string, containers: readonly Container[] = [container()], spec: object = {}): PodTemplate {
  return { metadata: { labels: { app } }, spec: { containers, ...spec } };
}

export function deployment(
  name: string,
  podTemplate: PodTemplate,
  given: Partial<Workload["spec"]> = {},
  meta: Partial<Metadata> = {},
): Workload {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: metadata("Deployment", name, { labels: { app: name }, ...meta }),
    spec: { replicas: 2, selector: { matchLabels: { app: name } }, template: podTemplate, ...given },
    status: { conditions: [{ type: "Progressing", status: "True", reason: "ReplicaSetUpdated" }] },
  };
}

export function rolloutComplete(workload: Workload): Workload {
  return { ...workload, status: { conditions: [{ type: "Progressing", status: "True", reason: "NewReplicaSetAvailable" }] } };
}

/** The ReplicaSet of one revision, named `<deployment>-r<revision>`, as the deployment controller makes it. */
export function replicaSet(
  owner: Workload,
  revision: number,
  podTemplate: PodTemplate,
  counts: { readonly replicas: number; readonly ready: number },
  meta: Partial<Metadata> = {},
): Workload {
  const name = `${owner.metadata.name}-r${revision}`;
  const labels = { ...podTemplate.metadata?.labels, "pod-template-hash": `r${revision}` };
  return {
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    metadata: metadata("ReplicaSet", name, {
      labels,
      annotations: {
        "deployment.kubernetes.io/desired-replicas": String(owner.spec.replicas ?? 1),
        "deployment.kubernetes.io/revision": String(revision),
      },
      ownerReferences: [ownedBy(owner)],
      ...meta,
    }),
    spec: {
      replicas: counts.replicas,
      selector: { matchLabels: labels },
      template: { ...podTemplate, metadata: { ...podTemplate.metadata, labels } },
    },
    status: { replicas: counts.replicas, readyReplicas: counts.ready },
  };
}

export function ownedBy(owner: Workload) {
  return { apiVersion: "apps/v1", kind: owner.kind, name: owner.metadata.name, uid: owner.metadata.uid, controller: true };
}

/** A pod of a ReplicaSet, StatefulSet or DaemonSet; running and ready unless its container statuses say otherwise. */
export function pod(
  owner: Workload,
  suffix: string,
  statuses: readonly ContainerStatus[] = owner.spec.template.spec.containers.map(({ name }) => running(name)),
  status: Partial<NonNullable<Pod["status"]>> = {},
  meta: Partial<Metadata> = {},
): Pod {
  const ready = statuses.every((one) => one.ready);
  const name = `${owner.metadata.name}-${suffix}`;
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: metadata("Pod", name, {
      ...(owner.spec.template.metadata?.labels === undefined ? {} : { labels: owner.spec.template.metadata.labels }),
      ownerReferences: [ownedBy(owner)],
      ...meta,
    }),
    spec: { ...owner.spec.template.spec, nodeName: "node-1" },
    status: {
      phase: statuses.some(({ state }) => state?.running !== undefined) ? "Running" : "Pending",
      conditions: [{ type: "Ready", status: ready ? "True" : "False" }],
      containerStatuses: statuses,
      ...status,
    },
  };
}

export function running(name = "app", given: Partial<ContainerStatus> = {}): ContainerStatus {
  return { name, ready: true, restartCount: 0, state: { running: { startedAt: ago(3600) } }, ...given };
}

export function waiting(reason: string, message = "", given: Partial<ContainerStatus> = {}): ContainerStatus {
  return { name: "app", ready: false, restartCount: 0, state: { waiting: { reason, message } }, ...given };
}

export function crashing(exitCode: number, reason = "Error", restartCount = 4): ContainerStatus {
  return waiting("CrashLoopBackOff", "back-off 1m20s restarting failed container=app", {
    restartCount,
    lastState: { terminated: { reason, exitCode } },
  });
}

export function service(name: string, given: Partial<Service["spec"]> = {}, meta: Partial<Metadata> = {}): Service {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: metadata("Service", name, { labels: { app: name }, ...meta }),
    spec: {
      type: "ClusterIP",
      clusterIP: "10.96.0.10",
      selector: { app: name },
      ports: [{ name: "http", port: 9898, protocol: "TCP", targetPort: "http" }],
      ...given,
    },
  };
}

export function endpointSlice(serviceName: string, pods: readonly Pod[]): EndpointSlice {
  return {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: metadata("EndpointSlice", `${serviceName}-x7k2p`, { labels: { "kubernetes.io/service-name": serviceName } }),
    endpoints: pods.map((one, index) => ({
      addresses: [`10.244.0.${index + 10}`],
      conditions: { ready: true, serving: true },
      targetRef: { kind: "Pod", name: one.metadata.name },
    })),
    ports: [{ name: "http", port: 9898 }],
  };
}

export function configMap(
  name: string,
  data: Readonly<Record<string, string>>,
  annotations: Readonly<Record<string, string>> = {},
): ConfigMap {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: metadata("ConfigMap", name, { annotations }), data };
}

/** The annotation that `kubectl apply` leaves. */
export function applied(manifest: object): Record<string, string> {
  return { "kubectl.kubernetes.io/last-applied-configuration": `${JSON.stringify(manifest)}\n` };
}

export function event(
  about: { readonly kind: string; readonly metadata: Metadata },
  reason: string,
  message: string,
  secondsAgo = 60,
): Event {
  const { name, uid } = about.metadata;
  return {
    apiVersion: "v1",
    kind: "Event",
    metadata: metadata("Event", `${name}.${reason.toLowerCase()}.${secondsAgo}`),
    involvedObject: { kind: about.kind, namespace: "shop", name, uid },
    reason,
    message,
    type: "Normal",
    count: 1,
    lastTimestamp: ago(secondsAgo),
  };
}

/** A healthy application: Deployment at revision 1, its ReplicaSet, two ready pods, its Service with endpoints. */
export function healthy(name: string, podTemplate: PodTemplate = template(name)): Partial<Evidence> {
  const owner = rolloutComplete(deployment(name, podTemplate));
  const set = replicaSet(owner, 1, podTemplate, { replicas: 2, ready: 2 });
  const pods = [pod(set, "a"), pod(set, "b")];
  return { deployments: [owner], replicaSets: [set], pods, services: [service(name)], endpointSlices: [endpointSlice(name, pods)] };
}

export interface BadRollout {
  readonly old: PodTemplate;
  readonly now: PodTemplate;
  /** What the container of the new pod says. */
  readonly status: ContainerStatus;
  readonly podStatus?: Partial<NonNullable<Pod["status"]>>;
}

/** A rolling update from revision 1 to 2 that is stuck: two old pods ready, one new pod in the given state. */
export function stuckRollout(name: string, { old, now, status, podStatus }: BadRollout): Partial<Evidence> {
  const owner = deployment(name, now);
  const oldSet = replicaSet(owner, 1, old, { replicas: 2, ready: 2 });
  const newSet = replicaSet(owner, 2, now, { replicas: 1, ready: 0 }, { creationTimestamp: ago(300) });
  const oldPods = [pod(oldSet, "a"), pod(oldSet, "b")];
  return {
    deployments: [owner],
    replicaSets: [oldSet, newSet],
    pods: [...oldPods, pod(newSet, "c", [status], podStatus)],
    services: [service(name)],
    endpointSlices: [endpointSlice(name, oldPods)],
  };
}

/** An earlier template of a StatefulSet or DaemonSet, named `<set>-<hash>`, as its controller keeps it. */
export function controllerRevision(owner: Workload, revision: number, podTemplate: PodTemplate, meta: Partial<Metadata> = {}) {
  const name = `${owner.metadata.name}-h${revision}`;
  return {
    apiVersion: "apps/v1",
    kind: "ControllerRevision",
    metadata: metadata("ControllerRevision", name, {
      labels: { "controller-revision-hash": `h${revision}` },
      ownerReferences: [ownedBy(owner)],
      ...meta,
    }),
    revision,
    data: { spec: { template: { ...podTemplate, $patch: "replace" } } },
  };
}

/** A StatefulSet or DaemonSet of two pods whose update from revision 1 to 2 is stuck at its first pod, `<name>-1`. */
export function stuckSet(kind: "StatefulSet" | "DaemonSet", name: string, { old, now, status, podStatus }: BadRollout): Partial<Evidence> {
  const set: Workload = {
    ...deployment(name, now),
    kind,
    metadata: metadata(kind, name, { labels: { app: name } }),
    status: kind === "StatefulSet" ? { updateRevision: `${name}-h2`, currentRevision: `${name}-h1` } : { desiredNumberScheduled: 2 },
  };
  const label = (revision: number): Record<string, string> => ({
    ...now.metadata?.labels,
    "controller-revision-hash": kind === "StatefulSet" ? `${name}-h${revision}` : `h${revision}`,
  });
  const before = { ...set, spec: { ...set.spec, template: old } };
  return {
    ...(kind === "StatefulSet" ? { statefulSets: [set] } : { daemonSets: [set] }),
    pods: [pod(before, "0", undefined, {}, { labels: label(1) }), pod(set, "1", [status], podStatus, { labels: label(2) })],
    listed: { ControllerRevision: [controllerRevision(set, 1, old), controllerRevision(set, 2, now, { creationTimestamp: ago(300) })] },
  };
}

/** A Deployment that is at revision 1 and of which the only pod is in the given state: nothing to go back to. */
export function newcomer(
  name: string,
  podTemplate: PodTemplate,
  status: ContainerStatus,
  podStatus: BadRollout["podStatus"] = {},
): Partial<Evidence> {
  const owner = deployment(name, podTemplate, { replicas: 1 });
  const set = replicaSet(owner, 1, podTemplate, { replicas: 1, ready: 0 });
  return { deployments: [owner], replicaSets: [set], pods: [pod(set, "a", [status], podStatus)] };
}

/** A Deployment whose controller is not allowed to make its pods, and is told why. With `old` there is a revision before it. */
export function turnedAway(name: string, podTemplate: PodTemplate, message: string, old?: PodTemplate): Partial<Evidence> {
  const owner: Workload = { ...deployment(name, podTemplate), status: { replicas: 0, readyReplicas: 0, updatedReplicas: 0 } };
  const set = replicaSet(owner, 2, podTemplate, { replicas: 2, ready: 0 }, { creationTimestamp: ago(300) });
  return {
    deployments: [owner],
    replicaSets: [...(old === undefined ? [] : [replicaSet(owner, 1, old, { replicas: 0, ready: 0 })]), set],
    events: [event(set, "FailedCreate", `Error creating: ${message}`)],
  };
}

/** A pod that the scheduler has no node for. */
export function unscheduled(message: string): NonNullable<BadRollout["podStatus"]> {
  return {
    phase: "Pending",
    conditions: [{ type: "PodScheduled", status: "False", reason: "Unschedulable", message }],
    containerStatuses: [],
  };
}
