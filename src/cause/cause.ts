/**
 * PURE. A cause of failure: the evidence it needs, the hypothesis it forms, the remedies it offers. One file each.
 * A cause never writes and never decides; it answers every match it sees, most convincing first.
 */
import type { Action } from "../action/action.ts";
import type { Difference } from "../known-good/difference.ts";
import type { Kind } from "../kubernetes/kind.ts";
import type { ConfigMap, EndpointSlice, Event, KubernetesObject, Node, ObjectRef, Pod, Service, Workload } from "../kubernetes/object.ts";
import type { Call } from "../severity/call-graph.ts";

/** What diagnosis gathered about one namespace, read at one time. */
export interface Evidence {
  readonly namespace: string;
  readonly atMs: number;
  /** When the incident began; undefined when nobody knows. */
  readonly beganAtMs?: number | undefined;
  /** Since when this incident has written; undefined when it has not. */
  readonly actedSinceMs?: number | undefined;
  /** The object that the alert names, resolved to its top controller; undefined when the alert names none. */
  readonly subject?: ObjectRef | undefined;
  /** Names and labels of the incident's alerts. */
  readonly alerts: readonly { readonly name: string; readonly labels: Readonly<Record<string, string>> }[];
  readonly deployments: readonly Workload[];
  readonly statefulSets: readonly Workload[];
  readonly daemonSets: readonly Workload[];
  readonly replicaSets: readonly Workload[];
  readonly pods: readonly Pod[];
  readonly services: readonly Service[];
  readonly endpointSlices: readonly EndpointSlice[];
  readonly configMaps: readonly ConfigMap[];
  readonly events: readonly Event[];
  readonly nodes: readonly Node[];
  /** Further kinds, of this namespace or of the whole cluster. A kind that is absent may not be read: nothing is known of it. */
  readonly listed: Readonly<Partial<Record<Kind, readonly KubernetesObject[]>>>;
  /** What is different from when all was well, as far as that is recorded. */
  readonly differences: readonly Difference[];
  /** Every object of the kinds that are recorded, as it is now. */
  readonly present: readonly KubernetesObject[];
  /** Who calls whom, in every namespace, as far as somebody tells. */
  readonly calls?: readonly Call[] | undefined;
}

export interface Remedy {
  /** What it would do and why, one sentence for a person. */
  readonly intent: string;
  readonly actions: readonly Action[];
}

export interface Hypothesis {
  /** The cause's name: `image-cannot-be-pulled`. */
  readonly cause: string;
  /** The object at fault. */
  readonly component: ObjectRef;
  /** 0..1: how sure, from the evidence alone. */
  readonly confidence: number;
  /** Sentences that a person can check: what was seen, where. */
  readonly evidence: readonly string[];
  /** Smallest reversible change first. May be empty: a diagnosis without a remedy is still a diagnosis. */
  readonly remedies: readonly Remedy[];
  /** All that is seen is that something changed, and nothing that is wrong: only severity can tell whether a remedy helped. */
  readonly guess?: boolean | undefined;
}

export interface Cause {
  readonly name: string;
  diagnose(evidence: Evidence): readonly Hypothesis[];
}
