/**
 * PURE. Whom an alert is about, from its labels alone: the top controller, or a group when no owner is named. The
 * evidence is tried from strongest to weakest; the first that holds wins. The key leaves the kind out, so that pod,
 * app, Service and Deployment of one name share an incident. It is never the pod's name where a controller owns it.
 */
import { exporterNamedIn, isScrapeJob, withoutExporter, withoutRenaming } from "./exporter.ts";
import { ownerOfClaim, ownerOfJob, ownerOfPod, ownerOfReplicaSet, servedBy, type GeneratedFrom } from "./generated.ts";

type Labels = Readonly<Record<string, string>>;

export interface Subject {
  /** The label `cluster`, as the alert says it. */
  readonly cluster?: string;
  readonly namespace?: string;
  readonly kind?: string;
  readonly name?: string;
  /** `shop/frontend`, `node/worker-1`, `namespace/shop`, `-/frontend` (no namespace told), `group/<alertname>`. */
  readonly key: string;
}

interface Named extends GeneratedFrom {
  /** The name as far as it tells which workload this serves; the name itself when absent. */
  readonly alias?: string;
  readonly clusterScoped?: boolean;
  /** The namespace that came with the name, where that is another label than `namespace`. */
  readonly namespace?: string;
}

type Evidence = (labels: Labels) => Named | undefined;

/** Strongest first. */
const evidence: readonly Evidence[] = [workload, ownerLabels, autoscaler, claim, pod, service, application, barePod, clusterObject, weak];

export function subjectOf(alertLabels: Labels): Subject {
  const labels = withoutRenaming(alertLabels);
  const cluster = text(labels, "cluster");
  const found = firstOf(withoutExporter(labels)) ?? firstOf(labels);
  const namespace = found?.namespace ?? namespaceOf(labels);
  const at = cluster === undefined ? {} : { cluster };
  if (found === undefined) {
    if (namespace === undefined) return { ...at, key: `group/${slug(text(labels, "alertname") ?? "unnamed")}` };
    return { ...at, namespace, kind: "Namespace", name: namespace, key: `namespace/${namespace}` };
  }
  const kind = found.kind === undefined ? {} : { kind: found.kind };
  if (found.clusterScoped) return { ...at, ...kind, name: found.name, key: `${(found.kind ?? "").toLowerCase()}/${found.name}` };
  return {
    ...at,
    ...(namespace === undefined ? {} : { namespace }),
    ...kind,
    name: found.name,
    key: `${prefixOf(namespace)}/${found.alias ?? found.name}`,
  };
}

function firstOf(labels: Labels): Named | undefined {
  for (const look of evidence) {
    const found = look(labels);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** kube-state-metrics' labels, and OpenTelemetry's resource attributes `k8s.deployment.name` … as Prometheus writes them. */
const workloadLabels = ["Deployment", "StatefulSet", "DaemonSet", "CronJob"].map((kind) => {
  const lower = kind.toLowerCase();
  return { kind, labels: [lower, `k8s_${lower}_name`, `k8s.${lower}.name`] };
});

function workload(labels: Labels): Named | undefined {
  for (const { kind, labels: ofKind } of workloadLabels) {
    const name = objectName(labels, ...ofKind);
    if (name !== undefined) return { kind, name };
  }
  // `job` is Prometheus' scrape job; kube-state-metrics calls a Kubernetes Job `job_name`.
  const job = objectName(labels, "job_name", "k8s_job_name", "k8s.job.name");
  if (job !== undefined) return ownerOfJob(job);
  const replicaSet = objectName(labels, "replicaset", "k8s_replicaset_name", "k8s.replicaset.name");
  return replicaSet === undefined ? undefined : ownerOfReplicaSet(replicaSet);
}

/**
 * `workload`/`workload_type` (kubernetes-mixin, rules/apps.libsonnet), `owner_kind`/`owner_name` and `created_by_*`
 * (kube_pod_owner, kube_pod_info), Istio's `destination_workload`.
 */
function ownerLabels(labels: Labels): Named | undefined {
  for (const [nameLabel, kindLabel] of [
    ["workload", "workload_type"],
    ["owner_name", "owner_kind"],
    ["created_by_name", "created_by_kind"],
  ] as const) {
    const name = objectName(labels, nameLabel);
    if (name === undefined) continue;
    const kind = kindNamed(text(labels, kindLabel));
    if (kind === "ReplicaSet") return ownerOfReplicaSet(name);
    if (kind === "Job") return ownerOfJob(name);
    if (kind !== "Node") return { ...(kind === undefined ? {} : { kind }), name };
  }
  const destination = objectName(labels, "destination_workload");
  const namespace = objectName(labels, "destination_workload_namespace");
  return destination === undefined ? undefined : { name: destination, ...(namespace === undefined ? {} : { namespace }) };
}

/** kube_horizontalpodautoscaler_* (before kube-state-metrics 2: `hpa`) and kube_poddisruptionbudget_*. */
function autoscaler(labels: Labels): Named | undefined {
  const target = objectName(labels, "scaletargetref_name");
  const targetKind = kindNamed(text(labels, "scaletargetref_kind"));
  if (target !== undefined) return { name: target, ...(targetKind === undefined ? {} : { kind: targetKind }) };
  const scaler = objectName(labels, "horizontalpodautoscaler", "hpa");
  if (scaler !== undefined) return { kind: "HorizontalPodAutoscaler", name: scaler, alias: servedBy(scaler) };
  const budget = objectName(labels, "poddisruptionbudget");
  return budget === undefined ? undefined : { kind: "PodDisruptionBudget", name: budget, alias: servedBy(budget) };
}

/** kubelet_volume_stats_*: before `pod` and `node`, which there say who measured. */
function claim(labels: Labels): Named | undefined {
  const name = objectName(labels, "persistentvolumeclaim");
  return name === undefined ? undefined : { kind: "PersistentVolumeClaim", name, alias: ownerOfClaim(name) };
}

function podName(labels: Labels): string | undefined {
  return objectName(labels, "pod", "pod_name", "kubernetes_pod_name", "k8s_pod_name", "k8s.pod.name");
}

/** Before `service`: a Service that only serves metrics often has another name than the workload behind it. */
function pod(labels: Labels): Named | undefined {
  const name = podName(labels);
  return name === undefined ? undefined : ownerOfPod(name, objectName(labels, "node"));
}

/**
 * `service` of kube_service_* or of a ServiceMonitor's target; `endpoint` of kube_endpoint_* (in a ServiceMonitor's
 * target labels it is the port's name); `kubernetes_name` of Prometheus' example configuration; Istio; an address
 * inside the cluster that a blackbox probe asked (`frontend.shop.svc`).
 */
function service(labels: Labels): Named | undefined {
  const name = objectName(labels, "service", "kubernetes_name");
  if (name !== undefined) return { kind: "Service", name };
  const endpoint = objectName(labels, "endpoint");
  if (endpoint !== undefined && isServiceEndpoint(endpoint, labels)) return { kind: "Service", name: endpoint };
  const destination = objectName(labels, "destination_service_name");
  if (destination !== undefined) {
    const namespace = objectName(labels, "destination_service_namespace");
    return { kind: "Service", name: destination, ...(namespace === undefined ? {} : { namespace }) };
  }
  for (const label of ["instance", "target"]) {
    const address = /^(?:[a-z]+:\/\/)?([a-z0-9-]+)\.([a-z0-9-]+)\.svc(?:[.:/]|$)/.exec(text(labels, label) ?? "");
    if (address?.[1] !== undefined && address[2] !== undefined) return { kind: "Service", name: address[1], namespace: address[2] };
  }
  const ingress = objectName(labels, "ingress");
  return ingress === undefined ? undefined : { kind: "Ingress", name: ingress };
}

/** Labels that people put on their pods and that scrape configurations copy; OpenTelemetry's `service.name`. */
function application(labels: Labels): Named | undefined {
  const name = objectName(labels, "app", "app_kubernetes_io_name", "app.kubernetes.io/name", "k8s_app", "service_name", "service.name");
  return name === undefined ? undefined : { name };
}

/** Nobody made it but a person: it is its own owner. */
function barePod(labels: Labels): Named | undefined {
  const name = podName(labels);
  return name === undefined ? undefined : { kind: "Pod", name };
}

/**
 * Last among the objects, because nearly every pod's series says on which node it runs. A node exporter names the node in
 * `instance`, as its name (kube-prometheus relabels it) or its address.
 */
function clusterObject(labels: Labels): Named | undefined {
  const volume = objectName(labels, "persistentvolume");
  if (volume !== undefined) return { kind: "PersistentVolume", name: volume, clusterScoped: true };
  const node = objectName(labels, "node", "kubernetes_node", "k8s_node_name", "k8s.node.name", "nodename");
  if (node !== undefined) return { kind: "Node", name: node, clusterScoped: true };
  if (exporterNamedIn(text(labels, "job") ?? "") !== "node-exporter") return undefined;
  const instance = (text(labels, "instance") ?? "").replace(/:\d+$/, "");
  return isObjectName(instance) ? { kind: "Node", name: instance, clusterScoped: true } : undefined;
}

const sidecars = new Set(["POD", "istio-proxy", "linkerd-proxy", "envoy", "daprd", "cloud-sql-proxy", "config-reloader"]);

/** A container is usually named as its workload; a ServiceMonitor's `job` is the Service's name, a PodMonitor's `namespace/name`. */
function weak(labels: Labels): Named | undefined {
  const container = objectName(labels, "container", "container_name", "k8s_container_name");
  if (container !== undefined && !sidecars.has(container) && namespaceOf(labels) !== undefined) return { name: container };
  const job = text(labels, "job");
  if (job === undefined || isScrapeJob(job) || exporterNamedIn(job) !== undefined) return undefined;
  const [first, second] = job.split("/");
  if (first === undefined || !isObjectName(first)) return undefined;
  if (second !== undefined) return isObjectName(second) ? { name: second, namespace: first } : undefined;
  return namespaceOf(labels) === undefined ? undefined : { name: first };
}

function namespaceOf(labels: Labels): string | undefined {
  const named = objectName(labels, "namespace", "kubernetes_namespace", "k8s_namespace_name", "k8s.namespace.name");
  return named ?? objectName(labels, "destination_service_namespace");
}

function kindNamed(kind: string | undefined): string | undefined {
  const known = ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job", "CronJob", "Node"];
  return known.find((name) => name.toLowerCase() === kind?.toLowerCase());
}

/** Only kube-state-metrics, or a rule that aggregated the job away, means the Endpoints object; else it is the scraped port. */
function isServiceEndpoint(endpoint: string, labels: Labels): boolean {
  const job = text(labels, "job");
  if (job !== undefined && !isScrapeJob(job) && exporterNamedIn(job) !== "kube-state-metrics") return false;
  return !/^(?:https?|grpc|tcp|metrics|telemetry)(?:-(?:metrics|main|self|web))?$/.test(endpoint);
}

/** Namespaces that are called as one of our own prefixes must not collide with it. */
function prefixOf(namespace: string | undefined): string {
  if (namespace === undefined) return "-";
  return ["node", "namespace", "group", "persistentvolume"].includes(namespace) ? `~${namespace}` : namespace;
}

function text(labels: Labels, name: string): string | undefined {
  return Object.hasOwn(labels, name) && labels[name] !== "" ? labels[name] : undefined;
}

/** The first of the labels whose value can be the name of a Kubernetes object (RFC 1123 subdomain). */
function objectName(labels: Labels, ...names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = text(labels, name);
    if (value !== undefined && isObjectName(value)) return value;
  }
  return undefined;
}

function isObjectName(value: string): boolean {
  return value.length <= 253 && /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/.test(value);
}

function slug(name: string): string {
  return name.replace(/[^\w-]/g, "_").slice(0, 120);
}
