/**
 * PURE. Whether an alert that is active now is the trouble an incident's alert reported. In doubt it is: an incident
 * that is called mitigated too late is restored or improved, one that is called so too early is a lie.
 */
import type { AlertReading } from "./severity.ts";

export interface Episode {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Labels that name a pod. kube-state-metrics without honorLabels moves the pod it speaks of to `exported_pod`. */
export const podLabels: readonly string[] = ["pod", "exported_pod", "pod_name", "kubernetes_pod_name"];

/**
 * Labels that change whenever a pod is created again or a container restarts (cadvisor: id, container_id; scrape target:
 * instance; kube-state-metrics: uid, pod_ip, host_ip; a new pod may land on another node).
 */
const incarnationLabels: readonly string[] = ["instance", "uid", "pod_uid", "container_id", "id", "pod_ip", "host_ip", "node"];

/** Which Prometheus of a pair sent it (the operator's defaults for external labels) says nothing about the trouble. */
export const senderLabels: readonly string[] = ["prometheus", "prometheus_replica"];

/**
 * Same name, and every label that both have is equal: Alertmanager's alerts carry external labels that Prometheus' own
 * lack. An alert that names a pod is compared by the pod's owner, and without the labels of one incarnation. The label
 * `severity` is compared: a burn-rate rule's slow warning outlives its fast page, and is counted by severity anyway.
 */
export function sameTrouble(episode: Episode, active: AlertReading): boolean {
  if (episode.name !== active.name) return false;
  const namesPod = podLabels.some((label) => episode.labels[label] !== undefined);
  return Object.entries(active.labels).every(([label, value]) => {
    const reported = episode.labels[label];
    if (reported === undefined || reported === value || senderLabels.includes(label)) return true;
    if (podLabels.includes(label)) return sameOwner(reported, value);
    return namesPod && incarnationLabels.includes(label);
  });
}

/** The alphabet of generated names (k8s.io/apimachinery, pkg/util/rand): no vowels, no 0, 1, 3. */
const random = "[bcdfghjklmnpqrstvwxz2456789]";
const generatedNames: readonly RegExp[] = [
  /** Deployment: its ReplicaSet's hash, then five characters. */
  new RegExp(`^(.+)-${random}{6,10}-${random}{5}$`),
  /** DaemonSet, Job, a ReplicaSet without a Deployment. */
  new RegExp(`^(.+)-${random}{5}$`),
  /** StatefulSet: an ordinal. */
  /^(.+)-\d+$/,
];

/**
 * Whether two pod names can come from one owner, told by how controllers name pods: the owner cannot be looked up, its
 * pods may be gone. A name that no controller would give stands for itself only.
 */
export function sameOwner(pod: string, other: string): boolean {
  if (pod === other) return true;
  return generatedNames.some((pattern) => {
    const owner = pattern.exec(pod)?.[1];
    return owner !== undefined && owner === pattern.exec(other)?.[1];
  });
}

/** Every owner that this name of a pod allows, by the same rules. */
export function ownersOf(pod: string): readonly string[] {
  return generatedNames.flatMap((pattern) => pattern.exec(pod)?.[1] ?? []);
}
