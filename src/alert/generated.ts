/**
 * PURE. Reads the owner's name out of the names that Kubernetes' controllers generate. It strips only what a
 * controller appends by rule; a name that fits no rule is left as it is, because a wrong owner is worse than none.
 */

export interface GeneratedFrom {
  /** Undefined where the name does not tell: a DaemonSet, a ReplicaSet and a Job all append five characters. */
  readonly kind?: string;
  readonly name: string;
}

/**
 * The pod-template-hash: the decimal digits of a 32-bit hash, each mapped by SafeEncodeString, so only these ten
 * characters occur (kubernetes, pkg/controller/controller_utils.go ComputeHash; apimachinery util/rand).
 */
const templateHash = "[4-9bcdf]{6,10}";
/** Ten hex digits of which one is a number: how people and other controllers write such a hash. */
const looseHash = "(?=[a-f]*\\d)[a-f0-9]{8,10}";
/** apimachinery util/rand: no vowels, so that no word appears, and neither 0, 1 nor 3. */
const suffix = "[bcdfghjklmnpqrstvwxz2456789]{5}";

/** `<cronjob>-<scheduled time in minutes>` (kubernetes, pkg/controller/cronjob/utils.go getJobName); seconds before 1.21. */
const cronJobJob = /^(.+)-(?:\d{8}|\d{10})$/;
const cronJobPod = new RegExp(`^(.+)-(?:\\d{8}|\\d{10})-[a-z0-9]{5}$`);
const deploymentPod = new RegExp(`^(.+)-(?:${templateHash}|${looseHash})-[a-z0-9]{5}$`);
const replicaSet = new RegExp(`^(.+)-(?:${templateHash}|${looseHash})$`);
/** `<name>-<ordinal>` (kubernetes, pkg/controller/statefulset getPodName). */
const statefulSetPod = /^(.+)-(?:0|[1-9]\d{0,3})$/;
const suffixedPod = new RegExp(`^(.+)-${suffix}$`);

/** The owner that a pod's name tells; undefined when the name follows no controller's rule (a bare pod). */
export function ownerOfPod(pod: string, node?: string): GeneratedFrom | undefined {
  // A static pod is named after its node (kubernetes, pkg/kubelet/config/common.go generatePodName).
  if (node !== undefined && pod.endsWith(`-${node}`)) return { name: pod.slice(0, -node.length - 1) };
  const cronJob = cronJobPod.exec(pod)?.[1];
  if (cronJob !== undefined) return { kind: "CronJob", name: cronJob };
  const deployment = deploymentPod.exec(pod)?.[1];
  if (deployment !== undefined) return { kind: "Deployment", name: deployment };
  const statefulSet = statefulSetPod.exec(pod)?.[1];
  if (statefulSet !== undefined) return { kind: "StatefulSet", name: statefulSet };
  const suffixed = suffixedPod.exec(pod)?.[1];
  return suffixed === undefined ? undefined : { name: suffixed };
}

export function ownerOfReplicaSet(name: string): GeneratedFrom {
  const deployment = replicaSet.exec(name)?.[1];
  return deployment === undefined ? { kind: "ReplicaSet", name } : { kind: "Deployment", name: deployment };
}

export function ownerOfJob(name: string): GeneratedFrom {
  const cronJob = cronJobJob.exec(name)?.[1];
  return cronJob === undefined ? { kind: "Job", name } : { kind: "CronJob", name: cronJob };
}

/** The claim of a StatefulSet is `<template>-<set>-<ordinal>`; only templates of one usual word are taken apart. */
export function ownerOfClaim(name: string): string {
  return /^(?:data|datadir|storage)-(.+)-\d+$/.exec(name)?.[1] ?? name;
}

/** `frontend-hpa`, `frontend-pdb` and KEDA's `keda-hpa-frontend` say what they serve. */
export function servedBy(name: string): string {
  return /^keda-hpa-(.+)$/.exec(name)?.[1] ?? /^(.+)-(?:hpa|pdb)$/.exec(name)?.[1] ?? name;
}
