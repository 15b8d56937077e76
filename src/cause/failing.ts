/**
 * PURE. Which workloads have pods of their newest template that show a symptom: the frame of every cause that blames a
 * change of the template. A pod of an older template says nothing about the newest, so it does not count.
 */
import type { Container, ContainerStatus, Pod, Workload } from "../kubernetes/object.ts";
import type { Evidence } from "./cause.ts";
import { newestPodsOf } from "./history.ts";
import { isReady } from "../kubernetes/object.ts";
import { workloadsOf } from "./owner.ts";
import { listed } from "./wording.ts";

export interface Sighting<Symptom> {
  readonly pod: Pod;
  readonly symptom: Symptom;
}

export interface FailingWorkload<Symptom> {
  readonly workload: Workload;
  /** Never empty. */
  readonly sightings: readonly Sighting<Symptom>[];
  /** A pod of the same template is ready: the template itself can work. */
  readonly worksElsewhere: boolean;
}

/** In the evidence's order. A pod may show several symptoms. */
export function failingWorkloads<Symptom>(
  evidence: Evidence,
  symptomsOf: (pod: Pod, workload: Workload) => readonly Symptom[],
): readonly FailingWorkload<Symptom>[] {
  return workloadsOf(evidence).flatMap((workload) => {
    const pods = newestPodsOf(workload, evidence);
    const sightings = pods.flatMap((pod) => symptomsOf(pod, workload).map((symptom) => ({ pod, symptom })));
    if (sightings.length === 0) return [];
    const failing = new Set(sightings.map(({ pod }) => pod));
    return [{ workload, sightings, worksElsewhere: pods.some((pod) => isReady(pod) && !failing.has(pod)) }];
  });
}

/** `Pod a`, `Pods a, b and 2 more`: each once, the start of a sentence in the past tense. */
export function namedPods(pods: readonly Pod[]): string {
  const names = [...new Set(pods.map(({ metadata }) => metadata.name))];
  return `${names.length === 1 ? "Pod" : "Pods"} ${listed(names)}`;
}

/** Statuses of init containers first, as they run first. */
export function containerStatusesOf(pod: Pod): readonly ContainerStatus[] {
  return [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])];
}

export function containersOf(spec: { readonly containers: readonly Container[]; readonly initContainers?: readonly Container[] }) {
  return [...(spec.initContainers ?? []), ...spec.containers];
}
