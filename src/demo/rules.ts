/** Alert rules over the in-memory cluster, in the spirit of kubernetes-mixin: what a Prometheus would find there. */
import type { MemoryCluster } from "../cluster/memory/memory.ts";
import type { KubernetesObject, Pod, Workload } from "../kubernetes/object.ts";
import type { MemoryRule } from "../telemetry/memory.ts";

type Labels = Readonly<Record<string, string>>;

export function shopRules(cluster: MemoryCluster, namespace: string): MemoryRule[] {
  function all(kind: string): readonly KubernetesObject[] {
    return cluster.observe().filter((object) => object.kind === kind && object.metadata.namespace === namespace);
  }

  function unanswered(): Labels[] {
    return all("Service")
      .filter((service) => !cluster.reachable({ kind: "Service", namespace, name: service.metadata.name }))
      .map((service) => ({ namespace, app: service.metadata.name }));
  }

  function notReady(): Labels[] {
    return (all("Pod") as readonly Pod[])
      .filter((pod) => pod.status?.conditions?.some((condition) => condition.type === "Ready" && condition.status === "True") !== true)
      .map((pod) => ({ namespace, pod: pod.metadata.name }));
  }

  function crashLooping(): Labels[] {
    return (all("Pod") as readonly Pod[]).flatMap((pod) =>
      (pod.status?.containerStatuses ?? [])
        .filter(({ state }) => state?.waiting?.reason === "CrashLoopBackOff")
        .map(({ name }) => ({ namespace, pod: pod.metadata.name, container: name })),
    );
  }

  function short(): Labels[] {
    return (all("Deployment") as readonly Workload[])
      .filter((deployment) => (deployment.status?.availableReplicas ?? 0) < (deployment.spec.replicas ?? 1))
      .map((deployment) => ({ namespace, deployment: deployment.metadata.name }));
  }

  return [
    { name: "HighRequestErrorRate", labels: { severity: "critical" }, forMs: 10_000, evaluate: unanswered },
    { name: "KubePodNotReady", labels: { severity: "warning" }, forMs: 30_000, evaluate: notReady },
    { name: "KubePodCrashLooping", labels: { severity: "warning" }, forMs: 20_000, evaluate: crashLooping },
    { name: "KubeDeploymentReplicasMismatch", labels: { severity: "warning" }, forMs: 20_000, evaluate: short },
  ];
}
