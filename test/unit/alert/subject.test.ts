import { describe, expect, test } from "vitest";
import { subjectOf } from "../../../src/alert/subject.ts";

type Row = readonly [sentence: string, labels: Readonly<Record<string, string>>, expected: Readonly<Record<string, string>>];

/** What kube-prometheus-stack's chart adds to every series of kube-state-metrics (honorLabels, no label dropped). */
const chart = {
  job: "kube-state-metrics",
  instance: "10.244.1.7:8080",
  container: "kube-state-metrics",
  endpoint: "http",
  pod: "prometheus-kube-state-metrics-6c7b8d5f9f-k2x4z",
  service: "prometheus-kube-state-metrics",
};
const kubelet = { job: "kubelet", service: "kubelet", endpoint: "https-metrics", instance: "10.0.0.4:10250", metrics_path: "/metrics" };
const frontend = { namespace: "shop", key: "shop/frontend" };

const workloads: readonly Row[] = [
  [
    "KubeDeploymentReplicasMismatch names its Deployment",
    { job: "kube-state-metrics", namespace: "shop", deployment: "frontend" },
    { ...frontend, kind: "Deployment", name: "frontend" },
  ],
  ["… also beside the exporter's labels", { ...chart, namespace: "shop", deployment: "frontend" }, { ...frontend, kind: "Deployment" }],
  ["KubeStatefulSetReplicasMismatch", { ...chart, namespace: "shop", statefulset: "kafka" }, { key: "shop/kafka", kind: "StatefulSet" }],
  ["KubeDaemonSetRolloutStuck", { ...chart, namespace: "logs", daemonset: "fluent-bit" }, { key: "logs/fluent-bit", kind: "DaemonSet" }],
  ["KubeJobFailed of a CronJob", { ...chart, namespace: "shop", job_name: "backup-29123456" }, { key: "shop/backup", kind: "CronJob" }],
  ["KubeJobFailed of a plain Job", { ...chart, namespace: "shop", job_name: "migrate" }, { key: "shop/migrate", kind: "Job" }],
  ["KubeCronJobRunning", { ...chart, namespace: "shop", cronjob: "backup" }, { key: "shop/backup", kind: "CronJob" }],
  [
    "KubeHpaMaxedOut shares the key of what it scales",
    { ...chart, namespace: "shop", horizontalpodautoscaler: "frontend-hpa" },
    { ...frontend, kind: "HorizontalPodAutoscaler", name: "frontend-hpa" },
  ],
  ["KEDA's autoscaler", { ...chart, namespace: "shop", horizontalpodautoscaler: "keda-hpa-frontend" }, { ...frontend }],
  ["the autoscaler's label of old", { namespace: "shop", hpa: "frontend" }, { ...frontend, kind: "HorizontalPodAutoscaler" }],
  [
    "an autoscaler that names its target",
    { ...chart, namespace: "shop", horizontalpodautoscaler: "x", scaletargetref_kind: "Deployment", scaletargetref_name: "frontend" },
    { ...frontend, kind: "Deployment" },
  ],
  ["KubePdbNotEnoughHealthyPods", { ...chart, namespace: "shop", poddisruptionbudget: "frontend-pdb" }, { ...frontend }],
  [
    "KubePersistentVolumeFillingUp is not about the node that measured",
    { ...kubelet, namespace: "shop", node: "worker-1", persistentvolumeclaim: "data-postgres-0" },
    { key: "shop/postgres", kind: "PersistentVolumeClaim", name: "data-postgres-0" },
  ],
  [
    "a workload by the mixin's rule",
    { namespace: "shop", workload: "frontend", workload_type: "deployment" },
    { ...frontend, kind: "Deployment" },
  ],
  [
    "a workload that is a ReplicaSet",
    { namespace: "shop", owner_kind: "ReplicaSet", owner_name: "frontend-5d4f8c7b9" },
    { ...frontend, kind: "Deployment" },
  ],
  [
    "kube_pod_info's owner",
    { namespace: "shop", created_by_kind: "DaemonSet", created_by_name: "agent" },
    { key: "shop/agent", kind: "DaemonSet" },
  ],
  ["KubeReplicaSet labels", { namespace: "shop", replicaset: "frontend-5d4f8c7b9" }, { ...frontend, kind: "Deployment" }],
  [
    "OpenTelemetry's resource attributes",
    { k8s_namespace_name: "shop", k8s_deployment_name: "frontend", k8s_pod_name: "frontend-5d4f8c7b9-x2k4z" },
    { ...frontend, kind: "Deployment" },
  ],
  [
    "Istio's destination",
    { destination_workload: "frontend", destination_workload_namespace: "shop", source_workload: "cart", namespace: "istio-system" },
    { ...frontend },
  ],
];

const pods: readonly Row[] = [
  [
    "KubePodCrashLooping of a Deployment's pod",
    { ...chart, namespace: "shop", pod: "frontend-5d4f8c7b9-x2k4z", container: "server", uid: "u", reason: "CrashLoopBackOff" },
    { ...frontend, kind: "Deployment", name: "frontend" },
  ],
  ["KubePodNotReady (aggregated by namespace and pod)", { namespace: "shop", pod: "frontend-66b6c48dd5-7hgmv" }, { ...frontend }],
  ["a pod whose name has many parts", { namespace: "shop", pod: "shop-cart-api-v2-6c7b8d5f9f-k2x4z" }, { key: "shop/shop-cart-api-v2" }],
  ["a pod name as people write it in examples", { namespace: "shop", pod: "frontend-7d9f8c6b5-abcde" }, { ...frontend }],
  ["a StatefulSet's pod", { namespace: "shop", pod: "redis-master-0" }, { key: "shop/redis-master", kind: "StatefulSet" }],
  ["a DaemonSet's or a ReplicaSet's pod", { namespace: "shop", pod: "frontend-x2k4z" }, { ...frontend, name: "frontend" }],
  ["a CronJob's pod", { namespace: "shop", pod: "backup-29123456-x2k4z" }, { key: "shop/backup", kind: "CronJob" }],
  ["a bare pod, its own owner", { namespace: "shop", pod: "debug-shell" }, { key: "shop/debug-shell", kind: "Pod" }],
  ["a bare pod with an app label", { namespace: "shop", pod: "debug-shell", app: "frontend" }, { ...frontend }],
  ["a suffix with a vowel is no generated one", { namespace: "shop", pod: "frontend-cache" }, { key: "shop/frontend-cache", kind: "Pod" }],
  [
    "a static pod is named after its node",
    { namespace: "kube-system", pod: "kube-apiserver-node-1", node: "node-1" },
    { key: "kube-system/kube-apiserver" },
  ],
  [
    "cAdvisor's series say who ran the pod; the pod counts",
    {
      ...kubelet,
      namespace: "shop",
      pod: "frontend-5d4f8c7b9-x2k4z",
      container: "server",
      node: "worker-1",
      metrics_path: "/metrics/cadvisor",
    },
    { ...frontend, kind: "Deployment" },
  ],
  [
    "without honor_labels the subject's labels are renamed",
    {
      ...chart,
      namespace: "monitoring",
      exported_namespace: "shop",
      exported_pod: "frontend-5d4f8c7b9-x2k4z",
      exported_container: "server",
    },
    { ...frontend, kind: "Deployment" },
  ],
  [
    "… for a Deployment too",
    { ...chart, namespace: "monitoring", exported_namespace: "shop", deployment: "frontend" },
    { ...frontend, kind: "Deployment" },
  ],
  [
    "kube-state-metrics itself may crash",
    { ...chart, namespace: "monitoring", reason: "CrashLoopBackOff" },
    { key: "monitoring/prometheus-kube-state-metrics", kind: "Deployment" },
  ],
  [
    "… and the kubelet may report on its pod",
    { ...kubelet, namespace: "monitoring", pod: "kube-state-metrics-6c7b8d5f9f-k2x4z", node: "worker-1" },
    { key: "monitoring/kube-state-metrics" },
  ],
];

const applications: readonly Row[] = [
  [
    "an application's own alert behind a ServiceMonitor",
    {
      namespace: "shop",
      job: "frontend",
      service: "frontend-metrics",
      endpoint: "web",
      pod: "frontend-5d4f8c7b9-x2k4z",
      container: "server",
    },
    { ...frontend, kind: "Deployment" },
  ],
  ["TargetDown names the Service", { namespace: "shop", job: "frontend", service: "frontend" }, { ...frontend, kind: "Service" }],
  ["an alert by app", { namespace: "shop", app: "frontend", node: "worker-1" }, { ...frontend, name: "frontend" }],
  ["an alert by the recommended label", { namespace: "shop", app_kubernetes_io_name: "frontend" }, { ...frontend }],
  ["an alert by OpenTelemetry's service name, no namespace told", { service_name: "frontend" }, { key: "-/frontend", name: "frontend" }],
  ["a Service's endpoints", { ...chart, namespace: "shop", endpoint: "frontend" }, { ...frontend, kind: "Service" }],
  ["kube_service series", { ...chart, namespace: "shop", service: "frontend" }, { ...frontend, kind: "Service" }],
  [
    "nginx's ingress controller reports on a Service",
    {
      namespace: "ingress",
      service: "ingress-nginx",
      pod: "ingress-nginx-5d4f8c7b9-x2k4z",
      exported_namespace: "shop",
      exported_service: "frontend",
    },
    { ...frontend, kind: "Service" },
  ],
  [
    "a probe of an address inside the cluster",
    { job: "blackbox", instance: "http://frontend.shop.svc.cluster.local:8080/healthz" },
    { ...frontend, kind: "Service" },
  ],
  ["an alert by container", { namespace: "shop", container: "frontend" }, { ...frontend }],
  ["an alert by job (a ServiceMonitor's is the Service's name)", { namespace: "shop", job: "frontend" }, { ...frontend }],
  ["a PodMonitor's job", { job: "shop/frontend" }, { ...frontend }],
  ["a scrape job says nothing", { namespace: "shop", job: "kubernetes-pods" }, { key: "namespace/shop", kind: "Namespace" }],
  ["a sidecar says nothing", { namespace: "shop", container: "istio-proxy" }, { key: "namespace/shop" }],
  [
    "Prometheus' example configuration",
    { job: "kubernetes-pods", kubernetes_namespace: "shop", kubernetes_pod_name: "frontend-5d4f8c7b9-x2k4z" },
    { ...frontend, kind: "Deployment" },
  ],
];

const others: readonly Row[] = [
  [
    "KubeNodeNotReady",
    { job: "kube-state-metrics", node: "worker-1", condition: "Ready" },
    { key: "node/worker-1", kind: "Node", name: "worker-1" },
  ],
  [
    "… also beside the exporter's labels",
    { ...chart, namespace: "monitoring", node: "worker-1", condition: "Ready" },
    { key: "node/worker-1" },
  ],
  ["KubeletTooManyPods", { ...kubelet, namespace: "kube-system", node: "worker-1" }, { key: "node/worker-1" }],
  [
    "NodeFilesystemAlmostOutOfSpace names the node in `instance`",
    {
      job: "node-exporter",
      namespace: "monitoring",
      instance: "worker-1:9100",
      pod: "node-exporter-x2k4z",
      container: "node-exporter",
      service: "node-exporter",
    },
    { key: "node/worker-1", kind: "Node" },
  ],
  [
    "KubePersistentVolumeErrors",
    { ...chart, namespace: "monitoring", persistentvolume: "pvc-1", phase: "Failed" },
    { key: "persistentvolume/pvc-1" },
  ],
  ["KubeQuotaExceeded", { namespace: "shop", resource: "pods", resourcequota: "compute" }, { key: "namespace/shop", kind: "Namespace" }],
  ["KubeletDown", { job: "kubelet" }, { key: "group/KubeletDown" }],
  ["a cluster-wide alert", {}, { key: "group/KubeletDown" }],
  ["the cluster is told apart", { cluster: "eu-1", namespace: "shop", app: "frontend" }, { ...frontend, cluster: "eu-1" }],
  ["a value that can name no object is no name", { namespace: "shop", app: "My App", service: "../etc" }, { key: "namespace/shop" }],
  ["a namespace called node does not collide", { namespace: "node", app: "worker-1" }, { key: "~node/worker-1" }],
];

describe.each([
  ["a workload's labels", workloads],
  ["a pod's labels", pods],
  ["an application's labels", applications],
  ["other labels", others],
])("the subject by %s", (_, rows) => {
  test.each(rows)("%s", (_sentence, labels, expected) => {
    expect(subjectOf({ alertname: "KubeletDown", severity: "warning", prometheus: "monitoring/k8s", ...labels })).toMatchObject(expected);
  });
});

test("a node belongs to no namespace", () => {
  expect(subjectOf({ ...chart, alertname: "KubeNodeNotReady", namespace: "monitoring", node: "worker-1" })).not.toHaveProperty(
    "namespace",
    "shop",
  );
});

test("an alert's name takes no part where anything else is told", () => {
  const labels = { namespace: "shop", pod: "frontend-5d4f8c7b9-x2k4z" };
  expect(subjectOf({ alertname: "A", ...labels })).toEqual(subjectOf({ alertname: "B", ...labels }));
});
